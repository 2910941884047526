"""Taking over what the agency reported elsewhere, cell by cell, each with its source."""

from datetime import datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from agencies.access import Actor
from core.db import Session
from runtime.filling.desk import find_report
from runtime.filling.taking import offers, take
from runtime.rights import subject_of_report
from runtime.rounds.opening import find_round, period
from web.routing import endpoint

blueprint = Blueprint("taking", __name__, url_prefix="/reports/<int:report_id>/take")


@endpoint(blueprint, "", action="report.take", subject=subject_of_report)
def show(session: Session, actor: Actor, now: datetime, report_id: int) -> ResponseReturnValue:
    """The figures that could be taken over, beside what stands there."""
    report = find_report(session, report_id)
    of = find_round(session, report.round_id)
    found = offers(session, report)
    return render_template("reports/taking.html", report=report, of=of, period=period(of), offers=found)


@endpoint(blueprint, "", action="report.take", methods=("POST",), subject=subject_of_report)
def chosen(session: Session, actor: Actor, now: datetime, report_id: int) -> ResponseReturnValue:
    """Take over those that were ticked."""
    taken = take(session, report_id, set(request.form.getlist("cell")), actor=actor.login, now=now)
    flash(ngettext("Đã lấy %(num)s số vào báo cáo.", "Đã lấy %(num)s số vào báo cáo.", taken))
    return redirect(url_for("fill.sheet", report_id=report_id))
