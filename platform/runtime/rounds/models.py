"""The tables of assignment: who came into a round or left it, whose cells are whose, who answers for whom."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, BigId, Json

PASSED_ON, JOINED, LEFT_OUT, TAKEN_BACK = "passed_on", "joined", "left_out", "taken_back"
CHANGES = (PASSED_ON, JOINED, LEFT_OUT, TAKEN_BACK)
CHANNELS = ("telephone", "message", "paper", "in_person")
"""The ways in which figures come to who types them for somebody else."""


class Membership(Base):
    """An agency was passed a report on, joined late, was left out or taken back; the last counts."""

    __tablename__ = "membership"
    __table_args__ = (CheckConstraint(f"name IN {CHANGES}", name="name"), {"info": {"frozen": True}})

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    round_id: Mapped[int] = mapped_column(BigId, ForeignKey("round.id"), index=True)
    agency_id: Mapped[int] = mapped_column(BigId, ForeignKey("agency.id"))
    receiver_id: Mapped[int] = mapped_column(BigId, ForeignKey("agency.id"))
    name: Mapped[str]
    due_at: Mapped[datetime | None]
    reason: Mapped[str | None]
    actor: Mapped[str]
    at: Mapped[datetime]


class PersonalPart(Base):
    """The cells of a report that one person of its agency types, and nobody else."""

    __tablename__ = "personal_part"

    report_id: Mapped[int] = mapped_column(BigId, ForeignKey("report.id"), primary_key=True)
    login: Mapped[str] = mapped_column(primary_key=True)
    cells: Mapped[Any] = mapped_column(Json)
    given_by: Mapped[str]
    at: Mapped[datetime]


class EntryFor(Base):
    """Somebody of the receiver types a report for the agency that owes it: how it was told, and by whom."""

    __tablename__ = "entry_for"
    __table_args__ = (CheckConstraint(f"channel IN {CHANNELS}", name="channel"), {"info": {"frozen": True}})

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    report_id: Mapped[int] = mapped_column(BigId, ForeignKey("report.id"), index=True)
    channel: Mapped[str]
    spoken_with: Mapped[str]
    spoken_at: Mapped[datetime]
    note: Mapped[str | None]
    actor: Mapped[str]
    at: Mapped[datetime]


class AnswerLink(Base):
    """A way into one report without an account; `key` is the digest of what the address holds."""

    __tablename__ = "answer_link"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    report_id: Mapped[int] = mapped_column(BigId, ForeignKey("report.id"), index=True)
    key: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    created_by: Mapped[str]
    created_at: Mapped[datetime]
    valid_until: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    opened_at: Mapped[datetime | None]
