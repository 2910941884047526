"""Events: a series begun, its bulletins with who is late, the next one, the end."""

from collections.abc import Mapping
from datetime import datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from agencies.access import Actor, Subject
from agencies.store import read_tree
from core.clock import day_of
from core.db import Session
from core.errors import Invalid
from runtime.rounds.asking import choices
from runtime.rounds.events import (
    Asking,
    bulletins_of,
    close_event,
    find_event,
    list_events,
    open_bulletin,
    start_event,
    states_of,
)
from runtime.steps import EDITABLE, PATHS
from runtime.totals.bulletins import late_of
from template_library.shelf import shelf
from web.people.account import WRONG
from web.rounds.order_form import whole_number
from web.routing import endpoint

blueprint = Blueprint("events", __name__, url_prefix="/events")


def subject_of_event(session: Session, actor: Actor, event_id: int) -> Subject:
    """Whether the actor's agency leads an event, and whether that goes on."""
    event = find_event(session, event_id)
    relations = frozenset({"lead"} if event.lead_id == actor.agency else ())
    return Subject(relations, "closed" if event.closed_at else "open", refusal="event.closed")


@endpoint(blueprint, "/", action="event.add")
def index(session: Session, actor: Actor, now: datetime) -> ResponseReturnValue:
    """Those of the actor's agency."""
    return render_template("events/index.html", events=list_events(session, actor.agency))


@endpoint(blueprint, "/new", action="event.add")
def new(session: Session, actor: Actor, now: datetime) -> ResponseReturnValue:
    """A form for a new one."""
    return _form(session, actor, now)


@endpoint(blueprint, "/new", action="event.add", methods=["POST"])
def add(session: Session, actor: Actor, now: datetime) -> ResponseReturnValue:
    """Begin one with its first bulletin."""
    try:
        event = start_event(session, _read(), lead=actor.agency, actor=actor.login, now=now)
    except Invalid as refused:
        session.rollback()
        return _form(session, actor, now, refused), WRONG
    flash(_("Đã mở sự kiện; bản tin số 1 đang được giao."))
    return redirect(url_for("events.show", event_id=event.id))


@endpoint(blueprint, "/<int:event_id>", action="event.show", subject=subject_of_event)
def show(session: Session, actor: Actor, now: datetime, event_id: int) -> ResponseReturnValue:
    """The bulletins, how far each is, and who is in its total with older figures."""
    bulletins, states = bulletins_of(session, event_id), states_of(session, event_id)
    return render_template(
        "events/show.html",
        event=find_event(session, event_id),
        subject=subject_of_event(session, actor, event_id),
        bulletins=[(of, *_handed_in(states.get(of.id, {}))) for of in reversed(bulletins)],
        late=late_of(session, [of.id for of in bulletins]),
    )


@endpoint(blueprint, "/<int:event_id>/next", action="event.keep", methods=["POST"], subject=subject_of_event)
def next_(session: Session, actor: Actor, now: datetime, event_id: int) -> ResponseReturnValue:
    """Open the next bulletin."""
    opened = open_bulletin(session, event_id, actor=actor.login, now=now)
    flash(_("Đang mở bản tin số %(number)s; số của bản tin trước được mang sang.", number=opened.number))
    return redirect(url_for("events.show", event_id=event_id))


@endpoint(blueprint, "/<int:event_id>/close", action="event.keep", methods=["POST"], subject=subject_of_event)
def close(session: Session, actor: Actor, now: datetime, event_id: int) -> ResponseReturnValue:
    """End the series and ask for the final report."""
    close_event(session, event_id, actor=actor.login, now=now)
    flash(_("Đã kết thúc sự kiện; đang mở báo cáo tổng kết."))
    return redirect(url_for("events.show", event_id=event_id))


def _handed_in(states: Mapping[str, int]) -> tuple[int, int]:
    """How many reports are handed in, of how many."""
    expected = sum(states.values())
    return expected - sum(states.get(state, 0) for state in EDITABLE), expected


def _form(session: Session, actor: Actor, now: datetime, refused: Invalid | None = None) -> str:
    return render_template(
        "events/new.html",
        answers=request.form or request.args,
        findings=refused.findings if refused else [],
        shelved=[each for each in shelf(session) if each.versions],
        choices=choices(read_tree(session, day_of(now)), actor.agency),
        paths=PATHS,
    )


def _read() -> Asking:
    """What the form says."""
    given = request.form
    return Asking(
        name=given.get("name", ""),
        template=given.get("template", ""),
        scope=given.get("scope", ""),
        due_minutes=whole_number(given.get("due_minutes", "")) or 0,
        every_hours=whole_number(given.get("every_hours", "")),
        flow="tree" if given.get("flow") == "tree" else "direct",
        steps=given.get("steps", ""),
    )
