"""Rehearsals of drafts, with what came of them."""

import sqlalchemy as sa
from alembic import op

from core.db import BigId, Json, UtcDateTime

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    op.create_table(
        "rehearsal",
        sa.Column("id", BigId, nullable=False),
        sa.Column("template_code", sa.String, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("file", sa.String, nullable=False),
        sa.Column("agency_id", BigId, nullable=False),
        sa.Column("scope", sa.String, nullable=False),
        sa.Column("frequency", sa.String, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("period_start", sa.Date, nullable=False),
        sa.Column("period_end", sa.Date, nullable=False),
        sa.Column("due_at", UtcDateTime),
        sa.Column("requested_by", sa.String, nullable=False),
        sa.Column("requested_at", UtcDateTime, nullable=False),
        sa.Column("job_id", BigId),
        sa.Column("result", Json),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rehearsal")),
        sa.ForeignKeyConstraint(
            ["template_code"], ["template.code"], name=op.f("fk_rehearsal_template_code_template")
        ),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_rehearsal_agency_id_agency")),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_rehearsal_job_id_job")),
    )
    op.create_index(op.f("ix_rehearsal_template_code"), "rehearsal", ["template_code"])


def downgrade() -> None:
    op.drop_table("rehearsal")
