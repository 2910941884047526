"""The tables of the indicator library. A version is frozen: a change of meaning is another version."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, BigId, Json

PROPOSAL_STATES = ("proposed", "accepted", "declined", "withdrawn")


class IndicatorSet(Base):
    """Indicators issued together: a national list, a province's, those of one programme.

    `agency_id` is who keeps it; the installation's administrators keep those of nobody.
    """

    __tablename__ = "indicator_set"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    issuer: Mapped[str]
    legal_basis: Mapped[str]
    agency_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("agency.id"))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]


class Indicator(Base):
    """Identity only: a code that is never given to another meaning, its set and group."""

    __tablename__ = "indicator"

    code: Mapped[str] = mapped_column(primary_key=True)
    set_id: Mapped[int] = mapped_column(BigId, ForeignKey("indicator_set.id"), index=True)
    group: Mapped[str]
    retired_on: Mapped[date | None]


class IndicatorVersion(Base):
    """What an indicator means from a day on: the words of `catalogue.Meaning` as a value."""

    __tablename__ = "indicator_version"
    __table_args__ = (UniqueConstraint("indicator_code", "number"), {"info": {"frozen": True}})

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    indicator_code: Mapped[str] = mapped_column(ForeignKey("indicator.code"))
    number: Mapped[int]
    valid_from: Mapped[date]
    name: Mapped[str]
    search_key: Mapped[str]
    meaning: Mapped[dict[str, Any]] = mapped_column(Json)
    saved_at: Mapped[datetime]
    saved_by: Mapped[str]


class IndicatorAssignment(Base):
    """An agency that answers for an indicator or supplies it, by a decision, from a day until another."""

    __tablename__ = "indicator_assignment"
    __table_args__ = (
        UniqueConstraint(
            "indicator_code", "agency_id", "duty", "valid_from", name="uq_indicator_assignment_once"
        ),
        CheckConstraint("duty IN ('responsible', 'supplies')", name="duty"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    indicator_code: Mapped[str] = mapped_column(ForeignKey("indicator.code"), index=True)
    agency_id: Mapped[int] = mapped_column(BigId, ForeignKey("agency.id"), index=True)
    duty: Mapped[str]
    decision: Mapped[str]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]


class IndicatorProposal(Base):
    """What an agency wants added or changed; answered once."""

    __tablename__ = "indicator_proposal"
    __table_args__ = (
        CheckConstraint("state IN ('proposed', 'accepted', 'declined', 'withdrawn')", name="state"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    indicator_code: Mapped[str]
    set_id: Mapped[int] = mapped_column(BigId, ForeignKey("indicator_set.id"))
    group: Mapped[str]
    meaning: Mapped[dict[str, Any]] = mapped_column(Json)
    reason: Mapped[str]
    agency_id: Mapped[int] = mapped_column(BigId, ForeignKey("agency.id"), index=True)
    state: Mapped[str]
    proposed_at: Mapped[datetime]
    proposed_by: Mapped[str]
    answer: Mapped[str | None]
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[str | None]
