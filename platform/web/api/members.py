"""Who belongs to a round, in the JSON interface: passed on, joined, left out, taken back."""

from collections.abc import Sequence
from datetime import datetime

from agencies.access import Actor
from core.db import Session
from runtime.filling.desk import find_report
from runtime.rights import subject_of_report, subject_of_round
from runtime.rounds.cascade import pass_on, passed_on
from runtime.rounds.membership import Change, join, joined, leave_out, left_out, take_back
from web.api import member_schemas as shapes
from web.api.openapi import Data, on
from web.rounds.members import agency_in, demand_joining

of_round = on("/rounds/<int:round_id>", subject_of_round)
of_report = on("/reports/<int:report_id>", subject_of_report)


@of_round("/left_out", action="round.show", answer=shapes.LeftOut, many=True)
def get_left_out(session: Session, actor: Actor, now: datetime, round_id: int) -> Sequence[Change]:
    """Who a round does without, and why."""
    return left_out(session, round_id)


@of_round("/joined", action="round.show", answer=shapes.Joined, many=True)
def get_joined(session: Session, actor: Actor, now: datetime, round_id: int) -> Sequence[Change]:
    """Who joined a round late, and why."""
    return joined(session, round_id)


@of_round("/passed_on", action="round.show", answer=shapes.Passed, many=True)
def get_passed_on(session: Session, actor: Actor, now: datetime, round_id: int) -> Sequence[Data]:
    """To how many each report of a round that goes level by level was passed on."""
    return [{"report": report, **vars(each)} for report, each in passed_on(session, round_id).items()]


@of_report(
    "/pass_on",
    "POST",
    name="pass_report_on",
    action="report.pass_on",
    body=shapes.PassingOn,
    answer=shapes.Added,
)
def post_pass_on(session: Session, actor: Actor, now: datetime, report_id: int, body: Data) -> Data:
    """Have agencies below report to this report's agency; asking twice asks once."""
    new = pass_on(session, report_id, **body, actor=actor.login, now=now)
    return {"round": find_report(session, report_id).round_id, "added": len(new)}


@of_round("/join", "POST", name="join_round", action="round.join", body=shapes.Joining, answer=shapes.Added)
def post_join(session: Session, actor: Actor, now: datetime, round_id: int, body: Data) -> Data:
    """Have more agencies report in an open round; who is there already stays as he is."""
    agencies = demand_joining(session, round_id, body["agencies"])
    told = {"due_at": body["due_at"], "reason": body["reason"]}
    new = join(session, round_id, agencies, **told, actor=actor.login, now=now)
    return {"round": round_id, "added": len(new)}


@of_round(
    "/leave_out",
    "POST",
    name="leave_out_of_round",
    action="round.leave_out",
    body=shapes.LeavingOut,
    answer=shapes.LeftOut,
    many=True,
)
def post_leave_out(
    session: Session, actor: Actor, now: datetime, round_id: int, body: Data
) -> Sequence[Change]:
    """Do without an agency, for a reason; what it typed is kept and counts no more."""
    agency, reason = agency_in(session, round_id, body["agency"]), body["reason"]
    leave_out(session, round_id, agency, reason=reason, by=actor.agency, actor=actor.login, now=now)
    return left_out(session, round_id)


@of_round(
    "/take_back",
    "POST",
    name="take_back_into_round",
    action="round.take_back",
    body=shapes.OneAgency,
    answer=shapes.LeftOut,
    many=True,
)
def post_take_back(
    session: Session, actor: Actor, now: datetime, round_id: int, body: Data
) -> Sequence[Change]:
    """Have an agency that was left out report again."""
    take_back(session, round_id, agency_in(session, round_id, body["agency"]), actor=actor.login, now=now)
    return left_out(session, round_id)
