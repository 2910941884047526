"""The tables of what is known about templates: their regimes, whose they are, what was decided about them."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, BigId, Json

MOVES = ("decide", "test", "stop", "retire", "restore", "withdraw")


class RegimeRecord(Base):
    """A reporting regime, kept as the file that is exchanged; without an agency it came with the product."""

    __tablename__ = "regime"

    code: Mapped[str] = mapped_column(primary_key=True)
    agency_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("agency.id"))
    revision: Mapped[int]
    file: Mapped[str] = mapped_column(Text)
    saved_at: Mapped[datetime]
    saved_by: Mapped[str]


class RegimeTemplate(Base):
    """A regime asks with a template, whether or not that is in the library yet."""

    __tablename__ = "regime_template"

    regime_code: Mapped[str] = mapped_column(ForeignKey("regime.code"), primary_key=True)
    template_code: Mapped[str] = mapped_column(primary_key=True, index=True)


class Card(Base):
    """What the library notes on a template: whose it is, its tags, whether others are offered it.

    Copies of a template with a `core_locked` keep all of it as it was in the version `core_id` and add rows.
    A template without a card came with the product.
    """

    __tablename__ = "template_card"

    template_code: Mapped[str] = mapped_column(ForeignKey("template.code"), primary_key=True)
    agency_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("agency.id"))
    tags: Mapped[Any] = mapped_column(Json)
    shared: Mapped[bool]
    core_locked: Mapped[bool]
    origin_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("version.id"))
    core_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("version.id"))


class TemplateMove(Base):
    """Something was decided about a template, or about one version of it, holding from the day `since`."""

    __tablename__ = "template_move"
    __table_args__ = (CheckConstraint(f"name IN {MOVES}", name="name"), {"info": {"frozen": True}})

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    template_code: Mapped[str] = mapped_column(ForeignKey("template.code"), index=True)
    version_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("version.id"))
    name: Mapped[str]
    since: Mapped[date]
    reason: Mapped[str]
    actor: Mapped[str]
    at: Mapped[datetime]
