"""A version keeps its rules compiled, so that their texts need not be read again."""

import sqlalchemy as sa
from alembic import op

from core.db import freeze

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.add_column("version", sa.Column("compiled", sa.Text))


def downgrade() -> None:
    with op.batch_alter_table("version") as version:
        version.drop_column("compiled")
    freeze("version")
