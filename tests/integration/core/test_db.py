"""The unit of work and what stands in for the differences of the two databases."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from threading import Barrier, Thread

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError, StatementError

from core.db import Session, after_commit, insert_new, lock_row, settle, unit_of_work
from core.errors import NotFound
from core.jobs import Job

NOW = datetime(2026, 7, 1, 8, tzinfo=timezone(timedelta(hours=7)))


def row(number: int, **values: object) -> dict[str, object]:
    return {"id": number, "function": "test", "arguments": [], "requested_at": NOW} | values


def count(session: Session) -> int:
    return session.scalars(select(func.count()).select_from(Job)).one()


def test_work_is_kept_as_a_whole(app: Flask) -> None:
    with unit_of_work(app) as session:
        insert_new(session, Job, [row(1), row(2)])
    with unit_of_work(app, write=False) as session:
        assert count(session) == 2


def test_work_that_raises_is_undone_and_nothing_is_sent(app: Flask) -> None:
    sent: list[str] = []
    with pytest.raises(RuntimeError), unit_of_work(app) as session:
        insert_new(session, Job, [row(1)])
        after_commit(session, lambda: sent.append("x"))
        raise RuntimeError
    with unit_of_work(app, write=False) as session:
        assert count(session) == 0
    assert not sent


def test_actions_follow_the_commit_once(app: Flask) -> None:
    seen: list[int] = []

    def look() -> None:
        with unit_of_work(app, write=False) as other:
            seen.append(count(other))

    with unit_of_work(app) as session:
        insert_new(session, Job, [row(1)])
        after_commit(session, look)
        settle(session)
        assert seen == [1]
    assert seen == [1]


def test_a_reading_unit_cannot_write(app: Flask) -> None:
    with pytest.raises(DBAPIError), unit_of_work(app, write=False) as session:
        insert_new(session, Job, [row(1)])
    with unit_of_work(app) as session:  # and the connection is good for writing afterwards
        assert insert_new(session, Job, [row(1)]) == 1


def test_insert_new_leaves_what_is_there(session: Session, scale: Callable[[int, int], int]) -> None:
    size = scale(5_000, 100_000)
    assert insert_new(session, Job, [row(1, actor="first")]) == 1
    assert insert_new(session, Job, [row(number) for number in range(1, size + 1)]) == size - 1
    assert insert_new(session, Job, [row(number) for number in range(1, size + 1)]) == 0
    assert insert_new(session, Job, []) == 0
    assert session.get_one(Job, 1).actor == "first"
    assert count(session) == size


def test_moments_are_utc_in_and_out(session: Session) -> None:
    insert_new(session, Job, [row(1)])
    read = session.scalars(select(Job.requested_at)).one()
    assert (read, read.tzinfo) == (NOW, UTC)
    with pytest.raises(StatementError, match="without a time zone"):
        insert_new(session, Job, [row(2, requested_at=datetime(2026, 7, 1))])  # noqa: DTZ001


def test_json_none_is_null(session: Session) -> None:
    insert_new(session, Job, [row(1, checkpoint=None), row(2, checkpoint={"tỉnh": ["31"]})])
    assert session.scalars(text("SELECT id FROM job WHERE checkpoint IS NULL")).all() == [1]
    assert session.get_one(Job, 2).checkpoint == {"tỉnh": ["31"]}


def test_an_unknown_row_cannot_be_locked(session: Session) -> None:
    with pytest.raises(NotFound) as refused:
        lock_row(session, Job, 7)
    assert refused.value.facts == {"table": "job", "id": "7"}


def test_writers_of_one_row_follow_each_other(app: Flask) -> None:
    """Each reads the number and adds one; without the lock, additions get lost."""
    with unit_of_work(app) as session:
        insert_new(session, Job, [row(1)])
    writers, turns = 4, 10
    start = Barrier(writers)

    def add() -> None:
        start.wait()
        for _ in range(turns):
            with unit_of_work(app) as session:
                lock_row(session, Job, 1).done += 1

    threads = [Thread(target=add) for _ in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with unit_of_work(app, write=False) as session:
        assert session.get_one(Job, 1).done == writers * turns
