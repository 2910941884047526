"""More time, locks and outages: what is granted ends by itself, who was let in late stays late."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from agencies.accounts import Account, demo_people
from agencies.store import read_tree
from core.errors import Conflict, Invalid
from core.notify import Notice, set_channel
from core.working_days import after_working_days, is_working_day, read_swaps, swap_day, unswap_day
from runtime.filling.entry import save
from runtime.flow.workflow import submit
from runtime.models import Report, Round
from runtime.rounds.closing import move_deadline
from runtime.rounds.opening import assign, open_round
from runtime.rounds.outages import declare, end_at, told_now
from runtime.rounds.term_models import Term
from runtime.rounds.terms import (
    ask_time,
    extend_all,
    grant_time,
    let_in,
    lock_report,
    refuse_time,
    terms_of,
    unlock_report,
    waiting,
)
from runtime.totals.missing_policy import change_missing
from template_library.versions import get_version
from tests.builders import NOW, QUARTER, SINCE, build, report_of, row
from tests.integration.plugins.provider import SECRET, Provider

DUE = datetime(2026, 9, 16, 10, tzinfo=UTC)  # 17:00 in Vietnam
HOUR = timedelta(hours=1)
BY = {"reason": "mất điện", "actor": "test"}


@pytest.fixture
def reports(session: Session) -> list[Report]:
    """Two communes' reports, locked an hour after their deadline."""
    world = build(session, 2)
    opened = open_round(
        session,
        version=get_version(session, world.version),
        period=QUARTER,
        lead=world.lead,
        due_at=DUE,
        locks={"commune": 60},
        actor="test",
        now=NOW,
    )
    assert [*assign(session, None, opened.id, now=NOW)]
    session.expire_all()
    return [report_of(session, opened, agency) for agency in world.communes.values()]


def enter(session: Session, report: Report, now: datetime) -> None:
    key = f"key {report.revision} {now}"
    save(
        session,
        report.id,
        base=report.revision,
        idempotency_key=key,
        changes=row("I1"),
        actor="test",
        now=now,
    )


def test_a_level_is_locked_when_its_time_is_over(session: Session, reports: list[Report]) -> None:
    report = reports[0]
    enter(session, report, DUE + HOUR - timedelta(minutes=1))
    with pytest.raises(Conflict) as refused:
        enter(session, report, DUE + HOUR)
    assert refused.value.code == "report.locked"
    with pytest.raises(Conflict):
        submit(session, report.id, actor="test", now=DUE + HOUR)


def test_time_is_asked_for_granted_and_over_by_itself(session: Session, reports: list[Report]) -> None:
    report, other = reports
    until = DUE + timedelta(days=2)
    ask_time(session, report.id, until, now=DUE, **BY)
    assert report.due_at == DUE
    with pytest.raises(Conflict):
        ask_time(session, report.id, until, now=DUE, **BY)
    grant_time(session, report.id, until - HOUR, now=DUE, **BY)
    assert (report.due_at, report.locks_at) == (until - HOUR, until - HOUR)
    enter(session, report, until - 2 * HOUR)
    with pytest.raises(Conflict):
        enter(session, report, until - HOUR)
    with pytest.raises(Conflict):
        enter(session, other, DUE + HOUR)  # nobody else was given any


@pytest.mark.parametrize("until", [DUE, DUE - HOUR])
def test_more_time_is_later_than_what_there_is(
    session: Session, reports: list[Report], until: datetime
) -> None:
    with pytest.raises(Invalid):
        ask_time(session, reports[0].id, until, now=NOW, **BY)
    with pytest.raises(Conflict):
        grant_time(session, reports[0].id, DUE + HOUR, now=NOW, **BY)  # nobody asked


def told(session: Session) -> list[tuple[str, str, str]]:
    """The messages there are: of what kind, to whom, about which page."""
    found = session.scalars(select(Notice).order_by(Notice.id)).all()
    return [(each.kind, each.addressee, each.facts["link"].rpartition("/reports/")[2]) for each in found]


def test_who_decides_and_who_asked_are_told(
    session: Session, reports: list[Report], database: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = replace(database.config["SETTINGS"], notice_secret=SECRET, public_url="https://bc.example.vn")
    monkeypatch.setitem(database.config, "SETTINGS", settings)
    values = Provider("http://127.0.0.1:1").values()
    set_channel(session, "http_gateway", values, enabled=True, actor="sys", now=NOW)
    nodes = [node for node in read_tree(session, SINCE) if node.code in ("31", "C0001", "C0002")]
    demo_people(session, nodes, prefix="o", password="một câu đủ dài", now=NOW)
    for number, login in enumerate(("o-31-th", "o-c0001", "o-c0001-ld", "o-c0002")):
        one = update(Account).where(Account.login == login)
        session.execute(one.values(telephone=f"091234567{number}"))
    first, second = reports
    page, until = f"{first.id}/terms", DUE + 50 * HOUR
    clerk: dict[str, Any] = {"reason": "mất điện", "actor": "o-c0001-ld", "now": DUE}
    lead: dict[str, Any] = {"reason": "chưa đủ căn cứ", "actor": "o-31-th", "now": DUE}
    ask_time(session, first.id, until, **clerk)
    refuse_time(session, first.id, **lead)
    ask_time(session, first.id, until, **clerk)
    grant_time(session, first.id, until, **lead)
    asked = ("time_asked", "Thành phố Hải Phòng", page)
    leader = "Lãnh đạo phê duyệt – Xã 1"
    assert told(session) == [asked, ("time_refused", leader, page), asked, ("time_granted", leader, page)]
    ask_time(session, first.id, until + HOUR, **clerk)
    extend_all(session, first.round_id, [first.id, second.id], until + 2 * HOUR, **lead)
    nobody_asked = ("time_granted", "Xã 2", f"{second.id}/terms")
    assert told(session)[5:] == [("time_granted", leader, page), nobody_asked]
    change_missing(session, first.round_id, "block", **lead)
    last = session.scalars(select(Notice).order_by(Notice.id.desc()).limit(1)).one()
    assert last.addressee == "Thành phố Hải Phòng" and last.facts["link"].endswith(
        f"/rounds/{first.round_id}"
    )
    assert "không cho gửi khi còn thiếu. Lý do: chưa đủ căn cứ" in last.text


def test_many_get_time_at_once_each_on_record(session: Session, reports: list[Report]) -> None:
    report, other = reports
    until, chosen = DUE + 30 * HOUR, [report.id, other.id]
    report.state = "verified"
    with pytest.raises(Invalid):
        extend_all(session, report.round_id, chosen, until, reason=" ", actor="test", now=DUE)
    ask_time(session, report.id, until, now=DUE, **BY)
    assert extend_all(session, report.round_id, chosen, until, now=DUE, **BY) == dict.fromkeys(chosen)
    assert {(each.due_at, each.locks_at) for each in reports} == {(until, until)}
    assert not waiting(session, report.round_id)
    assert [term.name for term in terms_of(session, other.id)] == ["grant"]
    report.state = "submitted"
    told = extend_all(session, report.round_id, [*chosen, 10**6], until + HOUR, now=DUE, **BY)
    assert {id: refused and refused.code for id, refused in told.items()} == {
        report.id: "report.closed.submitted",
        other.id: None,
        10**6: "row.unknown",
    }


def test_what_was_refused_may_be_asked_again(session: Session, reports: list[Report]) -> None:
    for _ in range(2):
        ask_time(session, reports[0].id, DUE + HOUR, now=NOW, **BY)
        refuse_time(session, reports[0].id, now=NOW, **BY)
    assert reports[0].due_at == DUE


def test_late_entry_keeps_the_deadline(session: Session, reports: list[Report]) -> None:
    report, late = reports[0], DUE + 5 * HOUR
    let_in(session, report.id, late + HOUR, now=late, **BY)
    enter(session, report, late)
    assert report.due_at == DUE
    with pytest.raises(Conflict):
        enter(session, report, late + HOUR)


def test_one_report_is_locked_and_unlocked(session: Session, reports: list[Report]) -> None:
    report = reports[0]
    lock_report(session, report.id, now=NOW, **BY)
    with pytest.raises(Conflict):
        enter(session, report, NOW)
    unlock_report(session, report.id, now=NOW, **BY)
    enter(session, report, DUE + 100 * HOUR)


def test_another_deadline_for_all_leaves_longer_terms(session: Session, reports: list[Report]) -> None:
    report, other = reports
    ask_time(session, report.id, DUE + 50 * HOUR, now=NOW, **BY)
    grant_time(session, report.id, DUE + 50 * HOUR, now=NOW, **BY)
    move_deadline(session, report.round_id, DUE + 24 * HOUR, now=NOW, **BY)
    session.expire_all()
    assert (report.due_at, report.locks_at) == (DUE + 50 * HOUR, DUE + 50 * HOUR)
    assert (other.due_at, other.locks_at) == (DUE + 24 * HOUR, DUE + 25 * HOUR)


def test_an_outage_gives_back_what_it_took(session: Session, reports: list[Report]) -> None:
    starts, ends = DUE - HOUR, DUE + 2 * HOUR
    told = declare(session, starts, ends, now=NOW, **BY)
    session.expire_all()
    of = session.get_one(Round, reports[0].round_id)
    assert [report.due_at for report in reports] == [ends + HOUR] * 2
    assert (of.due_at, reports[0].locks_at) == (ends + HOUR, ends + 2 * HOUR)
    end_at(session, told.id, DUE + 5 * HOUR, actor="test", now=DUE)
    session.expire_all()
    assert [report.due_at for report in reports] == [DUE + 6 * HOUR] * 2
    assert of.due_at == DUE + 6 * HOUR
    end_at(session, told.id, DUE - timedelta(minutes=1), actor="test", now=DUE)
    session.expire_all()
    assert ([report.due_at for report in reports], of.due_at) == ([DUE] * 2, DUE)
    assert {term.name for term in session.scalars(select(Term))} == {"outage"}


def test_an_outage_is_told_while_it_concerns_anybody(session: Session) -> None:
    told = declare(session, DUE, DUE + HOUR, now=NOW, **BY)
    assert told_now(session, DUE - timedelta(days=4)) is None
    assert told_now(session, DUE) == told == told_now(session, DUE + 20 * HOUR)
    assert told_now(session, DUE + timedelta(days=2)) is None
    with pytest.raises(Invalid):
        declare(session, DUE, DUE, now=NOW, **BY)


def test_swapped_days_are_worked_or_not(session: Session) -> None:
    friday, saturday, monday = date(2026, 11, 20), date(2026, 11, 21), date(2026, 11, 23)
    swap_day(session, saturday, works=True, name="làm bù", actor="test", now=NOW)
    swap_day(session, monday, works=False, name="nghỉ bù", actor="test", now=NOW)
    swaps = read_swaps(session)
    assert is_working_day(saturday, swaps) and not is_working_day(monday, swaps)
    assert after_working_days(friday, 2, swaps) == date(2026, 11, 24)
    unswap_day(session, monday, actor="test", now=NOW)
    assert after_working_days(friday, 2, read_swaps(session)) == monday
