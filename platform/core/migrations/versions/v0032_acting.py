"""An appointment says in what capacity somebody acts, and for what position."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"


def upgrade() -> None:
    op.add_column("account_grant", sa.Column("capacity", sa.String))
    op.add_column("account_grant", sa.Column("position", sa.String))


def downgrade() -> None:
    op.drop_column("account_grant", "position")
    op.drop_column("account_grant", "capacity")
