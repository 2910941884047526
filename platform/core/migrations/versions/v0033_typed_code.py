"""Of a signed copy it is kept whether its code was read in the file, or on the paper by who sent it."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"


def upgrade() -> None:
    op.add_column("signed_file", sa.Column("typed", sa.Boolean, nullable=False, server_default=sa.false()))


def downgrade() -> None:
    op.drop_column("signed_file", "typed")
