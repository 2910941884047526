"""Workers are killed in mid-work, their queue is lost, their clocks are wrong: each job is done, once."""

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from random import Random
from shutil import rmtree

import pytest
from flask import Flask
from redis import Redis

from agencies.attributes import DUTY_TELEPHONE, set_attribute
from core import valkey as embedded
from core.db import unit_of_work
from core.notify import set_channel
from runtime.rounds.opening import open_round
from runtime.rounds.reminders import remind_all
from template_library.versions import get_version
from tests.builders import NOW, QUARTER, SINCE, build, start_round
from tests.faults.reader import assert_sound, read
from tests.faults.test_consolidation import assert_whole, fill, request
from tests.faults.test_opening import PATIENCE, SINGLE_STEPS, Worker
from tests.integration.plugins.provider import SECRET, serving

HERE = Path(__file__).parent
Start = Callable[..., Worker]
Scale = Callable[[int, int], int]


def job_is(app: Flask, job: int, *states: str) -> bool:
    """Whether a job stands in one of these states."""
    return read(app, "SELECT state FROM job WHERE id = :j", j=job)[0][0] in states


def wait_until(true: Callable[[], bool]) -> None:
    """Look again and again."""
    last = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < last
        time.sleep(0.02)


def kill_in(app: Flask, job: int, start: Start, times: int, jobs: Path | None = None) -> None:
    """Kill workers that have just begun with a job; the last one lives to end it."""
    random = Random(2026)
    for _ in range(times):
        claims = read(app, "SELECT claim FROM job WHERE id = :j", j=job)
        if job_is(app, job, "done"):
            break
        running = start(jobs=jobs)
        wait_until(lambda claims=claims: read(app, "SELECT claim FROM job WHERE id = :j", j=job) != claims)  # type: ignore[misc]
        time.sleep(random.uniform(0, 0.3))
        running.kill()
    start()
    wait_until(lambda: job_is(app, job, "done", "failed"))
    assert job_is(app, job, "done")


def test_killed_in_summing_up(app: Flask, worker: Start, scale: Scale) -> None:
    round_id, total = fill(app)
    kill_in(app, request(app, round_id), worker, scale(2, 20), HERE / "slow_sums.py")
    assert_whole(app, total)
    assert_sound(app)


def test_killed_in_reminding(
    app: Flask, worker: Start, scale: Scale, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each agency is told; who was told twice was so under one request id, by which providers know it."""
    communes, kills = scale(8, 40), scale(2, 20)
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], notice_secret=SECRET)
    monkeypatch.setenv("BIEUMAU_NOTICE_SECRET", SECRET)
    with serving() as provider:
        answer = provider.answer
        provider.answer = lambda number: (time.sleep(0.1), answer(number))[1]  # type: ignore[func-returns-value]
        with unit_of_work(app) as session:
            world = build(session, communes)
            for number, agency in enumerate(world.communes.values()):
                told = f"0912{number:06}"
                set_attribute(session, agency, DUTY_TELEPHONE, told, since=SINCE, actor="test", now=NOW)
            set_channel(session, "http_gateway", provider.values(), enabled=True, actor="sys", now=NOW)
            opened = start_round(session, world).id
        with unit_of_work(app) as session:
            assert remind_all(session, opened, actor="test", now=NOW) == communes
        ((job,),) = read(app, "SELECT max(id) FROM job WHERE function = 'core.send_notices'")
        assert isinstance(job, int)
        kill_in(app, job, worker, kills)
    requests = [(each["to"], each["request"]) for each in provider.asked]
    assert len(set(requests)) == communes
    assert len(requests) <= communes + kills
    assert read(app, "SELECT state, count(*) FROM notice GROUP BY state") == [("sent", communes)]


def test_the_queue_comes_back_empty_and_clocks_are_wrong(app: Flask, worker: Start, scale: Scale) -> None:
    """What was asked for stands in the database; workers an hour off take it from each other, once."""
    settings = app.config["SETTINGS"]
    with unit_of_work(app) as session:
        world = build(session, scale(20, 300))
    for jobs in (SINGLE_STEPS, HERE / "hour_ahead.py", HERE / "hour_behind.py"):
        worker(jobs=jobs)
    for sequence in range(1, scale(2, 20) + 1):
        with unit_of_work(app) as session:
            job = open_round(
                session,
                version=get_version(session, world.version),
                period=QUARTER,
                lead=world.lead,
                sequence=sequence,
                actor="a",
                now=NOW,
            ).job_id
        assert job
        with Redis.from_url(embedded.redis_url(settings)) as queue:
            queue.flushall()
            queue.shutdown(nosave=True, now=True)
        rmtree(settings.data / "appendonlydir")
        with embedded.serving(settings):
            wait_until(lambda job=job: job_is(app, job, "done", "failed"))  # type: ignore[misc]
        assert job_is(app, job, "done")
    assert_sound(app)
    assert len(read(app, "SELECT id FROM report")) == (len(world.communes) + 1) * scale(2, 20)
