"""Two web hosts, one with its clock an hour off: whichever answers, nobody is sent away, nothing is twice."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from random import Random
from time import time

import pytest
from flask import Flask
from itsdangerous import TimestampSigner
from werkzeug.test import TestResponse

from agencies.accounts import DEMO_OFFICES, demo_people
from agencies.store import read_tree
from core import audit, clock
from core.db import database, unit_of_work
from tests.browsers import PASSWORD, Browser
from tests.builders import RIGHT, SINCE, build, report_of, start_round
from tests.faults.reader import assert_sound, read
from web.app import create_app

CLERKS, ROUNDS = 2, 3
OFF = ContextVar("OFF", default=timedelta())


@pytest.fixture(params=[1, -1], ids=["ahead", "behind"])
def hosts(
    request: pytest.FixtureRequest, app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[list["Host"]]:
    """Two applications over one database; of one all clocks are off, also that which signs its cookies."""
    right = clock.now
    monkeypatch.setattr(clock, "now", lambda: right() + OFF.get())
    monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda _: int(time() + OFF.get().total_seconds()))
    shared = replace(app.config["SETTINGS"], secret_key="one key for all hosts")
    made = [create_app(replace(shared, data=tmp_path / name)) for name in ("first", "second")]
    yield [Host(made[0], timedelta()), Host(made[1], timedelta(hours=request.param))]
    for each in made:
        with each.app_context():
            database.engine.dispose()


@dataclass(frozen=True)
class Host:
    """A web host, and by how much its clocks are off."""

    app: Flask
    off: timedelta


@dataclass
class Clerk:
    """Somebody signed in, each of whose requests goes to whichever host."""

    hosts: list[Host]
    login: str
    report: int
    random: Random
    browser: Browser = field(init=False)

    def __post_init__(self) -> None:
        self.browser = Browser(self.hosts[0].app)
        assert self.somewhere().sign_in(self.login).status_code == 302
        self.token = self.somewhere().token()

    def somewhere(self) -> Browser:
        """The browser, served by one of the hosts."""
        host = self.random.choice(self.hosts)
        OFF.set(host.off)
        self.browser.client.application = host.app
        return self.browser

    def save(self, number: int) -> TestResponse:
        figures = RIGHT | {column: str(int(RIGHT[column]) + number) for column in ("4", "12")}
        changes = [{"section": "A", "row": "I1", "column": c, "value": v} for c, v in figures.items()]
        body = {"base": number, "idempotency_key": f"{self.login}-{number:06}", "changes": changes}
        headers = {"X-CSRFToken": self.token}
        return self.somewhere().client.post(f"/reports/{self.report}/save", json=body, headers=headers)

    def work(self, rounds: int) -> None:
        """Save twice the same, hand in, take back."""
        for number in range(rounds):
            answers = [self.save(number) for _ in range(2)]
            assert [each.json and each.json["revision"] for each in answers] == [number + 1] * 2
            for name in ("submit", "recall"):
                address = f"/reports/{self.report}/moves/{name}"
                assert self.somewhere().post(address, token=self.token).status_code == 302


def test_a_host_an_hour_off(hosts: list[Host], scale: Callable[[int, int], int]) -> None:
    app, turns = hosts[0].app, ROUNDS * scale(1, 20)
    with unit_of_work(app) as session:
        world = build(session, CLERKS)
        opened = start_round(session, world)
        reports = {code: report_of(session, opened, agency).id for code, agency in world.communes.items()}
        there = [node for node in read_tree(session, SINCE) if node.code in reports]
        demo_people(session, there, prefix="o", offices=DEMO_OFFICES, password=PASSWORD, now=clock.now())
    clerks = [Clerk(hosts, f"o-{code.lower()}", report, Random(report)) for code, report in reports.items()]
    with ThreadPoolExecutor(CLERKS) as threads:
        for done in [threads.submit(clerk.work, turns) for clerk in clerks]:
            done.result()
    assert_sound(app)
    for report in reports.values():
        assert read(app, "SELECT revision FROM report WHERE id = :r", r=report) == [(turns,)]
        assert read(app, "SELECT count(*) FROM move WHERE report_id = :r", r=report) == [(2 * turns,)]
    with unit_of_work(app) as session:
        audit.seal(session)
    with unit_of_work(app, write=False) as session:
        assert audit.verify(session).findings == []
