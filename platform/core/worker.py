"""The worker: an RQ worker that sweeps the job table, seals the audit and asks the clock, keeping house."""

import logging
import signal
from datetime import timedelta
from time import sleep

import rq
from flask import Flask
from redis import Redis
from redis.exceptions import RedisError
from rq.serializers import JSONSerializer
from sqlalchemy.exc import OperationalError

from core import audit, jobs, queue, valkey
from core.db import database, database_time, unit_of_work
from core.errors import Conflict
from core.ticks import tick

LOG = logging.getLogger(__name__)
AWAY = timedelta(seconds=1)
"""After so long a queue that went away is looked for again."""


def perform(job_id: int) -> None:
    """What the queue calls, in a forked process of its own."""
    database.engine.dispose(close=False)  # the parent's connections are not ours to use or to close
    jobs.run(job_id)


def work(app: Flask, *, burst: bool = False) -> None:
    """Serve the queue until told to stop, or with `burst` until it is empty; brings its own Valkey.

    A queue that goes away is waited for: RQ waits while it listens, and gives up wherever else it notices.
    """
    has_begun = False
    while True:
        try:
            if _serve(app, burst):
                return
        except Conflict:
            if burst or not has_begun:
                raise
        has_begun = True
        LOG.warning("the queue is away, looking for it again")
        sleep(AWAY.total_seconds())


def _serve(app: Flask, burst: bool) -> bool:
    """Whether it is done: told to stop, or with `burst` the queue empty; else the queue went away."""
    settings = app.config["SETTINGS"]
    url = valkey.redis_url(settings)
    with app.app_context(), valkey.serving(settings), Redis.from_url(url) as connection:
        try:
            connection.ping()
        except RedisError as error:
            raise Conflict("queue.away", url=url) from error
        _sweep(timedelta(0))
        worker = _Worker(
            [queue.open_queue(connection)],
            connection=connection,
            serializer=JSONSerializer,
            # RQ's defaults leave the job of a killed worker "started" for minutes.
            worker_ttl=30,
            maintenance_interval=max(1, min(10, int(settings.job_lost_after.total_seconds()))),
            job_monitoring_interval=5,
            work_horse_killed_handler=lambda killed, *_: _release(int(killed.id)),
        )
        try:
            worker.work(burst=burst, logging_level="WARNING")
        except RedisError as error:
            LOG.warning("the queue went away: %s", error)
        finally:
            for number in (signal.SIGINT, signal.SIGTERM):  # RQ's stay with a worker that is no more
                signal.signal(number, signal.default_int_handler)
        return burst or worker.is_told_to_stop


class _Worker(rq.Worker):
    @property
    def dequeue_timeout(self) -> int:
        """However quiet the queue, housekeeping comes in time."""
        return self.maintenance_interval

    keeping_house = False
    is_told_to_stop = False

    def run_maintenance_tasks(self) -> None:
        self.keeping_house = True
        super().run_maintenance_tasks()  # type: ignore[no-untyped-call]
        _sweep()
        self.keeping_house = False

    def _shutdown(self) -> None:
        """Told to stop in mid-statement, SQLAlchemy would wrap what RQ raises, and nobody would stop."""
        self.is_told_to_stop = True
        if self.keeping_house:
            self._stop_requested = True  # looked at right after housekeeping
        else:
            super()._shutdown()  # type: ignore[no-untyped-call]


def _sweep(resend_after: timedelta | None = None) -> None:
    try:
        jobs.sweep(resend_after)
        with unit_of_work() as session:
            audit.seal(session)
            now = database_time(session)
        tick(now)
    except OperationalError as error:
        LOG.warning("the database is away, sweeping later: %s", error)
    database.engine.dispose()  # an open SQLite file must not be carried over a fork


def _release(job_id: int) -> None:
    jobs.release(job_id)
    database.engine.dispose()
