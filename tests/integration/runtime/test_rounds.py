"""A round is opened once, whoever asks and however often."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from agencies.importer import import_agencies
from agencies.store import read_tree
from core.db import unit_of_work
from core.errors import Invalid
from core.jobs import Job, run_pending_in_process
from runtime.filling.entry import save
from runtime.flow.workflow import move
from runtime.models import Report, Round
from runtime.programs import program_of
from runtime.rounds import opening as rounds
from runtime.rounds.opening import assign, open_round
from runtime.sheets import read_sheets
from runtime.steps import LONG
from runtime.totals.consolidate import consolidate_round
from runtime.views.overview import round_status
from template_library.models import Version
from tests.builders import NOW, QUARTER, SINCE, build, report_of, request_round, row, start_round


def agencies_with_reports(session: Session, round_id: int) -> Counter[int]:
    return Counter(session.scalars(select(Report.agency_id).filter_by(round_id=round_id)))


def test_every_agency_has_one_report(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rounds, "CHUNK", 3)
    world = build(session, 10)
    opened = start_round(session, world)
    expected = Counter([world.lead, *world.communes.values()])
    assert agencies_with_reports(session, opened.id) == expected
    again = start_round(session, world)
    assert again.id == opened.id
    assert agencies_with_reports(session, opened.id) == expected
    assert session.scalar(select(func.count()).select_from(Job)) == 1
    session.expire_all()
    assert round_status(session, opened.id).opened_at == NOW


def test_a_killed_opening_goes_on(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rounds, "CHUNK", 3)
    world = build(session, 10)
    opened = request_round(session, world)
    first = next(rounds.assign(session, None, opened.id, now=NOW))
    assert (first.done, first.total) == (3, 11)
    assert len(list(rounds.assign(session, first.checkpoint, opened.id, now=NOW))) == 3
    assert agencies_with_reports(session, opened.id) == Counter([world.lead, *world.communes.values()])


def test_a_failed_opening_is_asked_for_again(session: Session) -> None:
    world = build(session, 1)
    opened = request_round(session, world)
    failed = opened.job_id
    session.get_one(Job, failed).state = "failed"
    assert request_round(session, world).job_id != failed


def test_a_round_for_nobody_is_refused_at_once(session: Session) -> None:
    world = build(session, 1)
    with pytest.raises(Invalid):
        rounds.open_round(
            session,
            version=session.get_one(Version, world.version),
            period=QUARTER,
            lead=world.communes["C0001"],
            actor="a",
            now=NOW,
        )


def test_two_open_the_same_round_at_once(app: Flask) -> None:
    with unit_of_work(app) as session:
        world = build(session, 50)

    def ask(_: int) -> int:
        with unit_of_work(app) as session:
            return request_round(session, world).id

    with ThreadPoolExecutor(4) as threads:
        asked = set(threads.map(ask, range(4)))
    with app.app_context():
        run_pending_in_process()
    with unit_of_work(app, write=False) as session:
        assert asked == set(session.scalars(select(Round.id)))
        assert len(asked) == 1
        assert agencies_with_reports(session, asked.pop()) == Counter([world.lead, *world.communes.values()])


def test_a_department_asks_communes_that_are_not_below_it(session: Session) -> None:
    world = build(session, 3)
    lines = b"level,code,name,parent_code\ndepartment,31.STP,S\xe1\xbb\x9f T,31"
    import_agencies(session, lines, valid_from=SINCE)
    department = read_tree(session, SINCE).with_code("31.STP").id
    opened = open_round(
        session,
        version=session.get_one(Version, world.version),
        period=QUARTER,
        lead=department,
        scope="level:commune:31",
        steps=LONG,
        actor="test",
        now=NOW,
    )
    for _ in assign(session, None, opened.id, now=NOW):
        pass
    reports = session.execute(
        select(Report.agency_id, Report.receiver_id).filter_by(round_id=opened.id)
    ).all()
    assert {agency: receiver for agency, receiver in reports} == {department: None} | dict.fromkeys(
        world.communes.values(), department
    )
    for agency in world.communes.values():
        report = report_of(session, opened, agency).id
        save(session, report, base=0, idempotency_key="1", changes=row("I1"), actor="a", now=NOW)
        for name in ("submit", "approve", "send", "accept"):
            move(session, report, name, actor=name, now=NOW)
    for _ in consolidate_round(session, None, opened.id, False, now=NOW):
        pass
    total = report_of(session, opened, department)
    assert (
        read_sheets(session, program_of(session, world.version).layout, [total.id], "children")[total.id]
        .figure("A", "I1", "4")
        .number
        == 60
    )


def test_steps_that_make_no_way_are_refused(session: Session) -> None:
    world = build(session, 1)
    with pytest.raises(Invalid) as refused:
        open_round(
            session,
            version=session.get_one(Version, world.version),
            period=QUARTER,
            lead=world.lead,
            steps="accept",
            actor="test",
            now=NOW,
        )
    assert refused.value.code == "round.steps"
