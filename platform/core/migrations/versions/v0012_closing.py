"""Rounds are closed, opened again, given other deadlines; the journal knows which page saved a cell."""

import sqlalchemy as sa
from alembic import op

from core.db import BigId, UtcDateTime, freeze

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.add_column("journal", sa.Column("client", sa.String))
    op.add_column("round", sa.Column("closed_at", UtcDateTime))
    op.create_table(
        "round_move",
        sa.Column("id", BigId, nullable=False),
        sa.Column("round_id", BigId, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("due_before", UtcDateTime),
        sa.Column("due_at", UtcDateTime),
        sa.Column("reason", sa.String),
        sa.Column("actor", sa.String, nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_round_move")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_round_move_round_id_round")),
        sa.CheckConstraint("name IN ('close', 'reopen', 'deadline')", name="name"),
    )
    op.create_index(op.f("ix_round_move_round_id"), "round_move", ["round_id"])
    freeze("round_move")


def downgrade() -> None:
    op.drop_table("round_move")
    op.drop_column("round", "closed_at")
    op.drop_column("journal", "client")
