"""Who came into a round and left it, whose cells are whose, who answers or signs for whom."""

import sqlalchemy as sa
from alembic import op

from core.db import BigId, Json, UtcDateTime, freeze

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    op.create_table(
        "membership",
        sa.Column("id", BigId, nullable=False),
        sa.Column("round_id", BigId, nullable=False),
        sa.Column("agency_id", BigId, nullable=False),
        sa.Column("receiver_id", BigId, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("due_at", UtcDateTime),
        sa.Column("reason", sa.String),
        sa.Column("actor", sa.String, nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_membership_round_id_round")),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_membership_agency_id_agency")),
        sa.ForeignKeyConstraint(
            ["receiver_id"], ["agency.id"], name=op.f("fk_membership_receiver_id_agency")
        ),
        sa.CheckConstraint(
            "name IN ('passed_on', 'joined', 'left_out', 'taken_back')", name=op.f("ck_membership_name")
        ),
    )
    op.create_index(op.f("ix_membership_round_id"), "membership", ["round_id"])
    freeze("membership")
    op.create_table(
        "personal_part",
        sa.Column("report_id", BigId, nullable=False),
        sa.Column("login", sa.String, nullable=False),
        sa.Column("cells", Json, nullable=False),
        sa.Column("given_by", sa.String, nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("report_id", "login", name=op.f("pk_personal_part")),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_personal_part_report_id_report")),
    )
    op.create_table(
        "entry_for",
        sa.Column("id", BigId, nullable=False),
        sa.Column("report_id", BigId, nullable=False),
        sa.Column("channel", sa.String, nullable=False),
        sa.Column("spoken_with", sa.String, nullable=False),
        sa.Column("spoken_at", UtcDateTime, nullable=False),
        sa.Column("note", sa.String),
        sa.Column("actor", sa.String, nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entry_for")),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_entry_for_report_id_report")),
        sa.CheckConstraint(
            "channel IN ('telephone', 'message', 'paper', 'in_person')", name=op.f("ck_entry_for_channel")
        ),
    )
    op.create_index(op.f("ix_entry_for_report_id"), "entry_for", ["report_id"])
    freeze("entry_for")
    op.create_table(
        "answer_link",
        sa.Column("id", BigId, nullable=False),
        sa.Column("report_id", BigId, nullable=False),
        sa.Column("key", sa.String, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("created_by", sa.String, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("valid_until", UtcDateTime, nullable=False),
        sa.Column("revoked_at", UtcDateTime),
        sa.Column("opened_at", UtcDateTime),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer_link")),
        sa.UniqueConstraint("key", name=op.f("uq_answer_link_key")),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_answer_link_report_id_report")),
    )
    op.create_index(op.f("ix_answer_link_report_id"), "answer_link", ["report_id"])
    op.add_column("account_grant", sa.Column("acting_for", BigId))
    op.add_column("account_grant", sa.Column("decision", sa.String))


def downgrade() -> None:
    op.drop_column("account_grant", "decision")
    op.drop_column("account_grant", "acting_for")
    for table in ("answer_link", "entry_for", "personal_part", "membership"):
        op.drop_table(table)
