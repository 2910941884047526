"""Event series: a storm, a flood, an outbreak, of which numbered bulletins are asked until it is over.

Each bulletin is a round. Its reports start from the agency's last bulletin (`filling.carrying`), its total
keeps the last figures of who is late (`totals.bulletins`). When the next one opens, nothing more is entered
into the one before. Closing opens the final report.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from agencies.store import read_tree
from core import audit
from core.clock import VIETNAM
from core.db import lock_row
from core.errors import Conflict, Invalid, NotFound, Refusal
from core.ticks import on_tick
from engine.findings import Finding
from runtime.models import Report, Round
from runtime.periods import BULLETIN, FINAL, Period
from runtime.rounds.asking import demand_askable
from runtime.rounds.opening import flow_of, open_round
from runtime.rounds.scopes import Flow, members_of
from runtime.rounds.term_models import Event
from runtime.steps import EDITABLE, SHORT
from template_library.versions import find_version, get_version

LONGEST_NAME = 200
MINUTES = range(10, 7 * 24 * 60 + 1)
HOURS = range(1, 7 * 24 + 1)


@dataclass(frozen=True)
class Asking:
    """What an event asks: how long agencies have for a bulletin, and how often one opens by itself."""

    name: str
    template: str
    scope: str
    due_minutes: int
    every_hours: int | None = None
    flow: Flow = "direct"
    steps: str = SHORT


def start_event(session: Session, asking: Asking, *, lead: int, actor: str, now: datetime) -> Event:
    """Begin a series with its first bulletin."""
    found = list(_faults(asking))
    if found:
        raise Invalid(found)
    today = now.astimezone(VIETNAM).date()
    tree = read_tree(session, today)
    demand_askable(tree, lead, members_of(tree, lead, asking.scope))
    event = Event(
        name=asking.name.strip(),
        template_code=find_version(session, asking.template, on=today).template_code,
        lead_id=lead,
        scope=asking.scope,
        flow=asking.flow,
        steps=asking.steps,
        due_minutes=asking.due_minutes,
        every_hours=asking.every_hours,
        started_by=actor,
        started_at=now,
    )
    session.add(event)
    session.flush()
    audit.record(session, actor, "event.start", f"event/{event.id}", now=now, name=event.name)
    open_bulletin(session, event.id, actor=actor, now=now)
    return event


def open_bulletin(session: Session, event_id: int, *, actor: str, now: datetime) -> Round:
    """Ask for the next bulletin; what is open of the one before is closed to entry."""
    event = _going_on(session, event_id)
    opened = _ask(session, event, BULLETIN, actor, now)
    if event.every_hours:
        every = timedelta(hours=event.every_hours)
        due = event.next_at if event.next_at and event.next_at <= now else now
        event.next_at = due + every * ((now - due) // every + 1)  # what was missed meanwhile is not made up
    audit.record(session, actor, "event.bulletin", f"event/{event_id}", now=now, number=str(opened.number))
    return opened


def close_event(session: Session, event_id: int, *, actor: str, now: datetime) -> Round:
    """End the series: no more bulletins, and the final report is asked for."""
    event = _going_on(session, event_id)
    opened = _ask(session, event, FINAL, actor, now)
    event.closed_at, event.next_at = now, None
    audit.record(session, actor, "event.close", f"event/{event_id}", now=now)
    return opened


@on_tick
def open_bulletins(session: Session, now: datetime) -> list[Round]:
    """Open the bulletin of each event whose hour has come; what one is refused stops no other."""
    due = select(Event.id).where(Event.closed_at.is_(None), Event.next_at <= now).order_by(Event.id)
    opened = []
    for event_id in session.scalars(due).all():
        actor = session.get_one(Event, event_id).started_by
        try:
            with session.begin_nested():
                opened.append(open_bulletin(session, event_id, actor=actor, now=now))
        except Refusal:
            continue  # it is tried again at the next tick
    return opened


def find_event(session: Session, event_id: int) -> Event:
    """The event of an id."""
    found = session.get(Event, event_id)
    if found is None:
        raise NotFound("event.unknown", id=str(event_id))
    return found


def list_events(session: Session, lead: int) -> Sequence[Event]:
    """Those of an agency, the latest first."""
    return session.scalars(select(Event).filter_by(lead_id=lead).order_by(Event.id.desc())).all()


def bulletins_of(session: Session, event_id: int) -> Sequence[Round]:
    """The bulletins of an event in order, the final report at the end."""
    return session.scalars(select(Round).filter_by(event_id=event_id).order_by(Round.number)).all()


def states_of(session: Session, event_id: int) -> Mapping[int, Mapping[str, int]]:
    """How many reports of each bulletin are in each state, by round."""
    query = select(Report.round_id, Report.state, func.count()).join(Round)
    query = query.where(Round.event_id == event_id, Report.receiver_id.is_not(None))
    found: dict[int, dict[str, int]] = {}
    for round_id, state, number in session.execute(query.group_by(Report.round_id, Report.state)):
        found.setdefault(round_id, {})[state] = number
    return found


def _going_on(session: Session, event_id: int) -> Event:
    """The event, held against others; Conflict where it is over."""
    event = lock_row(session, Event, event_id)
    if event.closed_at is not None:
        raise Conflict("event.closed", id=str(event_id))
    return event


def _ask(session: Session, event: Event, frequency: str, actor: str, now: datetime) -> Round:
    last = next(reversed(bulletins_of(session, event.id)), None)
    if last and last.opened_at is None:
        raise Conflict("event.bulletin_opening", id=str(last.id))
    today = now.astimezone(VIETNAM).date()
    start = event.started_at.astimezone(VIETNAM).date()
    period = Period(frequency, today.year, last.number + 1 if last else 1, start, today)
    version = get_version(session, last.version_id) if last else None
    opened = open_round(
        session,
        version=version or find_version(session, event.template_code, on=today),
        period=period,
        lead=event.lead_id,
        scope=last.scope if last else event.scope,
        flow=flow_of(last) if last else "tree" if event.flow == "tree" else "direct",
        steps=event.steps,
        due_at=now + timedelta(minutes=event.due_minutes),
        sequence=_free_sequence(session, event, period),
        event=event.id,
        note=event.name,
        announce=True,
        actor=actor,
        now=now,
    )
    if last:
        _stop_entry(session, last, now)
    return opened


def _free_sequence(session: Session, event: Event, period: Period) -> int:
    """Bulletins of one day are askings of one period."""
    same = {"template_code": event.template_code, "lead_id": event.lead_id}
    same |= {"period_start": period.start, "period_end": period.end}
    return (session.scalar(select(func.max(Round.sequence)).filter_by(**same)) or 0) + 1


def _stop_entry(session: Session, last: Round, now: datetime) -> None:
    """Lock what nobody handed in; totals go on, for they are of what was."""
    receiving = select(Report.receiver_id).filter_by(round_id=last.id).where(Report.receiver_id.is_not(None))
    owing = update(Report).filter_by(round_id=last.id).where(Report.state.in_(EDITABLE))
    session.execute(owing.where(Report.agency_id.not_in(receiving)).values(locks_at=now))


def _faults(asking: Asking) -> list[Finding]:
    found = []
    if not 0 < len(asking.name.strip()) <= LONGEST_NAME:
        found.append(Finding("event.name", facts={"most": LONGEST_NAME}))
    every = asking.every_hours
    if asking.due_minutes not in MINUTES or (
        every is not None and (every not in HOURS or every * 60 < asking.due_minutes)
    ):
        found.append(Finding("event.times"))
    return found
