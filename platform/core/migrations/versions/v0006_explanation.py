"""Why a warning stands, in the words of who sends; how far a report is filled."""

import sqlalchemy as sa
from alembic import op

from core.db import BigId, Json, UtcDateTime, freeze

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.add_column("report", sa.Column("standing", Json))
    op.create_table(
        "explanation",
        sa.Column("id", BigId, nullable=False),
        sa.Column("report_id", BigId, nullable=False),
        sa.Column("rule", sa.String, nullable=False),
        sa.Column("target", sa.String, nullable=False),
        sa.Column("text", sa.String, nullable=False),
        sa.Column("actor", sa.String, nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_explanation")),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_explanation_report_id_report")),
    )
    op.create_index(op.f("ix_explanation_report_id"), "explanation", ["report_id"])
    freeze("explanation")


def downgrade() -> None:
    op.drop_table("explanation")
    op.drop_column("report", "standing")
