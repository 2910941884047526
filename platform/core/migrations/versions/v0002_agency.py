"""The agency tree, every fact with its dates."""

import sqlalchemy as sa
from alembic import op

from core.db import BigId

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "level",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("code", sa.String, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("rank", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_level")),
        sa.UniqueConstraint("code", name=op.f("uq_level_code")),
        sa.UniqueConstraint("rank", name=op.f("uq_level_rank")),
    )
    op.create_table(
        "agency",
        sa.Column("id", BigId, nullable=False),
        sa.Column("level_id", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agency")),
        sa.ForeignKeyConstraint(["level_id"], ["level.id"], name=op.f("fk_agency_level_id_level")),
    )
    _dated(
        "agency_name",
        sa.Column("name", sa.String, nullable=False),
        sa.Column("sort_key", sa.String, nullable=False),
    )
    _dated(
        "agency_code",
        sa.Column("code", sa.String, nullable=False),
        sa.UniqueConstraint("code", "valid_from", name=op.f("uq_agency_code_code_valid_from")),
    )
    _dated(
        "agency_parent",
        sa.Column("parent_id", BigId, nullable=False),
        sa.ForeignKeyConstraint(["parent_id"], ["agency.id"], name=op.f("fk_agency_parent_parent_id_agency")),
    )
    op.create_index(op.f("ix_agency_parent_parent_id"), "agency_parent", ["parent_id"])


def _dated(table: str, *own: sa.schema.SchemaItem) -> None:
    op.create_table(
        table,
        sa.Column("id", BigId, nullable=False),
        sa.Column("agency_id", BigId, nullable=False),
        sa.Column("valid_from", sa.Date, nullable=False),
        sa.Column("valid_to", sa.Date),
        *own,
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f(f"fk_{table}_agency_id_agency")),
        sa.UniqueConstraint("agency_id", "valid_from", name=op.f(f"uq_{table}_agency_id_valid_from")),
    )


def downgrade() -> None:
    for table in ("agency_parent", "agency_code", "agency_name", "agency", "level"):
        op.drop_table(table)
