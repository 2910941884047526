"""The tables of the agency tree. Every fact about an agency holds from `valid_from` until the day before
`valid_to`, or still holds where that is empty."""

from datetime import date

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from core.db import Base, BigId


class Level(Base):
    """A level of government; `rank` grows downwards."""

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
