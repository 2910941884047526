"""What agencies propose for the indicator library, and the answers of those who keep its sets."""

from datetime import datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from agencies.access import Actor
from agencies.store import read_tree
from core import clock
from core.db import Session
from core.errors import Invalid, NotFound
from engine.findings import Finding
from indicator_library import catalogue
from indicator_library import proposals as proposing
from web.indicators.catalogue import PARTS, choices, subject_of_set
from web.indicators.keeping import kept_by, line, typed_meaning
from web.people.account import WRONG
from web.routing import endpoint, row_id

blueprint = Blueprint("indicator_proposals", __name__, url_prefix="/indicators")


@endpoint(blueprint, "/proposals", action="indicator.show")
def proposals(session: Session, actor: Actor, now: datetime) -> ResponseReturnValue:
    """What agencies proposed, what waits first."""
    return _proposals(session, actor, [])


@endpoint(blueprint, "/proposals", action="indicator.propose", methods=["POST"])
def propose(session: Session, actor: Actor, now: datetime) -> ResponseReturnValue:
    """Propose a new indicator or a change of one."""
    code, told = line("code"), line("set")
    chosen = next((each for each in catalogue.list_sets(session) if each.code == told), None)
    if chosen is None:
        raise NotFound("indicator.no_set", id=told)
    try:
        proposing.propose(
            session,
            code,
            typed_meaning(),
            set_id=chosen.id,
            group=line("group"),
            reason=request.form.get("reason", ""),
            agency=actor.agency,
            actor=actor.login,
            now=now,
        )
    except Invalid as refused:
        return _proposals(session, actor, list(refused.findings)), WRONG
    flash(gettext("Đã gửi đề xuất %(code)s.", code=code))
    return redirect(url_for("indicator_proposals.proposals"))


@endpoint(
    blueprint,
    "/sets/<int:set_id>/answer",
    action="indicator.keep",
    methods=["POST"],
    subject=subject_of_set,
)
def answer(session: Session, actor: Actor, now: datetime, set_id: int) -> ResponseReturnValue:
    """Accept or decline a proposal for a set."""
    told = line("proposal")
    ids = {str(each.id): each.id for each in proposing.proposals(session) if each.set_id == set_id}
    if told not in ids:
        raise NotFound("indicator.no_proposal", id=told)
    accept = request.form.get("do") == "accept"
    try:
        proposing.answer(
            session,
            ids[told],
            accept=accept,
            text=request.form.get("answer", ""),
            since=clock.today(),
            actor=actor.login,
            now=now,
        )
    except Invalid as refused:
        return _proposals(session, actor, list(refused.findings)), WRONG
    flash(gettext("Đã trả lời đề xuất."))
    return redirect(url_for("indicator_proposals.proposals"))


@endpoint(blueprint, "/proposals/withdrawn", action="indicator.propose", methods=["POST"])
def withdraw(session: Session, actor: Actor, now: datetime) -> ResponseReturnValue:
    """Take back a proposal of one's agency that nobody answered yet."""
    told = request.form.get("proposal", default=0, type=row_id)
    proposing.withdraw(session, told, agency=actor.agency, actor=actor.login, now=now)
    flash(gettext("Đã rút đề xuất."))
    return redirect(url_for("indicator_proposals.proposals"))


def _proposals(session: Session, actor: Actor, findings: list[Finding]) -> str:
    asked, today = proposing.proposals(session), clock.today()
    return render_template(
        "indicators/proposals.html",
        asked=asked,
        differences={
            each.id: proposing.difference(session, each, today) for each in asked if each.state == "proposed"
        },
        sets=catalogue.list_sets(session),
        keeps=kept_by(session, actor),
        own=actor.agency,
        parts=PARTS,
        tree=read_tree(session, today, besides={each.agency_id for each in asked}),
        findings=findings,
        **choices(),
    )
