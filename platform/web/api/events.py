"""Events and the time of reports in the JSON interface: bulletins opened, terms asked and answered."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from flask_babel import get_locale
from marshmallow import Schema, fields, validate

from agencies.access import Actor
from core.db import Session
from runtime.models import Round
from runtime.periods import FINAL
from runtime.rights import subject_of_report, subject_of_round
from runtime.rounds import terms
from runtime.rounds.events import (
    HOURS,
    MINUTES,
    Asking,
    bulletins_of,
    close_event,
    find_event,
    list_events,
    open_bulletin,
    start_event,
)
from runtime.rounds.scopes import FLOWS, read_flow
from runtime.rounds.term_models import Event, Term
from runtime.steps import PATHS, SHORT
from runtime.totals.bulletins import Late, late_of
from web.api.openapi import Data, operation
from web.api.report_schemas import Moved
from web.api.reports import outcome_data
from web.api.round_schemas import ANY_DAY
from web.reports.selections import MOST
from web.rounds.events import subject_of_event
from web.rounds.terms import extend_chosen

EVENT, TERMS = "/events/<int:event_id>", "/reports/<int:report_id>/terms"
TEXT = validate.Length(min=1, max=1000)


class Beginning(Schema):
    """The event to begin, led by the agency of who asks; hours where bulletins open by themselves."""

    name = fields.String(required=True, validate=validate.Length(min=1, max=200))
    template = fields.String(required=True, validate=validate.Length(min=1, max=200))
    scope = fields.String(load_default="children", validate=validate.Length(min=1, max=200_000))
    flow = fields.String(load_default="direct", validate=validate.OneOf(FLOWS))
    steps = fields.String(load_default=SHORT, validate=validate.OneOf(PATHS))
    due_minutes = fields.Integer(
        required=True, strict=True, validate=validate.Range(MINUTES.start, MINUTES.stop - 1)
    )
    every_hours = fields.Integer(
        load_default=None,
        allow_none=True,
        strict=True,
        validate=validate.Range(HOURS.start, HOURS.stop - 1),
    )


class EventShape(Schema):
    """An event; `next_at` is when a bulletin opens by itself."""

    id = fields.Integer()
    name = fields.String()
    template = fields.String(attribute="template_code")
    started_at = fields.AwareDateTime()
    next_at = fields.AwareDateTime(allow_none=True)
    closed_at = fields.AwareDateTime(allow_none=True)


class LateAgency(Schema):
    """An agency whose figures in a total are of an earlier bulletin, handed in at that hour."""

    name = fields.String()
    bulletin = fields.Integer()
    at = fields.AwareDateTime()


class Bulletin(Schema):
    """A round of an event, and who is in its total with older figures."""

    round = fields.Integer()
    number = fields.Integer()
    is_final = fields.Boolean()
    due_at = fields.AwareDateTime(allow_none=True)
    opened = fields.Boolean()
    late = fields.List(fields.Nested(LateAgency))


class TermShape(Schema):
    """What happened to the time of a report."""

    name = fields.String()
    due_before = fields.AwareDateTime(allow_none=True)
    until = fields.AwareDateTime(allow_none=True)
    reason = fields.String(allow_none=True)
    actor = fields.String()
    at = fields.AwareDateTime()


class Reasoned(Schema):
    """Why."""

    reason = fields.String(required=True, validate=TEXT)


class Until(Reasoned):
    """Until when, and why."""

    until = fields.AwareDateTime(required=True, validate=ANY_DAY)


class Extending(Until):
    """Which reports of a round get time until when, and why."""

    reports = fields.List(
        fields.Integer(strict=True, validate=validate.Range(1, 10**18 - 1)),
        required=True,
        validate=validate.Length(1, MOST),
    )


@operation("/events", action="event.add", answer=EventShape, many=True)
def get_events(session: Session, actor: Actor, now: datetime) -> Sequence[Event]:
    """The events that the agency leads, the latest first."""
    return list_events(session, actor.agency)


@operation("/events", "POST", action="event.add", body=Beginning, answer=EventShape, status=202)
def begin_event(session: Session, actor: Actor, now: datetime, body: Data) -> Event:
    """Begin an event with its first bulletin; the reports are made in the background."""
    asking = Asking(**{**body, "flow": read_flow(body["flow"])})
    return start_event(session, asking, lead=actor.agency, actor=actor.login, now=now)


@operation(EVENT, action="event.show", subject=subject_of_event, answer=EventShape)
def get_event(session: Session, actor: Actor, now: datetime, event_id: int) -> Event:
    """One event."""
    return find_event(session, event_id)


@operation(f"{EVENT}/bulletins", action="event.show", subject=subject_of_event, answer=Bulletin, many=True)
def get_bulletins(session: Session, actor: Actor, now: datetime, event_id: int) -> Sequence[Data]:
    """The bulletins of an event in order, the final report at the end."""
    found = bulletins_of(session, event_id)
    late = late_of(session, [of.id for of in found])
    return [_bulletin(of, late.get(of.id, ())) for of in found]


@operation(
    f"{EVENT}/bulletins",
    "POST",
    action="event.keep",
    subject=subject_of_event,
    answer=Bulletin,
    status=202,
)
def next_bulletin(session: Session, actor: Actor, now: datetime, event_id: int) -> Data:
    """Open the next bulletin; nothing more is entered into the one before."""
    return _bulletin(open_bulletin(session, event_id, actor=actor.login, now=now))


@operation(
    f"{EVENT}/close", "POST", action="event.keep", subject=subject_of_event, answer=Bulletin, status=202
)
def end_event(session: Session, actor: Actor, now: datetime, event_id: int) -> Data:
    """End an event and open its final report."""
    return _bulletin(close_event(session, event_id, actor=actor.login, now=now))


@operation(TERMS, action="report.show", subject=subject_of_report, answer=TermShape, many=True)
def get_terms(session: Session, actor: Actor, now: datetime, report_id: int) -> Sequence[Term]:
    """What happened to the time of a report, in order."""
    return terms.terms_of(session, report_id)


@operation(
    "/rounds/<int:round_id>/extend",
    "POST",
    name="extend_reports",
    action="round.terms",
    subject=subject_of_round,
    body=Extending,
    answer=Moved,
    many=True,
)
def extend(session: Session, actor: Actor, now: datetime, round_id: int, body: Data) -> Sequence[Data]:
    """Give reports of a round time until a moment, asked for or not; each has its record or a refusal."""
    asked = (set(body["reports"]), body["until"], body["reason"])
    outcomes = extend_chosen(session, actor, now, round_id, *asked)
    return [outcome_data(outcome, str(get_locale())) for outcome in outcomes]


def _bulletin(of: Round, late: Sequence[Late] = ()) -> Mapping[str, Any]:
    shown = {"round": of.id, "number": of.number, "due_at": of.due_at, "opened": of.opened_at is not None}
    return shown | {"is_final": of.frequency == FINAL, "late": late}


def _offer(name: str, action: str, body: type[Schema], work: Any) -> None:
    """The address of one step that changes the time of a report."""

    @operation(
        f"{TERMS}/{name}",
        "POST",
        name=f"{name}_term",
        action=action,
        subject=subject_of_report,
        body=body,
        answer=TermShape,
        summary=work.__doc__.partition("\n")[0],
    )
    def made(session: Session, actor: Actor, now: datetime, report_id: int, body: Data) -> Term:
        term: Term = work(session, report_id, **body, actor=actor.login, now=now)
        return term


_offer("ask", "report.ask_time", Until, terms.ask_time)
_offer("grant", "report.decide_time", Until, terms.grant_time)
_offer("refuse", "report.decide_time", Reasoned, terms.refuse_time)
_offer("late", "report.decide_time", Until, terms.let_in)
_offer("lock", "report.decide_time", Reasoned, terms.lock_report)
_offer("unlock", "report.decide_time", Reasoned, terms.unlock_report)
