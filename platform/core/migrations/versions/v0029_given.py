"""Totals of everything entered, figures that the lead unit gives, adjustments of totals; imported rounds."""

import sqlalchemy as sa
from alembic import op

from core.db import BigId, Json, UtcDateTime, freeze

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    op.create_table(
        "provisional",
        sa.Column("report_id", BigId, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("revisions", sa.Integer, nullable=False),
        sa.Column("known", Json, nullable=False),
        sa.Column("figures", Json, nullable=False),
        sa.Column("tally", Json),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("report_id", name=op.f("pk_provisional")),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_provisional_report_id_report")),
    )
    op.create_table(
        "given_figure",
        sa.Column("round_id", BigId, nullable=False),
        sa.Column("agency_id", BigId, nullable=False),
        *(sa.Column(name, sa.String, nullable=False) for name in ("section", "row", "column", "value")),
        sa.Column("actor", sa.String, nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint(
            "round_id", "agency_id", "section", "row", "column", name=op.f("pk_given_figure")
        ),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_given_figure_round_id_round")),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_given_figure_agency_id_agency")),
    )
    op.create_table(
        "adjustment",
        sa.Column("id", BigId, nullable=False),
        sa.Column("report_id", BigId, nullable=False),
        *(sa.Column(name, sa.String, nullable=False) for name in ("section", "row", "column")),
        sa.Column("amount", sa.String, nullable=False),
        sa.Column("basis", sa.String, nullable=False),
        sa.Column("reason", sa.String, nullable=False),
        sa.Column("actor", sa.String, nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_adjustment")),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_adjustment_report_id_report")),
    )
    op.create_index(op.f("ix_adjustment_report_id"), "adjustment", ["report_id"])
    freeze("adjustment")
    op.add_column("round", sa.Column("missing", sa.String, nullable=False, server_default="note"))
    op.add_column("round", sa.Column("imported", sa.Boolean, nullable=False, server_default=sa.false()))
    op.add_column("schedule", sa.Column("missing", sa.String, nullable=False, server_default="note"))


def downgrade() -> None:
    op.drop_column("schedule", "missing")
    op.drop_column("round", "imported")
    op.drop_column("round", "missing")
    for table in ("adjustment", "given_figure", "provisional"):
        op.drop_table(table)
