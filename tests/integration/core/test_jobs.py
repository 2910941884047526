"""Jobs: kept with their cause, run once, gone on with after every kind of death."""

import os
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, Protocol

import pytest
import rq.job
from flask import Flask
from rq.serializers import JSONSerializer
from sqlalchemy import func, select

from core import jobs, queue
from core.db import Session, insert_new, unit_of_work
from core.errors import Conflict, Invalid
from core.jobs import Job, Progress, recent_jobs, request_job
from engine.findings import Finding

SLOW_JOBS = Path(__file__).with_name("slow_jobs.py")
NOW = datetime(2026, 7, 1, tzinfo=UTC)


class Worker(Protocol):
    """A worker process."""

    def kill(self) -> None:
        """Kill -9."""


@pytest.fixture(autouse=True)
def functions(monkeypatch: pytest.MonkeyPatch) -> dict[str, jobs.JobFunction]:
    """Job functions of a test, forgotten after it."""
    table = dict(jobs.FUNCTIONS)
    monkeypatch.setattr(jobs, "FUNCTIONS", table)
    return table


def add_rows(
    session: Session, checkpoint: int | None, first: int, size: int, *, now: datetime
) -> Iterator[Progress]:
    """Inserts rows one step each, as the main job does."""
    for done in range(checkpoint or 0, size):
        values = {
            "id": first + done,
            "function": "row",
            "arguments": [],
            "requested_at": now,
            "state": "done",
        }
        insert_new(session, Job, [values])
        yield Progress(done + 1, done + 1, size)


def ask(app: Flask, function: str, *arguments: object) -> int:
    with unit_of_work(app) as session:
        return request_job(session, function, *arguments, actor="tester", now=NOW).id


def read(app: Flask, job_id: int) -> Job:
    with unit_of_work(app, write=False) as session:
        return session.get_one(Job, job_id)


def rows(app: Flask) -> int:
    with unit_of_work(app, write=False) as session:
        return session.scalars(select(func.count()).where(Job.function == "row")).one()


def run_pending(app: Flask) -> None:
    with app.app_context():
        jobs.run_pending_in_process()


def wait_for(app: Flask, job_id: int, condition: Callable[[Job], bool]) -> Job:
    for _ in range(600):
        if condition(found := read(app, job_id)):
            return found
        time.sleep(0.1)
    raise AssertionError(f"waited in vain: {found.state} {found.done}/{found.total} {found.error}")


def claimed_after(claim: int) -> Callable[[Job], bool]:
    return lambda job: job.claim > claim


def test_a_job_runs_once_to_its_end(app: Flask, functions: dict[str, jobs.JobFunction]) -> None:
    functions["test.add"] = add_rows
    job_id = ask(app, "test.add", 1000, 3)
    run_pending(app)
    run_pending(app)
    with app.app_context():
        jobs.run(job_id)
    done = read(app, job_id)
    assert (done.state, done.done, done.total, done.claim, done.actor) == ("done", 3, 3, 1, "tester")
    assert rows(app) == 3


def test_a_job_is_asked_for_with_its_cause_or_not_at_all(app: Flask) -> None:
    with pytest.raises(RuntimeError), unit_of_work(app) as session:
        request_job(session, "test.add")
        raise RuntimeError
    with unit_of_work(app, write=False) as session:
        assert recent_jobs(session) == []


def test_a_rerun_goes_on_at_the_checkpoint(app: Flask, functions: dict[str, jobs.JobFunction]) -> None:
    started: list[object] = []

    def breaks(session: Session, checkpoint: int | None, *, now: datetime) -> Iterator[Progress]:
        started.append((checkpoint, now))
        for step in add_rows(session, checkpoint, 1000, 4, now=now):
            yield step
            if len(started) == 1 and step.done == 2:
                raise KeyboardInterrupt  # as when the process is killed: nobody writes to the row

    functions["test.add"] = breaks
    job_id = ask(app, "test.add")
    with pytest.raises(KeyboardInterrupt):
        run_pending(app)
    assert read(app, job_id).state == "running"
    with app.app_context():
        jobs.run(job_id)  # its heart still beats
        assert read(app, job_id).claim == 1
        jobs.release(job_id)
    run_pending(app)
    assert started == [(None, NOW), (2, NOW)]
    assert (read(app, job_id).state, rows(app)) == ("done", 4)


def test_a_worker_that_lost_its_job_leaves_no_trace(
    app: Flask, functions: dict[str, jobs.JobFunction]
) -> None:
    def overtaken(session: Session, checkpoint: int | None, *, now: datetime) -> Iterator[Progress]:
        for step in add_rows(session, checkpoint, 1000, 2, now=now):
            yield step
            if checkpoint is None:
                jobs.release(job_id)
                jobs.run(job_id)

    functions["test.add"] = overtaken
    job_id = ask(app, "test.add")
    run_pending(app)
    assert (read(app, job_id).state, read(app, job_id).claim, rows(app)) == ("done", 2, 2)


def test_two_workers_may_send_a_job_again_at_once(
    app: Flask, valkey: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetch = rq.job.Job.fetch

    def fetched_and_gone(*args: Any, **how: Any) -> rq.job.Job:
        """The other worker drops the job right after this one has read it."""
        found = fetch(*args, **how)
        found.connection.delete(found.key)
        return found

    with app.app_context(), queue.connect() as connection:
        queue.send(1)
        fetch("1", connection=connection, serializer=JSONSerializer).set_status(rq.job.JobStatus.STARTED)
        monkeypatch.setattr(rq.job.Job, "fetch", fetched_and_gone)
        queue.resend(1)
        assert queue.open_queue(connection).get_job_ids().count("1") >= 1


@pytest.mark.parametrize(
    ("error", "kept"),
    [
        (Conflict("round.closed", round="2026"), {"code": "round.closed", "facts": {"round": "2026"}}),
        (Invalid([Finding("E_X", facts={"n": 1})]), {"code": "E_X", "facts": {"n": "1"}}),
        (ValueError("broken"), {"code": "job.crashed", "facts": {"error": "ValueError: broken"}}),
    ],
)
def test_a_job_that_raises_says_why(
    app: Flask, functions: dict[str, jobs.JobFunction], error: Exception, kept: dict[str, object]
) -> None:
    def fails(session: Session, checkpoint: None, *, now: datetime) -> Iterator[Progress]:
        yield from add_rows(session, None, 1000, 1, now=now)
        insert_new(session, Job, [{"id": 2000, "function": "row", "arguments": [], "requested_at": now}])
        raise error

    functions["test.fails"] = fails
    job_id = ask(app, "test.fails")
    run_pending(app)
    failed = read(app, job_id)
    assert (failed.state, failed.error, rows(app)) == ("failed", kept, 1)


def test_an_unknown_function_fails_its_job(app: Flask) -> None:
    job_id = ask(app, "os.system", "true")
    run_pending(app)
    assert read(app, job_id).error == {"code": "job.unknown", "facts": {"function": "os.system"}}


def test_a_job_that_kills_every_worker_ends(app: Flask) -> None:
    job_id = ask(app, "test.deadly")
    with unit_of_work(app) as session:
        session.get_one(Job, job_id).attempts = jobs.MAX_ATTEMPTS
    run_pending(app)
    assert read(app, job_id).error == {"code": "job.lost", "facts": {}}


def test_a_real_worker_runs_what_is_sent(app: Flask, worker: Callable[..., Worker]) -> None:
    worker()
    job_id = ask(app, "test.unknown")
    assert wait_for(app, job_id, lambda job: job.state != "running" and job.claim == 1).state == "failed"


def test_what_the_queue_never_got_is_swept(app: Flask, worker: Callable[..., Worker]) -> None:
    with app.app_context():
        os.rename(socket := _socket(app), f"{socket}.away")
        job_id = ask(app, "test.unknown")
        os.rename(f"{socket}.away", socket)
        with queue.connect() as connection:
            assert queue.open_queue(connection).count == 0
    worker("--burst")
    assert wait_for(app, job_id, lambda job: job.state == "failed").claim == 1


def test_killed_workers_do_each_step_once(
    app: Flask, worker: Callable[..., Worker], scale: Callable[[int, int], int]
) -> None:
    size = scale(100, 1_000)
    random = Random(20260701)
    job_id = ask(app, "test.slow", size)
    for _ in range(scale(4, 20)):
        running = worker(jobs=SLOW_JOBS)
        before = read(app, job_id).claim
        wait_for(app, job_id, claimed_after(before))
        time.sleep(random.uniform(0, 0.2))
        running.kill()
    worker(jobs=SLOW_JOBS)
    done = wait_for(app, job_id, lambda job: job.state == "done")
    assert (done.done, rows(app)) == (size, size)


def test_sending_twice_queues_once(app: Flask, valkey: str) -> None:
    with app.app_context(), queue.connect() as connection:
        job_id = ask(app, "test.unknown")
        queue.send(job_id)
        jobs.sweep(timedelta(0))
        assert queue.open_queue(connection).get_job_ids() == [str(job_id)]


def _socket(app: Flask) -> Path:
    from core.valkey import redis_url

    return Path(redis_url(app.config["SETTINGS"]).removeprefix("unix://"))
