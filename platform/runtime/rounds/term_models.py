"""The tables of time: what moved a report's deadline or lock, outages, series of bulletins."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, BigId

ASK, GRANT, REFUSE = "ask", "grant", "refuse"
LATE, LOCK, UNLOCK, OUTAGE = "late", "lock", "unlock", "outage"
TERMS = (ASK, GRANT, REFUSE, LATE, LOCK, UNLOCK, OUTAGE)
"""What happens to the time a report has; `late` is entry after its time, let in for a reason."""


class Term(Base):
    """More time was asked for, granted or refused, or a report was locked, by whom and why."""

    __tablename__ = "term"
    __table_args__ = (CheckConstraint(f"name IN {TERMS}", name="name"), {"info": {"frozen": True}})

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    report_id: Mapped[int] = mapped_column(BigId, ForeignKey("report.id"), index=True)
    name: Mapped[str]
    due_before: Mapped[datetime | None]
    until: Mapped[datetime | None]
    reason: Mapped[str | None]
    outage_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("outage.id"))
    actor: Mapped[str]
    at: Mapped[datetime]


class Outage(Base):
    """From when until when the system could not be used, or will not be."""

    __tablename__ = "outage"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    reason: Mapped[str]
    actor: Mapped[str]
    at: Mapped[datetime]


class Event(Base):
    """Something that goes on, of which bulletins are asked; `next_at` is when one opens by itself."""

    __tablename__ = "event"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    name: Mapped[str]
    template_code: Mapped[str] = mapped_column(ForeignKey("template.code"))
    lead_id: Mapped[int] = mapped_column(BigId, ForeignKey("agency.id"), index=True)
    scope: Mapped[str]
    flow: Mapped[str]
    steps: Mapped[str]
    due_minutes: Mapped[int]
    every_hours: Mapped[int | None]
    next_at: Mapped[datetime | None]
    started_by: Mapped[str]
    started_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
