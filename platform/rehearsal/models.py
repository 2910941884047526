"""The table of rehearsals: what was tried, and what came of it."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, BigId, Json


class Rehearsal(Base):
    """One rehearsal of a draft by an agency; `result` is there when it is over."""

    __tablename__ = "rehearsal"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    template_code: Mapped[str] = mapped_column(ForeignKey("template.code"), index=True)
    revision: Mapped[int]
    file: Mapped[str]
    agency_id: Mapped[int] = mapped_column(BigId, ForeignKey("agency.id"))
    scope: Mapped[str]
    frequency: Mapped[str]
    number: Mapped[int]
    period_start: Mapped[date]
    period_end: Mapped[date]
    due_at: Mapped[datetime | None]
    requested_by: Mapped[str]
    requested_at: Mapped[datetime]
    job_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("job.id"))
    result: Mapped[Any | None] = mapped_column(Json)
