"""Templates, their drafts and their frozen versions."""

import sqlalchemy as sa
from alembic import op

from core.db import BigId, UtcDateTime, freeze

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "template",
        sa.Column("code", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_template")),
    )
    op.create_table(
        "draft",
        sa.Column("template_code", sa.String, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("file", sa.Text, nullable=False),
        sa.Column("saved_at", UtcDateTime, nullable=False),
        sa.Column("saved_by", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("template_code", name=op.f("pk_draft")),
        sa.ForeignKeyConstraint(
            ["template_code"], ["template.code"], name=op.f("fk_draft_template_code_template")
        ),
    )
    op.create_table(
        "version",
        sa.Column("id", BigId, nullable=False),
        sa.Column("template_code", sa.String, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("effective_from", sa.Date, nullable=False),
        sa.Column("content_hash", sa.String, nullable=False),
        sa.Column("file", sa.Text, nullable=False),
        sa.Column("published_at", UtcDateTime, nullable=False),
        sa.Column("published_by", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_version")),
        sa.ForeignKeyConstraint(
            ["template_code"], ["template.code"], name=op.f("fk_version_template_code_template")
        ),
        sa.UniqueConstraint("template_code", "number", name=op.f("uq_version_template_code_number")),
        sa.UniqueConstraint(
            "template_code", "content_hash", name=op.f("uq_version_template_code_content_hash")
        ),
    )
    freeze("version")


def downgrade() -> None:
    for table in ("version", "draft", "template"):
        op.drop_table(table)
