"""Passing a report on to those below, in a round that goes level by level."""

from datetime import datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from agencies.access import Actor
from agencies.store import read_tree
from core.clock import VIETNAM
from core.db import Session
from core.errors import Invalid, Refusal
from core.working_days import read_swaps
from engine.findings import Finding
from runtime.filling.desk import find_report
from runtime.programs import program_of
from runtime.rights import subject_of_report
from runtime.rounds.asking import askable, choices
from runtime.rounds.cascade import demand_passable, pass_on, proposed_due
from runtime.rounds.opening import find_round, period
from runtime.titles import title_in
from template_library.versions import get_version
from web.days import read_moment
from web.rounds.shared_rows import lines
from web.routing import endpoint

blueprint = Blueprint("cascade", __name__, url_prefix="/reports/<int:report_id>/pass-on")


@endpoint(blueprint, "", action="report.pass_on", subject=subject_of_report)
def show(session: Session, actor: Actor, now: datetime, report_id: int) -> ResponseReturnValue:
    """To whom, by when."""
    return _page(session, now, report_id)


@endpoint(blueprint, "", action="report.pass_on", methods=["POST"], subject=subject_of_report)
def go(session: Session, actor: Actor, now: datetime, report_id: int) -> ResponseReturnValue:
    """Give those who were chosen a report each."""
    try:
        due = request.form.get("due", "").strip()
        new = pass_on(
            session,
            report_id,
            _scope(),
            due_at=read_moment(due, request.form.get("time", "")) if due else None,
            lines=request.form.get("lines", ""),
            note=request.form.get("note", ""),
            announce="announce" in request.form,
            actor=actor.login,
            now=now,
        )
    except Refusal as refused:
        session.rollback()
        return _page(session, now, report_id, refused), 422
    flash(
        _(
            "Đã giao tiếp cho %(number)s đơn vị; báo cáo của các đơn vị ấy gửi về đơn vị mình.",
            number=len(new),
        )
    )
    return redirect(url_for("members.show", round_id=find_report(session, report_id).round_id))


def _scope() -> str:
    """Whom: a level, or those ticked."""
    scope, codes = request.form.get("scope", ""), request.form.getlist("codes")
    if scope != "codes" or request.form.get("lines", "").strip():
        return scope
    if not codes:
        raise Invalid([Finding("round.none_chosen")])
    return f"codes:{','.join(codes)}"


def _page(session: Session, now: datetime, report_id: int, refused: Refusal | None = None) -> str:
    report = find_report(session, report_id)
    of = find_round(session, report.round_id)
    demand_passable(of, report)
    tree = read_tree(session, of.period_end)
    proposed = proposed_due(report.due_at, now, read_swaps(session))
    return render_template(
        "rounds/pass_on.html",
        report=report,
        of=of,
        name=title_in(get_version(session, report.version_id).name, period(of)),
        period=period(of),
        office=tree[report.agency_id],
        own=len(tree.children(report.agency_id)),
        choices=choices(tree, report.agency_id),
        agencies=askable(tree, report.agency_id),
        lines=lines(program_of(session, report.version_id).layout),
        proposed=proposed.astimezone(VIETNAM) if proposed else None,
        refused=refused,
        given=request.form,
    )
