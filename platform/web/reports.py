"""Filling a report: the sheet, saves by cell, reasons for warnings, and the moves from hand to hand."""

from datetime import datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _

from agencies.access import Actor
from core.db import Session
from core.messages import sentence
from runtime.explanations import demand_explained, explain
from runtime.filling import find_report, lay_out
from runtime.rights import subject_of_report
from runtime.titles import read_title
from runtime.workflow import MOVES, SUBMIT, Step, move
from web.fill_texts import texts
from web.fillable import report_data
from web.routing import endpoint, may
from web.saves import ExplanationShape, read_body, store

blueprint = Blueprint("reports", __name__)


@endpoint(blueprint, "/reports/<int:report_id>/fill", action="report.enter", subject=subject_of_report)
def fill(session: Session, actor: Actor, now: datetime, report_id: int) -> ResponseReturnValue:
    """The sheet to type in."""
    desk = lay_out(session, report_id)
    data = report_data(desk, str(get_locale())) | {
        "editable": True,
        "account": actor.login,
        "saveUrl": url_for("reports.save", report_id=report_id),
        "explainUrl": url_for("reports.explained", report_id=report_id),
        "texts": texts(),
    }
    form = desk.program.form
    returned = next((made for made in reversed(desk.moves) if made.reason), None)
    return render_template(
        "reports/fill.html",
        desk=desk,
        data=data,
        now=now,
        title=read_title(form.header.name, desk.titles),
        left=[section for section in form.sections if section.kind in ("outline", "attachment")],
        returned=returned if desk.report.state == "returned" else None,
        send=SUBMIT.name
        if may(f"report.{SUBMIT.name}", subject_of_report(session, actor, report_id))
        else "",
    )


@endpoint(
    blueprint,
    "/reports/<int:report_id>/save",
    action="report.enter",
    methods=("POST",),
    subject=subject_of_report,
)
def save(session: Session, actor: Actor, now: datetime, report_id: int) -> ResponseReturnValue:
    """Cells as they were typed; the answer tells what is stored and what the checks say."""
    return dict(store(session, actor, now, report_id, str(get_locale())))


@endpoint(
    blueprint,
    "/reports/<int:report_id>/explain",
    action="report.enter",
    methods=("POST",),
    subject=subject_of_report,
)
def explained(session: Session, actor: Actor, now: datetime, report_id: int) -> ResponseReturnValue:
    """Why a warning stands."""
    body = read_body(ExplanationShape)
    explain(session, report_id, (body["rule"], body["where"]), body["text"], actor=actor.login, now=now)
    return {}


def _offer(step: Step) -> None:
    """The address of one move; the table of moves says from which states it may be made."""

    def made(session: Session, actor: Actor, now: datetime, report_id: int) -> ResponseReturnValue:
        if step == SUBMIT:
            demand_explained(session, find_report(session, report_id))
        report = move(
            session, report_id, step.name, reason=request.form.get("reason", ""), actor=actor.login, now=now
        )
        state = sentence(f"report.state.{report.state}", {}, str(get_locale()))
        flash(_("Báo cáo nay %(state)s.", state=state))
        return redirect(url_for("review.show", report_id=report_id))

    made.__name__ = f"move_{step.name}"
    made.__doc__ = f"Make the move {step.name}."
    endpoint(
        blueprint,
        f"/reports/<int:report_id>/moves/{step.name}",
        action=f"report.{step.name}",
        methods=("POST",),
        subject=subject_of_report,
    )(made)


for _step in MOVES.values():
    _offer(_step)
