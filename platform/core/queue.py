"""The queue: RQ on Redis or Valkey. It carries row ids to workers, and nothing is lost when it is away."""

import logging
from datetime import UTC, datetime

from flask import current_app
from redis import Redis
from redis.exceptions import RedisError
from rq import Queue, Worker
from rq.exceptions import DuplicateJobError, InvalidJobOperation, NoSuchJobError
from rq.job import Job, JobStatus
from rq.serializers import JSONSerializer

from core.valkey import ONCE, redis_url

LOG = logging.getLogger(__name__)


def connect() -> Redis:
    """A client of the settings' Redis, or of the embedded Valkey, that does not wait where nobody answers."""
    return Redis.from_url(redis_url(current_app.config["SETTINGS"]), socket_connect_timeout=2, retry=ONCE)


def open_queue(connection: Redis) -> Queue:
    """Our one queue."""
    return Queue("bieumau", connection=connection, serializer=JSONSerializer)


def workers_seen(connection: Redis) -> list[datetime]:
    """When each worker of this queue last gave a sign of life."""
    workers = Worker.all(connection=connection, serializer=JSONSerializer)
    return [worker.last_heartbeat.astimezone(UTC) for worker in workers if worker.last_heartbeat]


def send(job_id: int) -> None:
    """Wake a worker for a job. Where the queue is away, the sweep sends it later."""
    try:
        with connect() as connection:
            _enqueue(connection, job_id)
    except RedisError as error:
        LOG.info("job %s waits for the sweep: %s", job_id, error)


def resend(job_id: int) -> None:
    """Send a job that should have run by now, dropping what a dead worker left of it in the queue."""
    with connect() as connection:
        try:
            left = Job.fetch(str(job_id), connection=connection, serializer=JSONSerializer)
            if left.get_status(refresh=False) != JobStatus.QUEUED:
                left.delete()
        except (NoSuchJobError, InvalidJobOperation):  # the latter: it went between fetching and dropping it
            LOG.debug("job %s is in the queue no more", job_id)
        _enqueue(connection, job_id)


def _enqueue(connection: Redis, job_id: int) -> None:
    """RQ queues and runs the same id twice unless told `unique`; results and time limits are the row's."""
    try:
        open_queue(connection).enqueue(
            "core.worker.perform", job_id, job_id=str(job_id), unique=True, result_ttl=0, job_timeout=-1
        )
    except DuplicateJobError:
        LOG.debug("job %s is in the queue already", job_id)
