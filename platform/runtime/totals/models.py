"""The tables of totals: what is kept of a provisional one, and the adjustments of one that is handed on."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, BigId, Json


class Provisional(Base):
    """A receiver's total of everything entered below it, and what it was summed up from.

    `figures` are packed by section (see `provisional`), `known` are the reports below: their revision, and of
    those that are receivers the `number` of their own provisional total, which grows as its figures change.
    """

    __tablename__ = "provisional"

    report_id: Mapped[int] = mapped_column(BigId, ForeignKey("report.id"), primary_key=True)
    number: Mapped[int]
    revisions: Mapped[int]  # those of `known` together, to be compared in one query
    known: Mapped[dict[str, list[int]]] = mapped_column(Json)
    figures: Mapped[dict[str, Any]] = mapped_column(Json)
    tally: Mapped[dict[str, str] | None] = mapped_column(Json)  # see `increments`
    at: Mapped[datetime]


class Adjustment(Base):
    """So much was added by hand to a cell of a total that stood at `basis` then; the amounts add up."""

    __tablename__ = "adjustment"
    __table_args__ = ({"info": {"frozen": True}},)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    report_id: Mapped[int] = mapped_column(BigId, ForeignKey("report.id"), index=True)
    section: Mapped[str]
    row: Mapped[str]
    column: Mapped[str]
    amount: Mapped[str]
    basis: Mapped[str]
    reason: Mapped[str]
    actor: Mapped[str]
    at: Mapped[datetime]
