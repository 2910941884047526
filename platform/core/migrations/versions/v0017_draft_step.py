"""Drafts have an owner and a name of their own; what was done to them is kept step by step."""

from uuid import uuid4

import sqlalchemy as sa
from alembic import op

from core.db import BigId, Json, UtcDateTime, freeze

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    for column in (
        sa.Column("id", sa.String),
        sa.Column("agency_id", BigId),
        sa.Column("created_at", UtcDateTime),
    ):
        op.add_column("draft", column)
    _fill()
    with op.batch_alter_table("draft") as draft:
        draft.alter_column("id", nullable=False)
        draft.alter_column("created_at", nullable=False)
        draft.create_unique_constraint(op.f("uq_draft_id"), ["id"])
        draft.create_foreign_key(op.f("fk_draft_agency_id_agency"), "agency", ["agency_id"], ["id"])
    op.create_table(
        "draft_step",
        sa.Column("draft_id", sa.String, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("template_code", sa.String, nullable=False),
        sa.Column("login", sa.String, nullable=False),
        sa.Column("key", sa.String, nullable=False),
        sa.Column("ops", Json, nullable=False),
        sa.Column("inverse", Json, nullable=False),
        sa.Column("undoes", sa.Integer),
        sa.Column("redoes", sa.Integer),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("draft_id", "number", name=op.f("pk_draft_step")),
        sa.UniqueConstraint("draft_id", "key", name=op.f("uq_draft_step_draft_id_key")),
        sa.ForeignKeyConstraint(
            ["template_code"], ["template.code"], name=op.f("fk_draft_step_template_code_template")
        ),
    )
    op.create_index(op.f("ix_draft_step_template_code"), "draft_step", ["template_code"])
    freeze("draft_step")


def _fill() -> None:
    """A draft belongs to the agency of who saved it last."""
    draft = sa.table(
        "draft",
        sa.column("template_code"),
        sa.column("id"),
        sa.column("agency_id"),
        sa.column("created_at"),
        sa.column("saved_at"),
        sa.column("saved_by"),
    )
    account = sa.table("account", sa.column("login"), sa.column("agency_id"))
    owner = sa.select(account.c.agency_id).where(account.c.login == draft.c.saved_by).scalar_subquery()
    bind = op.get_bind()
    bind.execute(sa.update(draft).values(agency_id=owner, created_at=draft.c.saved_at))
    for code in bind.execute(sa.select(draft.c.template_code)).scalars().all():
        bind.execute(sa.update(draft).where(draft.c.template_code == code).values(id=uuid4().hex))


def downgrade() -> None:
    op.drop_table("draft_step")
    with op.batch_alter_table("draft") as draft:
        draft.drop_constraint(op.f("fk_draft_agency_id_agency"), type_="foreignkey")
        draft.drop_constraint(op.f("uq_draft_id"), type_="unique")
        for name in ("created_at", "agency_id", "id"):
            draft.drop_column(name)
