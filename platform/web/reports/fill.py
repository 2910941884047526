"""Filling a report: the sheet, saves by cell, reasons for warnings."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _
from marshmallow import EXCLUDE

from agencies.access import Actor
from core.db import Session
from core.messages import sentence
from engine.figures import write_figures
from runtime.filling.desk import Desk, find_report, lay_out
from runtime.filling.explanations import explain
from runtime.filling.given import changed_at
from runtime.flow.moving import MOVE
from runtime.flow.workflow import open_moves, report_nothing
from runtime.gathering import part_rows
from runtime.models import Move
from runtime.rights import subject_of_report
from runtime.rounds.asked_once import keys_of
from runtime.rounds.locks import is_locked
from runtime.steps import BACK, SUBMIT, VERIFY
from runtime.titles import read_title
from web.bodies import read_body
from web.reports.cells import cell_name
from web.reports.comments import asked_about, talk
from web.reports.fill_texts import texts
from web.reports.fillable import report_data
from web.reports.hands import hands, with_others_closed
from web.reports.live import live_data
from web.reports.saves import ExplanationShape, Sent, prepare_store, store
from web.reports.seeing import see
from web.routing import endpoint, may

blueprint = Blueprint("fill", __name__)


@endpoint(blueprint, "/reports/<int:report_id>/fill", action="report.enter", subject=subject_of_report)
def sheet(session: Session, actor: Actor, now: datetime, report_id: int) -> ResponseReturnValue:
    """The sheet to type in."""
    see(session, report_id, actor=actor, now=now)
    desk = with_others_closed(session, lay_out(session, report_id), actor.login)
    every_row = request.args.get("rows") == "all"
    lang = str(get_locale())
    # a total is more than what is typed here: only the server sees its parts
    live = None if desk.report.is_total else live_data(desk.program, desk.sheet, desk.context, lang)
    data = report_data(desk, lang, every_row=every_row) | {
        "editable": not is_locked(desk.report, now),
        "live": live,
        "earlier": [
            {"name": name, "figures": write_figures(sheet)}
            for name, sheet in (
                (_("kỳ trước"), desk.context.previous),
                (_("cùng kỳ năm trước"), desk.context.same_period_last_year),
            )
            if sheet
        ],
        "account": actor.login,
        "saveUrl": url_for("fill.save", report_id=report_id),
        "versionUrl": url_for("fill.version", report_id=report_id),
        "explainUrl": url_for("fill.explained", report_id=report_id),
        "filesUrl": url_for("files.add", report_id=report_id),
        "texts": texts(),
    }
    form = desk.program.form
    returned = _given_back(desk)
    subject = subject_of_report(session, actor, report_id)
    open_ = {step.name for step in open_moves(session, desk.report) if may(f"report.{step.name}", subject)}
    told = talk(session, now, desk)
    data["asked"] = asked_about(told["threads"])
    data["marks"] = [mark["place"] for mark in _marked(desk, returned)]
    return render_template(
        "reports/fill.html",
        desk=desk,
        shared=part_rows(desk.report) is not None,
        every_row=every_row,
        data=data,
        now=now,
        locked=is_locked(desk.report, now),
        title=read_title(form.header.name, desk.titles),
        given_changed=changed_at(session, report_id) if desk.given else None,
        collects=may("report.take", subject) and bool(keys_of(desk.program)),
        returned=returned,
        marked=_marked(desk, returned),
        **hands(session, desk, subject, actor.login, now),
        repaired=desk.moves[-1] if desk.moves and desk.moves[-1].name == MOVE else None,
        send=next((step.name for step in (VERIFY, SUBMIT) if step.name in open_), ""),
        nothing=may("report.submit", subject) and not desk.report.is_total,
        verified_first=VERIFY.name in desk.of.steps.split(","),
        **told,
    )


def _given_back(desk: Desk) -> Move | None:
    """The move by which the report came back to be put right."""
    backs = [made for made in desk.moves if made.name in [step.name for step in BACK]]
    return backs[-1] if backs and desk.report.state == "returned" else None


def _marked(desk: Desk, returned: Move | None) -> list[dict[str, Any]]:
    """The cells that were marked then, each by its name, with the note."""
    marks = returned.marks if returned else None
    return [
        {"place": place, "name": cell_name(desk, place), "note": mark["note"]}
        for mark in marks or ()
        if (place := (mark["section"], mark["row"], mark["column"]))[0] in desk.program.layout.sections
    ]


@endpoint(
    blueprint,
    "/reports/<int:report_id>/nothing",
    action="report.enter",
    methods=("POST",),
    subject=subject_of_report,
)
def nothing(session: Session, actor: Actor, now: datetime, report_id: int) -> ResponseReturnValue:
    """Nothing to report: what is blank is filled so, and the report goes its way."""
    report = report_nothing(session, report_id, actor=actor.login, now=now)
    state = sentence(f"report.state.{report.state}", {}, str(get_locale()))
    flash(_("Đã ghi không phát sinh; báo cáo nay %(state)s. Muốn sửa thì rút lại.", state=state))
    return redirect(url_for("reports.show", report_id=report_id))


@endpoint(blueprint, "/reports/<int:report_id>/version", action="report.enter", subject=subject_of_report)
def version(session: Session, actor: Actor, now: datetime, report_id: int) -> ResponseReturnValue:
    """The version of the form that the report is in, for a page that was opened some time ago."""
    return {"version": find_report(session, report_id).version_id}


def _prepare_save(session: Session, actor: Actor, now: datetime, report_id: int) -> Mapping[str, Sent]:
    return {"sent": prepare_store(session, actor, now, report_id, str(get_locale()))}


@endpoint(
    blueprint,
    "/reports/<int:report_id>/save",
    action="report.save",
    methods=("POST",),
    subject=subject_of_report,
    prepare=_prepare_save,
)
def save(session: Session, actor: Actor, now: datetime, report_id: int, sent: Sent) -> ResponseReturnValue:
    """Cells as they were typed; the answer tells what is stored and what the checks say."""
    return dict(store(session, now, report_id, sent, str(get_locale())))


@endpoint(
    blueprint,
    "/reports/<int:report_id>/explain",
    action="report.enter",
    methods=("POST",),
    subject=subject_of_report,
)
def explained(session: Session, actor: Actor, now: datetime, report_id: int) -> ResponseReturnValue:
    """Why a warning stands."""
    body = read_body(ExplanationShape(unknown=EXCLUDE))
    explain(session, report_id, (body["rule"], body["where"]), body["text"], actor=actor.login, now=now)
    return {}
