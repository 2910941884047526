"""Who asks may say in words what the asking is about."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    op.add_column("round", sa.Column("note", sa.String))


def downgrade() -> None:
    op.drop_column("round", "note")
