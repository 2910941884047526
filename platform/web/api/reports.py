"""Reports in the JSON interface: read, filled, moved from hand to hand, traced."""

from collections.abc import Sequence
from datetime import datetime

from flask import request
from flask_babel import get_locale

from agencies.access import Actor
from core.db import Session
from core.messages import sentence
from engine.figures import write_figures
from engine.rollup.imputation import imputed_places
from runtime.filling.desk import find_report
from runtime.filling.entry import Change, save
from runtime.filling.places import print_place
from runtime.flow.issuing import Document, take_signed
from runtime.flow.models import SignedFile
from runtime.flow.workflow import Mark, Outcome, move, report_nothing
from runtime.models import Report
from runtime.rights import subject_of_report
from runtime.steps import ISSUE, MOVES
from runtime.totals.adjustments import Adjusted, adjust, adjustments
from runtime.totals.provisional import provisional
from runtime.totals.trace import Traced, trace_figure
from runtime.views.overview import view_report
from runtime.views.timeline import Event, read_timeline
from web.api import report_schemas as shapes
from web.api.files import BYTES
from web.api.openapi import Data, on, operation
from web.findings import findings_json
from web.reports.selections import clean_movable, move_chosen

of_report = on("/reports/<int:report_id>", subject_of_report)


@of_report("", action="report.show", answer=shapes.Report)
def get_report(session: Session, actor: Actor, now: datetime, report_id: int) -> Data:
    """A report as it is now, with its figures and what the checks find."""
    report = find_report(session, report_id)
    view = view_report(session, report)
    sheet = view.checked.sheet
    imputed = [print_place(sheet.layout, place) for place in sorted(imputed_places(sheet))]
    told = {"figures": write_figures(sheet), "findings": findings_json(view.checked.findings)}
    return {**vars(view), **told, "rows": report.rows, "imputed": imputed}


@of_report("/save", "POST", action="report.save", body=shapes.Save, answer=shapes.Saved)
def save_cells(session: Session, actor: Actor, now: datetime, report_id: int, body: Data) -> Data:
    """Store changed cells, compute, and say what the checks find now."""
    saved = save(
        session,
        report_id,
        base=body["base"],
        idempotency_key=body["idempotency_key"],
        changes=[Change(**change) for change in body["changes"]],
        how=body["how"],
        actor=actor.login,
        now=now,
    )
    return {**saved.to_json(), "findings": findings_json(saved.findings)}


@of_report("/trace", action="report.show", query=shapes.TraceQuery, answer=shapes.Traced)
def trace(session: Session, actor: Actor, now: datetime, report_id: int, query: Data) -> Traced:
    """Where a figure comes from: who typed it, which reports it was summed up from."""
    return trace_figure(session, find_report(session, report_id), query["cell"], entered=query["entered"])


@of_report("/provisional", action="report.show", answer=shapes.Provisional)
def get_provisional(session: Session, actor: Actor, now: datetime, report_id: int) -> Data:
    """The total of everything entered below a report, accepted or not."""
    found = provisional(session, find_report(session, report_id))
    return {**vars(found), "figures": write_figures(found.sheet)}


@of_report("/adjustments", action="report.show", answer=shapes.Adjusted, many=True)
def get_adjustments(session: Session, actor: Actor, now: datetime, report_id: int) -> Sequence[Adjusted]:
    """The cells of a total that stand adjusted, each beside what was summed up."""
    return adjustments(session, find_report(session, report_id))


@of_report("/adjust", "POST", action="report.adjust", body=shapes.Adjusting, answer=shapes.Standing)
def adjust_cell(session: Session, actor: Actor, now: datetime, report_id: int, body: Data) -> Report:
    """Have a cell of a total read another figure, for a reason."""
    adjust(session, report_id, body["cell"], body["value"], body["reason"], actor=actor.login, now=now)
    return find_report(session, report_id)


def _offer(move_name: str) -> None:
    @of_report(
        f"/{move_name}",
        "POST",
        name=f"{move_name}_report",
        action=f"report.{move_name}",
        body=shapes.MovingOne,
        answer=shapes.Standing,
    )
    def make(session: Session, actor: Actor, now: datetime, report_id: int, body: Data) -> Report:
        """Move a report to its next hand."""
        given = {"reason": body["reason"], "marks": [Mark(**mark) for mark in body["marks"]]}
        return move(session, report_id, move_name, **given, actor=actor.login, now=now)


for _name in MOVES:
    if _name != ISSUE.name:  # it takes what stands on the paper
        _offer(_name)


@of_report("/issue", "POST", action="report.issue", body=shapes.Document, answer=shapes.Standing)
def issue_report(session: Session, actor: Actor, now: datetime, report_id: int, body: Data) -> Report:
    """Issue a report under its number, with its place, day and signer."""
    return move(session, report_id, ISSUE.name, document=Document(**body), actor=actor.login, now=now)


@of_report("/nothing", "POST", action="report.enter", answer=shapes.Standing)
def nothing_to_report(session: Session, actor: Actor, now: datetime, report_id: int) -> Report:
    """Fill what is blank with `-` and submit."""
    return report_nothing(session, report_id, actor=actor.login, now=now)


@of_report(
    "/signed", "POST", action="report.sign", query=shapes.SignedName, takes=BYTES, answer=shapes.Signed
)
def take_signed_copy(
    session: Session, actor: Actor, now: datetime, report_id: int, query: Data
) -> SignedFile:
    """The signed PDF; one that does not carry the revision code of the report is refused.

    Of a scan the code is told that was read on the paper.
    """
    name, content, read = query["name"], request.get_data(), query["code"]
    return take_signed(session, report_id, name, content, read=read, actor=actor.login, now=now)


@of_report("/timeline", action="report.show", answer=shapes.Event, many=True)
def get_timeline(session: Session, actor: Actor, now: datetime, report_id: int) -> Sequence[Event]:
    """All that happened to a report, oldest first."""
    return read_timeline(session, find_report(session, report_id))


@operation(
    "/reports/moves", "POST", action="report.move_many", body=shapes.Selection, answer=shapes.Moved, many=True
)
def move_reports(session: Session, actor: Actor, now: datetime, body: Data) -> Sequence[Data]:
    """Make one move with many reports; each has its own record, or is told why not."""
    name, chosen = body["move"], {*body["reports"]}
    if body["clean_of"] is not None:
        chosen |= {*clean_movable(session, actor, name, round_id=body["clean_of"])}
    if body["clean_own"]:
        chosen |= {*clean_movable(session, actor, name, agency_id=actor.agency)}
    document = Document(**body["document"]) if body["document"] else None
    outcomes = move_chosen(session, actor, now, name, chosen, body["reason"], document)
    return [outcome_data(outcome, str(get_locale())) for outcome in outcomes]


def outcome_data(outcome: Outcome, lang: str) -> Data:
    """What became of one report of a selection, with the sentence of a refusal."""
    told = {"report": outcome.report, "state": outcome.state}
    if outcome.refusal is None:
        return told
    code, facts = outcome.refusal.code, outcome.refusal.facts
    return told | {"code": code, "detail": sentence(code, facts, lang)}
