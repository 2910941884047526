"""A round is opened whole whatever dies: no report twice, none missing."""

import json
import subprocess
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Protocol

from flask import Flask
from sqlalchemy import select

from core.db import unit_of_work
from core.jobs import Job
from runtime.models import Report, Round
from tests.builders import World, build, request_round

SINGLE_STEPS = Path(__file__).with_name("single_steps.py")
PATIENCE = 120


class Worker(Protocol):
    """A worker process."""

    def kill(self) -> None:
        """Kill -9."""


def opening(app: Flask) -> tuple[str, int, bool]:
    """(state of the job, times it was claimed, whether the round is open)."""
    with unit_of_work(app, write=False) as session:
        job, opened = session.execute(select(Job, Round).join(Round, Round.job_id == Job.id)).one()
        return job.state, job.claim, opened.opened_at is not None


def wait_until(app: Flask, reached: Callable[[str, int], bool]) -> None:
    last = time.monotonic() + PATIENCE
    while not reached(*opening(app)[:2]):
        assert time.monotonic() < last, opening(app)
        time.sleep(0.01)


def assert_whole(app: Flask, world: World) -> None:
    with unit_of_work(app, write=False) as session:
        assert Counter(session.scalars(select(Report.agency_id))) == Counter(
            [world.lead, *world.communes.values()]
        )
    assert opening(app)[2]


def test_workers_killed_at_random_moments(
    app: Flask, worker: Callable[..., Worker], scale: Callable[[int, int], int]
) -> None:
    random = Random(2026)
    with unit_of_work(app) as session:
        world = build(session, scale(300, 1_500))
        request_round(session, world)
    for _ in range(scale(5, 20)):
        _, claims, done = opening(app)
        if done:
            break
        running = worker(jobs=SINGLE_STEPS)
        wait_until(app, lambda state, claim, claims=claims: claim > claims)  # type: ignore[misc]
        time.sleep(random.uniform(0, 0.1))
        running.kill()
    worker(jobs=SINGLE_STEPS)
    wait_until(app, lambda state, _: state == "done")
    assert_whole(app, world)


def test_no_queue_when_a_round_is_opened(
    app: Flask, bieumau: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    with unit_of_work(app) as session:
        world = build(session, 20)
    options = [
        "--template",
        "II.06a/VPCP/KSTT",
        "--frequency",
        "quarter",
        "--period",
        "III/2026",
        "--lead",
        "31",
    ]
    asked = bieumau("round", "open", *options, "--json")
    assert asked.returncode == 0, asked.stderr
    assert json.loads(asked.stdout) == {"round": 1, "period": "quý III/2026", "opened": False}
    assert opening(app) == ("pending", 0, False)
    swept = bieumau("worker", "--burst")
    assert swept.returncode == 0, swept.stderr
    assert_whole(app, world)
