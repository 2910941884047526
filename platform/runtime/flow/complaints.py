"""Complaints about figures: who may read a report may make one; the head of its agency answers by a day."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import audit
from core.clock import VIETNAM
from core.db import lock_row
from core.errors import Conflict, Invalid, NotFound
from engine.findings import Finding
from engine.sheet import Place
from runtime.flow.comments import WHOLE, demand_place, words
from runtime.flow.correction_models import Complaint
from runtime.models import Report
from runtime.programs import program_for


def complain(
    session: Session,
    report_id: int,
    text: str,
    *,
    place: Place = WHOLE,
    answer_by: date,
    agency: int,
    actor: str,
    now: datetime,
) -> Complaint:
    """Say that figures are wrong, and by which day an answer is expected."""
    report = lock_row(session, Report, report_id)
    demand_place(program_for(session, report).layout, place)
    if answer_by < now.astimezone(VIETNAM).date():
        raise Invalid([Finding("complaint.answer_by")])
    section, row, column = place
    made = Complaint(report_id=report_id, section=section, row=row, column=column, text=words(text))
    made.agency_id, made.actor, made.at, made.answer_by = agency, actor, now, answer_by
    session.add(made)
    session.flush()
    audit.record(session, actor, "complaint.add", f"report/{report_id}", now=now, complaint=made.id)
    return made


def answer(
    session: Session, report_id: int, complaint_id: int, text: str, *, actor: str, now: datetime
) -> Complaint:
    """Answer a complaint, once."""
    named = select(Complaint.id).filter_by(id=complaint_id, report_id=report_id)
    if session.scalars(named).one_or_none() is None:
        raise NotFound("complaint.unknown", id=str(complaint_id))
    made = lock_row(session, Complaint, complaint_id)
    if made.answered_at is not None:
        raise Conflict("complaint.answered")
    made.answer, made.answered_by, made.answered_at = words(text), actor, now
    session.flush()
    audit.record(session, actor, "complaint.answer", f"report/{report_id}", now=now, complaint=made.id)
    return made


def complaints_of(session: Session, report_id: int) -> Sequence[Complaint]:
    """The complaints about a report, those without an answer first."""
    order = (Complaint.answered_at.is_not(None), Complaint.answer_by, Complaint.id)
    return session.scalars(select(Complaint).filter_by(report_id=report_id).order_by(*order)).all()


def open_complaints(session: Session, agency: int) -> Sequence[Complaint]:
    """The complaints about an agency's reports that wait for its head, the most urgent first."""
    theirs = select(Complaint).join(Report, Report.id == Complaint.report_id)
    waiting = theirs.where(Report.agency_id == agency, Complaint.answered_at.is_(None))
    return session.scalars(waiting.order_by(Complaint.answer_by, Complaint.id)).all()
