"""The table of workbooks that drafts are drawn from."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, BigId, Json


class Upload(Base):
    """A workbook somebody handed in; `result` is what was drawn with the `answers` so far, None before."""

    __tablename__ = "workbook"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    name: Mapped[str]
    data: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    answers: Mapped[dict[str, str]] = mapped_column(Json)
    result: Mapped[Any | None] = mapped_column(Json)
    job_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("job.id"))
    agency_id: Mapped[int] = mapped_column(BigId, ForeignKey("agency.id"))
    uploaded_by: Mapped[str]
    uploaded_at: Mapped[datetime]
