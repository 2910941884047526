"""A total keeps what it needs to exchange a few of the reports it was summed up from."""

import sqlalchemy as sa
from alembic import op

from core.db import Json

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.add_column("report", sa.Column("tally", Json))


def downgrade() -> None:
    op.drop_column("report", "tally")
