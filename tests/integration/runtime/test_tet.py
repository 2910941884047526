"""An extension over Tết, from the schedule that opens the round to the lock after the last granted minute."""

from dataclasses import replace
from datetime import UTC, date, datetime, time

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.clock import VIETNAM
from core.errors import Conflict
from core.working_days import swap_day
from runtime.filling.entry import save
from runtime.flow.workflow import accept, submit
from runtime.models import Report, Round
from runtime.rounds.opening import assign
from runtime.rounds.planning import Order, Own
from runtime.rounds.schedules import coming, open_due, save_schedule
from runtime.rounds.terms import ask_time, grant_time
from tests.builders import NOW, World, build, report_of, row

MONTHLY = Order(
    template="II.06a/VPCP/KSTT",
    frequency="month",
    windows="day:4",  # closes on the eve of the holidays: Tết of 2027 is on 6 February
    opens=0,
    opens_at=time(18),
    due={"commune": 1, "province": 3},
    due_at=time(17),
    scope="children",
    flow="direct",
    steps="submit,accept",
    active_from=date(2027, 2, 1),
    due_times={"commune": time(9, 30)},
    locks={"commune": 60},
)


def at(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2027, month, day, hour, minute, tzinfo=VIETNAM).astimezone(UTC)


def test_an_extension_over_tet(session: Session) -> None:
    world = build(session, 3)
    # the days of rest are decided anew each year: in 2027 offices open on the 15th, say
    for day in (11, 12):
        swap_day(session, date(2027, 2, day), works=False, name="nghỉ Tết", actor="test", now=NOW)
    schedule = save_schedule(session, MONTHLY, lead=world.lead, actor="test", now=NOW)
    assert open_due(session, at(2, 4, 17, 59)) == []
    (opened,) = open_due(session, at(2, 4, 18))
    assert [*assign(session, None, opened.id, now=at(2, 4, 18))]
    session.expire_all()
    due = at(2, 15, 9, 30)
    reports = [report_of(session, opened, agency) for agency in world.communes.values()]
    assert [report.due_at for report in reports] == [due] * 3
    assert coming(session, schedule, date(2027, 2, 10), 1)[0].round == opened.id

    early, late, extended = reports
    fill(session, early, at(2, 5, 8))
    ask_time(session, extended.id, at(2, 16, 11), reason="trực lũ", actor="o", now=at(2, 14, 22))
    grant_time(session, extended.id, at(2, 16, 10, 15), actor="lead", now=at(2, 15, 8))
    with pytest.raises(Conflict):
        fill(session, late, at(2, 15, 10, 30))
    fill(session, extended, at(2, 16, 10, 14))
    states = session.scalars(select(Report.state).filter_by(round_id=opened.id).order_by(Report.id)).all()
    assert [*states][-3:] == ["accepted", "assigned", "accepted"]
    assert extended.due_at == at(2, 16, 10, 15)


def fill(session: Session, report: Report, now: datetime) -> None:
    changes = row("I1")
    save(session, report.id, base=0, idempotency_key=f"{now}", changes=changes, actor="o", now=now)
    submit(session, report.id, actor="o", now=now)
    accept(session, report.id, actor="lead", now=now)


@pytest.fixture
def world(session: Session) -> World:
    return build(session, 1)


def test_moving_the_closing_day_of_an_open_period_opens_no_second_round(
    session: Session, world: World
) -> None:
    schedule = save_schedule(session, MONTHLY, lead=world.lead, actor="test", now=NOW)
    assert len(open_due(session, at(2, 4, 18))) == 1
    own = {"2027-2": Own(end=date(2027, 2, 3))}
    order = replace(MONTHLY, own=own)
    save_schedule(session, order, lead=world.lead, schedule=schedule.id, actor="test", now=NOW)
    assert open_due(session, at(2, 4, 19)) == []
    (march,) = open_due(session, at(3, 4, 18))
    assert march.period_start == date(2027, 2, 4)  # the day after the one before closed


@pytest.mark.parametrize(
    ("change", "ends"),
    [
        ({"frequency": "daily", "due": {"commune": 0}}, [date(2027, 2, 1), date(2027, 2, 2)]),
        ({"frequency": "week", "windows": "weekday:5"}, [date(2027, 2, 5), date(2027, 2, 12)]),
        ({"frequency": "half_month", "windows": "calendar"}, [date(2027, 2, 15), date(2027, 2, 28)]),
        (
            {"frequency": "custom", "spans": ((date(2027, 2, 1), date(2027, 2, 7)),)},
            [date(2027, 2, 7)],
        ),
    ],
)
def test_every_frequency_opens_by_itself(
    session: Session, world: World, change: dict[str, object], ends: list[date]
) -> None:
    order = replace(MONTHLY, opens=-1, opens_at=time(8), **change)  # type: ignore[arg-type]
    save_schedule(session, order, lead=world.lead, actor="test", now=NOW)
    opened = open_due(session, datetime.combine(ends[-1], time(9), VIETNAM))
    assert [of.period_end for of in opened][: len(ends)] == ends
    assert session.scalars(select(Round.locks)).first() == {"commune": 60}
