"""The table of the designer: what was done to drafts, step by step."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Json


class Step(Base):
    """One edit of a draft, never changed; `number` is the revision it made.

    It outlives the draft: `draft_id` tells the drafts of one template apart. `undoes` is the step that it
    takes back, `redoes` the undoing that it takes back.
    """

    __tablename__ = "draft_step"
    __table_args__ = (UniqueConstraint("draft_id", "key"), {"info": {"frozen": True}})

    draft_id: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    template_code: Mapped[str] = mapped_column(ForeignKey("template.code"), index=True)
    login: Mapped[str]
    key: Mapped[str]
    ops: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    inverse: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    undoes: Mapped[int | None]
    redoes: Mapped[int | None]
    at: Mapped[datetime]
