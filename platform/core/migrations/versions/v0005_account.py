"""Accounts, roles, visits; the audit and its seals."""

import sqlalchemy as sa
from alembic import op

from core.db import BigId, Json, UtcDateTime, freeze

revision = "0005"
down_revision = "0004"

ROLES = (
    "entry",
    "verifier",
    "aggregator",
    "approver",
    "records_clerk",
    "designer",
    "reader",
    "unit_admin",
    "system_admin",
)


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("id", BigId, nullable=False),
        sa.Column("login", sa.String, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("agency_id", BigId, nullable=False),
        sa.Column("telephone", sa.String, nullable=False),
        sa.Column("email", sa.String, nullable=False),
        sa.Column("lang", sa.String, nullable=False),
        sa.Column("password_hash", sa.String),
        sa.Column("code_hash", sa.String),
        sa.Column("code_until", UtcDateTime),
        sa.Column("locked_at", UtcDateTime),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_account_agency_id_agency")),
        sa.UniqueConstraint("login", name=op.f("uq_account_login")),
    )
    op.create_index(op.f("ix_account_agency_id"), "account", ["agency_id"])
    op.create_table(
        "account_grant",
        sa.Column("id", BigId, nullable=False),
        sa.Column("account_id", BigId, nullable=False),
        sa.Column("role", sa.String, nullable=False),
        sa.Column("valid_from", sa.Date, nullable=False),
        sa.Column("valid_to", sa.Date),
        sa.Column("granted_by", sa.String, nullable=False),
        sa.Column("confirmed_by", sa.String),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_grant")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_account_grant_account_id_account")
        ),
        sa.UniqueConstraint(
            "account_id", "role", "valid_from", name=op.f("uq_account_grant_account_id_role_valid_from")
        ),
        sa.CheckConstraint(f"role IN {ROLES}", name=op.f("ck_account_grant_role")),
    )
    op.create_table(
        "visit",
        sa.Column("key", sa.String, nullable=False),
        sa.Column("account_id", BigId, nullable=False),
        sa.Column("started_at", UtcDateTime, nullable=False),
        sa.Column("ended_at", UtcDateTime),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_visit")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_visit_account_id_account")),
    )
    op.create_index(op.f("ix_visit_account_id"), "visit", ["account_id"])
    op.create_table(
        "audit",
        sa.Column("id", BigId, nullable=False),
        sa.Column("actor", sa.String),
        sa.Column("action", sa.String, nullable=False),
        sa.Column("subject", sa.String, nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("facts", Json, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    op.create_index(op.f("ix_audit_subject"), "audit", ["subject"])
    op.create_table(
        "audit_seal",
        sa.Column("number", BigId, nullable=False, autoincrement=False),
        sa.Column("audit_id", BigId, nullable=False),
        sa.Column("hash", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit_seal")),
        sa.ForeignKeyConstraint(["audit_id"], ["audit.id"], name=op.f("fk_audit_seal_audit_id_audit")),
        sa.UniqueConstraint("audit_id", name=op.f("uq_audit_seal_audit_id")),
    )
    freeze("audit")
    freeze("audit_seal")


def downgrade() -> None:
    for table in ("audit_seal", "audit", "visit", "account_grant", "account"):
        op.drop_table(table)
