"""The tables of what happens beside the way of a report: corrections, their ripples, comments, complaints."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, BigId, Json

ASKED, GRANTED, REFUSED, FILLED, WITHDRAWN = "asked", "granted", "refused", "filled", "withdrawn"
APPROVED, DONE = "approved", "done"
CORRECTION_STATES = (ASKED, GRANTED, REFUSED, FILLED, WITHDRAWN, APPROVED, DONE)
FREE, TO_NOTE, TO_SIGN, NOTED, SIGNED = "free", "to_note", "to_sign", "noted", "signed"
RIPPLE_STATES = (FREE, TO_NOTE, TO_SIGN, NOTED, SIGNED)
SAID, RESOLVED, REOPENED = "said", "resolved", "reopened"
KINDS = (SAID, RESOLVED, REOPENED)


class Correction(Base):
    """Cells of an accepted report are to be changed. `until` is when a grant ends by itself.

    `findings` are the warnings of the checks of the report with the new figures, for who approves.
    """

    __tablename__ = "correction"
    __table_args__ = (CheckConstraint(f"state IN {CORRECTION_STATES}", name="state"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    report_id: Mapped[int] = mapped_column(BigId, ForeignKey("report.id"), index=True)
    state: Mapped[str]
    reason: Mapped[str]
    until: Mapped[datetime | None]
    findings: Mapped[Any | None] = mapped_column(Json)


class CorrectionCell(Base):
    """A cell that a correction is about: what stands, what shall stand and why, as exchange texts."""

    __tablename__ = "correction_cell"

    correction_id: Mapped[int] = mapped_column(BigId, ForeignKey("correction.id"), primary_key=True)
    section: Mapped[str] = mapped_column(primary_key=True)
    row: Mapped[str] = mapped_column(primary_key=True)
    column: Mapped[str] = mapped_column(primary_key=True)
    old: Mapped[str]
    new: Mapped[str | None]
    reason: Mapped[str | None]


class CorrectionMove(Base):
    """A correction went from hand to hand."""

    __tablename__ = "correction_move"
    __table_args__ = ({"info": {"frozen": True}},)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    correction_id: Mapped[int] = mapped_column(BigId, ForeignKey("correction.id"), index=True)
    name: Mapped[str]
    reason: Mapped[str | None]
    actor: Mapped[str]
    at: Mapped[datetime]


class Correcting(Base):
    """While this row stands, triggers let the figures of an accepted report be written; no commit sees it."""

    __tablename__ = "correcting"

    report_id: Mapped[int] = mapped_column(BigId, ForeignKey("report.id"), primary_key=True)
    correction_id: Mapped[int] = mapped_column(BigId, ForeignKey("correction.id"))


class Ripple(Base):
    """A total that a correction changed: its cells, as [section, row, column, old, new]."""

    __tablename__ = "ripple"
    __table_args__ = (
        UniqueConstraint("correction_id", "report_id"),
        CheckConstraint(f"state IN {RIPPLE_STATES}", name="state"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    correction_id: Mapped[int] = mapped_column(BigId, ForeignKey("correction.id"))
    report_id: Mapped[int] = mapped_column(BigId, ForeignKey("report.id"), index=True)
    state: Mapped[str]
    cells: Mapped[list[list[str]]] = mapped_column(Json)
    revision: Mapped[int]
    note: Mapped[str | None]
    actor: Mapped[str | None]
    at: Mapped[datetime | None]


class Comment(Base):
    """What somebody said about a report or one of its cells; answers name the `thread` they belong to."""

    __tablename__ = "comment"
    __table_args__ = (CheckConstraint(f"kind IN {KINDS}", name="kind"), {"info": {"frozen": True}})

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    report_id: Mapped[int] = mapped_column(BigId, ForeignKey("report.id"), index=True)
    thread_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("comment.id"))
    kind: Mapped[str]
    section: Mapped[str]
    row: Mapped[str]
    column: Mapped[str]
    text: Mapped[str]
    revision: Mapped[int]
    agency_id: Mapped[int] = mapped_column(BigId, ForeignKey("agency.id"))
    actor: Mapped[str]
    at: Mapped[datetime]


class CommentSeen(Base):
    """The last comment of a report that somebody has seen."""

    __tablename__ = "comment_seen"

    login: Mapped[str] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(BigId, ForeignKey("report.id"), primary_key=True)
    comment_id: Mapped[int] = mapped_column(BigId, ForeignKey("comment.id"))


class Complaint(Base):
    """Figures are said to be wrong; the head of the agency whose report it is answers by a day."""

    __tablename__ = "complaint"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    report_id: Mapped[int] = mapped_column(BigId, ForeignKey("report.id"), index=True)
    section: Mapped[str]
    row: Mapped[str]
    column: Mapped[str]
    text: Mapped[str]
    agency_id: Mapped[int] = mapped_column(BigId, ForeignKey("agency.id"))
    actor: Mapped[str]
    at: Mapped[datetime]
    answer_by: Mapped[date]
    answer: Mapped[str | None]
    answered_by: Mapped[str | None]
    answered_at: Mapped[datetime | None]
