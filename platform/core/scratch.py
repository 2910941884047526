"""A database of its own for work that must leave no trace: SQLite, in a folder that is gone afterwards."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import Flask, current_app
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from core.db import Base, database, engine_for
from core.schema import migrate, upgrade
from core.settings import Settings

CHUNK = 5_000


@contextmanager
def scratch_database() -> Iterator[Session]:
    """A session over an empty database with the schema of this release; nothing in it is ever kept."""
    settings: Settings = current_app.config["SETTINGS"]
    with TemporaryDirectory(prefix="bieumau-", ignore_cleanup_errors=True) as folder:
        url = f"sqlite:///{folder}/scratch.sqlite"
        app = Flask("scratch")
        app.config["SETTINGS"] = replace(settings, data=Path(folder), database_url=url)
        app.config["PLUGINS"] = current_app.config["PLUGINS"]
        app.config["SQLALCHEMY_DATABASE_URI"] = url
        database.init_app(app)
        migrate.init_app(app, database)
        upgrade(app)
        with app.app_context():
            engine = engine_for(write=True)
        try:
            with Session(engine, expire_on_commit=False) as session:
                yield session
        finally:
            engine.dispose()


def copy_rows(source: Session, target: Session, models: list[type[Base]]) -> None:
    """All rows of some tables, parents before children, as they are."""
    for model in models:
        table = model.__table__
        rows = [dict(row) for row in source.execute(select(table)).mappings()]
        for start in range(0, len(rows), CHUNK):
            target.execute(insert(model), rows[start : start + CHUNK])
