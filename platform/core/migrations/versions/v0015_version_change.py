"""Open reports go over to a new version of their form; the journal and the round say so."""

import sqlalchemy as sa
from alembic import op

from core.db import BigId, Json, UtcDateTime, freeze

revision = "0015"
down_revision = "0014"

HOW = "how IN ('typed', 'pasted', 'imported', 'computed', 'corrected'{})"
NAME = "name IN ('close', 'reopen', 'deadline'{})"


def upgrade() -> None:
    _allow("journal", "ck_journal_how", HOW.format(", 'moved'"))
    _allow("round_move", "ck_round_move_name", NAME.format(", 'version'"))
    op.create_table(
        "version_change",
        sa.Column("id", BigId, nullable=False),
        sa.Column("report_id", BigId, nullable=False),
        sa.Column("version_before", BigId, nullable=False),
        sa.Column("version_after", BigId, nullable=False),
        sa.Column("became", Json, nullable=False),
        sa.Column("lost", Json, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("actor", sa.String, nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_version_change")),
        sa.ForeignKeyConstraint(
            ["report_id"], ["report.id"], name=op.f("fk_version_change_report_id_report")
        ),
        sa.ForeignKeyConstraint(
            ["version_before"], ["version.id"], name=op.f("fk_version_change_version_before_version")
        ),
        sa.ForeignKeyConstraint(
            ["version_after"], ["version.id"], name=op.f("fk_version_change_version_after_version")
        ),
    )
    op.create_index(op.f("ix_version_change_report_id"), "version_change", ["report_id"])
    freeze("version_change")


def _allow(table: str, constraint: str, condition: str, first: str = "") -> None:
    """Other values in a column of a frozen table, whose triggers stand aside meanwhile."""
    if op.get_bind().dialect.name == "sqlite":
        kept = sa.text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table")
        triggers = op.get_bind().execute(kept, {"table": table}).all()
        aside, back = [f"DROP TRIGGER {name}" for name, _ in triggers], [sql for _, sql in triggers]
    else:
        aside, back = ([f"ALTER TABLE {table} {verb} TRIGGER USER"] for verb in ("DISABLE", "ENABLE"))
    for statement in (*aside, *filter(None, [first])):
        op.execute(statement)
    with op.batch_alter_table(table) as changed:
        changed.drop_constraint(op.f(constraint), type_="check")
        changed.create_check_constraint(op.f(constraint), condition)
    for statement in back:
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("version_change")
    imported = "UPDATE journal SET how = 'imported' WHERE how = 'moved'"
    _allow("journal", "ck_journal_how", HOW.format(""), imported)
    _allow(
        "round_move", "ck_round_move_name", NAME.format(""), "DELETE FROM round_move WHERE name = 'version'"
    )
