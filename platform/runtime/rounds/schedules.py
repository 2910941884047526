"""Schedules: standing orders to collect. Rounds open by themselves, late ones too, each once.

A schedule says of a template which periods are asked for, when a round opens, by when each level answers,
and who is asked. The clock asks which period has opened and has no round, never what is due this very minute:
days of standstill are made up, once, for a round is inserted if absent on its key.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import count, islice, takewhile

from sqlalchemy import select
from sqlalchemy.orm import Session

from agencies.listing import RANK
from agencies.store import read_tree
from core import audit
from core.clock import VIETNAM
from core.db import lock_row
from core.errors import Invalid, NotFound, Refusal
from core.ticks import on_tick
from core.working_days import after_working_days
from engine.findings import Finding
from runtime.models import Round, Schedule
from runtime.periods import MONTHS, WINDOWS, Period, numbers_of, period_of
from runtime.rounds.opening import open_round
from runtime.rounds.scopes import members_of
from runtime.steps import PATHS
from template_library.versions import find_version

MOST_DAYS = 60
LONGEST_NAME = 200


@dataclass(frozen=True)
class Order:
    """What a schedule says, as a value.

    A round opens `opens` days after its window closed (below nought: before), at `opens_at`. `due` are
    working days after the closing by level, at `due_at`; levels that are not told answer when the last does.
    """

    template: str
    frequency: str
    windows: str
    opens: int
    opens_at: time
    due: Mapping[str, int]
    due_at: time
    scope: str
    flow: str
    steps: str
    active_from: date
    active_to: date | None = None


@dataclass(frozen=True)
class Planned:
    """One period of a schedule: when its round opens, by when levels answer, the round if it is there."""

    period: Period
    opens_at: datetime
    deadlines: Mapping[str, datetime]
    round: int | None = None

    @property
    def due_at(self) -> datetime:
        """When the last level answers."""
        return max(self.deadlines.values())


def order_of(schedule: Schedule) -> Order:
    """What a row says."""
    return Order(
        schedule.template_code,
        schedule.frequency,
        schedule.windows,
        schedule.opens,
        time.fromisoformat(schedule.opens_at),
        schedule.due,
        time.fromisoformat(schedule.due_at),
        schedule.scope,
        schedule.flow,
        schedule.steps,
        schedule.active_from,
        schedule.active_to,
    )


def planned(order: Order, first: date) -> Iterator[Planned]:
    """The periods of an order whose windows close on a day or later, without end but its last day."""
    return (_plan(order, period) for period in _periods(order, first))


def _plan(order: Order, period: Period) -> Planned:
    """When the round of a period opens and by when each level answers."""
    deadlines = {
        level: datetime.combine(after_working_days(period.end, days), order.due_at, VIETNAM)
        for level, days in order.due.items()
    }
    return Planned(period, _opening(order, period), deadlines)


def _opening(order: Order, period: Period) -> datetime:
    return datetime.combine(period.end + timedelta(days=order.opens), order.opens_at, VIETNAM)


def faults(order: Order) -> Iterator[Finding]:
    """What no schedule may say."""
    if order.frequency not in MONTHS or order.windows not in WINDOWS:
        yield Finding("schedule.frequency", facts={"frequency": order.frequency})
        return
    if order.steps not in PATHS or order.flow not in ("direct", "tree"):
        yield Finding("round.steps", facts={"text": order.steps, "known": list(PATHS)})
    if not order.due or set(order.due) - set(RANK):
        yield Finding("schedule.no_deadline")
        return
    if not -MOST_DAYS <= order.opens <= MOST_DAYS or any(
        not 1 <= days <= MOST_DAYS for days in order.due.values()
    ):
        yield Finding("schedule.days", facts={"most": MOST_DAYS})
        return
    if order.active_to and order.active_to <= order.active_from:
        yield Finding("schedule.dates")
    yield from _crossed(order.due)
    first = next(planned(order, order.active_from), None)
    if first and first.opens_at >= min(first.deadlines.values()):
        yield Finding("schedule.opens_late", facts={"opens": first.opens_at, "due": first.due_at})


def save_schedule(
    session: Session, order: Order, *, lead: int, schedule: int | None = None, actor: str, now: datetime
) -> Schedule:
    """A new schedule of an agency, or what one says from now on; rounds that are there stay as they are."""
    found = list(faults(order))
    if found:
        raise Invalid(found)
    find_version(session, order.template, on=max(order.active_from, now.astimezone(VIETNAM).date()))
    tree = read_tree(session, max(order.active_from, now.astimezone(VIETNAM).date()))
    if not members_of(tree, lead, order.scope):
        raise Invalid([Finding("round.nobody", facts={"lead": tree[lead].name})])
    if schedule is None:
        kept = Schedule(lead_id=lead, saved_by=actor, saved_at=now, **_columns(order))
        session.add(kept)
    else:
        kept = lock_row(session, Schedule, schedule)
        for name, value in _columns(order).items():
            setattr(kept, name, value)
        kept.saved_by, kept.saved_at = actor, now
    session.flush()
    subject = f"schedule/{kept.id}"
    audit.record(session, actor, "schedule.save", subject, now=now, template=order.template, due=order.due)
    return kept


def pause(session: Session, schedule: int, *, until_told: bool, actor: str, now: datetime) -> None:
    """Have a schedule open nothing until it is told to go on; what it missed is opened then."""
    kept = lock_row(session, Schedule, schedule)
    kept.paused = until_told
    deed = "schedule.pause" if until_told else "schedule.resume"
    audit.record(session, actor, deed, f"schedule/{schedule}", now=now)


def find_schedule(session: Session, schedule: int) -> Schedule:
    """The schedule of an id."""
    found = session.get(Schedule, schedule)
    if found is None:
        raise NotFound("schedule.unknown", id=str(schedule))
    return found


def list_schedules(session: Session, lead: int) -> Sequence[Schedule]:
    """Those of an agency, by template."""
    query = select(Schedule).filter_by(lead_id=lead).order_by(Schedule.template_code, Schedule.id)
    return session.scalars(query).all()


def coming(session: Session, schedule: Schedule, on: date, number: int = 12) -> list[Planned]:
    """The periods around a day with their rounds: what is open or comes next."""
    year_before = on - timedelta(days=366)
    known = _rounds(session, [schedule]).get((schedule.template_code, schedule.lead_id), {})
    order = order_of(schedule)
    behind = [each for each in planned_until(order, year_before, on) if _key(each.period) in known]
    ahead = islice(planned(order, on), number)
    return [_with_round(each, known) for each in (*behind[-2:], *ahead)]


def planned_until(order: Order, first: date, last: date) -> Iterator[Planned]:
    """Planned periods whose windows close before a day."""
    for each in planned(order, first):
        if each.period.end >= last:
            return
        yield each


@on_tick
def open_due(session: Session, now: datetime) -> list[Round]:
    """Open each round whose moment came and that is not there; a refusal of one schedule stops no other."""
    schedules = session.scalars(select(Schedule).filter_by(paused=False).order_by(Schedule.id)).all()
    known = _rounds(session, schedules)
    opened = []
    for schedule in schedules:
        order, there = order_of(schedule), known.get((schedule.template_code, schedule.lead_id), {})
        schedule.refused = None
        for period in _come(order, now):
            if _key(period) in there:
                continue
            try:
                with session.begin_nested():
                    opened.append(_open(session, schedule, _plan(order, period), now))
            except Refusal as refused:
                schedule.refused = {"code": refused.code, "period": period.label}
                break
    return opened


def _come(order: Order, now: datetime) -> Iterator[Period]:
    """The periods whose moment to open has come."""
    return takewhile(lambda period: _opening(order, period) <= now, _periods(order, order.active_from))


def _open(session: Session, schedule: Schedule, planned: Planned, now: datetime) -> Round:
    version = find_version(session, schedule.template_code, on=planned.period.end)
    return open_round(
        session,
        version=version,
        period=planned.period,
        lead=schedule.lead_id,
        scope=schedule.scope,
        flow="tree" if schedule.flow == "tree" else "direct",
        steps=schedule.steps,
        due_at=planned.due_at,
        deadlines=planned.deadlines,
        announce=True,
        actor=schedule.saved_by,
        now=now,
    )


def _rounds(
    session: Session, schedules: Sequence[Schedule]
) -> Mapping[tuple[str, int], Mapping[tuple[date, date], int]]:
    """By template and lead unit the first asking of each period, by whoever opened it."""
    query = select(Round.template_code, Round.lead_id, Round.period_start, Round.period_end, Round.id)
    query = query.where(Round.sequence == 1, Round.lead_id.in_({each.lead_id for each in schedules}))
    found: dict[tuple[str, int], dict[tuple[date, date], int]] = {}
    for template, lead, start, end, round_id in session.execute(query):
        found.setdefault((template, lead), {})[start, end] = round_id
    return found


def _key(period: Period) -> tuple[date, date]:
    return period.start, period.end


def _with_round(each: Planned, known: Mapping[tuple[date, date], int]) -> Planned:
    return Planned(each.period, each.opens_at, each.deadlines, known.get(_key(each.period)))


def _periods(order: Order, first: date) -> Iterator[Period]:
    """Periods from the one that closes on or next after a day, one after the other, while the order holds."""
    first = max(first, order.active_from)
    for year in count(first.year):
        for number in range(1, numbers_of(order.frequency) + 1):
            period = period_of(order.frequency, year, number, WINDOWS[order.windows])
            if order.active_to and period.end >= order.active_to:
                return
            if period.end >= first:
                yield period


def _crossed(due: Mapping[str, int]) -> Iterator[Finding]:
    """A level above must not have to answer before those below it."""
    levels = sorted(due, key=lambda level: RANK[level])
    for above, below in zip(levels, levels[1:], strict=False):
        if due[above] < due[below]:
            yield Finding("schedule.crossed", facts={"above": above, "below": below})


def _columns(order: Order) -> dict[str, object]:
    return {
        "template_code": order.template,
        "frequency": order.frequency,
        "windows": order.windows,
        "opens": order.opens,
        "opens_at": order.opens_at.isoformat("minutes"),
        "due": dict(order.due),
        "due_at": order.due_at.isoformat("minutes"),
        "scope": order.scope,
        "flow": order.flow,
        "steps": order.steps,
        "active_from": order.active_from,
        "active_to": order.active_to,
    }
