"""Corrections in the JSON interface, and what is said about figures: comments, questions, complaints."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from agencies.access import Actor
from core.db import Session
from engine.sheet import Place
from runtime.correction_rights import subject_of_correction, subject_of_ripple, subject_of_settled
from runtime.filling.answers import finding_of
from runtime.flow.comments import WHOLE, resolve, say, threads_of
from runtime.flow.complaints import answer, complain, complaints_of
from runtime.flow.correction_models import Comment, Complaint, Correction, Ripple
from runtime.flow.corrections import PLAIN, approve, ask, fill, grant, move
from runtime.flow.ripple import set_materiality, settle
from runtime.rights import subject_of_report, subject_of_round
from runtime.views.corrections import Line, read_correction, read_desk
from web.api import correction_schemas as shapes
from web.api.openapi import Data, on, operation
from web.api.report_schemas import Moving
from web.findings import findings_json

of_report = on("/reports/<int:report_id>", subject_of_report)
of_correction = on("/corrections/<int:correction_id>", subject_of_correction)
of_ripple = on("/ripples/<int:ripple_id>", subject_of_ripple)
of_round = on("/rounds/<int:round_id>", subject_of_round)


@operation("/corrections", action="correction.desk", answer=shapes.Correction, many=True)
def list_corrections(session: Session, actor: Actor, now: datetime) -> Sequence[Line]:
    """The corrections of the agency's reports and of those that come to it, its own turns first."""
    return read_desk(session, actor.agency, now=now).corrections


@operation("/ripples", action="correction.desk", answer=shapes.Ripple, many=True)
def list_ripples(session: Session, actor: Actor, now: datetime) -> Sequence[Any]:
    """The agency's totals that corrections changed, those that wait for it first."""
    return read_desk(session, actor.agency, now=now).ripples


@operation(
    "/reports/<int:report_id>/corrections",
    "POST",
    action="correction.ask",
    subject=subject_of_settled,
    body=shapes.Asking,
    answer=shapes.CorrectionStanding,
    status=201,
)
def ask_for_correction(
    session: Session, actor: Actor, now: datetime, report_id: int, body: Data
) -> Correction:
    """Ask the receiver of an accepted report to let cells be corrected."""
    places = [_place(cell) for cell in body["cells"]]
    return ask(session, report_id, places, reason=body["reason"], actor=actor.login, now=now)


@of_correction("", action="correction.show", answer=shapes.CorrectionInFull)
def get_correction(session: Session, actor: Actor, now: datetime, correction_id: int) -> Data:
    """A correction with its cells, its way, and the totals that it changed."""
    told = read_correction(session, correction_id, agency=actor.agency, now=now)
    return {**vars(told), "findings": findings_json(finding_of(each) for each in told.findings)}


@of_correction(
    "/grant", "POST", action="correction.grant", body=shapes.Granting, answer=shapes.CorrectionStanding
)
def grant_correction(
    session: Session, actor: Actor, now: datetime, correction_id: int, body: Data
) -> Correction:
    """Let the cells be corrected."""
    until, reason = body["until"], body["reason"]
    return grant(session, correction_id, until=until, reason=reason, actor=actor.login, now=now)


@of_correction(
    "/fill", "POST", action="correction.fill", body=shapes.Filling, answer=shapes.CorrectionStanding
)
def fill_correction(
    session: Session, actor: Actor, now: datetime, correction_id: int, body: Data
) -> Correction:
    """State the new figures; errors that the whole report would have refuse them."""
    given = {_place(cell): (cell["value"], cell["reason"]) for cell in body["cells"]}
    return fill(session, correction_id, given, actor=actor.login, now=now)


@of_correction("/approve", "POST", action="correction.approve", answer=shapes.CorrectionStanding)
def approve_correction(session: Session, actor: Actor, now: datetime, correction_id: int) -> Correction:
    """Have the new figures stand; a job carries them up."""
    return approve(session, correction_id, actor=actor.login, now=now)


def _offer(name: str) -> None:
    @of_correction(
        f"/{name}",
        "POST",
        name=f"{name}_correction",
        action=f"correction.{name}",
        body=Moving,
        answer=shapes.CorrectionStanding,
    )
    def make(session: Session, actor: Actor, now: datetime, correction_id: int, body: Data) -> Correction:
        """Move a correction to its next hand."""
        return move(session, correction_id, name, reason=body["reason"], actor=actor.login, now=now)


for _step in PLAIN:
    _offer(_step.name)


def _answer(name: str) -> None:
    @of_ripple(
        f"/{name}",
        "POST",
        name=f"{name}_ripple",
        action=f"ripple.{name}",
        body=shapes.Noting,
        answer=shapes.CorrectionStanding,
    )
    def make(session: Session, actor: Actor, now: datetime, ripple_id: int, body: Data) -> Ripple:
        """Sign a changed total again, or note its change."""
        signs, note = name == "sign", body["note"]
        return settle(session, ripple_id, signs=signs, note=note, actor=actor.login, now=now)


for _name in ("sign", "note"):
    _answer(_name)


@of_round("/materiality", "POST", action="round.materiality", body=shapes.Materiality)
def set_round_materiality(session: Session, actor: Actor, now: datetime, round_id: int, body: Data) -> Data:
    """Say by what share totals of a round may change without a new signature."""
    set_materiality(session, round_id, int(body["percent"] * 100), actor=actor.login, now=now)
    return {"percent": str(body["percent"])}


@of_report("/comments", action="comment.say", answer=shapes.Thread, many=True)
def list_comments(session: Session, actor: Actor, now: datetime, report_id: int) -> Sequence[Data]:
    """What was said of a report, open threads first."""
    return [
        {**vars(thread), "resolved": thread.resolved, "cell": _cell(thread.place)}
        for thread in threads_of(session, report_id)
    ]


@of_report(
    "/comments", "POST", action="comment.say", body=shapes.NewComment, answer=shapes.Comment, status=201
)
def add_comment(session: Session, actor: Actor, now: datetime, report_id: int, body: Data) -> Comment:
    """Say something about a report or a cell, or answer in a thread."""
    place, thread = _place(body["cell"]), body["thread"]
    who: dict[str, Any] = {"agency": actor.agency, "actor": actor.login, "now": now}
    return say(session, report_id, body["text"], place=place, thread=thread, **who)


@of_report("/comments/resolve", "POST", action="comment.say", body=shapes.Resolving, answer=shapes.Comment)
def resolve_comment(session: Session, actor: Actor, now: datetime, report_id: int, body: Data) -> Comment:
    """Settle a thread, or open it again."""
    who: dict[str, Any] = {"agency": actor.agency, "actor": actor.login, "now": now}
    return resolve(session, report_id, body["thread"], resolved=body["resolved"], **who)


@of_report("/complaints", action="complaint.add", answer=shapes.Complaint, many=True)
def list_complaints(session: Session, actor: Actor, now: datetime, report_id: int) -> Sequence[Complaint]:
    """The complaints about a report, those without an answer first."""
    return complaints_of(session, report_id)


@of_report(
    "/complaints",
    "POST",
    action="complaint.add",
    body=shapes.NewComplaint,
    answer=shapes.Complaint,
    status=201,
)
def add_complaint(session: Session, actor: Actor, now: datetime, report_id: int, body: Data) -> Complaint:
    """Complain about figures."""
    who: dict[str, Any] = {"agency": actor.agency, "actor": actor.login, "now": now}
    told = {"place": _place(body["cell"]), "answer_by": body["answer_by"]}
    return complain(session, report_id, body["text"], **told, **who)


@of_report(
    "/complaints/answer", "POST", action="complaint.answer", body=shapes.Answer, answer=shapes.Complaint
)
def answer_complaint(session: Session, actor: Actor, now: datetime, report_id: int, body: Data) -> Complaint:
    """Answer a complaint as the head of the agency."""
    complaint, text = body["complaint"], body["text"]
    return answer(session, report_id, complaint, text, actor=actor.login, now=now)


def _place(cell: Data | None) -> Place:
    return (cell["section"], cell["row"], cell["column"]) if cell else WHOLE


def _cell(place: Place) -> Data | None:
    section, row, column = place
    return None if place == WHOLE else {"section": section, "row": row, "column": column}
