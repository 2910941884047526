"""Who belongs to a round after it was opened: late joiners, who is left out and why, who is taken back.

An agency that is left out keeps its report as it is; the report goes to nobody, so that no total waits for it
and nothing can be typed in it. Each change is on record and only added to; the last of an agency counts.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from agencies.store import read_tree
from agencies.tree import Tree
from core import audit
from core.db import insert_new, lock_row
from core.errors import Conflict, Forbidden, Invalid
from engine.findings import Finding
from runtime.models import Report, Round
from runtime.rounds.given_figures import write_given
from runtime.rounds.models import JOINED, LEFT_OUT, TAKEN_BACK, Membership
from runtime.rounds.opening import demand_running, new_report

LONGEST = 1000
Receivers = Mapping[int, int | None]
"""Agencies with those they report to."""


@dataclass(frozen=True)
class Change:
    """An agency that joined a round late or was left out: to whom it reports, who said so, when and why."""

    agency: int
    code: str
    name: str
    receiver: int
    reason: str
    actor: str
    at: datetime


def join(
    session: Session,
    round_id: int,
    agencies: Iterable[int],
    *,
    due_at: datetime | None = None,
    reason: str = "",
    actor: str,
    now: datetime,
) -> Sequence[int]:
    """Have more agencies report in an open round, by the round's deadline or one of their own.

    They report to the lead unit. Who is there already stays as he is; returns the agencies that are new.
    """
    of = open_round_held(session, round_id)
    if of.rows is not None:
        raise Conflict("round.joining_shared", id=str(round_id))
    demand_ahead(due_at, now)
    due_at = due_at or of.due_at
    new = add_members(
        session, of, of.lead_id, agencies, JOINED, due_at=due_at, reason=reason, actor=actor, now=now
    )
    if new:
        audit.record(
            session, actor, "round.join", f"round/{of.id}", now=now, agencies=len(new), reason=reason
        )
    return new


def add_members(
    session: Session,
    of: Round,
    receiver: int,
    agencies: Iterable[int],
    name: str,
    *,
    due_at: datetime | None,
    reason: str = "",
    rows: Mapping[str, Any] | None = None,
    actor: str,
    now: datetime,
) -> Sequence[int]:
    """Give agencies that have none in a held round a report that goes to `receiver`; those that are new.

    `rows` is what each fills, by its id, where they share the receiver's form.
    """
    there = set(session.scalars(select(Report.agency_id).filter_by(round_id=of.id)))
    new = sorted(set(agencies) - there)
    due = dict.fromkeys(new, due_at) if due_at else {}
    insert_new(session, Report, [new_report(of, agency, receiver, due, rows) for agency in new])
    told = {"round_id": of.id, "receiver_id": receiver, "name": name, "due_at": due_at}
    told |= {"reason": _reason(reason, wanted=False), "actor": actor, "at": now}
    insert_new(session, Membership, [told | {"agency_id": agency} for agency in new])
    return new


def leave_out(
    session: Session,
    round_id: int,
    agency: int,
    *,
    reason: str,
    by: int | None = None,
    actor: str,
    now: datetime,
) -> bool:
    """Have a round do without an agency, for a reason; whether it did not before.

    `by` is the agency that says so where that is not the lead unit: it leaves out only who reports to it.
    """
    reason = _reason(reason) or ""
    of = open_round_held(session, round_id)
    report = _report(session, of, agency)
    if report is None or report.receiver_id is None:
        if agency in {each.agency for each in left_out(session, round_id)}:
            return False
        raise Invalid([Finding("round.not_member", facts={"name": _name(session, of, agency)})])
    if by not in (None, of.lead_id, report.receiver_id):
        raise Forbidden("access.refused", action="round.leave_out")
    if _receives(session, of, agency):
        raise Conflict("round.others_report_to", name=_name(session, of, agency))
    told = _act(report.receiver_id, reason, report.due_at)
    report.receiver_id = None
    _keep(session, of, LEFT_OUT, {agency: told}, actor, now)
    return True


def take_back(session: Session, round_id: int, agency: int, *, actor: str, now: datetime) -> bool:
    """Have an agency that was left out report again, with what it had typed; whether it did not."""
    of = open_round_held(session, round_id)
    last = _last(_acts(session, round_id)).get(agency)
    if last is None or last.name != LEFT_OUT:
        return False
    report = _report(session, of, agency)
    if report is None:
        due = {agency: last.due_at} if last.due_at else {}
        insert_new(session, Report, [new_report(of, agency, last.receiver_id, due)])
    else:
        report.receiver_id = last.receiver_id
    write_given(session, of, now=now)
    told = _act(last.receiver_id, None, last.due_at)
    _keep(session, of, TAKEN_BACK, {agency: told}, actor, now)
    return True


def left_out(session: Session, round_id: int, receiver: int | None = None) -> list[Change]:
    """Who a round does without, in the order of the tree; `receiver` narrows it to who reports to that."""
    last = _last(_acts(session, round_id, receiver))
    return _told(session, round_id, [each for each in last.values() if each.name == LEFT_OUT])


def joined(session: Session, round_id: int) -> list[Change]:
    """Who joined a round late and is in it, in the order of the tree."""
    acts = _acts(session, round_id)
    last = _last(acts)
    there = [each for each in acts if each.name == JOINED and last[each.agency_id].name != LEFT_OUT]
    return _told(session, round_id, there)


def _told(session: Session, round_id: int, acts: Sequence[Membership]) -> list[Change]:
    if not acts:
        return []
    of = session.get_one(Round, round_id)
    tree = read_tree(session, of.period_end, besides=[each.agency_id for each in acts])
    named = sorted(((tree[each.agency_id], each) for each in acts), key=lambda pair: pair[0].sort_key)
    return [
        Change(node.id, node.code, node.name, each.receiver_id, each.reason or "", each.actor, each.at)
        for node, each in named
    ]


def begin_like(session: Session, of: Round, before: Round) -> None:
    """Have a round that is being opened begin with who joined the one before late, without who it left out.

    Saying it again changes nothing.
    """
    if of.opened_at is not None or _acts(session, of.id):
        return
    for name, changes in ((JOINED, joined(session, before.id)), (LEFT_OUT, left_out(session, before.id))):
        told = {each.agency: _act(each.receiver, each.reason or None) for each in changes}
        _keep(session, of, name, told, of.requested_by, of.requested_at)


def open_without(
    session: Session, of: Round, reasons: Mapping[int, str], found: Receivers, tree: Tree
) -> None:
    """Have a round that is being opened do without some agencies; saying it again changes nothing.

    `found` are all that its scope names with those they would report to.
    """
    if of.opened_at is not None:
        return
    between = sorted(set(reasons) & {receiver for receiver in found.values() if receiver is not None})
    if between:
        raise Conflict("round.others_report_to", name=tree[between[0]].name)
    known = _last(_acts(session, of.id))
    gone = sorted(set(reasons) & set(found) - set(known))
    told = {agency: _act(found[agency], _reason(reasons[agency])) for agency in gone}
    _keep(session, of, LEFT_OUT, told, of.requested_by, of.requested_at)


def open_round_held(session: Session, round_id: int) -> Round:
    """The round, held against others; Conflict where it is closed or not yet open."""
    of = lock_row(session, Round, round_id)
    if of.opened_at is None:
        raise Conflict("round.not_open", id=str(round_id))
    demand_running(of)
    return of


def demand_ahead(due_at: datetime | None, now: datetime) -> None:
    """Raise Invalid where a deadline has passed."""
    if due_at is not None and due_at <= now:
        raise Invalid([Finding("round.deadline_past", facts={"due_at": due_at.isoformat()})])


def _report(session: Session, of: Round, agency: int) -> Report | None:
    query = select(Report).filter_by(round_id=of.id, agency_id=agency).with_for_update()
    return None if agency == of.lead_id else session.scalars(query).one_or_none()


def _receives(session: Session, of: Round, agency: int) -> bool:
    query = select(Report.id).filter_by(round_id=of.id, receiver_id=agency).limit(1)
    return session.scalars(query).first() is not None


def _acts(session: Session, round_id: int, receiver: int | None = None) -> Sequence[Membership]:
    """What was said of the agencies of a round, or of those that report to one, in order."""
    query = select(Membership).filter_by(round_id=round_id).order_by(Membership.id)
    return session.scalars(query if receiver is None else query.filter_by(receiver_id=receiver)).all()


def _last(acts: Iterable[Membership]) -> Mapping[int, Membership]:
    """What was last said of each agency."""
    return {each.agency_id: each for each in acts}


def _act(receiver: int | None, reason: str | None, due_at: datetime | None = None) -> Mapping[str, Any]:
    return {"receiver_id": receiver, "reason": reason, "due_at": due_at}


def _keep(
    session: Session,
    of: Round,
    name: str,
    told: Mapping[int, Mapping[str, Any]],
    actor: str,
    now: datetime,
) -> None:
    """Write down what happened to agencies of a round, and by whom."""
    shared = {"round_id": of.id, "name": name, "actor": actor, "at": now}
    insert_new(
        session, Membership, [{**shared, **each, "agency_id": agency} for agency, each in told.items()]
    )
    facts = [
        {"agency": agency, **({"reason": each["reason"]} if each["reason"] else {})}
        for agency, each in told.items()
    ]
    deeds = [(f"round/{of.id}", each) for each in facts]
    audit.record_each(session, actor, f"round.{name}", deeds, now=now)


def _name(session: Session, of: Round, agency: int) -> str:
    return read_tree(session, of.period_end, only=agency, besides=[agency])[agency].name


def _reason(text: str, *, wanted: bool = True) -> str | None:
    text = text.strip()
    if wanted and not text:
        raise Invalid([Finding("round.no_reason")])
    if len(text) > LONGEST:
        raise Invalid([Finding("E_LIMIT", facts={"limit": LONGEST, "found": len(text)}, variant="text")])
    return text or None
