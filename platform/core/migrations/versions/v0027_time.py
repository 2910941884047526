"""Days swapped, periods with days of their own, terms of reports, outages, series of bulletins."""

import sqlalchemy as sa
from alembic import op

from core.db import BigId, Json, UtcDateTime, freeze

revision = "0027"
down_revision = "0026"

SCHEDULED = ("due_times", "own", "spans", "locks")


def upgrade() -> None:
    op.create_table(
        "swapped_day",
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("works", sa.Boolean, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("actor", sa.String, nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_swapped_day")),
    )
    op.create_table(
        "outage",
        sa.Column("id", BigId, nullable=False),
        sa.Column("starts_at", UtcDateTime, nullable=False),
        sa.Column("ends_at", UtcDateTime, nullable=False),
        sa.Column("reason", sa.String, nullable=False),
        sa.Column("actor", sa.String, nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outage")),
    )
    op.create_table(
        "term",
        sa.Column("id", BigId, nullable=False),
        sa.Column("report_id", BigId, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("due_before", UtcDateTime),
        sa.Column("until", UtcDateTime),
        sa.Column("reason", sa.String),
        sa.Column("outage_id", BigId),
        sa.Column("actor", sa.String, nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_term")),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_term_report_id_report")),
        sa.ForeignKeyConstraint(["outage_id"], ["outage.id"], name=op.f("fk_term_outage_id_outage")),
        sa.CheckConstraint(
            "name IN ('ask', 'grant', 'refuse', 'late', 'lock', 'unlock', 'outage')",
            name=op.f("ck_term_name"),
        ),
    )
    op.create_index(op.f("ix_term_report_id"), "term", ["report_id"])
    freeze("term")
    op.create_table(
        "event",
        sa.Column("id", BigId, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("template_code", sa.String, nullable=False),
        sa.Column("lead_id", BigId, nullable=False),
        sa.Column("scope", sa.String, nullable=False),
        sa.Column("flow", sa.String, nullable=False),
        sa.Column("steps", sa.String, nullable=False),
        sa.Column("due_minutes", sa.Integer, nullable=False),
        sa.Column("every_hours", sa.Integer),
        sa.Column("next_at", UtcDateTime),
        sa.Column("started_by", sa.String, nullable=False),
        sa.Column("started_at", UtcDateTime, nullable=False),
        sa.Column("closed_at", UtcDateTime),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
        sa.ForeignKeyConstraint(
            ["template_code"], ["template.code"], name=op.f("fk_event_template_code_template")
        ),
        sa.ForeignKeyConstraint(["lead_id"], ["agency.id"], name=op.f("fk_event_lead_id_agency")),
    )
    op.create_index(op.f("ix_event_lead_id"), "event", ["lead_id"])
    op.add_column("round", sa.Column("event_id", BigId))
    op.add_column("round", sa.Column("locks", Json))
    op.create_index(op.f("ix_round_event_id_number"), "round", ["event_id", "number"], unique=True)
    op.add_column("report", sa.Column("locks_at", UtcDateTime))
    for name in SCHEDULED:
        op.add_column("schedule", sa.Column(name, Json))


def downgrade() -> None:
    for name in SCHEDULED:
        op.drop_column("schedule", name)
    op.drop_column("report", "locks_at")
    op.drop_index(op.f("ix_round_event_id_number"), "round")
    op.drop_column("round", "locks")
    op.drop_column("round", "event_id")
    for table in ("event", "term", "outage", "swapped_day"):
        op.drop_table(table)
