"""Series of bulletins: each starts from the last, the total keeps who is late, the end asks for the whole."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.errors import Conflict, Invalid
from core.jobs import Progress
from runtime.filling.carrying import carry_bulletin
from runtime.filling.contexts import context_of
from runtime.filling.entry import save
from runtime.flow.workflow import accept, submit
from runtime.models import Contribution, Report, Round
from runtime.programs import program_for
from runtime.rounds.events import (
    Asking,
    bulletins_of,
    close_event,
    open_bulletin,
    open_bulletins,
    start_event,
)
from runtime.rounds.opening import assign
from runtime.rounds.term_models import Event
from runtime.sheets import read_sheets
from runtime.totals.consolidate import consolidate, is_stale
from tests.builders import NOW, RIGHT, World, build, report_of, row

HOUR = timedelta(hours=1)
ASKING = Asking("Bão số 3", "II.06a/VPCP/KSTT", "children", due_minutes=120)
BY = {"actor": "test"}


@pytest.fixture
def world(session: Session) -> World:
    return build(session, 2)


@pytest.fixture
def event(session: Session, world: World) -> Event:
    made = start_event(session, ASKING, lead=world.lead, now=NOW, **BY)
    opened(session, made)
    return made


def opened(session: Session, event: Event, now: datetime = NOW) -> Round:
    """The last bulletin with its reports, their jobs done here."""
    of = bulletins_of(session, event.id)[-1]
    for work in (assign(session, None, of.id, now=now), carry_bulletin(session, None, of.id, now=now)):
        assert all(isinstance(step, Progress) for step in work)
    session.expire_all()
    return of


def next_bulletin(session: Session, event: Event, now: datetime) -> Round:
    open_bulletin(session, event.id, now=now, **BY)
    return opened(session, event, now)


def hand_in(session: Session, report: Report, received: int, now: datetime) -> None:
    """So many received; two under way, as the next report says at its beginning. Accepted."""
    figures = RIGHT | {"4": str(received), "8": str(received - 8), "12": "1"}
    enter(session, report, now, figures)
    submit(session, report.id, now=now, **BY)
    accept(session, report.id, now=now, **BY)


def enter(session: Session, report: Report, now: datetime, figures: Mapping[str, str] = RIGHT) -> None:
    save(
        session,
        report.id,
        base=report.revision,
        idempotency_key=f"{report.id} {now}",
        changes=row("I1", figures),
        actor="test",
        now=now,
    )


def received(session: Session, report: Report, part: str = "own") -> object:
    layout = program_for(session, report).layout
    return read_sheets(session, layout, [report.id], part)[report.id].figure("A", "I1", "4").number


def test_a_bulletin_starts_from_the_last(session: Session, world: World, event: Event) -> None:
    first = bulletins_of(session, event.id)[0]
    one, other = (report_of(session, first, agency) for agency in world.communes.values())
    hand_in(session, one, 20, NOW)
    second = next_bulletin(session, event, NOW + 6 * HOUR)
    again = report_of(session, second, one.agency_id)
    assert (second.number, again.state, received(session, again)) == (2, "assigned", 20)
    assert received(session, report_of(session, second, other.agency_id)) is None
    context, data = context_of(session, program_for(session, again), again)
    assert context.previous and context.previous.figure("A", "I1", "4").number == 20
    assert (data["period"]["đầu_năm"], second.period_start) == (False, date(2026, 9, 1))
    with pytest.raises(Conflict):  # the first one is over for who did not hand it in
        enter(session, other, NOW + 7 * HOUR)


def test_a_late_agency_stays_in_the_total_with_its_hour(session: Session, world: World, event: Event) -> None:
    first = bulletins_of(session, event.id)[0]
    one, late = (report_of(session, first, agency) for agency in world.communes.values())
    hand_in(session, one, 20, NOW)
    hand_in(session, late, 30, NOW + HOUR)
    second = next_bulletin(session, event, NOW + 6 * HOUR)
    hand_in(session, report_of(session, second, one.agency_id), 25, NOW + 7 * HOUR)
    total = report_of(session, second, world.lead)
    consolidate(session, total.id, ("accepted",))
    assert received(session, total, "children") == 25 + 30
    assert not is_stale(session, total)
    assert total.coverage
    (mark,) = total.coverage["late"]
    assert (mark["report"], mark["bulletin"]) == (late.id, 1)
    assert datetime.fromisoformat(mark["at"]) == NOW + HOUR
    assert session.scalar(select(func.count()).select_from(Contribution).filter_by(report_id=total.id)) == 2
    hand_in(session, report_of(session, second, late.agency_id), 31, NOW + 8 * HOUR)
    assert is_stale(session, total)
    consolidate(session, total.id, ("accepted",))
    assert received(session, total, "children") == 25 + 31
    assert "late" not in total.coverage


def test_running_twice_changes_nothing(session: Session, world: World, event: Event) -> None:
    one = report_of(session, bulletins_of(session, event.id)[0], world.communes["C0001"])
    hand_in(session, one, 20, NOW)
    second = next_bulletin(session, event, NOW + HOUR)
    again = report_of(session, second, one.agency_id)
    revision = again.revision
    opened(session, event)
    assert again.revision == revision
    with pytest.raises(Conflict):
        open_bulletin(session, event.id, now=NOW + 2 * HOUR, **BY)
        open_bulletin(session, event.id, now=NOW + 2 * HOUR, **BY)  # the third is still being handed out


def test_bulletins_open_every_so_many_hours(session: Session, world: World) -> None:
    asking = Asking("Lũ", "II.06a/VPCP/KSTT", "children", due_minutes=60, every_hours=6)
    event = start_event(session, asking, lead=world.lead, now=NOW, **BY)
    opened(session, event)
    assert open_bulletins(session, NOW + 6 * HOUR - timedelta(minutes=1)) == []
    assert [of.number for of in open_bulletins(session, NOW + 6 * HOUR)] == [2]
    assert open_bulletins(session, NOW + 6 * HOUR) == []
    opened(session, event)
    assert [of.number for of in open_bulletins(session, NOW + 50 * HOUR)] == [3]  # once, not seven times
    assert event.next_at == NOW + 54 * HOUR


def test_closing_asks_for_the_final_report(session: Session, world: World, event: Event) -> None:
    one = report_of(session, bulletins_of(session, event.id)[0], world.communes["C0001"])
    hand_in(session, one, 20, NOW)
    close_event(session, event.id, now=NOW + 30 * HOUR, **BY)
    final = opened(session, event, NOW + 30 * HOUR)
    assert (final.frequency, final.number, final.period_end) == ("event_final", 2, date(2026, 9, 2))
    assert received(session, report_of(session, final, one.agency_id)) == 20
    for step in (open_bulletin, close_event):
        with pytest.raises(Conflict):
            step(session, event.id, now=NOW + 31 * HOUR, **BY)


@pytest.mark.parametrize(
    ("name", "minutes", "every"),
    [("", 60, None), ("x", 5, None), ("x", 120, 1), ("x", 60, 0), ("x" * 201, 60, 6)],
)
def test_what_no_event_may_ask(
    session: Session, world: World, name: str, minutes: int, every: int | None
) -> None:
    asking = Asking(name, "II.06a/VPCP/KSTT", "children", minutes, every)
    with pytest.raises(Invalid):
        start_event(session, asking, lead=world.lead, now=NOW, **BY)
