"""The long way of a report, and which steps of it a round uses; figures of an accepted report stand still."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

BEFORE = "state IN ('entering', 'submitted', 'returned', 'accepted')"
AFTER = "state IN ('entering', 'submitted', 'approved', 'sent', 'accepted', 'returned')"
PATHS = (
    "steps IN ('submit,accept', 'submit,approve,accept', 'submit,send,accept', 'submit,approve,send,accept')"
)
FIGURES = ("report_block", "report_row", "journal")
MOVED_ON = "(NEW.revision <> OLD.revision OR NEW.state NOT IN ('accepted', 'returned'))"


def upgrade() -> None:
    with op.batch_alter_table("report") as report:
        report.drop_constraint(op.f("ck_report_state"), type_="check")
        report.create_check_constraint(op.f("ck_report_state"), AFTER)
    with op.batch_alter_table("round") as round_:
        round_.add_column(sa.Column("steps", sa.String, nullable=False, server_default="submit,accept"))
        round_.create_check_constraint(op.f("ck_round_steps"), PATHS)
    if op.get_bind().dialect.name == "sqlite":
        _settle_sqlite()
    else:
        _settle_postgresql()


def _settle_sqlite() -> None:
    for table in FIGURES:
        for verb, rows in (("INSERT", "NEW"), ("UPDATE", "OLD"), ("DELETE", "OLD")):
            op.execute(
                f"CREATE TRIGGER settled_{table}_{verb.lower()} BEFORE {verb} ON {table} "
                f"WHEN (SELECT state FROM report WHERE id = {rows}.report_id) = 'accepted' "
                "BEGIN SELECT RAISE(ABORT, 'figures of an accepted report'); END"
            )
    for verb, when in (("UPDATE", f"AND {MOVED_ON}"), ("DELETE", "")):
        op.execute(
            f"CREATE TRIGGER settled_report_{verb.lower()} BEFORE {verb} ON report "
            f"WHEN OLD.state = 'accepted' {when} BEGIN SELECT RAISE(ABORT, 'an accepted report'); END"
        )


def _settle_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION refuse_settled() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ DECLARE touched bigint; BEGIN "
        "IF TG_OP = 'INSERT' THEN touched := NEW.report_id; ELSE touched := OLD.report_id; END IF; "
        "IF (SELECT state FROM report WHERE id = touched) = 'accepted' "
        "THEN RAISE EXCEPTION 'figures of an accepted report'; END IF; "
        "IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END $$"
    )
    for table in FIGURES:
        op.execute(
            f"CREATE TRIGGER settled_{table} BEFORE INSERT OR UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_settled()"
        )
    for verb, when in (("UPDATE", f"AND {MOVED_ON}"), ("DELETE", "")):
        op.execute(
            f"CREATE TRIGGER settled_report_{verb.lower()} BEFORE {verb} ON report "
            f"FOR EACH ROW WHEN (OLD.state = 'accepted' {when}) EXECUTE FUNCTION refuse_change()"
        )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for table in FIGURES:
            for verb in ("insert", "update", "delete"):
                op.execute(f"DROP TRIGGER settled_{table}_{verb}")
        op.execute("DROP TRIGGER settled_report_update")
        op.execute("DROP TRIGGER settled_report_delete")
    else:
        for table in FIGURES:
            op.execute(f"DROP TRIGGER settled_{table} ON {table}")
        op.execute("DROP TRIGGER settled_report_update ON report")
        op.execute("DROP TRIGGER settled_report_delete ON report")
        op.execute("DROP FUNCTION refuse_settled")
    op.execute("UPDATE report SET state = 'submitted' WHERE state IN ('approved', 'sent')")
    with op.batch_alter_table("round") as round_:
        round_.drop_constraint(op.f("ck_round_steps"), type_="check")
        round_.drop_column("steps")
    with op.batch_alter_table("report") as report:
        report.drop_constraint(op.f("ck_report_state"), type_="check")
        report.create_check_constraint(op.f("ck_report_state"), BEFORE)
