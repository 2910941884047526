"""Typing a report for an agency that told its figures by telephone: how, when, with whom was spoken."""

from datetime import datetime

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from agencies.access import Actor
from agencies.attributes import duty_telephone
from agencies.store import read_tree
from core.clock import VIETNAM
from core.db import Session
from core.errors import Refusal
from runtime.filling.desk import find_report
from runtime.rights import subject_of_report
from runtime.rounds.entry_for import begin_entry_for, entries_for
from runtime.rounds.models import CHANNELS
from runtime.rounds.opening import find_round, period
from web.days import read_moment
from web.routing import endpoint
from web.shown import names_of

blueprint = Blueprint("behalf", __name__, url_prefix="/reports/<int:report_id>/enter-for")


@endpoint(blueprint, "", action="report.enter_for", subject=subject_of_report)
def show(session: Session, actor: Actor, now: datetime, report_id: int) -> ResponseReturnValue:
    """How the figures came."""
    return _page(session, now, report_id)


@endpoint(blueprint, "", action="report.enter_for", methods=["POST"], subject=subject_of_report)
def begin(session: Session, actor: Actor, now: datetime, report_id: int) -> ResponseReturnValue:
    """Write it down and go to the sheet."""
    given = request.form
    try:
        begin_entry_for(
            session,
            report_id,
            channel=given.get("channel", ""),
            spoken_with=given.get("spoken_with", ""),
            spoken_at=read_moment(given.get("day", ""), given.get("time", "")),
            note=given.get("note", ""),
            actor=actor.login,
            now=now,
        )
    except Refusal as refused:
        session.rollback()
        return _page(session, now, report_id, refused), 422
    return redirect(url_for("fill.sheet", report_id=report_id))


def _page(session: Session, now: datetime, report_id: int, refused: Refusal | None = None) -> str:
    report = find_report(session, report_id)
    of = find_round(session, report.round_id)
    tree = read_tree(session, of.period_end, besides=[report.agency_id])
    known = entries_for(session, report_id)
    return render_template(
        "reports/enter_for.html",
        report=report,
        of=of,
        period=period(of),
        office=tree[report.agency_id],
        telephone=duty_telephone(tree, report.agency_id),
        channels=CHANNELS,
        known=known,
        people=names_of(session, now, [each.actor for each in known]),
        now=now.astimezone(VIETNAM),
        refused=refused,
        given=request.form,
    )
