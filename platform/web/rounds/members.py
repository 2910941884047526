"""Who belongs to a round: how far it was passed on, who joined late, who is left out and why."""

from collections.abc import Sequence
from datetime import datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from agencies.access import Actor
from agencies.store import read_tree
from core.db import Session
from core.errors import Refusal
from runtime.rights import subject_of_round
from runtime.rounds.asking import askable, demand_askable
from runtime.rounds.cascade import passed_on
from runtime.rounds.membership import join, joined, leave_out, left_out, take_back
from runtime.rounds.opening import find_round
from runtime.rounds.scopes import members_of
from runtime.views.board import read_board
from web.days import read_moment
from web.routing import endpoint
from web.shown import names_of

blueprint = Blueprint("members", __name__, url_prefix="/rounds/<int:round_id>/members")


@endpoint(blueprint, "", action="round.show", subject=subject_of_round)
def show(session: Session, actor: Actor, now: datetime, round_id: int) -> ResponseReturnValue:
    """Everybody of a round and who it does without."""
    return _page(session, actor, now, round_id)


@endpoint(blueprint, "/join", action="round.join", methods=["POST"], subject=subject_of_round)
def add(session: Session, actor: Actor, now: datetime, round_id: int) -> ResponseReturnValue:
    """Have more agencies report."""
    try:
        due = request.form.get("due", "").strip()
        due_at = read_moment(due, request.form.get("time", "")) if due else None
        agencies = demand_joining(session, round_id, request.form.getlist("codes"))
        reason = request.form.get("reason", "")
        new = join(session, round_id, agencies, due_at=due_at, reason=reason, actor=actor.login, now=now)
    except Refusal as refused:
        return _refused(session, actor, now, round_id, refused)
    flash(_("Đã thêm %(number)s đơn vị vào đợt báo cáo.", number=len(new)))
    return redirect(url_for("members.show", round_id=round_id))


@endpoint(blueprint, "/leave-out", action="round.leave_out", methods=["POST"], subject=subject_of_round)
def leave(session: Session, actor: Actor, now: datetime, round_id: int) -> ResponseReturnValue:
    """Do without an agency, saying why."""
    try:
        agency, reason = agency_in(session, round_id), request.form.get("reason", "")
        leave_out(session, round_id, agency, reason=reason, by=actor.agency, actor=actor.login, now=now)
    except Refusal as refused:
        return _refused(session, actor, now, round_id, refused)
    flash(_("Đã đưa đơn vị ra khỏi đợt báo cáo; lý do được lưu lại."))
    return redirect(url_for("members.show", round_id=round_id))


@endpoint(blueprint, "/take-back", action="round.take_back", methods=["POST"], subject=subject_of_round)
def back(session: Session, actor: Actor, now: datetime, round_id: int) -> ResponseReturnValue:
    """Have an agency that was left out report again."""
    try:
        take_back(session, round_id, agency_in(session, round_id), actor=actor.login, now=now)
    except Refusal as refused:
        return _refused(session, actor, now, round_id, refused)
    flash(_("Đơn vị báo cáo trở lại trong đợt này."))
    return redirect(url_for("members.show", round_id=round_id))


def demand_joining(session: Session, round_id: int, codes: Sequence[str]) -> list[int]:
    """The agencies of some codes, who must be among those whom the round's lead unit may ask."""
    of = find_round(session, round_id)
    tree = read_tree(session, of.period_end)
    nodes = members_of(tree, of.lead_id, f"codes:{','.join(codes)}") if codes else []
    demand_askable(tree, of.lead_id, nodes)
    return [node.id for node in nodes]


def agency_in(session: Session, round_id: int, code: str | None = None) -> int:
    """The agency of a code on the last day of a round's period."""
    wanted = request.form.get("code", "") if code is None else code
    return read_tree(session, find_round(session, round_id).period_end).with_code(wanted).id


def _refused(
    session: Session, actor: Actor, now: datetime, round_id: int, refused: Refusal
) -> ResponseReturnValue:
    session.rollback()
    return _page(session, actor, now, round_id, refused), 422


def _page(
    session: Session, actor: Actor, now: datetime, round_id: int, refused: Refusal | None = None
) -> str:
    of = find_round(session, round_id)
    board, passing = read_board(session, round_id, now), passed_on(session, round_id)
    gone, late = left_out(session, round_id), joined(session, round_id)
    acted = [
        *(each.actor for each in (*gone, *late)),
        *(each.actor for each in passing.values() if each.actor),
    ]
    there = {line.code for line in board.lines} | {each.code for each in gone}
    tree = read_tree(session, of.period_end)
    lead = tree.nodes.get(of.lead_id)
    others = [node for node in askable(tree, of.lead_id) if node.code not in there] if lead else []
    mine = of.lead_id == actor.agency
    here = tree.nodes[actor.agency].name if actor.agency in tree.nodes else ""
    return render_template(
        "rounds/members.html",
        of=of,
        board=board,
        passing=passing,
        gone=gone,
        late={each.code: each for each in late},
        others=others,
        removable=[line for line in board.lines if mine or line.receiver == here],
        people=names_of(session, now, acted),
        subject=subject_of_round(session, actor, round_id),
        refused=refused,
        given=request.form,
    )
