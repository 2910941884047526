"""Rounds open by themselves: late ones too, each once, and each level with its own deadline."""

from dataclasses import replace
from datetime import UTC, date, datetime, time

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.clock import VIETNAM
from core.errors import Invalid
from runtime.models import Report, Round, Schedule
from runtime.rounds.opening import assign
from runtime.rounds.planning import Order
from runtime.rounds.schedules import coming, open_due, pause, save_schedule
from template_library.models import Version
from template_library.versions import get_version, load_form, publish
from tests.builders import NOW, World, build

ORDER = Order(
    template="II.06a/VPCP/KSTT",
    frequency="quarter",
    windows="decree_09",
    opens=1,
    opens_at=time(8),
    due={"commune": 2, "province": 5},
    due_at=time(17),
    scope="children",
    flow="direct",
    steps="submit,accept",
    active_from=date(2026, 1, 1),
)


def put(session: Session, world: World, order: Order = ORDER) -> Schedule:
    return save_schedule(session, order, lead=world.lead, actor="test", now=NOW)


def moment(month: int, day: int, hour: int = 8, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=VIETNAM).astimezone(UTC)


def test_days_of_standstill_are_made_up_once(session: Session) -> None:
    put(session, build(session, 2))
    assert open_due(session, moment(3, 15, 7, 59)) == []
    assert len(open_due(session, moment(3, 15))) == 1
    assert len(open_due(session, moment(9, 20))) == 2  # quarters II and III, while nobody was there
    assert open_due(session, moment(9, 20)) == []
    ends = session.scalars(select(Round.period_end).order_by(Round.period_end)).all()
    assert ends == [date(2026, 3, 14), date(2026, 6, 14), date(2026, 9, 14)]


def test_each_level_has_its_deadline(session: Session) -> None:
    world = build(session, 2)
    put(session, world)
    (opened,) = open_due(session, moment(3, 15))
    assert [*assign(session, None, opened.id, now=NOW)]
    due = {
        report.agency_id: report.due_at and report.due_at.astimezone(VIETNAM)
        for report in session.scalars(select(Report).filter_by(round_id=opened.id))
    }
    assert {f"{due[agency]:%d/%m %H:%M}" for agency in world.communes.values()} == {"17/03 17:00"}
    assert f"{due[world.lead]:%d/%m}" == "20/03"


def test_a_paused_schedule_opens_nothing_until_it_goes_on(session: Session) -> None:
    schedule = put(session, build(session, 1))
    pause(session, schedule.id, until_told=True, actor="test", now=NOW)
    assert open_due(session, moment(3, 15)) == []
    pause(session, schedule.id, until_told=False, actor="test", now=NOW)
    assert len(open_due(session, moment(3, 15))) == 1


def test_what_one_schedule_is_refused_stops_no_other(session: Session) -> None:
    world = build(session, 2)
    faulty = put(session, world, replace(ORDER, scope="codes:C0001,C0002"))
    put(session, world, replace(ORDER, frequency="month"))
    faulty.scope = "codes:C0001,C9999"
    opened = open_due(session, moment(3, 15))
    assert {of.frequency for of in opened} == {"month"}
    assert faulty.refused and faulty.refused["code"] == "round.agency_gone"


def test_the_coming_periods_tell_which_round_is_there(session: Session) -> None:
    schedule = put(session, build(session, 1))
    (opened,) = open_due(session, moment(3, 15))
    lines = coming(session, schedule, date(2026, 4, 1), 3)
    assert [(each.period.number, each.round) for each in lines] == [
        (1, opened.id),
        (2, None),
        (3, None),
        (4, None),
    ]


def test_a_version_is_used_from_the_period_that_names_it(session: Session) -> None:
    world = build(session, 1)
    form = load_form(get_version(session, world.version))
    note = replace(form, header=replace(form.header, name=f"{form.header.name} (sửa)"))
    publish(session, note, actor="test", now=NOW, effective_from=date(2027, 1, 1))
    with pytest.raises(Invalid):
        put(session, world, replace(ORDER, versions={"2026-2": 9}))
    schedule = put(session, world, replace(ORDER, versions={"2026-2": 2, "2026-3": 1}))
    assert [each.version for each in coming(session, schedule, date(2026, 1, 1), 4)] == [None, 2, 1, 1]
    numbers = {
        of.number: session.get_one(Version, of.version_id).number for of in open_due(session, moment(9, 20))
    }
    assert numbers == {1: 1, 2: 2, 3: 1}


def test_a_round_goes_level_by_level_by_schedule_too(session: Session) -> None:
    put(session, build(session, 1), replace(ORDER, flow="levels"))
    (opened,) = open_due(session, moment(3, 15))
    assert opened.flow == "levels"


def test_nobody_to_ask_is_refused(session: Session) -> None:
    with pytest.raises(Invalid):
        put(session, build(session, 1), replace(ORDER, scope="level:district"))
