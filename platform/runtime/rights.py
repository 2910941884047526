"""Who may do what to rounds and reports. States say where a right ends; `workflow` what may follow."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from agencies.access import Actor, Subject, row
from agencies.store import is_above
from core.errors import NotFound
from runtime.flow.issuing import SIGNABLE
from runtime.models import Report, Round
from runtime.rounds.entry_for import types_for
from runtime.rounds.opening import find_round
from runtime.steps import ACCEPT, EDITABLE, REOPEN, RETURN, RETURN_TO_SIGN, UNSENT

_STAFF = "entry verifier aggregator approver records_clerk reader"

ACCESS = (
    row("report.show", _STAFF, "own"),
    row("report.show", _STAFF, "receiver"),
    row("report.show", _STAFF, "lead"),
    row("report.show", _STAFF, "above"),
    row("report.enter", "entry verifier", "own", EDITABLE),
    # a save that was kept is answered again whatever the state; `entry` refuses new ones
    row("report.save", "entry verifier", "own"),
    # who types it for the agency that owes it has said how it was told
    row("report.enter_for", "entry aggregator", "receiver", EDITABLE),
    row("report.enter_for", "entry aggregator", "lead", EDITABLE),
    row("report.enter", "entry aggregator", "behalf", EDITABLE),
    row("report.save", "entry aggregator", "behalf"),
    row("report.submit", "entry aggregator", "behalf", EDITABLE),
    # figures of other reports, which who holds a link to one does not see
    row("report.take", "entry verifier", "own", EDITABLE),
    row("report.take", "entry aggregator", "behalf", EDITABLE),
    row("report.give_part", "entry aggregator approver", "own", EDITABLE),
    row("report.link", "entry aggregator approver", "own", EDITABLE),
    row("report.link", "aggregator", "receiver", EDITABLE),
    # who holds a link to one report
    row("report.show", "bearer", "held"),
    row("report.enter", "bearer", "held", EDITABLE),
    row("report.save", "bearer", "held"),
    row("report.submit", "bearer", "held", EDITABLE),
    row("report.recall", "bearer", "held", ["submitted"]),
    row("report.ask_time", "bearer", "held", EDITABLE),
    row("report.verify", "verifier", "own", EDITABLE),
    row("report.adjust", "aggregator approver", "own", EDITABLE),
    row("report.submit", "entry verifier approver", "own", [*EDITABLE, "verified"]),
    row("report.approve", "approver", "own", ["submitted"]),
    row("report.issue", "records_clerk", "own", ["approved"]),
    row("report.sign", "approver records_clerk", "own", SIGNABLE),
    row("report.send", "approver records_clerk", "own", ["submitted", "approved", "issued"]),
    row("report.refuse", "verifier", "own", ["entering", "verified"]),
    row("report.refuse", "approver", "own", ["submitted", "approved", "issued"]),
    row("report.refuse", "records_clerk", "own", ["approved", "issued"]),
    row("report.to_sign", "records_clerk", "own", ["approved", "issued"]),
    row("report.recall", "entry verifier approver", "own", ["verified", "submitted"]),
    row("report.recall", "approver", "own", ["approved", "issued", "sent"]),
    row("report.ask_reopen", "entry verifier approver", "own", ["accepted"]),
    row("report.accept", "aggregator approver", "receiver", ACCEPT.starts),
    row("report.return", "aggregator approver", "receiver", RETURN.starts),
    row("report.return_to_sign", "aggregator approver", "receiver", RETURN_TO_SIGN.starts),
    row("report.reopen", "aggregator approver", "receiver", REOPEN.starts),
    row("report.pass_on", "aggregator approver", "own", EDITABLE),
    row("report.ask_time", "entry verifier approver", "own", UNSENT),
    row("report.decide_time", "aggregator approver", "receiver", UNSENT),
    row("report.decide_time", "aggregator approver", "lead", UNSENT),
    row("round.list", "member"),
    row("round.show", _STAFF, "own"),
    row("round.show", _STAFF, "receiver"),
    row("round.show", _STAFF, "lead"),
    row("round.show", _STAFF, "above"),
    row("round.open", "aggregator"),
    row("round.consolidate", "aggregator approver", "lead"),
    row("round.deadline", "aggregator approver", "lead", ["open"]),
    row("round.missing", "aggregator approver", "lead", ["open"]),
    row("round.version", "aggregator approver", "lead", ["open"]),
    row("round.remind", "aggregator approver", "lead", ["open"]),
    row("round.join", "aggregator approver", "lead", ["open"]),
    row("round.leave_out", "aggregator approver", "lead", ["open"]),
    row("round.leave_out", "aggregator approver", "receiver", ["open"]),
    row("round.take_back", "aggregator approver", "lead", ["open"]),
    row("round.terms", "aggregator approver", "receiver"),
    row("round.terms", "aggregator approver", "lead"),
    row("round.give", "aggregator approver", "lead", ["open", "opening"]),
    row("round.bring_in", "aggregator"),
    row("round.close", "aggregator approver", "lead", ["open"]),
    row("round.reopen", "aggregator approver", "lead", ["closed"]),
    row("round.ask_again", "aggregator", "lead", ["closed"]),
    row("event.add", "aggregator"),
    row("event.show", "aggregator approver reader", "lead"),
    row("event.keep", "aggregator approver", "lead", ["open"]),
    row("schedule.add", "aggregator"),
    row("schedule.keep", "aggregator approver", "lead"),
    row("round.notices", "aggregator approver", "lead"),
    row("round.calls", "aggregator approver", "lead"),
    row("round.calls", "aggregator approver", "receiver"),
    row("round.compile", "aggregator approver reader", "receiver"),
    row("round.compile", "aggregator approver reader", "lead"),
)

_REFUSALS = {"closed": "round.closed", "open": "round.not_closed", "opening": "round.not_open"}


def subject_of_report(session: Session, actor: Actor, report_id: int) -> Subject:
    """How the actor's agency stands to a report."""
    report = session.get(Report, report_id)
    if report is None:
        raise NotFound("report.unknown", report=str(report_id))
    of = find_round(session, report.round_id)
    relations = set()
    if report.agency_id == actor.agency:
        relations.add("own")
    if report.receiver_id == actor.agency:
        relations.add("receiver")
    if of.lead_id == actor.agency:
        relations.add("lead")
    if "own" not in relations and relations and types_for(session, report_id, actor.login):
        relations.add("behalf")
    if actor.report == report_id:
        relations.add("held")
    if is_above(session, actor.agency, report.agency_id, of.period_end):
        relations.add("above")
    is_member = report.receiver_id is not None or report.agency_id == of.lead_id
    return _standing(relations, report.state, of.closed_at, is_member=is_member)


def _standing(
    relations: Iterable[str], state: str, closed_at: datetime | None, *, is_member: bool
) -> Subject:
    """A report of a closed round stands still, whatever its state is; so does one that was left out."""
    if not is_member:
        return Subject(frozenset(relations), "left_out", refusal="report.left_out")
    if closed_at is not None:
        return Subject(frozenset(relations), "closed", refusal="round.closed")
    return Subject(frozenset(relations), state, refusal=f"report.closed.{state}")


def subject_of_round(session: Session, actor: Actor, round_id: int) -> Subject:
    """How the actor's agency stands to a round: leads it, receives or owes a report, is above its lead."""
    of = find_round(session, round_id)
    relations = {"lead"} if of.lead_id == actor.agency else set()
    mine = or_(Report.agency_id == actor.agency, Report.receiver_id == actor.agency)
    found = session.execute(
        select(Report.agency_id, Report.receiver_id).filter_by(round_id=round_id).where(mine)
    )
    for agency, receiver in found:
        relations |= {"own"} if agency == actor.agency else set()
        relations |= {"receiver"} if receiver == actor.agency else set()
    if is_above(session, actor.agency, of.lead_id, of.period_end):
        relations.add("above")
    state = "closed" if of.closed_at else "open" if of.opened_at else "opening"
    return Subject(frozenset(relations), state, refusal=_REFUSALS[state])


def subjects_of_reports(session: Session, actor: Actor, reports: Collection[int]) -> Mapping[int, Subject]:
    """How the actor's agency stands to each report of a selection, by one question.

    Not whether it is above: nobody moves reports from there.
    """
    found = {}
    query = select(Report.id, Report.agency_id, Report.receiver_id, Report.state)
    query = query.add_columns(Round.lead_id, Round.closed_at).join(Round)
    for report in session.execute(query.where(Report.id.in_(reports))):
        stands = {"own": report.agency_id, "receiver": report.receiver_id, "lead": report.lead_id}
        relations = [name for name, agency in stands.items() if agency == actor.agency]
        is_member = report.receiver_id is not None or report.agency_id == report.lead_id
        found[report.id] = _standing(relations, report.state, report.closed_at, is_member=is_member)
    if missing := set(reports) - found.keys():
        raise NotFound("report.unknown", report=str(min(missing)))
    return found
