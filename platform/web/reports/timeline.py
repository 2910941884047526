"""The time line of a report, to read."""

from datetime import datetime
from functools import partial

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from agencies.access import Actor
from agencies.store import read_agency
from core.db import Session
from runtime.filling.desk import find_report
from runtime.rights import subject_of_report
from runtime.rounds.opening import find_round, period
from runtime.views.timeline import read_timeline
from web.reports.report import move_name
from web.routing import endpoint
from web.shown import names_of

blueprint = Blueprint("timeline", __name__)


@endpoint(blueprint, "/reports/<int:report_id>/timeline", action="report.show", subject=subject_of_report)
def show(session: Session, actor: Actor, now: datetime, report_id: int) -> ResponseReturnValue:
    """Everything that happened to the report: who, when, why."""
    report = find_report(session, report_id)
    of, events = find_round(session, report.round_id), read_timeline(session, report)
    return render_template(
        "reports/timeline.html",
        report=report,
        of=of,
        period=period(of),
        reporter=read_agency(session, report.agency_id, of.period_end).name,
        events=events,
        people=names_of(session, now, [event.actor for event in events if event.actor]),
        move_name=partial(move_name, lang=str(get_locale())),
    )
