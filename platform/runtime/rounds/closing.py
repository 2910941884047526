"""What the lead unit does with an open round: move its deadline, go on without some, close, open, ask again.

A closed round stands still: nothing is entered, handed in, taken in or summed up until it is opened again.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core import audit
from core.db import lock_row
from core.errors import Conflict, Invalid
from engine.findings import Finding
from runtime.models import Report, Round, RoundMove
from runtime.rounds.locks import lock_by_level
from runtime.rounds.membership import begin_like
from runtime.rounds.opening import MISSING, demand_running, flow_of, open_round, period
from runtime.rounds.terms import held_by_hand, with_time_of_its_own
from template_library.versions import find_version

LONGEST = 1000


def close_round(session: Session, round_id: int, *, reason: str = "", actor: str, now: datetime) -> Round:
    """Have the round stand still from now on."""
    of = _open(session, round_id)
    of.closed_at = now
    _keep(session, of, RoundMove(name="close", reason=_reason(reason, wanted=False)), actor=actor, now=now)
    return of


def reopen_round(session: Session, round_id: int, *, reason: str, actor: str, now: datetime) -> Round:
    """Have a closed round go on, for a reason."""
    moved = RoundMove(name="reopen", reason=_reason(reason))
    of = _closed(session, round_id)
    of.closed_at = None
    _keep(session, of, moved, actor=actor, now=now)
    return of


def move_deadline(
    session: Session, round_id: int, due_at: datetime, *, reason: str, actor: str, now: datetime
) -> Round:
    """Give the round and its reports another deadline, for a reason that the units are told.

    Who was granted more time than that keeps it; locks that the round sets wait as long again.
    """
    of = _open(session, round_id)
    if due_at <= now:
        raise Invalid([Finding("round.deadline_past", facts={"due_at": due_at.isoformat()})])
    if due_at == of.due_at:
        return of
    moved = RoundMove(name="deadline", due_before=of.due_at, due_at=due_at, reason=_reason(reason))
    of.due_at = due_at
    mine, longer = update(Report).filter_by(round_id=of.id), with_time_of_its_own(session, of.id, due_at)
    held = longer | held_by_hand(session, of.id)
    session.execute(mine.where(Report.id.not_in(longer)).values(due_at=due_at))
    session.execute(mine.where(Report.id.not_in(held)).values(locks_at=None))
    lock_by_level(session, of)
    _keep(session, of, moved, actor=actor, now=now)
    return of


def set_missing(
    session: Session, round_id: int, missing: str, *, reason: str, actor: str, now: datetime
) -> RoundMove | None:
    """What becomes of totals that a child is missing from, from now on; None where it is so already."""
    if missing not in MISSING:
        raise Invalid([Finding("round.missing", facts={"text": missing, "known": list(MISSING)})])
    of = _open(session, round_id)
    moved = RoundMove(name="missing", missing_before=of.missing, missing=missing, reason=_reason(reason))
    if missing == of.missing:
        return None
    of.missing = missing
    _keep(session, of, moved, actor=actor, now=now)
    session.flush()
    return moved


def ask_again(
    session: Session, round_id: int, *, due_at: datetime | None = None, actor: str, now: datetime
) -> Round:
    """Ask the same of the same agencies for the same period once more, in the form that is in force by now.

    Who joined late is asked again, who was left out is not. The asking before must be closed: so that nobody
    fills both, and two who ask at once ask once.
    """
    of = _closed(session, round_id)
    if of.event_id is not None:
        raise Conflict("event.next_bulletin", id=str(round_id))
    again = open_round(
        session,
        version=find_version(session, of.template_code, on=of.period_end),
        period=period(of),
        lead=of.lead_id,
        scope=of.scope,
        flow=flow_of(of),
        steps=of.steps,
        missing=of.missing,
        rows=of.rows,
        due_at=due_at,
        sequence=of.sequence + 1,
        actor=actor,
        now=now,
    )
    begin_like(session, again, of)
    return again


def round_moves(session: Session, round_id: int) -> Sequence[RoundMove]:
    """What was done with a round since it was opened, the latest first."""
    return session.scalars(select(RoundMove).filter_by(round_id=round_id).order_by(RoundMove.id.desc())).all()


def _open(session: Session, round_id: int) -> Round:
    """The round, held against others; Conflict where it is closed or not yet open."""
    of = lock_row(session, Round, round_id)
    if of.opened_at is None:
        raise Conflict("round.not_open", id=str(round_id))
    demand_running(of)
    return of


def _closed(session: Session, round_id: int) -> Round:
    """The last asking, held against others; Conflict where it goes on or a later one took its place."""
    of = lock_row(session, Round, round_id)
    if of.closed_at is None:
        raise Conflict("round.not_closed", id=str(round_id))
    later = select(Round.id).filter_by(
        template_code=of.template_code,
        period_start=of.period_start,
        period_end=of.period_end,
        lead_id=of.lead_id,
        sequence=of.sequence + 1,
    )
    if session.scalars(later).first() is not None:
        raise Conflict("round.asked_again", id=str(round_id))
    return of


def _reason(text: str, *, wanted: bool = True) -> str | None:
    text = text.strip()
    if wanted and not text:
        raise Invalid([Finding("round.no_reason")])
    if len(text) > LONGEST:
        raise Invalid([Finding("E_LIMIT", facts={"limit": LONGEST, "found": len(text)}, variant="text")])
    return text or None


def _keep(session: Session, of: Round, move: RoundMove, *, actor: str, now: datetime) -> None:
    """Write down what was done, for the units and for the audit."""
    move.round_id, move.actor, move.at = of.id, actor, now
    session.add(move)
    told = {"due_at": move.due_at, "missing": move.missing}
    facts = {"reason": move.reason or "", **{name: value for name, value in told.items() if value}}
    audit.record(session, actor, f"round.{move.name}", f"round/{of.id}", now=now, **facts)
