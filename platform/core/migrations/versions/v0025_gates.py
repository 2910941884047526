"""Reports may be verified and issued on their way; what was handed in is kept by its hash; marks on cells."""

import sqlalchemy as sa
from alembic import op

from core.db import BigId, Json, UtcDateTime, freeze

revision = "0025"
down_revision = "0024"

STATE = "state IN ('entering', {}'submitted', 'approved', {}'sent', 'accepted', 'returned')"
PATHS = (
    "steps IN ('submit,accept', 'submit,approve,accept', 'submit,send,accept', 'submit,approve,send,accept')"
)


def upgrade() -> None:
    for table in ("round", "schedule"):
        with op.batch_alter_table(table) as changed:
            changed.drop_constraint(op.f(f"ck_{table}_steps"), type_="check")
    _allow(STATE.format("'verified', ", "'issued', "))
    op.add_column("move", sa.Column("marks", Json))
    columns: dict[str, list[sa.schema.SchemaItem]] = {
        "revision": [
            sa.Column("state", sa.String, nullable=False),
            sa.Column("digest", sa.String, nullable=False),
        ],
        "issuing": [
            sa.Column("number", sa.String, nullable=False),
            sa.Column("symbol", sa.String, nullable=False),
            sa.Column("place", sa.String, nullable=False),
            sa.Column("day", sa.Date, nullable=False),
            sa.Column("authority", sa.String, nullable=False),
            sa.Column("position", sa.String, nullable=False),
            sa.Column("signer", sa.String, nullable=False),
            sa.CheckConstraint(
                "authority IN ('', 'TM.', 'KT.', 'TL.', 'TUQ.')", name=op.f("ck_issuing_authority")
            ),
        ],
        "signed_file": [
            sa.Column("code", sa.String, nullable=False),
            sa.Column("digest", sa.String, nullable=False),
            sa.Column("name", sa.String, nullable=False),
            sa.Column("size", sa.Integer, nullable=False),
        ],
    }
    for table, own in columns.items():
        op.create_table(
            table,
            sa.Column("id", BigId, nullable=False),
            sa.Column("report_id", BigId, nullable=False),
            sa.Column("revision", sa.Integer, nullable=False),
            *own,
            sa.Column("actor", sa.String, nullable=False),
            sa.Column("at", UtcDateTime, nullable=False),
            sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
            sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f(f"fk_{table}_report_id_report")),
        )
        op.create_index(op.f(f"ix_{table}_report_id"), table, ["report_id"])
        freeze(table)


def _allow(states: str) -> None:
    """Other states of a report; on SQLite its table is copied, and no trigger may name it meanwhile."""
    triggers: list[tuple[str, str]] = []
    if op.get_bind().dialect.name == "sqlite":
        named = sa.text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND sql LIKE '%report%'")
        triggers = [(name, sql) for name, sql in op.get_bind().execute(named)]
    for name, _ in triggers:
        op.execute(f"DROP TRIGGER {name}")
    with op.batch_alter_table("report") as changed:
        changed.drop_constraint(op.f("ck_report_state"), type_="check")
        changed.create_check_constraint(op.f("ck_report_state"), states)
    for _, sql in triggers:
        op.execute(sql)


def downgrade() -> None:
    for table in ("signed_file", "issuing", "revision"):
        op.drop_table(table)
    op.drop_column("move", "marks")
    op.execute("UPDATE report SET state = 'entering' WHERE state = 'verified'")
    op.execute("UPDATE report SET state = 'approved' WHERE state = 'issued'")
    _allow(STATE.format("", ""))
    for table in ("round", "schedule"):
        op.execute(f"UPDATE {table} SET steps = 'submit,approve,send,accept' WHERE NOT ({PATHS})")
        with op.batch_alter_table(table) as changed:
            changed.create_check_constraint(op.f(f"ck_{table}_steps"), PATHS)
