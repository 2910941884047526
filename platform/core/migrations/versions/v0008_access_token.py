"""Personal access tokens."""

import sqlalchemy as sa
from alembic import op

from core.db import BigId, UtcDateTime

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "access_token",
        sa.Column("id", BigId, nullable=False),
        sa.Column("account_id", BigId, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("key", sa.String, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("valid_until", UtcDateTime, nullable=False),
        sa.Column("revoked_at", UtcDateTime),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_token")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_access_token_account_id_account")
        ),
        sa.UniqueConstraint("key", name=op.f("uq_access_token_key")),
    )
    op.create_index(op.f("ix_access_token_account_id"), "access_token", ["account_id"])


def downgrade() -> None:
    op.drop_table("access_token")
