"""Reporting regimes, what the library notes on templates, and who may design what."""

import sqlalchemy as sa
from alembic import op

from core.db import BigId, Json, UtcDateTime, freeze

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    _regimes()
    _cards()
    _mandates()


def _regimes() -> None:
    op.create_table(
        "regime",
        sa.Column("code", sa.String, nullable=False),
        sa.Column("agency_id", BigId),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("file", sa.Text, nullable=False),
        sa.Column("saved_at", UtcDateTime, nullable=False),
        sa.Column("saved_by", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_regime")),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_regime_agency_id_agency")),
    )
    op.create_table(
        "regime_template",
        sa.Column("regime_code", sa.String, nullable=False),
        sa.Column("template_code", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("regime_code", "template_code", name=op.f("pk_regime_template")),
        sa.ForeignKeyConstraint(
            ["regime_code"], ["regime.code"], name=op.f("fk_regime_template_regime_code_regime")
        ),
    )
    op.create_index(op.f("ix_regime_template_template_code"), "regime_template", ["template_code"])


def _cards() -> None:
    op.create_table(
        "template_card",
        sa.Column("template_code", sa.String, nullable=False),
        sa.Column("agency_id", BigId),
        sa.Column("tags", Json, nullable=False),
        sa.Column("shared", sa.Boolean, nullable=False),
        sa.Column("core_locked", sa.Boolean, nullable=False),
        sa.Column("origin_id", BigId),
        sa.Column("core_id", BigId),
        sa.PrimaryKeyConstraint("template_code", name=op.f("pk_template_card")),
        sa.ForeignKeyConstraint(
            ["template_code"], ["template.code"], name=op.f("fk_template_card_template_code_template")
        ),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_template_card_agency_id_agency")),
        sa.ForeignKeyConstraint(
            ["origin_id"], ["version.id"], name=op.f("fk_template_card_origin_id_version")
        ),
        sa.ForeignKeyConstraint(["core_id"], ["version.id"], name=op.f("fk_template_card_core_id_version")),
    )
    op.create_table(
        "template_move",
        sa.Column("id", BigId, nullable=False),
        sa.Column("template_code", sa.String, nullable=False),
        sa.Column("version_id", BigId),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("since", sa.Date, nullable=False),
        sa.Column("reason", sa.String, nullable=False),
        sa.Column("actor", sa.String, nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_template_move")),
        sa.CheckConstraint(
            "name IN ('decide', 'test', 'stop', 'retire', 'restore', 'withdraw')", name="name"
        ),
        sa.ForeignKeyConstraint(
            ["template_code"], ["template.code"], name=op.f("fk_template_move_template_code_template")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["version.id"], name=op.f("fk_template_move_version_id_version")
        ),
    )
    op.create_index(op.f("ix_template_move_template_code"), "template_move", ["template_code"])
    freeze("template_move")


def _mandates() -> None:
    op.create_table(
        "mandate",
        sa.Column("id", BigId, nullable=False),
        sa.Column("unit_type", sa.String, nullable=False),
        sa.Column("function", sa.String, nullable=False),
        sa.Column("regime", sa.String, nullable=False),
        sa.Column("may_draft", sa.Boolean, nullable=False),
        sa.Column("may_set_up", sa.Boolean, nullable=False),
        sa.Column("may_issue", sa.Boolean, nullable=False),
        sa.Column("addressees", Json, nullable=False),
        sa.Column("basis", sa.String, nullable=False),
        sa.Column("valid_from", sa.Date, nullable=False),
        sa.Column("valid_to", sa.Date),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mandate")),
        sa.CheckConstraint(
            "unit_type IN ('province', 'province.department', 'district', 'district.department', 'commune', "
            "'commune.department', 'organisation')",
            name="unit_type",
        ),
        sa.CheckConstraint("regime IN ('periodic', 'thematic', 'urgent')", name="regime"),
    )
    op.create_table(
        "level_switch",
        sa.Column("level", sa.String, nullable=False),
        sa.Column("taken_by", sa.String, nullable=False),
        sa.Column("since", sa.Date, nullable=False),
        sa.PrimaryKeyConstraint("level", name=op.f("pk_level_switch")),
    )


def downgrade() -> None:
    for table in (
        "level_switch",
        "mandate",
        "template_move",
        "template_card",
        "regime_template",
        "regime",
    ):
        op.drop_table(table)
