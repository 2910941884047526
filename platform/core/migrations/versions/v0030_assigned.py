"""A report is assigned until somebody opens it or types in it."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"

STATE = (
    "state IN ({}'entering', 'verified', 'submitted', 'approved', 'issued', 'sent', 'accepted', 'returned')"
)
UNTOUCHED = (
    "UPDATE report SET state = 'assigned' WHERE state = 'entering' AND revision = 0 "
    "AND id NOT IN (SELECT report_id FROM report_seen)"
)


def upgrade() -> None:
    _allow(STATE.format("'assigned', "))
    op.execute(UNTOUCHED)


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
    op.execute("UPDATE report SET state = 'entering' WHERE state = 'assigned'")
    _allow(STATE.format(""))
