"""Background work: a row in the same transaction as its cause, run by whoever claims it first.

The row is the truth; the queue only wakes a worker. A job is a generator:

    @job("runtime.open_round")
    def open_round(session, checkpoint, round_id, *, now):
        for part in parts_after(checkpoint):
            ...
            yield Progress(checkpoint=part.key, done=n, total=m)

The work of each step is kept together with its checkpoint, so a killed job goes on where it was. Rows are
written with `insert_new` and conditional updates: running a job twice leaves the same tables. No step
holds the write lock for more than a second. `now` is the moment of the request, the same in every run.
"""

import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from flask import current_app
from sqlalchemy import CheckConstraint, ColumnElement, and_, func, or_, select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Mapped, Session, mapped_column

from core import clock, queue
from core.db import Base, BigId, Json, after_commit, settle, unit_of_work
from core.errors import NotFound, Refusal
from core.settings import Settings

LOG = logging.getLogger(__name__)
MAX_ATTEMPTS = 25  # without a step done; ends a job that kills its worker each time


class Job(Base):
    """One piece of background work. Who raised `claim` last holds it; an earlier holder's step is lost."""

    __tablename__ = "job"
    __table_args__ = (CheckConstraint("state IN ('pending', 'running', 'done', 'failed')", name="state"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    function: Mapped[str]
    arguments: Mapped[list[Any]] = mapped_column(Json)
    actor: Mapped[str | None]
    state: Mapped[str] = mapped_column(default="pending", index=True)
    checkpoint: Mapped[Any | None] = mapped_column(Json)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    claim: Mapped[int] = mapped_column(default=0)
    attempts: Mapped[int] = mapped_column(default=0)  # claims since the last checkpoint
    requested_at: Mapped[datetime]
    not_before: Mapped[datetime | None]
    heartbeat_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    error: Mapped[dict[str, Any] | None] = mapped_column(Json)  # code and facts


@dataclass(frozen=True)
class Progress:
    """What a step reached: a JSON value to go on from, and how much of the whole is done.

    The last step may be kept together with what the job does after it.
    """

    checkpoint: object
    done: int = 0
    total: int = 0
    is_last: bool = False


JobFunction = Callable[..., Iterator[Progress]]
FUNCTIONS: dict[str, JobFunction] = {}


class _ClaimLost(Exception):
    """Another worker took the job over."""


def job(name: str) -> Callable[[JobFunction], JobFunction]:
    """Register a generator under a name that rows keep; a row never names code to import."""

    def register(function: JobFunction) -> JobFunction:
        if name in FUNCTIONS:
            raise ValueError(f"two jobs are named {name}")
        FUNCTIONS[name] = function
        return function

    return register


def request_job(
    session: Session,
    function: str,
    *arguments: object,
    actor: str | None = None,
    now: datetime | None = None,
    after: timedelta | None = None,
) -> Job:
    """Ask for background work in this transaction; it is sent once the work is kept, or never.

    With `after` it waits so long, until a sweep finds it due.
    """
    requested = Job(
        function=function, arguments=list(arguments), actor=actor, requested_at=now or clock.now()
    )
    requested.not_before = clock.now() + after if after else None
    session.add(requested)
    session.flush()
    if after is None:
        after_commit(session, partial(queue.send, requested.id))
    return requested


def run(job_id: int) -> None:
    """Run one job to its end; leave at once when it is done, failed or in other hands."""
    with unit_of_work() as session:
        claimed = _claim(session, job_id)
    if claimed is None:
        return
    try:
        with unit_of_work() as session:
            _work(session, claimed)
    except _ClaimLost:
        LOG.warning("job %s went to another worker", job_id)
    except Refusal as refusal:
        _fail(claimed, refusal.code, **refusal.facts)
    except OperationalError:
        raise  # the database is away or busy: the sweep sends the job again when its heartbeat has aged
    except Exception as fault:
        LOG.exception("job %s failed", job_id)
        _fail(claimed, "job.crashed", error=f"{type(fault).__name__}: {fault}")


def run_pending_in_process() -> None:
    """Run every pending job here and now, also those that jobs ask for; for one-process use and tests."""
    while ids := _ids(_due(clock.now())):
        for job_id in ids:
            run(job_id)


def recent_jobs(session: Session, limit: int = 100) -> list[dict[str, Any]]:
    """The latest jobs as plain values, newest first."""
    rows = session.scalars(select(Job).order_by(Job.id.desc()).limit(limit))
    return [{name: getattr(row, name) for name in Job.__table__.columns.keys()} for row in rows]  # noqa: SIM118


def find_job(session: Session, job_id: int) -> Job:
    """The job of an id."""
    found = session.get(Job, job_id)
    if found is None:
        raise NotFound("job.unknown_id", id=str(job_id))
    return found


def troubled_jobs(session: Session, *, since: datetime, now: datetime) -> Mapping[str, int]:
    """How many jobs nobody takes, how many have lost their worker, and how many failed `since`."""
    settings = _settings()
    waiting = and_(Job.requested_at <= now - 4 * settings.job_resend_after, _due(now))
    failed = and_(Job.state == "failed", Job.finished_at >= since)
    kinds = {"waiting": waiting, "lost": _lost(now), "failed": failed}
    counts = select(*(func.count().filter(which).label(name) for name, which in kinds.items()))
    return dict(session.execute(counts.select_from(Job)).mappings().one())


def sweep(resend_after: timedelta | None = None) -> None:
    """Send again what waits too long, and what runs without a heartbeat."""
    settings, now = _settings(), clock.now()
    waiting = now - (settings.job_resend_after if resend_after is None else resend_after)
    for job_id in _ids(or_(and_(Job.requested_at <= waiting, _due(now)), _lost(now))):
        queue.resend(job_id)


def release(job_id: int) -> None:
    """Give back a job whose process is known to be dead, without waiting for its heartbeat to age."""
    with unit_of_work() as session:
        session.execute(update(Job).where(Job.id == job_id, Job.state == "running").values(state="pending"))


def _claim(session: Session, job_id: int) -> Job | None:
    now = clock.now()
    claimable = or_(_due(now), _lost(now))
    claimed = session.scalars(
        update(Job)
        .where(Job.id == job_id, claimable)
        .values(state="running", claim=Job.claim + 1, attempts=Job.attempts + 1, heartbeat_at=now)
        .returning(Job)
    ).one_or_none()
    if claimed is not None and claimed.attempts > MAX_ATTEMPTS:
        _keep(session, claimed, state="failed", finished_at=now, error={"code": "job.lost", "facts": {}})
        return None
    return claimed


def _work(session: Session, claimed: Job) -> None:
    if claimed.function not in FUNCTIONS:
        raise NotFound("job.unknown", function=claimed.function)
    function = FUNCTIONS[claimed.function]
    for step in function(session, claimed.checkpoint, *claimed.arguments, now=claimed.requested_at):
        _keep(
            session,
            claimed,
            checkpoint=step.checkpoint,
            done=step.done,
            total=step.total,
            attempts=0,
            heartbeat_at=clock.now(),
        )
        if not step.is_last:
            settle(session)
    _keep(session, claimed, state="done", finished_at=clock.now())


def _fail(claimed: Job, code: str, **facts: object) -> None:
    with unit_of_work() as session:
        error = {"code": code, "facts": {name: str(fact) for name, fact in facts.items()}}
        _keep(session, claimed, state="failed", finished_at=clock.now(), error=error)


def _keep(session: Session, claimed: Job, **values: object) -> None:
    """Write to the row only while our claim stands, so that two runs of one job never mix."""
    mine = (Job.id == claimed.id, Job.claim == claimed.claim, Job.state == "running")
    if session.execute(update(Job).where(*mine).values(values).returning(Job.id)).one_or_none() is None:
        raise _ClaimLost


def _due(now: datetime) -> ColumnElement[bool]:
    return and_(Job.state == "pending", or_(Job.not_before.is_(None), Job.not_before <= now))


def _lost(now: datetime) -> ColumnElement[bool]:
    return and_(Job.state == "running", Job.heartbeat_at <= now - _settings().job_lost_after)


def _ids(which: ColumnElement[bool]) -> list[int]:
    with unit_of_work(write=False) as session:
        return list(session.scalars(select(Job.id).where(which).order_by(Job.id)))


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings
