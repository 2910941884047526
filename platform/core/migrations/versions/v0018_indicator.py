"""Indicators, what they mean from a day on, who answers for them, what agencies propose."""

import sqlalchemy as sa
from alembic import op

from core.db import BigId, Json, UtcDateTime, freeze

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    op.create_table(
        "indicator_set",
        sa.Column("id", BigId, nullable=False),
        sa.Column("code", sa.String, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("issuer", sa.String, nullable=False),
        sa.Column("legal_basis", sa.String, nullable=False),
        sa.Column("agency_id", BigId),
        sa.Column("valid_from", sa.Date, nullable=False),
        sa.Column("valid_to", sa.Date),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_indicator_set")),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_indicator_set_agency_id_agency")),
        sa.UniqueConstraint("code", name=op.f("uq_indicator_set_code")),
    )
    op.create_table(
        "indicator",
        sa.Column("code", sa.String, nullable=False),
        sa.Column("set_id", BigId, nullable=False),
        sa.Column("group", sa.String, nullable=False),
        sa.Column("retired_on", sa.Date),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_indicator")),
        sa.ForeignKeyConstraint(
            ["set_id"], ["indicator_set.id"], name=op.f("fk_indicator_set_id_indicator_set")
        ),
    )
    op.create_index(op.f("ix_indicator_set_id"), "indicator", ["set_id"])
    op.create_table(
        "indicator_version",
        sa.Column("id", BigId, nullable=False),
        sa.Column("indicator_code", sa.String, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("valid_from", sa.Date, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("search_key", sa.String, nullable=False),
        sa.Column("meaning", Json, nullable=False),
        sa.Column("saved_at", UtcDateTime, nullable=False),
        sa.Column("saved_by", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_indicator_version")),
        sa.ForeignKeyConstraint(
            ["indicator_code"],
            ["indicator.code"],
            name=op.f("fk_indicator_version_indicator_code_indicator"),
        ),
        sa.UniqueConstraint(
            "indicator_code", "number", name=op.f("uq_indicator_version_indicator_code_number")
        ),
    )
    freeze("indicator_version")
    _assignments()
    _proposals()


def _assignments() -> None:
    op.create_table(
        "indicator_assignment",
        sa.Column("id", BigId, nullable=False),
        sa.Column("indicator_code", sa.String, nullable=False),
        sa.Column("agency_id", BigId, nullable=False),
        sa.Column("duty", sa.String, nullable=False),
        sa.Column("decision", sa.String, nullable=False),
        sa.Column("valid_from", sa.Date, nullable=False),
        sa.Column("valid_to", sa.Date),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_indicator_assignment")),
        sa.ForeignKeyConstraint(
            ["indicator_code"],
            ["indicator.code"],
            name=op.f("fk_indicator_assignment_indicator_code_indicator"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agency.id"], name=op.f("fk_indicator_assignment_agency_id_agency")
        ),
        sa.UniqueConstraint(
            "indicator_code",
            "agency_id",
            "duty",
            "valid_from",
            name=op.f("uq_indicator_assignment_once"),
        ),
        sa.CheckConstraint("duty IN ('responsible', 'supplies')", name=op.f("ck_indicator_assignment_duty")),
    )
    for column in ("indicator_code", "agency_id"):
        op.create_index(op.f(f"ix_indicator_assignment_{column}"), "indicator_assignment", [column])


def _proposals() -> None:
    op.create_table(
        "indicator_proposal",
        sa.Column("id", BigId, nullable=False),
        sa.Column("indicator_code", sa.String, nullable=False),
        sa.Column("set_id", BigId, nullable=False),
        sa.Column("group", sa.String, nullable=False),
        sa.Column("meaning", Json, nullable=False),
        sa.Column("reason", sa.String, nullable=False),
        sa.Column("agency_id", BigId, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("proposed_at", UtcDateTime, nullable=False),
        sa.Column("proposed_by", sa.String, nullable=False),
        sa.Column("answer", sa.String),
        sa.Column("answered_at", UtcDateTime),
        sa.Column("answered_by", sa.String),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_indicator_proposal")),
        sa.ForeignKeyConstraint(
            ["set_id"], ["indicator_set.id"], name=op.f("fk_indicator_proposal_set_id_indicator_set")
        ),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agency.id"], name=op.f("fk_indicator_proposal_agency_id_agency")
        ),
        sa.CheckConstraint(
            "state IN ('proposed', 'accepted', 'declined', 'withdrawn')",
            name=op.f("ck_indicator_proposal_state"),
        ),
    )
    op.create_index(op.f("ix_indicator_proposal_agency_id"), "indicator_proposal", ["agency_id"])


def downgrade() -> None:
    for table in (
        "indicator_proposal",
        "indicator_assignment",
        "indicator_version",
        "indicator",
        "indicator_set",
    ):
        op.drop_table(table)
