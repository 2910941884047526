"""Who owes a report is told before and at the deadline, the receiver after it; each stage once."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from agencies.attributes import DUTY_TELEPHONE, set_attribute
from core.clock import VIETNAM
from core.errors import Conflict
from core.notify import Notice, set_channel
from runtime.filling.entry import Change, save
from runtime.models import Report, Round
from runtime.rounds.reminders import remind_all, remind_due
from runtime.totals.provisional import refresh_round
from runtime.views.board import count_states
from runtime.views.headlines import tell_headlines
from tests.builders import NOW, SINCE, World, build, start_round
from tests.integration.plugins.provider import SECRET, Provider

DUE = datetime(2026, 9, 16, 17, 0, tzinfo=VIETNAM)


@pytest.fixture
def world(session: Session, database: Flask) -> World:
    """Two communes and the province with a duty telephone, a gateway, a round due on 16 September."""
    database.config["SETTINGS"] = replace(database.config["SETTINGS"], notice_secret=SECRET)
    made = build(session, 2)
    for number, agency in enumerate((made.lead, *made.communes.values())):
        told = f"091234567{number}"
        set_attribute(session, agency, DUTY_TELEPHONE, told, since=SINCE, actor="test", now=NOW)
    values = Provider("http://127.0.0.1:1").values()
    set_channel(session, "http_gateway", values, enabled=True, actor="sys", now=NOW)
    opened = start_round(session, made)
    for table in (Round, Report):
        session.execute(update(table).values(due_at=DUE))
    session.execute(update(Round).values(opened_at=DUE - timedelta(days=9)))
    assert opened.id
    return made


def told(session: Session, moment: datetime) -> list[tuple[str, str]]:
    """The messages that are new at a moment: whom they tell, of what kind."""
    before = set(session.scalars(select(Notice.id)))
    remind_due(session, moment)
    remind_due(session, moment)  # two workers ask at once
    notices = session.scalars(select(Notice).order_by(Notice.id)).all()
    return [(each.addressee, each.kind) for each in notices if each.id not in before]


ALL = [("Xã 1", "reminder"), ("Xã 2", "reminder")]


def test_each_stage_is_told_once(session: Session, world: World) -> None:
    assert told(session, DUE - timedelta(days=3)) == []
    assert told(session, DUE - timedelta(days=2)) == ALL
    assert told(session, DUE - timedelta(days=2) + timedelta(minutes=10)) == []
    assert told(session, DUE - timedelta(hours=2)) == ALL
    assert told(session, DUE + timedelta(minutes=5)) == ALL
    assert told(session, DUE + timedelta(days=1)) == [("Thành phố Hải Phòng", "escalation")]
    last = session.scalars(select(Notice).order_by(Notice.id.desc()).limit(1)).one()
    assert last.facts["late"] == "2"


def test_messages_lead_to_the_report_or_the_board(
    session: Session, world: World, database: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = replace(database.config["SETTINGS"], public_url="https://bc.example.vn/so")
    monkeypatch.setitem(database.config, "SETTINGS", settings)
    assert told(session, DUE - timedelta(days=2)) == ALL
    first, *_ = session.scalars(select(Notice)).all()
    report = session.scalars(select(Report).filter_by(agency_id=next(iter(world.communes.values())))).one()
    assert first.facts["link"] == f"https://bc.example.vn/so/reports/{report.id}"
    assert first.text.endswith(f"{DUE:%d/%m/%Y}. {first.facts['link']}")
    assert told(session, DUE + timedelta(days=1)) == [("Thành phố Hải Phòng", "escalation")]
    last = session.scalars(select(Notice).order_by(Notice.id.desc()).limit(1)).one()
    assert last.facts["link"] == f"https://bc.example.vn/so/rounds/{report.round_id}"
    pages = database.url_map.bind("bc.example.vn")
    assert pages.match(f"/reports/{report.id}")[0] == "reports.show"
    assert pages.match(f"/rounds/{report.round_id}")[0] == "rounds.show"


def test_who_handed_in_is_left_alone(session: Session, world: World) -> None:
    first = next(iter(world.communes.values()))
    session.execute(update(Report).where(Report.agency_id == first).values(state="submitted"))
    assert told(session, DUE - timedelta(days=2)) == ALL[1:]


def test_who_verified_and_did_not_hand_in_still_owes(session: Session, world: World) -> None:
    session.execute(update(Report).values(state="verified"))
    assert told(session, DUE - timedelta(days=2)) == ALL
    late = count_states(session, session.scalars(select(Round.id)).one(), DUE + timedelta(hours=1))["late"]
    assert late == len(ALL)


def test_a_deadline_that_moved_is_told_anew(session: Session, world: World) -> None:
    assert told(session, DUE - timedelta(hours=2)) == ALL
    for table in (Round, Report):
        session.execute(update(table).values(due_at=DUE + timedelta(days=1)))
    assert told(session, DUE + timedelta(hours=22)) == ALL


def test_nobody_is_woken_at_night_but_for_what_is_urgent(session: Session, world: World) -> None:
    night = DUE.replace(hour=23)
    for table in (Round, Report):
        session.execute(update(table).values(due_at=night))
    assert told(session, night - timedelta(hours=2)) == []
    session.execute(update(Round).values(opened_at=night - timedelta(hours=5)))
    assert told(session, night - timedelta(hours=2)) == ALL


def test_what_came_due_long_ago_is_told_no_more(session: Session, world: World) -> None:
    assert told(session, DUE + timedelta(days=9)) == []


def test_a_stage_that_was_past_when_the_round_opened_is_not_told(session: Session, world: World) -> None:
    session.execute(update(Round).values(opened_at=DUE - timedelta(hours=30)))
    assert told(session, DUE - timedelta(hours=28)) == []


def test_the_lead_unit_reminds_all_at_most_once_an_hour(session: Session, world: World) -> None:
    round_id = session.scalars(select(Round.id)).one()
    assert remind_all(session, round_id, actor="a", now=DUE) == 2
    assert remind_all(session, round_id, actor="a", now=DUE + timedelta(minutes=20)) == 0
    assert remind_all(session, round_id, actor="a", now=DUE + timedelta(hours=1)) == 2


def test_without_a_channel_nobody_can_be_reminded(session: Session) -> None:
    opened = start_round(session, build(session, 1))
    assert remind_due(session, DUE) == 0
    with pytest.raises(Conflict):
        remind_all(session, opened.id, actor="a", now=DUE)


def test_receivers_are_told_what_stands_at_the_deadline(session: Session, world: World) -> None:
    report = session.scalars(select(Report).filter_by(agency_id=next(iter(world.communes.values())))).one()
    changes = [Change("A", "I1", "4", "1234")]
    save(session, report.id, base=0, idempotency_key="k", changes=changes, actor="c", now=NOW)
    assert [*refresh_round(session, None, report.round_id, now=NOW)]
    assert tell_headlines(session, DUE - timedelta(minutes=1)) == 0
    assert tell_headlines(session, DUE + timedelta(minutes=1)) == 1
    assert tell_headlines(session, DUE + timedelta(minutes=1)) == 0
    (notice,) = session.scalars(select(Notice)).all()
    assert (notice.addressee, notice.kind) == ("Thành phố Hải Phòng", "standing")
    assert "0/2 đơn vị" in notice.text and "Chứng thực – Tổng số: 1.234" in notice.text
