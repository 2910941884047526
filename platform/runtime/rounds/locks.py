"""Locks: from a moment on nothing is entered into a report or handed in, whatever its state.

A round may lock the reports of a level some minutes after their deadline; a unit's report is locked by hand,
and let in again for a time (`terms`). The moment stands with the report, so nobody has to come by and lock.
"""

from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from agencies.store import bearers, read_tree
from core.errors import Conflict
from runtime.models import Report, Round
from runtime.rounds.scopes import codes_of
from runtime.steps import UNSENT

CHUNK = 2000


def is_locked(report: Report, now: datetime) -> bool:
    """Whether the report's time is over."""
    return report.locks_at is not None and report.locks_at <= now


def demand_unlocked(report: Report, now: datetime) -> None:
    """Raise Conflict where the report's time is over; those above may let it in."""
    if report.locks_at is not None and is_locked(report, now):
        raise Conflict("report.locked", since=report.locks_at)


def lock_by_level(session: Session, of: Round) -> None:
    """Give open reports without one the lock that the round says for their level."""
    if not of.locks:
        return
    tree = read_tree(session, of.period_end, besides=bearers(session, codes_of(of.scope)))
    minutes = {node.id: of.locks[node.level] for node in tree if node.level in of.locks}
    query = select(Report.id, Report.agency_id, Report.due_at).filter_by(round_id=of.id)
    query = query.where(Report.locks_at.is_(None), Report.due_at.is_not(None), Report.state.in_(UNSENT))
    found = [
        {"id": report, "locks_at": due_at + timedelta(minutes=minutes[agency])}
        for report, agency, due_at in session.execute(query)
        if agency in minutes and due_at is not None
    ]
    for start in range(0, len(found), CHUNK):
        session.execute(update(Report), found[start : start + CHUNK])
