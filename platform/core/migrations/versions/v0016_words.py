"""Narratives and documents of reports; those of an accepted report stand still, as its figures do."""

import sqlalchemy as sa
from alembic import op

from core.db import BigId, Json, UtcDateTime, freeze

revision = "0016"
down_revision = "0015"

WORDS = ("report_text", "report_file")


def upgrade() -> None:
    op.create_table(
        "report_text",
        sa.Column("report_id", BigId, nullable=False),
        sa.Column("section", sa.String, nullable=False),
        sa.Column("part", sa.String, nullable=False),
        sa.Column("text", sa.String, nullable=False),
        sa.Column("cited", Json, nullable=False),
        sa.PrimaryKeyConstraint("report_id", "section", "part", name=op.f("pk_report_text")),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_report_text_report_id_report")),
    )
    op.create_table(
        "report_file",
        sa.Column("report_id", BigId, nullable=False),
        sa.Column("section", sa.String, nullable=False),
        sa.Column("digest", sa.String, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("actor", sa.String, nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("report_id", "section", "digest", name=op.f("pk_report_file")),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_report_file_report_id_report")),
    )
    op.create_table(
        "file_piece",
        sa.Column("digest", sa.String, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("digest", "number", name=op.f("pk_file_piece")),
    )
    freeze("file_piece")
    for table in WORDS:
        _settle(table)


def _settle(table: str) -> None:
    """As 0009 does with figures."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"CREATE TRIGGER settled_{table} BEFORE INSERT OR UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_settled()"
        )
        return
    for verb, rows in (("INSERT", "NEW"), ("UPDATE", "OLD"), ("DELETE", "OLD")):
        op.execute(
            f"CREATE TRIGGER settled_{table}_{verb.lower()} BEFORE {verb} ON {table} "
            f"WHEN (SELECT state FROM report WHERE id = {rows}.report_id) = 'accepted' "
            "BEGIN SELECT RAISE(ABORT, 'words of an accepted report'); END"
        )


def downgrade() -> None:
    op.drop_table("file_piece")
    op.drop_table("report_file")
    op.drop_table("report_text")
