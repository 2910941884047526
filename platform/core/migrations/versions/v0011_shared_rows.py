"""Rounds in which each agency fills some rows of one form."""

import sqlalchemy as sa
from alembic import op

from core.db import Json

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.add_column("round", sa.Column("rows", Json))
    op.add_column("report", sa.Column("rows", Json))


def downgrade() -> None:
    op.drop_column("report", "rows")
    op.drop_column("round", "rows")
