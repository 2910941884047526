"""Whom a scope with a condition asks, to be looked at before anything is opened."""

from collections.abc import Mapping
from datetime import datetime

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from agencies.access import Actor
from agencies.store import read_tree
from core import clock
from core.db import Session
from core.errors import Refusal
from runtime.rounds.asking import demand_askable
from runtime.rounds.scopes import members_of
from web.days import read_day
from web.routing import endpoint

blueprint = Blueprint("whom", __name__, url_prefix="/rounds/whom")


def with_condition(scope: str, given: Mapping[str, str]) -> str:
    """A chosen scope, narrowed by the condition of the same form."""
    condition = " ".join(given.get("condition", "").split())
    return f"{scope}?{condition}" if scope and condition else scope


@endpoint(blueprint, "", action="round.open")
def show(session: Session, actor: Actor, now: datetime) -> ResponseReturnValue:
    """Who it would be on a day; why not, where the condition is none."""
    scope, codes = request.args.get("scope", ""), request.args.getlist("codes")
    scope = f"codes:{','.join(codes)}" if scope == "codes" else scope
    try:
        on = request.args.get("end", "").strip() or request.args.get("start", "").strip()
        tree = read_tree(session, read_day(on) if on else clock.day_of(now))
        members = members_of(tree, actor.agency, with_condition(scope, request.args))
        demand_askable(tree, actor.agency, members)
    except Refusal as refused:
        return render_template("rounds/whom.html", members=[], refused=refused)
    others = [node for node in members if node.id != actor.agency]
    return render_template("rounds/whom.html", members=others, refused=None)
