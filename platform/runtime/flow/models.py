"""The tables of a report's way: what was handed in, issued and signed. All are only ever added to."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, false
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, BigId

AUTHORITIES = ("", "TM.", "KT.", "TL.", "TUQ.")
"""By what a signer signs: as the head, on behalf of a body, for the head, by order, by authorisation."""


class Revision(Base):
    """A report came into a state with this content, told by its canonical hash."""

    __tablename__ = "revision"
    __table_args__ = ({"info": {"frozen": True}},)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    report_id: Mapped[int] = mapped_column(BigId, ForeignKey("report.id"), index=True)
    revision: Mapped[int]
    state: Mapped[str]
    digest: Mapped[str]
    actor: Mapped[str]
    at: Mapped[datetime]


class Issuing(Base):
    """What the records clerk wrote on a report; of one report the last counts."""

    __tablename__ = "issuing"
    __table_args__ = (
        CheckConstraint(f"authority IN {AUTHORITIES}", name="authority"),
        {"info": {"frozen": True}},
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    report_id: Mapped[int] = mapped_column(BigId, ForeignKey("report.id"), index=True)
    revision: Mapped[int]
    number: Mapped[str]
    symbol: Mapped[str]
    place: Mapped[str]
    day: Mapped[date]
    authority: Mapped[str]
    position: Mapped[str]
    signer: Mapped[str]
    actor: Mapped[str]
    at: Mapped[datetime]


class SignedFile(Base):
    """The signed document as it came, with its revision code: found in it, or `typed` from a scan."""

    __tablename__ = "signed_file"
    __table_args__ = ({"info": {"frozen": True}},)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    report_id: Mapped[int] = mapped_column(BigId, ForeignKey("report.id"), index=True)
    revision: Mapped[int]
    code: Mapped[str]
    digest: Mapped[str]
    name: Mapped[str]
    size: Mapped[int]
    typed: Mapped[bool] = mapped_column(default=False, server_default=false())
    actor: Mapped[str]
    at: Mapped[datetime]
