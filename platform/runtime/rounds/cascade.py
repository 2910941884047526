"""Level by level: who has a report passes it on, to a deadline before its own; any depth.

What is passed on goes to who passed it on, is summed up there, and is handed on from there. Whom somebody
passes a report on to is his to say, among those he may ask himself.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from agencies.store import read_tree
from agencies.tree import Tree
from core import audit
from core.clock import VIETNAM
from core.errors import Conflict, Invalid, NotFound
from core.jobs import request_job
from core.working_days import NONE, Swaps, is_working_day
from engine.findings import Finding
from runtime.gathering import gathers
from runtime.models import Report, Round
from runtime.programs import program_of
from runtime.rounds.asking import demand_askable
from runtime.rounds.assignment import read_assignment, share_out
from runtime.rounds.membership import add_members, demand_ahead, open_round_held
from runtime.rounds.models import PASSED_ON, Membership
from runtime.rounds.scopes import members_of
from runtime.steps import demand_editable


@dataclass(frozen=True)
class Passing:
    """How far a report was passed on: to how many, by whom and when last; nobody yet where `number` is 0."""

    number: int
    actor: str = ""
    at: datetime | None = None


def pass_on(
    session: Session,
    report_id: int,
    scope: str,
    *,
    due_at: datetime | None,
    lines: str = "",
    note: str = "",
    announce: bool = False,
    actor: str,
    now: datetime,
) -> Sequence[int]:
    """Have the agencies of a scope report to this report's agency; returns those that are new.

    `lines` split the form among those they name instead (`assignment`); what they leave stays with the
    agency, whose report is the whole. They answer by `due_at`, which is not after the report's own deadline.
    Who has a report in the round stays as he is, so that asking twice asks once.
    """
    report = session.get(Report, report_id)
    if report is None:
        raise NotFound("report.unknown", report=str(report_id))
    of = open_round_held(session, report.round_id)
    demand_passable(of, report)
    due_at = due_at or report.due_at
    demand_ahead(due_at, now)
    if report.due_at and (due_at is None or due_at > report.due_at):
        raise Invalid([Finding("cascade.late", facts={"due_at": due_at, "own": report.due_at})])
    tree = read_tree(session, of.period_end)
    scope, rows = _split(session, report, tree, lines) if lines.strip() else (scope, None)
    members = [node for node in members_of(tree, report.agency_id, scope) if node.id != report.agency_id]
    if not members:
        raise Invalid([Finding("round.nobody", facts={"scope": scope, "lead": tree[report.agency_id].name})])
    demand_askable(tree, report.agency_id, members)
    new = add_members(
        session,
        of,
        report.agency_id,
        [node.id for node in members],
        PASSED_ON,
        due_at=due_at,
        reason=note,
        rows=rows,
        actor=actor,
        now=now,
    )
    if rows is not None:
        if len(new) < len(members):  # who has a report would go on filling all of it
            raise Conflict("cascade.begun", id=str(report_id))
        report.rows = rows[str(report.agency_id)]
    if new:
        audit.record(session, actor, "report.pass_on", f"report/{report_id}", now=now, agencies=len(new))
        if announce:  # a message has a natural key: who was told before is not told again
            request_job(session, "runtime.announce_round", of.id, actor=actor, now=now)
    return new


def _split(session: Session, report: Report, tree: Tree, lines: str) -> tuple[str, Mapping[str, Any]]:
    """Whom the lines name, and what each fills; Conflict where figures or reports of others are in it."""
    if report.revision or gathers(report):
        raise Conflict("cascade.begun", id=str(report.id))
    layout = program_of(session, report.version_id).layout
    return share_out(tree, layout, read_assignment(tree, layout, lines), report.agency_id)


def demand_passable(of: Round, report: Report) -> None:
    """Raise Conflict where a report cannot be passed on: the round goes otherwise, or it is shared."""
    if of.flow != "levels":
        raise Conflict("cascade.not_by_levels", id=str(of.id))
    if report.receiver_id is None:
        raise Conflict("cascade.lead", id=str(of.id))
    if report.rows is not None:
        raise Conflict("cascade.shared", id=str(of.id))
    demand_editable(report.state)


def proposed_due(own: datetime | None, now: datetime, swaps: Swaps = NONE) -> datetime | None:
    """The deadline to give those below: the working day before one's own, or half of a shorter time."""
    if own is None or own <= now:
        return None
    local = own.astimezone(VIETNAM)
    earlier = (local - timedelta(days=days) for days in count(1))
    proposed = next(moment for moment in earlier if is_working_day(moment.date(), swaps))
    if proposed - now >= timedelta(days=1):
        return proposed
    return (now + (own - now) / 2).replace(second=0, microsecond=0)


def passed_on(session: Session, round_id: int) -> Mapping[int, Passing]:
    """How far each report of a round that goes level by level was passed on, by report."""
    below = aliased(Report)
    numbers = (
        select(Report.id, Report.agency_id, func.count(below.id))
        .outerjoin(below, (below.round_id == Report.round_id) & (below.receiver_id == Report.agency_id))
        .where(Report.round_id == round_id, Report.receiver_id.is_not(None))
        .group_by(Report.id, Report.agency_id)
    )
    acts = select(Membership).filter_by(round_id=round_id, name=PASSED_ON).order_by(Membership.id)
    last = {act.receiver_id: act for act in session.scalars(acts)}
    return {
        report: Passing(number, last[agency].actor, last[agency].at) if agency in last else Passing(number)
        for report, agency, number in session.execute(numbers)
    }
