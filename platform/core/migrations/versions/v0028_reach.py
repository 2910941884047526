"""Messages by e-mail too, held and gathered as each person wants; who opened a report first."""

import sqlalchemy as sa
from alembic import op

from core.db import BigId, UtcDateTime, freeze

revision = "0028"
down_revision = "0027"


def upgrade() -> None:
    with op.batch_alter_table("notice") as notice:
        notice.alter_column("telephone", new_column_name="address")
        notice.add_column(sa.Column("medium", sa.String, nullable=False, server_default="telephone"))
        notice.add_column(sa.Column("account_id", BigId))
        notice.add_column(sa.Column("lang", sa.String, nullable=False, server_default="vi"))
        notice.add_column(sa.Column("held_until", UtcDateTime))
        notice.drop_constraint(op.f("ck_notice_state"), type_="check")
        notice.create_check_constraint(
            op.f("ck_notice_state"), "state IN ('pending', 'sent', 'failed', 'gathered')"
        )
        notice.create_check_constraint(op.f("ck_notice_medium"), "medium IN ('telephone', 'email')")
        notice.create_index(op.f("ix_notice_held_until"), ["held_until"])
    op.create_table(
        "account_reach",
        sa.Column("account_id", BigId, nullable=False),
        sa.Column("telephone", sa.Boolean, nullable=False),
        sa.Column("email", sa.Boolean, nullable=False),
        sa.Column("gathered", sa.String, nullable=False),
        sa.Column("quiet_from", sa.Integer, nullable=False),
        sa.Column("quiet_until", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_account_reach")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_account_reach_account_id_account")
        ),
        sa.CheckConstraint(
            "gathered IN ('at_once', 'hourly', 'daily')", name=op.f("ck_account_reach_gathered")
        ),
    )
    op.create_table(
        "report_seen",
        sa.Column("report_id", BigId, nullable=False),
        sa.Column("actor", sa.String, nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("report_id", name=op.f("pk_report_seen")),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_report_seen_report_id_report")),
    )
    freeze("report_seen")


def downgrade() -> None:
    op.drop_table("report_seen")
    op.drop_table("account_reach")
    op.execute("DELETE FROM notice WHERE medium <> 'telephone'")
    op.execute("UPDATE notice SET state = 'sent' WHERE state = 'gathered'")
    with op.batch_alter_table("notice") as notice:
        notice.drop_index(op.f("ix_notice_held_until"))
        notice.drop_constraint(op.f("ck_notice_medium"), type_="check")
        notice.drop_constraint(op.f("ck_notice_state"), type_="check")
        notice.create_check_constraint(op.f("ck_notice_state"), "state IN ('pending', 'sent', 'failed')")
        for name in ("held_until", "lang", "account_id", "medium"):
            notice.drop_column(name)
        notice.alter_column("address", new_column_name="telephone")
