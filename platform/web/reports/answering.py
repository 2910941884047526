"""Personal links: made and revoked by an agency, opened by who has no account."""

from datetime import datetime

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask import session as browser
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from agencies.access import Actor
from agencies.store import read_tree
from core.db import Session
from core.errors import NotFound, Refusal
from runtime.filling.desk import find_report
from runtime.rights import subject_of_report
from runtime.rounds.links import MOST_DAYS, create_link, list_links, open_link, revoke_link
from runtime.rounds.opening import find_round, period
from web.routing import endpoint, row_id
from web.security import LINK, limiter
from web.shown import names_of

blueprint = Blueprint("answering", __name__)
LINKS = "/reports/<int:report_id>/links"
USUAL_DAYS = 7


def _missed(response: Response) -> bool:
    return response.status_code == 404


@endpoint(blueprint, LINKS, action="report.link", subject=subject_of_report)
def show(session: Session, actor: Actor, now: datetime, report_id: int) -> ResponseReturnValue:
    """The links to a report."""
    return _page(session, now, report_id)


@endpoint(blueprint, LINKS, action="report.link", methods=["POST"], subject=subject_of_report)
def make(session: Session, actor: Actor, now: datetime, report_id: int) -> ResponseReturnValue:
    """A new link, shown once."""
    days = request.form.get("days", str(USUAL_DAYS)).strip()
    try:
        text = create_link(
            session,
            report_id,
            request.form.get("name", ""),
            days=int(days) if days.isdecimal() and len(days) < 5 else 0,
            actor=actor.login,
            now=now,
        )
    except Refusal as refused:
        session.rollback()
        return _page(session, now, report_id, refused=refused), 422
    return _page(session, now, report_id, made=url_for("answering.enter", token=text, _external=True))


@endpoint(blueprint, f"{LINKS}/revoke", action="report.link", methods=["POST"], subject=subject_of_report)
def revoke(session: Session, actor: Actor, now: datetime, report_id: int) -> ResponseReturnValue:
    """Have a link open nothing any more."""
    try:
        link = row_id(request.form.get("link", ""))
    except ValueError:
        raise NotFound("link.unknown", id="") from None
    revoke_link(session, report_id, link, actor=actor.login, now=now)
    flash(_("Đã thu hồi liên kết."))
    return redirect(url_for("answering.show", report_id=report_id))


@endpoint(blueprint, "/answer/<token>", action="answer.open", write=True)
@limiter.shared_limit("30 per 15 minutes", scope="answer", deduct_when=_missed)
def enter(session: Session, actor: Actor | None, now: datetime, token: str) -> ResponseReturnValue:
    """Keep the link in this browser and go to its report."""
    report_id = open_link(session, token[:200], now=now)
    if actor is None or actor.report is not None:
        browser[LINK] = token
    return redirect(url_for("reports.show", report_id=report_id))


def _page(
    session: Session, now: datetime, report_id: int, made: str = "", refused: Refusal | None = None
) -> str:
    report = find_report(session, report_id)
    of = find_round(session, report.round_id)
    links = list_links(session, report_id)
    return render_template(
        "reports/links.html",
        report=report,
        of=of,
        period=period(of),
        office=read_tree(session, of.period_end, besides=[report.agency_id])[report.agency_id],
        links=links,
        people=names_of(session, now, [each.created_by for each in links]),
        made=made,
        now=now,
        days=request.form.get("days", str(USUAL_DAYS)),
        most=MOST_DAYS,
        refused=refused,
        given=request.form,
    )
