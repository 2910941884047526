"""The indicator library in the JSON interface: looked through, assigned, proposed to."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from agencies.access import Actor
from agencies.store import read_tree
from core import clock
from core.db import Session
from core.errors import NotFound
from indicator_library import assignments, catalogue, proposals
from indicator_library.catalogue import Known
from indicator_library.meaning import to_value
from indicator_library.models import IndicatorAssignment, IndicatorProposal
from template_library.bindings import templates_with
from web.api import indicator_schemas as schemas
from web.api.openapi import Data, operation
from web.api.schemas import OnDay
from web.indicators.catalogue import subject_of_set


@operation(
    "/indicators", action="indicator.show", query=schemas.IndicatorQuery, answer=schemas.Indicator, many=True
)
def list_indicators(session: Session, actor: Actor, now: datetime, query: Data) -> Sequence[Data]:
    """Indicators by code."""
    sets, on = _sets(session), query["on"] or clock.day_of(now)
    asked = {"text": query["text"], "set_code": query["set"], "level": query["level"]}
    return [_told(each, sets) for each in catalogue.find(session, on, with_retired=query["retired"], **asked)]


@operation(
    "/indicators/<path:indicator>",
    action="indicator.show",
    query=OnDay,
    answer=schemas.IndicatorAround,
    name="get_indicator",
)
def show_indicator(session: Session, actor: Actor, now: datetime, indicator: str, query: Data) -> Data:
    """One indicator: what it means and meant, who answers for it, which templates collect it."""
    on = query["on"] or clock.day_of(now)
    known = catalogue.get(session, indicator, on)
    past = catalogue.history(session, indicator)
    return {
        **_told(known, _sets(session)),
        "history": [
            {"version": each.number, "since": each.valid_from.isoformat(), "meaning": each.meaning}
            for each in past
        ],
        "assignments": _assigned(session, assignments.assignments(session, on, codes=[indicator]), on),
        "templates": [form.header.code for form, _places in templates_with(session, indicator, on)],
    }


@operation("/indicator-sets", action="indicator.show", answer=schemas.IndicatorSet, many=True)
def list_indicator_sets(session: Session, actor: Actor, now: datetime) -> Sequence[Any]:
    """The sets of indicators by code."""
    return catalogue.list_sets(session)


@operation(
    "/indicator-assignments",
    action="indicator.show",
    query=schemas.AssignmentQuery,
    answer=schemas.Assignment,
    many=True,
)
def list_assignments(session: Session, actor: Actor, now: datetime, query: Data) -> Sequence[Data]:
    """Who answers for which indicator, who supplies it."""
    on = query["on"] or clock.day_of(now)
    agency = read_tree(session, on).with_code(query["agency"]).id if query["agency"] else None
    codes = [query["indicator"]] if query["indicator"] else None
    return _assigned(session, assignments.assignments(session, on, codes=codes, agency=agency), on)


@operation(
    "/indicator-sets/<int:set_id>/assignments",
    "POST",
    action="indicator.keep",
    subject=subject_of_set,
    body=schemas.Assigning,
    answer=schemas.Assigned,
)
def assign_indicators(session: Session, actor: Actor, now: datetime, set_id: int, body: Data) -> Data:
    """Give indicators of a set to an agency; the same twice is done once."""
    codes = dict.fromkeys(body["indicators"])
    of_set = {each.code for each in catalogue.find(session, body["since"], codes=codes, with_retired=True)
              if each.set_id == set_id}  # fmt: skip
    if missing := next((code for code in codes if code not in of_set), None):
        raise NotFound("indicator.unknown", code=missing)
    agency = read_tree(session, body["since"]).with_code(body["agency"]).id
    told = {name: body[name] for name in ("decision", "since", "until")}
    added = assignments.assign(session, list(codes), agency, body["duty"], **told, actor=actor.login, now=now)
    return {"added": added}


@operation("/indicator-proposals", action="indicator.show", answer=schemas.Proposal, many=True)
def list_proposals(session: Session, actor: Actor, now: datetime) -> Sequence[Data]:
    """What agencies proposed, what waits first."""
    return _proposed(session, proposals.proposals(session), clock.day_of(now))


@operation(
    "/indicator-proposals",
    "POST",
    action="indicator.propose",
    body=schemas.Proposing,
    answer=schemas.Proposal,
    status=201,
)
def propose_indicator(session: Session, actor: Actor, now: datetime, body: Data) -> Data:
    """Propose a new indicator, or another meaning of a known one."""
    ids = {code: ident for ident, code in _sets(session).items()}
    if body["set"] not in ids:
        raise NotFound("indicator.no_set", id=body["set"])
    made = proposals.propose(
        session,
        body["code"],
        body["meaning"],
        set_id=ids[body["set"]],
        group=body["group"],
        reason=body["reason"],
        agency=actor.agency,
        actor=actor.login,
        now=now,
    )
    return _proposed(session, [made], clock.day_of(now))[0]


@operation(
    "/indicator-sets/<int:set_id>/answers",
    "POST",
    action="indicator.keep",
    subject=subject_of_set,
    body=schemas.Answering,
    answer=schemas.Proposal,
)
def answer_proposal(session: Session, actor: Actor, now: datetime, set_id: int, body: Data) -> Data:
    """Accept or decline a proposal for a set."""
    today = clock.day_of(now)
    if body["proposal"] not in {each.id for each in proposals.proposals(session) if each.set_id == set_id}:
        raise NotFound("indicator.no_proposal", id=str(body["proposal"]))
    told = {"accept": body["accept"], "text": body["answer"], "since": body["since"] or today}
    made = proposals.answer(session, body["proposal"], **told, actor=actor.login, now=now)
    return _proposed(session, [made], today)[0]


@operation(
    "/indicator-proposals/withdrawn",
    "POST",
    action="indicator.propose",
    body=schemas.Withdrawing,
    answer=schemas.Proposal,
)
def withdraw_proposal(session: Session, actor: Actor, now: datetime, body: Data) -> Data:
    """Take back a proposal of one's agency that nobody answered yet."""
    made = proposals.withdraw(session, body["proposal"], agency=actor.agency, actor=actor.login, now=now)
    return _proposed(session, [made], clock.day_of(now))[0]


def _sets(session: Session) -> Mapping[int, str]:
    return {each.id: each.code for each in catalogue.list_sets(session)}


def _told(known: Known, sets: Mapping[int, str]) -> dict[str, Any]:
    names = ("code", "group", "version", "since", "retired_on")
    told = {name: getattr(known, name) for name in names}
    return told | {"set": sets[known.set_id], "meaning": to_value(known.meaning)}


def _assigned(session: Session, found: Sequence[IndicatorAssignment], on: date) -> Sequence[Data]:
    tree = read_tree(session, on, besides={each.agency_id for each in found})
    names = ("indicator_code", "duty", "decision", "valid_from", "valid_to")
    return [
        {name: getattr(each, name) for name in names} | {"agency": tree[each.agency_id].code}
        for each in found
    ]


def _proposed(session: Session, found: Sequence[IndicatorProposal], on: date) -> Sequence[Data]:
    tree, sets = read_tree(session, on, besides={each.agency_id for each in found}), _sets(session)
    names = ("id", "indicator_code", "group", "meaning", "reason", "state", "answer")
    return [
        {name: getattr(each, name) for name in names}
        | {"agency": tree[each.agency_id].code, "set": sets[each.set_id]}
        for each in found
    ]
