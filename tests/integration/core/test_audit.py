"""The audit only grows, its chain is one whoever seals, and tampering is found where it happened."""

from collections.abc import Callable
from datetime import UTC, datetime
from threading import Barrier, Thread
from time import sleep

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from core import audit
from core.db import Session, unit_of_work

NOW = datetime(2026, 9, 1, 2, 0, 0, 123, tzinfo=UTC)


def fill(session: Session, rows: int) -> None:
    for number in range(rows):
        audit.record(session, "xa-1", "report.submitted", f"report/{number}", now=NOW, rows=number, who=None)


def tamper(session: Session, *statements: str) -> None:
    """What somebody with the database's own tools can do: take the guards away first."""
    postgres = session.get_bind().dialect.name == "postgresql"
    for table in ("audit", "audit_seal"):
        if postgres:
            session.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        else:
            session.execute(text(f"DROP TRIGGER frozen_{table}_update"))
            session.execute(text(f"DROP TRIGGER frozen_{table}_delete"))
    for statement in statements:
        session.execute(text(statement))


def found(session: Session, noted: tuple[int, str] | None = None) -> list[tuple[str, object]]:
    session.expire_all()
    return [(f.code, f.facts.get("number")) for f in audit.verify(session, noted).findings]


def test_rows_are_sealed_once_in_order(session: Session) -> None:
    fill(session, 5)
    assert audit.verify(session).waiting == 5
    assert (audit.seal(session, most=3), audit.seal(session), audit.seal(session)) == (3, 2, 0)
    fill(session, 1)
    assert audit.seal(session) == 1
    verified = audit.verify(session)
    assert (verified.sealed, verified.waiting, verified.findings) == (6, 0, [])
    assert list(session.scalars(select(audit.Seal.number).order_by(audit.Seal.number))) == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize("change", ["UPDATE audit SET actor = 'x'", "DELETE FROM audit_seal"])
def test_rows_cannot_be_changed(session: Session, change: str) -> None:
    fill(session, 1)
    audit.seal(session)
    with pytest.raises(DBAPIError, match="insert-only"), session.begin_nested():
        session.execute(text(change))


@pytest.mark.parametrize(
    ("statements", "faults"),
    [
        (["UPDATE audit SET actor = 'xa-2' WHERE subject = 'report/2'"], [("audit.changed", "3")]),
        (
            ["UPDATE audit_seal SET hash = 'f' WHERE number = 3"],
            [("audit.changed", "3"), ("audit.changed", "4")],
        ),
        (["DELETE FROM audit_seal WHERE number IN (2, 3)"], [("audit.gap", None)]),
        (
            ["DELETE FROM audit_seal WHERE number >= 4", "DELETE FROM audit WHERE subject > 'report/2'"],
            [("audit.cut", "5")],
        ),
    ],
)
def test_tampering_is_located(
    session: Session, statements: list[str], faults: list[tuple[str, object]]
) -> None:
    fill(session, 5)
    audit.seal(session)
    noted = 5, audit.verify(session).head
    assert found(session, noted) == []
    tamper(session, *statements)
    assert found(session, noted) == faults


def test_a_chain_that_was_written_anew_differs_from_the_noted_one(session: Session) -> None:
    fill(session, 3)
    audit.seal(session)
    noted = 3, audit.verify(session).head
    tamper(session, "UPDATE audit SET actor = 'xa-2' WHERE subject = 'report/1'", "DELETE FROM audit_seal")
    session.expire_all()
    audit.seal(session)
    assert found(session) == []
    assert found(session, noted) == [("audit.rewritten", "3")]


def test_many_sealers_make_one_chain(app: Flask) -> None:
    start = Barrier(4)

    def work(number: int) -> None:
        start.wait()
        for _ in range(10):
            with unit_of_work(app) as session:
                fill(session, 2)
            with unit_of_work(app) as session:
                audit.seal(session, most=3)

    threads = [Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with unit_of_work(app) as session:
        while audit.seal(session):
            pass
        verified = audit.verify(session)
    assert (verified.sealed, verified.waiting, verified.findings) == (80, 0, [])


def test_the_worker_seals(app: Flask, worker: Callable[..., object]) -> None:
    with unit_of_work(app) as session:
        fill(session, 3)
    worker()
    for _ in range(600):
        with unit_of_work(app, write=False) as session:
            verified = audit.verify(session)
        if not verified.waiting:
            break
        sleep(0.1)
    assert (verified.sealed, verified.waiting, verified.findings) == (3, 0, [])
