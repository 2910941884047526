"""Who may design what: the table of the regulation in force, open to all, changed by the administrator."""

from datetime import date, datetime

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from agencies import mandates
from agencies.access import Actor
from agencies.attributes import set_attribute
from agencies.mandate_presets import PRESETS
from agencies.mandates import ACTS, ADDRESSEES, FUNCTION, FUNCTIONS, GOVERNMENTS, REGIMES, UNIT_TYPES, Right
from agencies.store import read_tree
from core import clock
from core.db import Session
from core.errors import NotFound
from web.days import read_day
from web.routing import endpoint

blueprint = Blueprint("mandates", __name__, url_prefix="/mandates")
PAGE_CODES = ("mandate.act.", "mandate.function.", "mandate.preset.", "unit_type.")
"""What the page words by itself."""


@endpoint(blueprint, "", action="library.show")
def show(session: Session, actor: Actor, now: datetime) -> ResponseReturnValue:
    """The rows of today, who has which function, which levels are off."""
    today = clock.day_of(now)
    tree = read_tree(session, today)
    return render_template(
        "mandates/show.html",
        rows=mandates.read_mandates(session, today),
        switches=mandates.read_switches(session, date.max),
        bearers={
            function: [node for node in tree if function in mandates.functions_of(tree, node.id)]
            for function in FUNCTIONS
        },
        own=mandates.unit_type_of(tree, actor.agency),
        presets=PRESETS,
        unit_types=UNIT_TYPES,
        regimes=REGIMES,
        acts=ACTS,
        addressees=ADDRESSEES,
        functions=FUNCTIONS,
        governments=GOVERNMENTS,
        today=today,
    )


@endpoint(blueprint, "/preset", action="mandate.manage", methods=["POST"])
def preset(session: Session, actor: Actor, now: datetime) -> ResponseReturnValue:
    """Take over the rows of a regulation from a day on."""
    name = request.form.get("preset", "")
    if name not in PRESETS:
        raise NotFound("mandate.preset", name=name[:50])
    since = read_day(request.form.get("since", ""))
    mandates.set_mandates(session, PRESETS[name], since=since, actor=actor.login, now=now)
    return _back(gettext("Đã áp dụng quy chế."))


@endpoint(blueprint, "/add", action="mandate.manage", methods=["POST"])
def add(session: Session, actor: Actor, now: datetime) -> ResponseReturnValue:
    """One more row beside those that hold."""
    form = request.form
    right = Right(
        form.get("unit_type", ""),
        form.get("function", ""),
        form.get("regime", ""),
        frozenset(act for act in ACTS if act in form.getlist("act")),
        frozenset(form.getlist("addressee")),
        form.get("basis", "").strip()[:300],
    )
    since = read_day(form.get("since", ""))
    mandates.add_mandate(session, right, since=since, actor=actor.login, now=now)
    return _back(gettext("Đã thêm dòng."))


@endpoint(blueprint, "/end", action="mandate.manage", methods=["POST"])
def end(session: Session, actor: Actor, now: datetime) -> ResponseReturnValue:
    """Have a row hold no longer from a day on."""
    row = request.form.get("row", default=0, type=int)
    mandates.end_mandate(session, row, on=read_day(request.form.get("since", "")), actor=actor.login, now=now)
    return _back(gettext("Đã thôi áp dụng dòng."))


@endpoint(blueprint, "/switch", action="mandate.manage", methods=["POST"])
def switch(session: Session, actor: Actor, now: datetime) -> ResponseReturnValue:
    """Switch a level off, its rights going to another, or on again."""
    level, taken_by = request.form.get("level", ""), request.form.get("taken_by", "")
    if taken_by:
        since = read_day(request.form.get("since", ""))
        mandates.switch_off(session, level, taken_by, since=since, actor=actor.login, now=now)
    else:
        mandates.switch_on(session, level, actor=actor.login, now=now)
    return _back(gettext("Đã ghi."))


@endpoint(blueprint, "/function", action="mandate.manage", methods=["POST"])
def give(session: Session, actor: Actor, now: datetime) -> ResponseReturnValue:
    """Say what an agency is for reports; no function takes it back."""
    since = read_day(request.form.get("since", ""))
    node = read_tree(session, since).with_code(request.form.get("code", "").strip())
    words = FUNCTIONS.get(request.form.get("function", ""), "")
    set_attribute(session, node.id, FUNCTION, words, since=since, actor=actor.login, now=now)
    return _back(gettext("Đã ghi chức năng của %(name)s.", name=node.name))


def _back(told: str) -> Response:
    flash(told)
    return redirect(url_for("mandates.show"))  # type: ignore[return-value]
