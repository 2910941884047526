"""Schedules: standing orders to collect. Rounds open by themselves, late ones too, each once.

A schedule is an order (`planning`) that an agency keeps. The clock asks which period has opened and has no
round, never what is due this very minute: days of standstill are made up, once, for a round is inserted if
absent on its key.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import islice, takewhile
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from agencies.store import read_tree
from core import audit
from core.clock import VIETNAM
from core.db import lock_row
from core.errors import Invalid, NotFound, Refusal
from core.ticks import on_tick
from core.working_days import read_swaps
from engine.findings import Finding
from runtime.models import Round, Schedule
from runtime.periods import Period
from runtime.rounds.opening import MISSING, open_round
from runtime.rounds.planning import Order, Own, Planned, faults, opening, periods, plan, planned
from runtime.rounds.scopes import FLOWS, members_of, read_flow
from runtime.steps import PATHS
from template_library.models import Version
from template_library.versions import find_numbered, find_version

Known = Mapping[tuple[object, ...], int]
"""Rounds that are there, by the period's frequency, year and number, and by its days."""


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
        {level: time.fromisoformat(told) for level, told in (schedule.due_times or {}).items()},
        {key: _own(told) for key, told in (schedule.own or {}).items()},
        tuple((date.fromisoformat(start), date.fromisoformat(end)) for start, end in schedule.spans or ()),
        schedule.locks or {},
        schedule.missing,
        schedule.versions or {},
    )


def save_schedule(
    session: Session, order: Order, *, lead: int, schedule: int | None = None, actor: str, now: datetime
) -> Schedule:
    """A new schedule of an agency, or what one says from now on; rounds that are there stay as they are."""
    found = list(faults(order, read_swaps(session)))
    if order.steps not in PATHS or order.flow not in FLOWS:
        found.append(Finding("round.steps", facts={"text": order.steps, "known": list(PATHS)}))
    if order.missing not in MISSING:
        found.append(Finding("round.missing", facts={"text": order.missing, "known": list(MISSING)}))
    if found:
        raise Invalid(found)
    find_version(session, order.template, on=max(order.active_from, now.astimezone(VIETNAM).date()))
    for number in order.versions.values():
        find_numbered(session, order.template, number)
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
    known = _rounds(session, [schedule]).get((schedule.template_code, schedule.lead_id), {})
    order, swaps = order_of(schedule), read_swaps(session)
    behind = takewhile(lambda period: period.end < on, periods(order, on - timedelta(days=366)))
    opened = [plan(order, period, swaps) for period in behind if _there(known, period)]
    ahead = islice(planned(order, on, swaps), number)
    return [replace(each, round=_there(known, each.period)) for each in (*opened[-2:], *ahead)]


@on_tick
def open_due(session: Session, now: datetime) -> list[Round]:
    """Open each round whose moment came and that is not there; a refusal of one schedule stops no other."""
    schedules = session.scalars(select(Schedule).filter_by(paused=False).order_by(Schedule.id)).all()
    known, swaps = _rounds(session, schedules), read_swaps(session)
    opened = []
    for schedule in schedules:
        order, there = order_of(schedule), known.get((schedule.template_code, schedule.lead_id), {})
        schedule.refused = None
        for period in _come(order, now):
            if _there(there, period):
                continue
            try:
                with session.begin_nested():
                    opened.append(_open(session, schedule, plan(order, period, swaps), now))
            except Refusal as refused:
                schedule.refused = {"code": refused.code, "period": period.label}
                break
    return opened


def _come(order: Order, now: datetime) -> Iterator[Period]:
    """The periods whose moment to open has come."""
    return takewhile(lambda period: opening(order, period) <= now, periods(order, order.active_from))


def _open(session: Session, schedule: Schedule, planned: Planned, now: datetime) -> Round:
    return open_round(
        session,
        version=version_of(session, schedule.template_code, planned),
        period=planned.period,
        lead=schedule.lead_id,
        scope=schedule.scope,
        flow=read_flow(schedule.flow),
        steps=schedule.steps,
        missing=schedule.missing,
        due_at=planned.due_at,
        deadlines=planned.deadlines,
        locks=schedule.locks,
        announce=True,
        actor=schedule.saved_by,
        now=now,
    )


def version_of(session: Session, template: str, planned: Planned) -> Version:
    """The version that a period uses: the named one, else the one in force when its window closes."""
    if planned.version is not None:
        return find_numbered(session, template, planned.version)
    return find_version(session, template, on=planned.period.end)


def _rounds(session: Session, schedules: Sequence[Schedule]) -> Mapping[tuple[str, int], Known]:
    """By template and lead unit the first asking of each period, by whoever opened it."""
    query = select(Round.template_code, Round.lead_id, Round.frequency, Round.year, Round.number)
    query = query.add_columns(Round.period_start, Round.period_end, Round.id)
    query = query.where(Round.sequence == 1, Round.lead_id.in_({each.lead_id for each in schedules}))
    found: dict[tuple[str, int], dict[tuple[object, ...], int]] = {}
    for row in session.execute(query):
        names: list[tuple[object, ...]] = [
            (row.frequency, row.year, row.number),
            (row.period_start, row.period_end),
        ]
        found.setdefault((row.template_code, row.lead_id), {}).update(dict.fromkeys(names, row.id))
    return found


def _there(known: Known, period: Period) -> int | None:
    """The round of a period; whose closing day was moved since, it is the same period still."""
    by_number = known.get((period.frequency, period.year, period.number))
    return by_number or known.get((period.start, period.end))


def _own(told: Mapping[str, Any]) -> Own:
    return Own(
        date.fromisoformat(told["end"]) if told["end"] else None,
        datetime.fromisoformat(told["opens_at"]) if told["opens_at"] else None,
        {level: datetime.fromisoformat(due) for level, due in told["due"].items()},
    )


def _own_to_json(own: Own) -> dict[str, Any]:
    return {
        "end": own.end.isoformat() if own.end else None,
        "opens_at": own.opens_at.isoformat() if own.opens_at else None,
        "due": {level: due.isoformat() for level, due in own.due.items()},
    }


def _columns(order: Order) -> dict[str, object]:
    return {
        "template_code": order.template,
        "frequency": order.frequency,
        "windows": order.windows,
        "opens": order.opens,
        "opens_at": order.opens_at.isoformat("minutes"),
        "due": dict(order.due),
        "due_at": order.due_at.isoformat("minutes"),
        "due_times": {level: told.isoformat("minutes") for level, told in order.due_times.items()} or None,
        "own": {key: _own_to_json(own) for key, own in order.own.items()} or None,
        "spans": [[start.isoformat(), end.isoformat()] for start, end in order.spans] or None,
        "locks": dict(order.locks) or None,
        "versions": dict(order.versions) or None,
        "scope": order.scope,
        "flow": order.flow,
        "steps": order.steps,
        "missing": order.missing,
        "active_from": order.active_from,
        "active_to": order.active_to,
    }
