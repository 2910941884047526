"""The one way from a request to a view: unit of work, who asks, what is the thing to him, may he, the view.

    @endpoint(pages, "/reports/<int:report_id>", action="report.show", subject=subject_of_report)
    def show(session, actor, now, report_id): ...

A view that writes may have a `prepare(session, actor, now, **arguments)`, which only reads, in a unit of work
of its own: what it returns are more arguments of the view. Who waits to write waits for no one's thinking.

`subject(session, actor, **arguments)` tells how the actor stands to what the address names. Every action
stands in the table of `web.rights`; a test walks all endpoints and compares.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any

from flask import Blueprint, g, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import BadRequest, Unauthorized
from werkzeug.routing import IntegerConverter

from agencies.access import Actor, Subject, allowed, state_forbids
from core import audit, clock
from core.db import Session, unit_of_work
from core.errors import Conflict, Forbidden
from web.rights import TABLE
from web.security import find_actor

View = Callable[..., ResponseReturnValue]
Prepare = Callable[..., Mapping[str, Any]]
FindSubject = Callable[..., Subject]
READS = ("GET", "HEAD", "OPTIONS")


@dataclass(frozen=True)
class Endpoint:
    """An address that is answered by a view once the table allows its action."""

    action: str
    view: View
    subject: FindSubject | None
    write: bool | None
    prepare: Prepare | None


class RowId(IntegerConverter):
    """`<int:…>` in an address: what a row's number can be; longer ones no database takes."""

    regex = "[0-9]{1,18}"


def row_id(text: str) -> int:
    """The number of a row that a form names; ValueError where it can be none."""
    if not text.isdecimal() or len(text) > 18:
        raise ValueError(text)
    return int(text)


ENDPOINTS: dict[str, Endpoint] = {}
"""All of them by Flask's name."""


def endpoint(
    blueprint: Blueprint,
    rule: str,
    *,
    action: str,
    methods: Sequence[str] = ("GET",),
    subject: FindSubject | None = None,
    write: bool | None = None,
    prepare: Prepare | None = None,
) -> Callable[[View], View]:
    """Register `view(session, actor, now, **arguments)`; `actor` is None where guests are allowed.

    Requests that are no GET write; `write` says otherwise.
    """

    def register(view: View) -> View:
        known = Endpoint(action, view, subject, write, prepare)
        ENDPOINTS[f"{blueprint.name}.{view.__name__}"] = known

        @wraps(view)
        def dispatch(**arguments: Any) -> ResponseReturnValue:
            return _dispatch(known, **arguments)

        blueprint.add_url_rule(rule, view.__name__, dispatch, methods=methods)
        return view

    return register


def may(action: str, subject: Subject | None = None) -> bool:
    """Whether who asks now may do `action`; for templates, to offer no button that would be refused."""
    return allowed(TABLE, g.actor, action, subject or Subject())


def only_its_state_forbids(action: str, subject: Subject) -> bool:
    """Whether who asks now might do `action` were the thing in another state."""
    return g.actor is not None and state_forbids(TABLE, g.actor, action, subject)


def _dispatch(known: Endpoint, **arguments: Any) -> ResponseReturnValue:
    now = clock.now()
    g.actor = None
    given = (*request.args.items(multi=True), *request.form.items(multi=True))
    if any("\0" in text for text in (request.path, *(text for _, text in given))):
        raise BadRequest  # PostgreSQL keeps no such text
    try:
        write = request.method not in READS if known.write is None else known.write
        with unit_of_work(write=write and known.prepare is None) as session:
            g.session = session  # for the head of the page
            g.actor = find_actor(session, now)
            _demand(session, known, g.actor, arguments)
            if known.prepare is None:
                return known.view(session, g.actor, now, **arguments)
            arguments |= known.prepare(session, g.actor, now, **arguments)
        with unit_of_work(write=write) as session:
            g.session = session
            return known.view(session, g.actor, now, **arguments)
    except Forbidden as refused:
        _keep_refusal(g.actor, known.action, refused, now)
        raise


def _demand(session: Session, known: Endpoint, actor: Actor | None, arguments: dict[str, Any]) -> None:
    """Who has not signed in learns nothing of what the address names, not even whether it is there."""
    if actor is None:
        if not allowed(TABLE, None, known.action, Subject()):
            raise Unauthorized
        return
    subject = known.subject(session, actor, **arguments) if known.subject else Subject()
    if not allowed(TABLE, actor, known.action, subject):
        if state_forbids(TABLE, actor, known.action, subject):
            raise Conflict(subject.refusal, state=subject.state, action=known.action)
        raise Forbidden("access.refused", action=known.action)


def _keep_refusal(actor: Actor | None, action: str, refused: Forbidden, now: datetime) -> None:
    """In a unit of its own, for the request's is undone."""
    with unit_of_work() as session:
        login = actor.login if actor else None
        audit.record(session, login, f"refused:{action}", request.path, now=now, code=refused.code)
