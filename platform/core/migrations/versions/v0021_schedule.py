"""Schedules open rounds by themselves; a round may have a deadline for each level."""

import sqlalchemy as sa
from alembic import op

from core.db import BigId, Json, UtcDateTime

revision = "0021"
down_revision = "0020"

PATHS = (
    "steps IN ('submit,accept', 'submit,approve,accept', 'submit,send,accept', 'submit,approve,send,accept')"
)


def upgrade() -> None:
    op.create_table(
        "schedule",
        sa.Column("id", BigId, nullable=False),
        sa.Column("template_code", sa.String, nullable=False),
        sa.Column("lead_id", BigId, nullable=False),
        sa.Column("frequency", sa.String, nullable=False),
        sa.Column("windows", sa.String, nullable=False),
        sa.Column("opens", sa.Integer, nullable=False),
        sa.Column("opens_at", sa.String, nullable=False),
        sa.Column("due", Json, nullable=False),
        sa.Column("due_at", sa.String, nullable=False),
        sa.Column("scope", sa.String, nullable=False),
        sa.Column("flow", sa.String, nullable=False),
        sa.Column("steps", sa.String, nullable=False),
        sa.Column("active_from", sa.Date, nullable=False),
        sa.Column("active_to", sa.Date),
        sa.Column("paused", sa.Boolean, nullable=False),
        sa.Column("refused", Json),
        sa.Column("saved_by", sa.String, nullable=False),
        sa.Column("saved_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_schedule")),
        sa.ForeignKeyConstraint(
            ["template_code"], ["template.code"], name=op.f("fk_schedule_template_code_template")
        ),
        sa.ForeignKeyConstraint(["lead_id"], ["agency.id"], name=op.f("fk_schedule_lead_id_agency")),
        sa.CheckConstraint(PATHS, name=op.f("ck_schedule_steps")),
    )
    op.create_index(op.f("ix_schedule_lead_id"), "schedule", ["lead_id"])
    op.add_column("round", sa.Column("deadlines", Json))


def downgrade() -> None:
    op.drop_column("round", "deadlines")
    op.drop_table("schedule")
