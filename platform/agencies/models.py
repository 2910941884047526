"""The tables of the agency tree. Every fact about an agency holds from `valid_from` until the day before
`valid_to`, or still holds where that is empty."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from core.db import Base, BigId


class Level(Base):
    """A level of agencies; `rank` grows downwards."""

    __tablename__ = "level"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    rank: Mapped[int] = mapped_column(unique=True)


class Agency(Base):
    """Identity only: what is known of an agency stands in the dated tables."""

    __tablename__ = "agency"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    level_id: Mapped[int] = mapped_column(ForeignKey("level.id"))


class _Dated:
    """A fact about an agency from one day to another; facts of a kind never begin twice on one day."""

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]

    @declared_attr
    def agency_id(cls) -> Mapped[int]:
        return mapped_column(BigId, ForeignKey("agency.id"))


class AgencyName(_Dated, Base):
    """A name and the text that sorts it the Vietnamese way."""

    __tablename__ = "agency_name"
    __table_args__ = (UniqueConstraint("agency_id", "valid_from"),)

    name: Mapped[str]
    sort_key: Mapped[str]


class AgencyCode(_Dated, Base):
    """An official code; given to another agency after this one gave it up."""

    __tablename__ = "agency_code"
    __table_args__ = (UniqueConstraint("code", "valid_from"), UniqueConstraint("agency_id", "valid_from"))

    code: Mapped[str]


class AgencyParent(_Dated, Base):
    """The agency above; the root has none."""

    __tablename__ = "agency_parent"
    __table_args__ = (UniqueConstraint("agency_id", "valid_from"),)

    parent_id: Mapped[int] = mapped_column(BigId, ForeignKey("agency.id"), index=True)


class AgencyAttribute(_Dated, Base):
    """Something an administrator says of an agency; `key` is the name as people type it in a hurry."""

    __tablename__ = "agency_attribute"
    __table_args__ = (UniqueConstraint("agency_id", "key", "valid_from"),)

    key: Mapped[str]
    name: Mapped[str]
    value: Mapped[str]


class AgencySuccession(Base):
    """On a day one agency ended and all or a part of it went into another.

    `share` is how much of a divided agency, None where nobody knows; of its successors one is the default.
    """

    __tablename__ = "agency_succession"
    __table_args__ = (
        UniqueConstraint("predecessor_id", "successor_id", "on"),
        CheckConstraint("extent IN ('whole', 'part')", name="extent"),
        CheckConstraint("predecessor_id <> successor_id", name="another"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    predecessor_id: Mapped[int] = mapped_column(BigId, ForeignKey("agency.id"))
    successor_id: Mapped[int] = mapped_column(BigId, ForeignKey("agency.id"), index=True)
    on: Mapped[date]
    extent: Mapped[str]
    share: Mapped[str | None]  # a decimal number; SQLite would keep a binary fraction
    is_default: Mapped[bool]
