"""Rounds, reports, their figures, and the journal of who changed what."""

import sqlalchemy as sa
from alembic import op

from core.db import BigId, Json, UtcDateTime, freeze

revision = "0004"
down_revision = "0003"

PARTS = "part IN ('own', 'children')"


def upgrade() -> None:
    op.create_table(
        "round",
        sa.Column("id", BigId, nullable=False),
        sa.Column("template_code", sa.String, nullable=False),
        sa.Column("version_id", BigId, nullable=False),
        sa.Column("frequency", sa.String, nullable=False),
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("period_start", sa.Date, nullable=False),
        sa.Column("period_end", sa.Date, nullable=False),
        sa.Column("lead_id", BigId, nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False),
        sa.Column("scope", sa.String, nullable=False),
        sa.Column("flow", sa.String, nullable=False),
        sa.Column("due_at", UtcDateTime),
        sa.Column("requested_by", sa.String, nullable=False),
        sa.Column("requested_at", UtcDateTime, nullable=False),
        sa.Column("job_id", BigId),
        sa.Column("opened_at", UtcDateTime),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_round")),
        sa.UniqueConstraint(
            "template_code",
            "period_start",
            "period_end",
            "lead_id",
            "sequence",
            name=op.f("uq_round_template_code_period_start_period_end_lead_id_sequence"),
        ),
        _foreign("round", "version_id", "version"),
        _foreign("round", "lead_id", "agency"),
        _foreign("round", "job_id", "job"),
    )
    op.create_table(
        "report",
        sa.Column("id", BigId, nullable=False),
        sa.Column("round_id", BigId, nullable=False),
        sa.Column("agency_id", BigId, nullable=False),
        sa.Column("receiver_id", BigId),
        sa.Column("version_id", BigId, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("due_at", UtcDateTime),
        sa.Column("context", Json),
        sa.Column("coverage", Json),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report")),
        sa.UniqueConstraint("round_id", "agency_id", name=op.f("uq_report_round_id_agency_id")),
        sa.CheckConstraint(
            "state IN ('entering', 'submitted', 'returned', 'accepted')", name=op.f("ck_report_state")
        ),
        _foreign("report", "round_id", "round"),
        _foreign("report", "agency_id", "agency"),
        _foreign("report", "receiver_id", "agency"),
        _foreign("report", "version_id", "version"),
    )
    op.create_index(op.f("ix_report_agency_id"), "report", ["agency_id"])
    op.create_index(op.f("ix_report_round_id_receiver_id"), "report", ["round_id", "receiver_id"])
    op.create_table(
        "report_block",
        sa.Column("report_id", BigId, nullable=False),
        sa.Column("part", sa.String, nullable=False),
        sa.Column("section", sa.String, nullable=False),
        sa.Column("packed", sa.LargeBinary, nullable=False),
        sa.Column("texts", Json, nullable=False),
        sa.PrimaryKeyConstraint("report_id", "part", "section", name=op.f("pk_report_block")),
        sa.CheckConstraint(PARTS, name=op.f("ck_report_block_part")),
        _foreign("report_block", "report_id", "report"),
    )
    op.create_table(
        "report_row",
        sa.Column("report_id", BigId, nullable=False),
        sa.Column("part", sa.String, nullable=False),
        sa.Column("section", sa.String, nullable=False),
        sa.Column("key", sa.String, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("pattern", sa.String, nullable=False),
        sa.Column("agency", sa.String),
        sa.Column("packed", sa.LargeBinary, nullable=False),
        sa.Column("texts", Json, nullable=False),
        sa.PrimaryKeyConstraint("report_id", "part", "section", "key", name=op.f("pk_report_row")),
        sa.CheckConstraint(PARTS, name=op.f("ck_report_row_part")),
        _foreign("report_row", "report_id", "report"),
    )
    op.create_table(
        "journal",
        sa.Column("id", BigId, nullable=False),
        sa.Column("report_id", BigId, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("section", sa.String, nullable=False),
        sa.Column("row", sa.String, nullable=False),
        sa.Column("column", sa.String, nullable=False),
        sa.Column("old", sa.String, nullable=False),
        sa.Column("new", sa.String, nullable=False),
        sa.Column("actor", sa.String, nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("how", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal")),
        sa.UniqueConstraint(
            "report_id",
            "revision",
            "section",
            "row",
            "column",
            name=op.f("uq_journal_report_id_revision_section_row_column"),
        ),
        sa.CheckConstraint(
            "how IN ('typed', 'pasted', 'imported', 'computed', 'corrected')", name=op.f("ck_journal_how")
        ),
        _foreign("journal", "report_id", "report"),
    )
    op.create_table(
        "save",
        sa.Column("report_id", BigId, nullable=False),
        sa.Column("idempotency_key", sa.String, nullable=False),
        sa.Column("answer", Json, nullable=False),
        sa.PrimaryKeyConstraint("report_id", "idempotency_key", name=op.f("pk_save")),
        _foreign("save", "report_id", "report"),
    )
    op.create_table(
        "move",
        sa.Column("id", BigId, nullable=False),
        sa.Column("report_id", BigId, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("actor", sa.String, nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("reason", sa.String),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_move")),
        _foreign("move", "report_id", "report"),
    )
    op.create_index(op.f("ix_move_report_id"), "move", ["report_id"])
    op.create_table(
        "contribution",
        sa.Column("report_id", BigId, nullable=False),
        sa.Column("child_id", BigId, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("report_id", "child_id", name=op.f("pk_contribution")),
        _foreign("contribution", "report_id", "report"),
        _foreign("contribution", "child_id", "report"),
    )
    op.create_index(op.f("ix_contribution_child_id"), "contribution", ["child_id"])
    for table in ("journal", "save", "move"):
        freeze(table)


def _foreign(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}"))


def downgrade() -> None:
    for table in ("contribution", "move", "save", "journal", "report_row", "report_block", "report", "round"):
        op.drop_table(table)
