"""The web server is killed in mid-save and mid-submission, again and again: its clients send again."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPException
from random import Random
from socket import socket
from threading import Event, Semaphore
from time import monotonic, sleep
from urllib.parse import urlencode

from flask import Flask

from agencies.accounts import DEMO_OFFICES, demo_people
from agencies.store import read_tree
from core import clock
from core.db import unit_of_work
from core.settings import Settings
from tests.benchmarks.bench_save import Clerk
from tests.browsers import PASSWORD
from tests.builders import SINCE, build, report_of, start_round
from tests.conftest import environment, free_port
from tests.faults.reader import assert_sound, read

CLERKS, PATIENCE = 3, 120
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class Web:
    """`bieumau serve` with all its processes."""

    def __init__(self, settings: Settings, port: int) -> None:
        command = [sys.executable, "-m", "web.cli", "serve", "--port", str(port), "--server", "gunicorn"]
        self._log = (settings.data / "serve.log").open("ab")
        self.process = subprocess.Popen(
            command,
            env=os.environ | environment(settings),
            stdout=self._log,
            stderr=self._log,
            start_new_session=True,
        )
        last = monotonic() + PATIENCE
        while not _answers(port):
            assert monotonic() < last and self.process.poll() is None
            sleep(0.05)

    def kill(self) -> None:
        """Kill -9 of all of them."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self._log.close()

    def stop(self) -> None:
        """As Ctrl-C does."""
        self.process.terminate()
        self.process.wait(timeout=PATIENCE)
        self._log.close()


def _answers(port: int) -> bool:
    with socket() as trying:
        return trying.connect_ex(("127.0.0.1", port)) == 0


class Sure:
    """A clerk that sends everything again until it is answered."""

    def __init__(self, clerk: Clerk, report: int, answered: Semaphore) -> None:
        self.clerk, self.report, self.answered, self.saves = clerk, report, answered, 0

    def work(self, over: Event) -> None:
        """Save, hand in and take back until it is over."""
        while not over.is_set():
            self.until(lambda: self.clerk.save(self.report, self.saves))
            self.saves += 1
            self.until(lambda: self.move("submit"))
            self.until(lambda: self.move("recall"))
        self.clerk.connection.close()

    def move(self, name: str) -> bool:
        """Made now, or made by the request whose answer was lost: then the state forbids it."""
        form = urlencode({"csrf_token": self.clerk.headers["X-CSRFToken"]}).encode()
        status, _ = self.clerk.ask("POST", f"/reports/{self.report}/moves/{name}", form, FORM)
        return status in (302, 409)

    def until(self, done: Callable[[], bool]) -> None:
        """Try until it is answered well."""
        last = monotonic() + PATIENCE
        while True:
            try:
                assert done()
                self.answered.release()
                return
            except (OSError, HTTPException):
                assert monotonic() < last
                self.clerk.connection.close()
                sleep(0.05)


def test_web_killed_in_saves_and_submissions(app: Flask, scale: Callable[[int, int], int]) -> None:
    random, settings = Random(2026), app.config["SETTINGS"]
    with unit_of_work(app) as session:
        world = build(session, CLERKS)
        opened = start_round(session, world)
        reports = {code: report_of(session, opened, agency).id for code, agency in world.communes.items()}
        there = [node for node in read_tree(session, SINCE) if node.code in reports]
        demo_people(session, there, prefix="o", offices=DEMO_OFFICES, password=PASSWORD, now=clock.now())
    port, answered, over = free_port(), Semaphore(0), Event()
    web = Web(settings, port)
    clerks = [Sure(Clerk(port, f"o-{code.lower()}"), report, answered) for code, report in reports.items()]
    with ThreadPoolExecutor(CLERKS) as threads:
        working = [threads.submit(clerk.work, over) for clerk in clerks]
        for _ in range(scale(2, 20)):
            for _ in range(3 * CLERKS):
                assert answered.acquire(timeout=PATIENCE)
            sleep(random.uniform(0, 0.2))
            web.kill()
            web = Web(settings, port)
        over.set()
        for each in working:
            each.result(timeout=PATIENCE)
    web.stop()
    assert_sound(app)
    for clerk in clerks:
        assert read(app, "SELECT revision FROM report WHERE id = :r", r=clerk.report) == [(clerk.saves,)]
        assert (
            len(read(app, "SELECT idempotency_key FROM save WHERE report_id = :r", r=clerk.report))
            == clerk.saves
        )
