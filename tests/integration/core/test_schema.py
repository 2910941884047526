"""The migrated schema is the one the models mean, and its steps go back and forth."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.operations import Operations
from flask import Flask
from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError

from core import schema
from core.db import Base, Session, engine_for, freeze, unit_of_work
from core.errors import Conflict


def differences(app: Flask) -> list[object]:
    with app.app_context(), engine_for(write=False).connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        return list(compare_metadata(context, Base.metadata))


def frozen(app: Flask) -> set[str]:
    """The tables that triggers guard, as the database itself tells."""
    with unit_of_work(app, write=False) as session:
        if session.get_bind().dialect.name == "sqlite":
            query = "SELECT tbl_name FROM sqlite_master WHERE name LIKE 'frozen%'"
        else:
            query = (
                "SELECT event_object_table FROM information_schema.triggers WHERE trigger_name LIKE 'frozen%'"
            )
        return set(session.execute(text(query)).scalars())


def test_models_and_migrations_agree_there_and_back(app: Flask) -> None:
    insert_only = {table.name for table in Base.metadata.tables.values() if table.info.get("frozen")}
    assert differences(app) == []
    assert frozen(app) == insert_only
    schema.downgrade(app)
    with app.app_context(), engine_for(write=False).connect() as connection:
        assert inspect(connection).get_table_names() == ["alembic_version"]
    schema.prepare(app)
    assert differences(app) == []
    assert frozen(app) == insert_only


def test_another_schema_is_refused(app: Flask) -> None:
    with unit_of_work(app) as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(Conflict) as refused:
        schema.prepare(app)
    assert refused.value.facts["found"] == "9999"


@pytest.mark.parametrize("change", ["UPDATE note SET body = ''", "DELETE FROM note", "TRUNCATE note"])
def test_a_frozen_table_only_grows(session: Session, change: str) -> None:
    if session.get_bind().dialect.name == "sqlite" and change.startswith("TRUNCATE"):
        return  # SQLite has no such statement
    session.execute(text("CREATE TABLE note (body TEXT)"))
    with Operations.context(MigrationContext.configure(session.connection())):
        freeze("note")
        freeze("note")
    session.execute(text("INSERT INTO note VALUES ('a')"))
    with pytest.raises(DBAPIError, match="note is insert-only"), session.begin_nested():
        session.execute(text(change))
    assert session.scalar(text("SELECT body FROM note")) == "a"
