"""Jobs that wait for a moment; notices to people's telephones and the channel they go by."""

import sqlalchemy as sa
from alembic import op

from core.db import BigId, Json, UtcDateTime

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    with op.batch_alter_table("job") as job:
        job.add_column(sa.Column("not_before", UtcDateTime))
    op.create_table(
        "notice_channel",
        sa.Column("name", sa.String, nullable=False),
        sa.Column("enabled", sa.Boolean, nullable=False),
        sa.Column("values", Json, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_notice_channel")),
    )
    op.create_table(
        "notice",
        sa.Column("id", BigId, nullable=False),
        sa.Column("key", sa.String, nullable=False),
        sa.Column("subject", sa.String, nullable=False),
        sa.Column("batch", sa.String, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("addressee", sa.String, nullable=False),
        sa.Column("telephone", sa.String, nullable=False),
        sa.Column("text", sa.String, nullable=False),
        sa.Column("facts", Json, nullable=False),
        sa.Column("requested_at", UtcDateTime, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("tried_at", UtcDateTime),
        sa.Column("code", sa.String, nullable=False),
        sa.Column("status", sa.Integer),
        sa.Column("provider_id", sa.String, nullable=False),
        sa.Column("answer", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("key", name=op.f("uq_notice_key")),
        sa.CheckConstraint("state IN ('pending', 'sent', 'failed')", name="state"),
    )
    op.create_index(op.f("ix_notice_subject"), "notice", ["subject"])
    op.create_index(op.f("ix_notice_batch"), "notice", ["batch"])


def downgrade() -> None:
    op.drop_table("notice")
    op.drop_table("notice_channel")
    with op.batch_alter_table("job") as job:
        job.drop_column("not_before")
