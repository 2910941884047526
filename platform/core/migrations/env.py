"""Runs the steps of the schema in the application's database.

To add a step, write `versions/vNNNN_<what>.py` with the next number, by hand or by
`bieumau db revision -m "<what>"` (then read what it drew up):

    revision = "0002"
    down_revision = "0001"

    def upgrade() -> None:
        op.create_table("agency", sa.Column("id", BigId, nullable=False), ...)
        freeze("journal")          # for a table that is only ever added to

Take column types from `core.db`, give each check constraint its short name (`op.f` for full ones), and
declare a frozen table in its model too: `__table_args__ = {"info": {"frozen": True}}`. A step that
alters a frozen table in batch mode calls `freeze` again. Tests compare the models with the migrated
schema, and take every step back and forth, on both databases.
"""

from alembic import context

from core.db import Base, engine_for

with engine_for(write=True).connect() as connection:
    if connection.dialect.name == "sqlite":
        # Batch mode copies a table; with foreign keys on, dropping the old one would empty its children.
        # The switch works outside a transaction only, and must not go back to the pool.
        connection.detach()
        connection.connection.cursor().execute("PRAGMA foreign_keys=OFF")
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        transactional_ddl=True,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()
