"""Ask once: what a draft would ask of whom, and which of it the same agencies are asked elsewhere."""

from collections.abc import Sequence
from datetime import datetime

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from agencies.access import Actor
from agencies.store import read_tree
from core.clock import day_of
from core.db import Session
from core.errors import Refusal
from designer.history import open_draft
from designer.programs import compiler_for
from engine.program import Program
from runtime.periods import Period
from runtime.rounds.asked_once import Burden, burden
from runtime.rounds.asking import choices, demand_askable, likely_periods
from runtime.rounds.scopes import members_of
from web.design.issuing import period_in, scope_in
from web.design.operations import subject_of_draft
from web.routing import endpoint

blueprint = Blueprint("asked", __name__, url_prefix="/designer/<path:draft>")
Asking = tuple[Period, Burden]


@endpoint(blueprint, "/asked", action="template.draft", subject=subject_of_draft)
def show(session: Session, actor: Actor, now: datetime, draft: str) -> ResponseReturnValue:
    """For the agencies and days that are being chosen; before any is, for those that are likely.

    What cannot be told yet is left out: this is in nobody's way.
    """
    chosen = "scope" in request.args
    try:
        scope = scope_in(request.args) if chosen else ""
        period = period_in(request.args, now) if chosen else None
        found = what_is_asked(session, actor, now, draft, scope, period)
    except Refusal:
        found = []
    return render_template("designer/asked.html", found=found, offers=chosen)


def what_is_asked(
    session: Session, actor: Actor, now: datetime, draft: str, scope: str, period: Period | None
) -> Sequence[Asking]:
    """The burden in a period, or in each that is likely; empty where the draft cannot be filled in yet."""
    document = open_draft(session, draft)[1]
    program = compiler_for(session, document, now).program(document)
    if program is None:
        return []
    periods = [period] if period else likely_periods(program.form.header.frequencies, day_of(now))
    asked = ((each, _asked(session, actor, program, scope, each)) for each in periods)
    return [(each, found) for each, found in asked if found.agencies and found.cells]


def _asked(session: Session, actor: Actor, program: Program, scope: str, period: Period) -> Burden:
    tree = read_tree(session, period.end)
    if not scope:
        levels = [each.scope for each in choices(tree, actor.agency)]
        scope = "children" if tree.children(actor.agency) or not levels else levels[0]
    members = members_of(tree, actor.agency, scope)
    demand_askable(tree, actor.agency, members)
    return burden(session, program, period, [each.id for each in members if each.id != actor.agency])
