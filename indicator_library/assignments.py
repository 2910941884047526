"""Which agency answers for an indicator and which supply it: by decision, from a day until another."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from core import audit
from core.db import insert_new, lock_rows
from core.errors import Invalid, NotFound
from engine.findings import Finding
from indicator_library.models import Indicator, IndicatorAssignment

DUTIES = ("responsible", "supplies")
LONGEST_DECISION = 300


def assign(
    session: Session,
    codes: Collection[str],
    agency: int,
    duty: str,
    *,
    decision: str,
    since: date,
    until: date | None,
    actor: str,
    now: datetime,
) -> int:
    """Give indicators to an agency; returns how many it did not have. One agency is responsible at a time."""
    decision = " ".join(decision.split())
    facts = {"duty": duty, "decision": decision, "longest": LONGEST_DECISION}
    if duty not in DUTIES or len(decision) > LONGEST_DECISION or (until and until <= since):
        raise Invalid([Finding("indicator.assignment", facts=facts)])
    known = set(session.scalars(select(Indicator.code).where(Indicator.code.in_(codes))))
    if missing := sorted(set(codes) - known):
        raise NotFound("indicator.unknown", code=missing[0])
    lock_rows(session, Indicator, known)
    if duty == "responsible":
        _end_others(session, known, agency, since, until)
    shared = {"agency_id": agency, "duty": duty, "decision": decision}
    rows = [
        shared | {"indicator_code": code, "valid_from": since, "valid_to": until} for code in sorted(known)
    ]
    added = insert_new(session, IndicatorAssignment, rows)
    told = [(f"indicator/{code}", {"agency": agency, **facts}) for code in sorted(known)]
    audit.record_each(session, actor, "indicator.assign", told, now=now)
    return added


def end(session: Session, assignment_id: int, *, on: date, actor: str, now: datetime) -> None:
    """Have an assignment end on a day; one that would never have held is taken away."""
    found = session.get(IndicatorAssignment, assignment_id)
    if found is None:
        raise NotFound("indicator.no_assignment", id=str(assignment_id))
    if on <= found.valid_from:
        session.delete(found)
    else:
        found.valid_to = on
    subject = f"indicator/{found.indicator_code}"
    audit.record(session, actor, "indicator.unassign", subject, now=now, agency=found.agency_id, on=on)


def assignments(
    session: Session, on: date, *, codes: Collection[str] | None = None, agency: int | None = None
) -> Sequence[IndicatorAssignment]:
    """What holds on a day, of some indicators or of one agency."""
    query = select(IndicatorAssignment).where(_holds(on))
    if codes is not None:
        query = query.where(IndicatorAssignment.indicator_code.in_(codes))
    if agency is not None:
        query = query.filter_by(agency_id=agency)
    order = (IndicatorAssignment.indicator_code, IndicatorAssignment.duty, IndicatorAssignment.id)
    return session.scalars(query.order_by(*order)).all()


def _end_others(
    session: Session, codes: Collection[str], agency: int, since: date, until: date | None
) -> None:
    """Who was responsible answers until the day before; a later answer of another is a fault."""
    query = select(IndicatorAssignment).filter_by(duty="responsible")
    query = query.where(IndicatorAssignment.indicator_code.in_(codes))
    query = query.where(or_(IndicatorAssignment.valid_to.is_(None), IndicatorAssignment.valid_to > since))
    if until:
        query = query.where(IndicatorAssignment.valid_from < until)
    for other in session.scalars(query.order_by(IndicatorAssignment.indicator_code)):
        if other.agency_id == agency and other.valid_from == since:
            continue
        if other.valid_from >= since:
            facts = {"code": other.indicator_code, "since": other.valid_from}
            raise Invalid([Finding("indicator.two_responsible", facts=facts)])
        other.valid_to = since


def _holds(on: date) -> ColumnElement[bool]:
    begun = IndicatorAssignment.valid_from <= on
    return begun & or_(IndicatorAssignment.valid_to.is_(None), IndicatorAssignment.valid_to > on)
