"""A schedule names the version of its form from a period on; missing children may be dealt with otherwise."""

import sqlalchemy as sa
from alembic import op

from core.db import Json

revision = "0031"
down_revision = "0030"

NAME = "name IN ('close', 'reopen', 'deadline', 'version'{})"


def upgrade() -> None:
    op.add_column("schedule", sa.Column("versions", Json))
    op.add_column("round_move", sa.Column("missing_before", sa.String))
    op.add_column("round_move", sa.Column("missing", sa.String))
    _allow(NAME.format(", 'missing'"))


def downgrade() -> None:
    _allow(NAME.format(""), "DELETE FROM round_move WHERE name = 'missing'")
    op.drop_column("round_move", "missing")
    op.drop_column("round_move", "missing_before")
    op.drop_column("schedule", "versions")


def _allow(condition: str, first: str = "") -> None:
    """Other names of moves; the triggers of the frozen table stand aside meanwhile."""
    if op.get_bind().dialect.name == "sqlite":
        kept = sa.text(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'round_move'"
        )
        triggers = op.get_bind().execute(kept).all()
        aside, back = [f"DROP TRIGGER {name}" for name, _ in triggers], [sql for _, sql in triggers]
    else:
        aside, back = ([f"ALTER TABLE round_move {verb} TRIGGER USER"] for verb in ("DISABLE", "ENABLE"))
    for statement in (*aside, *filter(None, [first])):
        op.execute(statement)
    with op.batch_alter_table("round_move") as changed:
        changed.drop_constraint(op.f("ck_round_move_name"), type_="check")
        changed.create_check_constraint(op.f("ck_round_move_name"), condition)
    for statement in back:
        op.execute(statement)
