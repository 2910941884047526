"""The tables of the library. Files are kept as text: a database may reorder JSON, an export may not."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, BigId


class Template(Base):
    """Identity only: what a template is stands in its draft and its versions."""

    __tablename__ = "template"

    code: Mapped[str] = mapped_column(primary_key=True)


class Draft(Base):
    """What authors are working on; at most one for each template.

    `id` tells this draft from those of the template before it. Without an agency it is everybody's.
    """

    __tablename__ = "draft"

    template_code: Mapped[str] = mapped_column(ForeignKey("template.code"), primary_key=True)
    id: Mapped[str] = mapped_column(unique=True)
    agency_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("agency.id"))
    created_at: Mapped[datetime]
    revision: Mapped[int]
    file: Mapped[str] = mapped_column(Text)
    saved_at: Mapped[datetime]
    saved_by: Mapped[str]


class Version(Base):
    """A published state of a template, never changed; reports pin it.

    `compiled` holds its rules as `engine.stored` writes them, none where they name other templates.
    """

    __tablename__ = "version"
    __table_args__ = (
        UniqueConstraint("template_code", "number"),
        UniqueConstraint("template_code", "content_hash"),
        {"info": {"frozen": True}},
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    template_code: Mapped[str] = mapped_column(ForeignKey("template.code"))
    number: Mapped[int]
    name: Mapped[str]
    effective_from: Mapped[date]
    content_hash: Mapped[str]
    file: Mapped[str] = mapped_column(Text)
    compiled: Mapped[str | None] = mapped_column(Text, deferred=True)
    published_at: Mapped[datetime]
    published_by: Mapped[str]
