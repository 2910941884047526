"""Attributes of agencies; who came after whom."""

import sqlalchemy as sa
from alembic import op

from core.db import BigId

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "agency_attribute",
        sa.Column("id", BigId, nullable=False),
        sa.Column("agency_id", BigId, nullable=False),
        sa.Column("valid_from", sa.Date, nullable=False),
        sa.Column("valid_to", sa.Date),
        sa.Column("key", sa.String, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("value", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agency_attribute")),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agency.id"], name=op.f("fk_agency_attribute_agency_id_agency")
        ),
        sa.UniqueConstraint(
            "agency_id", "key", "valid_from", name=op.f("uq_agency_attribute_agency_id_key_valid_from")
        ),
    )
    op.create_table(
        "agency_succession",
        sa.Column("id", BigId, nullable=False),
        sa.Column("predecessor_id", BigId, nullable=False),
        sa.Column("successor_id", BigId, nullable=False),
        sa.Column("on", sa.Date, nullable=False),
        sa.Column("extent", sa.String, nullable=False),
        sa.Column("share", sa.String),
        sa.Column("is_default", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agency_succession")),
        sa.ForeignKeyConstraint(
            ["predecessor_id"], ["agency.id"], name=op.f("fk_agency_succession_predecessor_id_agency")
        ),
        sa.ForeignKeyConstraint(
            ["successor_id"], ["agency.id"], name=op.f("fk_agency_succession_successor_id_agency")
        ),
        sa.UniqueConstraint(
            "predecessor_id",
            "successor_id",
            "on",
            name=op.f("uq_agency_succession_predecessor_id_successor_id_on"),
        ),
        sa.CheckConstraint("extent IN ('whole', 'part')", name=op.f("ck_agency_succession_extent")),
        sa.CheckConstraint("predecessor_id <> successor_id", name=op.f("ck_agency_succession_another")),
    )
    op.create_index(op.f("ix_agency_succession_successor_id"), "agency_succession", ["successor_id"])


def downgrade() -> None:
    for table in ("agency_succession", "agency_attribute"):
        op.drop_table(table)
