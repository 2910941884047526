"""Who may ask for corrections, grant, fill and approve them; who talks about figures and answers for them.

A round that was closed does not hinder: corrections are the door to what is settled.
"""

from dataclasses import replace

from sqlalchemy.orm import Session

from agencies.access import Actor, Subject, row
from runtime.flow.correction_models import ASKED, FILLED, GRANTED, TO_NOTE, TO_SIGN
from runtime.flow.corrections import find_correction
from runtime.flow.ripple import find_ripple
from runtime.models import Report
from runtime.rights import subject_of_report
from runtime.steps import ACCEPT

_STAFF = "entry verifier aggregator approver records_clerk reader"
_CLOSE = ("own", "receiver", "lead", "above")

ACCESS = (
    row("correction.desk", "member"),
    row("correction.ask", "entry verifier approver", "own", [ACCEPT.end]),
    # who finds in a total that a figure below is wrong
    row("correction.ask", "aggregator approver", "receiver", [ACCEPT.end]),
    row("correction.ask", "aggregator approver", "lead", [ACCEPT.end]),
    *(row("correction.show", _STAFF, relation) for relation in _CLOSE),
    row("correction.grant", "aggregator approver", "receiver", [ASKED, GRANTED]),
    row("correction.refuse", "aggregator approver", "receiver", [ASKED]),
    row("correction.fill", "entry verifier", "own", [GRANTED]),
    row("correction.give_back", "approver", "own", [FILLED]),
    row("correction.approve", "approver", "own", [FILLED]),
    row("correction.withdraw", "entry verifier approver", "own", [ASKED, GRANTED, FILLED]),
    row("ripple.note", "aggregator approver", "own", [TO_NOTE]),
    row("ripple.sign", "approver", "own", [TO_NOTE, TO_SIGN]),
    row("round.materiality", "aggregator approver", "lead"),
    *(row("comment.say", _STAFF, relation) for relation in _CLOSE),
    row("comment.say", "bearer", "held"),
    *(row("complaint.add", _STAFF, relation) for relation in _CLOSE),
    row("complaint.answer", "approver", "own"),
)


def subject_of_settled(session: Session, actor: Actor, report_id: int) -> Subject:
    """How the actor's agency stands to a report, whatever became of its round."""
    subject = subject_of_report(session, actor, report_id)
    return whatever_its_round(subject, session.get_one(Report, report_id))


def whatever_its_round(subject: Subject, report: Report) -> Subject:
    """A subject in the state of its report, be its round open or closed."""
    return replace(subject, state=report.state, refusal=f"report.closed.{report.state}")


def subject_of_correction(session: Session, actor: Actor, correction_id: int) -> Subject:
    """How the actor's agency stands to the report that is corrected."""
    correction = find_correction(session, correction_id)
    subject, state = subject_of_report(session, actor, correction.report_id), correction.state
    return replace(subject, state=state, refusal="correction.closed")


def subject_of_ripple(session: Session, actor: Actor, ripple_id: int) -> Subject:
    """How the actor's agency stands to a total that a correction changed."""
    ripple = find_ripple(session, ripple_id)
    subject, state = subject_of_report(session, actor, ripple.report_id), ripple.state
    return replace(subject, state=state, refusal="ripple.closed")
