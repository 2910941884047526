"""Corrections with their ripples, comments, complaints; triggers let a correction write and nothing else."""

import sqlalchemy as sa
from alembic import op

from core.db import BigId, Json, UtcDateTime, freeze

revision = "0026"
down_revision = "0025"

FIGURES = ("report_block", "report_row", "journal", "report_text", "report_file")
MOVED_ON = "(NEW.revision <> OLD.revision OR NEW.state NOT IN ('accepted', 'returned'))"
CORRECTED = (
    "(NEW.state NOT IN ('accepted', 'returned') OR (NEW.revision <> OLD.revision "
    "AND (SELECT count(*) FROM correcting WHERE report_id = OLD.id) = 0))"
)
"""An accepted report stays so or is returned; its revision is raised only while it is corrected."""


def _text(name: str, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String, nullable=nullable)


def _ref(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}_{to}"))


def _number(name: str, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, BigId, nullable=nullable)


def upgrade() -> None:
    op.add_column("round", sa.Column("materiality", sa.Integer, nullable=False, server_default="0"))
    _corrections()
    _talk()
    for table in ("correction_move", "comment"):
        freeze(table)
    _settle(
        "(SELECT state FROM report WHERE id = {row}.report_id) = 'accepted' "
        "AND (SELECT count(*) FROM correcting WHERE report_id = {row}.report_id) = 0",
        CORRECTED,
    )


def _corrections() -> None:
    op.create_table(
        "correction",
        _number("id"),
        _number("report_id"),
        _text("state"),
        _text("reason"),
        sa.Column("until", UtcDateTime),
        sa.Column("findings", Json),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction")),
        _ref("correction", "report_id", "report"),
        sa.CheckConstraint(
            "state IN ('asked', 'granted', 'refused', 'filled', 'withdrawn', 'approved', 'done')",
            name=op.f("ck_correction_state"),
        ),
    )
    op.create_index(op.f("ix_correction_report_id"), "correction", ["report_id"])
    op.create_table(
        "correction_cell",
        _number("correction_id"),
        _text("section"),
        _text("row"),
        _text("column"),
        _text("old"),
        _text("new", nullable=True),
        _text("reason", nullable=True),
        sa.PrimaryKeyConstraint("correction_id", "section", "row", "column", name=op.f("pk_correction_cell")),
        _ref("correction_cell", "correction_id", "correction"),
    )
    op.create_table(
        "correction_move",
        _number("id"),
        _number("correction_id"),
        _text("name"),
        _text("reason", nullable=True),
        _text("actor"),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction_move")),
        _ref("correction_move", "correction_id", "correction"),
    )
    op.create_index(op.f("ix_correction_move_correction_id"), "correction_move", ["correction_id"])
    op.create_table(
        "correcting",
        _number("report_id"),
        _number("correction_id"),
        sa.PrimaryKeyConstraint("report_id", name=op.f("pk_correcting")),
        _ref("correcting", "report_id", "report"),
        _ref("correcting", "correction_id", "correction"),
    )
    op.create_table(
        "ripple",
        _number("id"),
        _number("correction_id"),
        _number("report_id"),
        _text("state"),
        sa.Column("cells", Json, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        _text("note", nullable=True),
        _text("actor", nullable=True),
        sa.Column("at", UtcDateTime),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ripple")),
        sa.UniqueConstraint("correction_id", "report_id", name=op.f("uq_ripple_correction_id_report_id")),
        _ref("ripple", "correction_id", "correction"),
        _ref("ripple", "report_id", "report"),
        sa.CheckConstraint(
            "state IN ('free', 'to_note', 'to_sign', 'noted', 'signed')", name=op.f("ck_ripple_state")
        ),
    )
    op.create_index(op.f("ix_ripple_report_id"), "ripple", ["report_id"])


def _talk() -> None:
    op.create_table(
        "comment",
        _number("id"),
        _number("report_id"),
        _number("thread_id", nullable=True),
        _text("kind"),
        _text("section"),
        _text("row"),
        _text("column"),
        _text("text"),
        sa.Column("revision", sa.Integer, nullable=False),
        _number("agency_id"),
        _text("actor"),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment")),
        _ref("comment", "report_id", "report"),
        _ref("comment", "thread_id", "comment"),
        _ref("comment", "agency_id", "agency"),
        sa.CheckConstraint("kind IN ('said', 'resolved', 'reopened')", name=op.f("ck_comment_kind")),
    )
    op.create_index(op.f("ix_comment_report_id"), "comment", ["report_id"])
    op.create_table(
        "comment_seen",
        _text("login"),
        _number("report_id"),
        _number("comment_id"),
        sa.PrimaryKeyConstraint("login", "report_id", name=op.f("pk_comment_seen")),
        _ref("comment_seen", "report_id", "report"),
        _ref("comment_seen", "comment_id", "comment"),
    )
    op.create_table(
        "complaint",
        _number("id"),
        _number("report_id"),
        _text("section"),
        _text("row"),
        _text("column"),
        _text("text"),
        _number("agency_id"),
        _text("actor"),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("answer_by", sa.Date, nullable=False),
        _text("answer", nullable=True),
        _text("answered_by", nullable=True),
        sa.Column("answered_at", UtcDateTime),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint")),
        _ref("complaint", "report_id", "report"),
        _ref("complaint", "agency_id", "agency"),
    )
    op.create_index(op.f("ix_complaint_report_id"), "complaint", ["report_id"])


def _settle(figures: str, report: str) -> None:
    """Replace the triggers of 0009 and 0016: when figures stand still, and when a report may not change."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE OR REPLACE FUNCTION refuse_settled() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ DECLARE touched record; BEGIN "
            "IF TG_OP = 'INSERT' THEN touched := NEW; ELSE touched := OLD; END IF; "
            f"IF {figures.format(row='touched')} "
            "THEN RAISE EXCEPTION 'figures of an accepted report'; END IF; "
            "IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END $$"
        )
        op.execute(
            "CREATE OR REPLACE FUNCTION refuse_settled_report() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN IF {report} THEN RAISE EXCEPTION 'an accepted report'; END IF; RETURN NEW; END $$"
        )
        op.execute("DROP TRIGGER settled_report_update ON report")
        op.execute(
            "CREATE TRIGGER settled_report_update BEFORE UPDATE ON report "
            "FOR EACH ROW WHEN (OLD.state = 'accepted') EXECUTE FUNCTION refuse_settled_report()"
        )
        return
    for table in FIGURES:
        for verb, row in (("INSERT", "NEW"), ("UPDATE", "OLD"), ("DELETE", "OLD")):
            op.execute(f"DROP TRIGGER settled_{table}_{verb.lower()}")
            op.execute(
                f"CREATE TRIGGER settled_{table}_{verb.lower()} BEFORE {verb} ON {table} "
                f"WHEN {figures.format(row=row)} "
                "BEGIN SELECT RAISE(ABORT, 'figures of an accepted report'); END"
            )
    op.execute("DROP TRIGGER settled_report_update")
    op.execute(
        "CREATE TRIGGER settled_report_update BEFORE UPDATE ON report "
        f"WHEN OLD.state = 'accepted' AND {report} BEGIN SELECT RAISE(ABORT, 'an accepted report'); END"
    )


def downgrade() -> None:
    _settle("(SELECT state FROM report WHERE id = {row}.report_id) = 'accepted'", MOVED_ON)
    for table in (
        "complaint",
        "comment_seen",
        "comment",
        "ripple",
        "correcting",
        "correction_move",
        "correction_cell",
        "correction",
    ):
        op.drop_table(table)
    op.drop_column("round", "materiality")
