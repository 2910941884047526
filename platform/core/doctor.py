"""Is this installation well? Each thing looked at gives one finding, a note where it is as it should be.

The sentence of each says what to do. Nothing is changed and nothing is mended here.
"""

import re
import shutil
import stat
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from flask import Flask
from redis import Redis
from redis.exceptions import RedisError, ResponseError

from core import audit, notify, queue, schema
from core.db import Session, database, database_time, durability, unguarded, unit_of_work
from core.errors import Conflict
from core.jobs import troubled_jobs
from core.plugins import enabled_plugins
from core.settings import Settings
from core.valkey import redis_url
from engine.findings import Finding, Severity

LARGEST_SKEW = timedelta(seconds=5)
SILENT = timedelta(seconds=60)
"""After how long without a heartbeat a worker counts as gone."""
FAILURES_SINCE = timedelta(days=7)
LOW_DISK, FULL_DISK = 5_000_000_000, 500_000_000  # bytes


def examine(app: Flask, *, secret: Path, now: datetime) -> Iterator[Finding]:
    """Look at the database, the queue and the machine; `secret` is where the secret key is kept."""
    settings: Settings = app.config["SETTINGS"]
    with app.app_context():
        yield from _database(app, now)
        yield from _queue(settings, now)
        yield from _plugins()
    yield _address(settings.public_url)
    yield _disk(settings.data)
    yield _secret(secret)


def _found(where: str, how: str, severity: Severity = "note", **facts: object) -> Finding:
    return Finding(f"doctor.{where}.{how}", severity, where, facts)


def _database(app: Flask, now: datetime) -> Iterator[Finding]:
    try:
        found = schema.current_revision(app)
    except Conflict:
        yield _found("database", "away", "error", url=repr(database.engine.url))
        return
    with unit_of_work(write=False) as session:
        told, safe = durability(session)
        yield _found("database", "good", told=told)
        yield _found("journal", "good") if safe else _found("journal", "unsafe", "error", told=told)
        yield _clock(session, now)
        known = schema.known_revisions(app)
        if found != known[0]:
            how = "old" if found in (None, *known) else "new"
            yield _found("schema", how, "error", found=found or "–", expected=known[0])
            return
        yield _found("schema", "good", found=found)
        missing = unguarded(session)
        yield _found("guards", "missing", "error", tables=missing) if missing else _found("guards", "good")
        yield from _audit(session)
        yield _jobs(session, now)
        yield from notify.faults(session)


def _clock(session: Session, now: datetime) -> Finding:
    skew = abs(database_time(session) - now)
    seconds = round(skew.total_seconds())
    if skew > LARGEST_SKEW:
        return _found("clock", "skewed", "error", seconds=seconds)
    return _found("clock", "good", seconds=seconds)


def _audit(session: Session) -> Iterator[Finding]:
    chain = audit.verify(session)
    yield from chain.findings
    if not chain.findings:
        yield _found("audit", "good", sealed=chain.sealed, waiting=chain.waiting)


def _jobs(session: Session, now: datetime) -> Finding:
    counts = troubled_jobs(session, since=now - FAILURES_SINCE, now=now)
    if counts["waiting"] or counts["lost"]:
        return _found("jobs", "stuck", "error", **counts)
    if counts["failed"]:
        return _found("jobs", "failed", "warning", **counts)
    return _found("jobs", "good")


def _queue(settings: Settings, now: datetime) -> Iterator[Finding]:
    url = redis_url(settings)
    with queue.connect() as connection:
        try:
            connection.ping()
            yield _found("queue", "good", url=url)
            yield _append_only(connection)
            yield _worker(connection, now)
        except RedisError:
            yield _found("queue", "away" if settings.redis_url else "asleep", "error", url=url)


def _append_only(connection: Redis) -> Finding:
    try:
        kept = connection.config_get("appendonly").get("appendonly")
    except ResponseError:  # hosted servers do not tell
        return _found("queue_log", "untold", "warning")
    return _found("queue_log", "good") if kept == "yes" else _found("queue_log", "off", "warning")


def _worker(connection: Redis, now: datetime) -> Finding:
    seen = queue.workers_seen(connection)
    alive = [moment for moment in seen if now - moment <= SILENT]
    if not alive:
        return _found("worker", "none", "error")
    return _found("worker", "good", workers=len(alive), seconds=round((now - max(alive)).total_seconds()))


def _plugins() -> Iterator[Finding]:
    loaded = enabled_plugins()
    faults = [fault for plugin in loaded.values() for fault in plugin.self_test()]
    yield from faults or [_found("plugins", "good", names=list(loaded))]


def _address(public_url: str) -> Finding:
    if not public_url:
        return _found("address", "missing", "warning")
    if re.fullmatch(r"https?://[^\s/]+(/\S*)?", public_url) is None:
        return _found("address", "wrong", "error", found=public_url)
    return _found("address", "good", found=public_url)


def _disk(data: Path) -> Finding:
    free = shutil.disk_usage(data).free
    megabytes = free // 1_000_000
    if free < LOW_DISK:
        return _found(
            "disk", "low", "error" if free < FULL_DISK else "warning", data=str(data), free=megabytes
        )
    return _found("disk", "good", data=str(data), free=megabytes)


def _secret(file: Path) -> Finding:
    if not file.exists():
        return _found("secret", "elsewhere")
    mode = stat.S_IMODE(file.stat().st_mode)
    if mode & 0o077:
        return _found("secret", "open", "error", file=str(file), mode=f"{mode:o}")
    return _found("secret", "good", file=str(file))
