"""Outages: from when until when the system could not be used, told on every page.

The time that was lost is given back: a deadline that fell into an outage moves to as long after its end as
there was left when it began. A report that was moved says from when; who says otherwise about the end has
everything moved anew from where it stood before.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from core import audit
from core.db import lock_row
from core.errors import Invalid
from engine.findings import Finding
from runtime.models import Report, Round, RoundMove
from runtime.rounds.term_models import OUTAGE, Outage, Term
from runtime.steps import UNSENT

AHEAD, BEHIND = timedelta(days=3), timedelta(days=1)
"""How long before it begins and after it ended an outage is told."""
LONGEST = timedelta(days=30)
LONGEST_REASON = 500


def declare(
    session: Session, starts_at: datetime, ends_at: datetime, *, reason: str, actor: str, now: datetime
) -> Outage:
    """Tell of an outage, past or to come, and move the deadlines that fall into it."""
    reason = reason.strip()
    _demand_span(starts_at, ends_at)
    if not reason or len(reason) > LONGEST_REASON:
        raise Invalid([Finding("outage.reason", facts={"most": LONGEST_REASON})])
    made = Outage(starts_at=starts_at, ends_at=ends_at, reason=reason, actor=actor, at=now)
    session.add(made)
    session.flush()
    _record(session, made, "outage.declare", _move(session, made, now), now)
    return made


def end_at(session: Session, outage_id: int, ends_at: datetime, *, actor: str, now: datetime) -> Outage:
    """Say that an outage ends, or ended, at another moment than was told."""
    kept = lock_row(session, Outage, outage_id)
    _demand_span(kept.starts_at, ends_at)
    _take_back(session, kept)
    kept.ends_at, kept.actor, kept.at = ends_at, actor, now
    session.flush()
    _record(session, kept, "outage.end", _move(session, kept, now), now)
    return kept


def moved_by(session: Session, outage: Outage) -> int:
    """How many reports stand where an outage moved them when it was last told."""
    query = select(func.count()).select_from(Term).filter_by(outage_id=outage.id, at=outage.at)
    return session.scalars(query).one()


def list_outages(session: Session) -> list[Outage]:
    """All of them, the latest first."""
    return list(session.scalars(select(Outage).order_by(Outage.starts_at.desc(), Outage.id.desc())))


def told_now(session: Session, now: datetime) -> Outage | None:
    """The outage that pages tell of: one that goes on, comes soon or is just over."""
    query = select(Outage).where(Outage.starts_at <= now + AHEAD, Outage.ends_at >= now - BEHIND)
    return session.scalars(query.order_by(Outage.ends_at.desc()).limit(1)).one_or_none()


def moved(moment: datetime, outage: Outage) -> datetime:
    """A moment with the time that an outage took given back."""
    if outage.starts_at <= moment <= outage.ends_at:
        return outage.ends_at + (moment - outage.starts_at)
    return moment


def _demand_span(starts_at: datetime, ends_at: datetime) -> None:
    if not starts_at < ends_at <= starts_at + LONGEST:
        raise Invalid([Finding("outage.span", facts={"starts": starts_at, "ends": ends_at})])


def _move(session: Session, outage: Outage, now: datetime) -> int:
    """Move what falls into an outage; how many reports are moved."""
    fell = Report.due_at.between(outage.starts_at, outage.ends_at)
    query = select(Report.id, Report.due_at, Report.locks_at).join(Round)
    found = session.execute(query.where(fell, Round.closed_at.is_(None), Report.state.in_(UNSENT))).all()
    _set_times(
        session,
        [
            {
                "id": report.id,
                "due_at": (due_at := moved(report.due_at, outage)),
                "locks_at": report.locks_at and report.locks_at + (due_at - report.due_at),
            }
            for report in found
        ],
    )
    shared = {
        "name": OUTAGE,
        "reason": outage.reason,
        "outage_id": outage.id,
        "actor": outage.actor,
        "at": now,
    }
    terms = [
        shared | {"report_id": report.id, "due_before": report.due_at, "until": moved(report.due_at, outage)}
        for report in found
    ]
    if terms:
        session.execute(insert(Term), terms)
    rounds = Round.due_at.between(outage.starts_at, outage.ends_at), Round.closed_at.is_(None)
    for of in session.scalars(select(Round).where(*rounds)):
        before = of.due_at
        of.due_at = moved(before, outage) if before else None
        made = RoundMove(round_id=of.id, name="deadline", due_before=before, due_at=of.due_at)
        made.reason, made.actor, made.at = outage.reason, outage.actor, now
        session.add(made)
    session.flush()
    return len(found)


def _take_back(session: Session, outage: Outage) -> None:
    """Have everything that an outage moved, and nobody moved since, stand where it stood before."""
    query = select(Report.id, Report.due_at, Report.locks_at, Term.due_before).join(
        Term, Term.report_id == Report.id
    )
    query = query.where(Term.outage_id == outage.id, Term.at == outage.at, Report.due_at == Term.until)
    _set_times(
        session,
        [
            {
                "id": report.id,
                "due_at": report.due_before,
                "locks_at": report.locks_at and report.locks_at - (report.due_at - report.due_before),
            }
            for report in session.execute(query)
        ],
    )
    made = RoundMove.name == "deadline", RoundMove.at == outage.at, RoundMove.reason == outage.reason
    for of, before in session.execute(
        select(Round, RoundMove.due_before)
        .join(RoundMove, RoundMove.round_id == Round.id)
        .where(*made, Round.due_at == RoundMove.due_at)
    ):
        of.due_at = before
    session.flush()


def _set_times(session: Session, rows: Iterable[Mapping[str, Any]]) -> None:
    if found := list(rows):
        session.execute(update(Report), found)


def _record(session: Session, outage: Outage, deed: str, reports: int, now: datetime) -> None:
    facts = {"starts": outage.starts_at, "ends": outage.ends_at, "reason": outage.reason, "reports": reports}
    audit.record(session, outage.actor, deed, f"outage/{outage.id}", now=now, **facts)
