"""Workbooks that drafts are drawn from."""

import sqlalchemy as sa
from alembic import op

from core.db import BigId, Json, UtcDateTime

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    op.create_table(
        "workbook",
        sa.Column("id", BigId, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
        sa.Column("answers", Json, nullable=False),
        sa.Column("result", Json),
        sa.Column("job_id", BigId),
        sa.Column("agency_id", BigId, nullable=False),
        sa.Column("uploaded_by", sa.String, nullable=False),
        sa.Column("uploaded_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workbook")),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_workbook_job_id_job")),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_workbook_agency_id_agency")),
    )


def downgrade() -> None:
    op.drop_table("workbook")
