"""Opening a round: its row at once, its reports by a job that may be killed and run again."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from agencies.mandates import demand_mandate
from agencies.store import bearers, last_known, read_tree
from agencies.tree import Tree
from core.clock import VIETNAM
from core.db import insert_new
from core.errors import Conflict, Invalid, NotFound
from core.jobs import Job, Progress, job, request_job
from engine.findings import Finding
from runtime.models import Report, Round
from runtime.periods import Period
from runtime.rounds.given_figures import write_given
from runtime.rounds.locks import lock_by_level
from runtime.rounds.models import JOINED, LEFT_OUT, Membership
from runtime.rounds.scopes import Flow, codes_of, read_flow, receivers
from runtime.steps import ASSIGNED, PATHS, SHORT
from template_library.models import Version
from template_library.regimes import demand_approved
from template_library.states import demand_usable
from template_library.versions import load_form

CHUNK = 2000
"""Reports inserted in one step: a fifth of a second on a small server."""
HANDED_OVER = 2000
"""Agencies that the job is told at once; for more, reading the nation again weighs little."""
LONGEST_NOTE = 1000
MISSING = NOTE, BLOCK, IMPUTE = "note", "block", "impute"
"""What becomes of a total that a child is missing from (`totals.missing`)."""


def open_round(
    session: Session,
    *,
    version: Version,
    period: Period,
    lead: int,
    scope: str = "children",
    flow: Flow = "direct",
    steps: str = SHORT,
    missing: str = NOTE,
    due_at: datetime | None = None,
    deadlines: Mapping[str, datetime] | None = None,
    locks: Mapping[str, int] | None = None,
    event: int | None = None,
    sequence: int = 1,
    rows: Mapping[str, Any] | None = None,
    note: str = "",
    announce: bool = False,
    take: Sequence[int] = (),
    tree: Tree | None = None,
    actor: str,
    now: datetime,
) -> Round:
    """The round of this key, opened by whoever comes first; its reports are inserted by a job.

    Who is in it is decided as of the period's last day; `rows` are those each agency fills where they share
    the form; `deadlines` those of levels that answer before `due_at`; `locks` minutes after them in which a
    level is locked; `event` what a bulletin is about; `take` rounds whose figures are taken
    over (`taking`). Asking again for a round whose job failed asks for another job; of a round that is there,
    nothing else changes. `tree` is the nation of that day, where it was read already.
    """
    if steps not in PATHS:
        raise Invalid([Finding("round.steps", facts={"text": steps, "known": list(PATHS)})])
    if missing not in MISSING:
        raise Invalid([Finding("round.missing", facts={"text": missing, "known": list(MISSING)})])
    tree = tree or _tree_for(session, period.end, lead, scope)
    found = receivers(tree, lead, scope, flow)  # refuse at once
    _demand_issue(session, version, lead, found, tree, now)
    if rows is not None and set(rows) != {str(agency) for agency in found}:
        raise Invalid([Finding("assignment.others")])
    key = {
        "template_code": version.template_code,
        "period_start": period.start,
        "period_end": period.end,
        "lead_id": lead,
        "sequence": sequence,
    }
    rest = {
        "version_id": version.id,
        "frequency": period.frequency,
        "year": period.year,
        "number": period.number,
        "scope": scope,
        "flow": flow,
        "steps": steps,
        "missing": missing,
        "rows": rows,
        "due_at": due_at,
        "deadlines": {level: due.isoformat() for level, due in (deadlines or {}).items()} or None,
        "locks": locks or None,
        "event_id": event,
        "note": note.strip()[:LONGEST_NOTE] or None,
        "requested_by": actor,
        "requested_at": now,
    }
    insert_new(session, Round, [key | rest])
    opened = session.scalars(select(Round).filter_by(**key).with_for_update()).one()
    if opened.opened_at is None and not _under_way(session, opened):
        few = sorted(found.items()) if len(found) <= HANDED_OVER else None
        asked = request_job(
            session, "runtime.open_round", opened.id, announce, few, list(take), actor=actor, now=now
        )
        opened.job_id = asked.id
        session.flush()
    return opened


def _tree_for(session: Session, on: date, lead: int, scope: str) -> Tree:
    """As much of the nation as a scope asks for, and those it names that are gone."""
    tree = read_tree(session, on, around=lead if scope == "children" else None)
    gone = {*codes_of(scope)} - {node.code for node in tree}
    return replace(tree, closed=last_known(session, bearers(session, [*gone]), on)) if gone else tree


def _demand_issue(
    session: Session, version: Version, lead: int, members: Iterable[int], tree: Tree, now: datetime
) -> None:
    """The template is in use, its regime approved, and the regulation lets the lead unit ask all of these."""
    on = now.astimezone(VIETNAM).date()
    demand_usable(session, version, on=tree.on)
    demand_approved(session, version.template_code)
    regime = load_form(version).header.regime
    demand_mandate(session, lead, regime, "issue", on=on, members=members, tree=tree)


def _under_way(session: Session, opened: Round) -> bool:
    asked = session.get(Job, opened.job_id) if opened.job_id else None
    return asked is not None and asked.state != "failed"


@job("runtime.open_round")
def assign(
    session: Session,
    checkpoint: int | None,
    round_id: int,
    announce: bool = False,
    few: Sequence[tuple[int, int | None]] | None = None,
    take: Sequence[int] = (),
    *,
    now: datetime,
) -> Iterator[Progress]:
    """Give each agency of the round its report; the checkpoint is the last agency that has one.

    `few` are the agencies with their receivers, where they were handed over.
    """
    opened = find_round(session, round_id)
    found = dict(few or ()) or dict(
        receivers(read_tree(session, opened.period_end), opened.lead_id, opened.scope, flow_of(opened))
    )
    found |= _joined(session, round_id)
    agencies = sorted(found.keys() - _left_out(session, round_id))
    todo = [agency for agency in agencies if agency > (checkpoint or 0)]
    due = _deadlines(session, opened)
    for start in range(0, len(todo), CHUNK):
        chunk = todo[start : start + CHUNK]
        insert_new(session, Report, [new_report(opened, agency, found[agency], due) for agency in chunk])
        done = len(agencies) - len(todo) + start + len(chunk)
        yield Progress(chunk[-1], done, total=len(agencies), is_last=done == len(agencies))
    lock_by_level(session, opened)
    unopened = update(Round).where(Round.id == round_id, Round.opened_at.is_(None))
    session.execute(unopened.values(opened_at=now))
    write_given(session, opened, now=now)
    if take:
        request_job(session, "runtime.take_figures", round_id, take, actor=opened.requested_by, now=now)
    if opened.event_id is not None:
        request_job(session, "runtime.carry_bulletin", round_id, actor=opened.requested_by, now=now)
    if announce:
        request_job(session, "runtime.announce_round", round_id, actor=opened.requested_by, now=now)


def asked_agencies(session: Session, of: Round) -> set[int]:
    """Who a round asks from its beginning, whether or not the reports are there already."""
    tree = _tree_for(session, of.period_end, of.lead_id, of.scope)
    named = receivers(tree, of.lead_id, of.scope, flow_of(of))
    return {*named, *_joined(session, of.id)} - _left_out(session, of.id)


def _joined(session: Session, round_id: int) -> Mapping[int, int]:
    """The agencies that the round asks beside its scope, with those they report to."""
    query = select(Membership.agency_id, Membership.receiver_id).filter_by(round_id=round_id, name=JOINED)
    return {agency: receiver for agency, receiver in session.execute(query)}


def _left_out(session: Session, round_id: int) -> set[int]:
    """The agencies that the round does without from its beginning."""
    return set(session.scalars(select(Membership.agency_id).filter_by(round_id=round_id, name=LEFT_OUT)))


def _deadlines(session: Session, opened: Round) -> Mapping[int, datetime]:
    """When each agency of a level with a deadline of its own answers."""
    if not opened.deadlines:
        return {}
    told = {level: datetime.fromisoformat(due) for level, due in opened.deadlines.items()}
    tree = read_tree(session, opened.period_end, besides=bearers(session, codes_of(opened.scope)))
    return {node.id: told[node.level] for node in tree if node.level in told}


def new_report(
    opened: Round,
    agency: int,
    receiver: int | None,
    due: Mapping[int, datetime],
    rows: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The row of an agency's report; `due` are deadlines of its own, `rows` parts other than the round's."""
    rows = rows or opened.rows
    return {
        "round_id": opened.id,
        "agency_id": agency,
        "receiver_id": receiver,
        "version_id": opened.version_id,
        "state": ASSIGNED,
        "revision": 0,
        "rows": rows.get(str(agency)) if rows else None,
        "due_at": due.get(agency, opened.due_at),
    }


def flow_of(of: Round) -> Flow:
    """The way reports take in a round."""
    return read_flow(of.flow)


def find_round(session: Session, round_id: int) -> Round:
    """The round of an id."""
    found = session.get(Round, round_id)
    if found is None:
        raise NotFound("round.unknown", id=str(round_id))
    return found


def demand_running(of: Round) -> None:
    """Raise Conflict where a round is closed."""
    if of.closed_at is not None:
        raise Conflict("round.closed", id=str(of.id))


def is_left_out(of: Round, report: Report) -> bool:
    """Whether a round does without a report."""
    return report.receiver_id is None and report.agency_id != of.lead_id


def demand_member(of: Round, report: Report) -> None:
    """Raise Conflict where a report was left out of its round."""
    if is_left_out(of, report):
        raise Conflict("report.left_out", id=str(report.id))


def period(of: Round) -> Period:
    """The period of a round."""
    return Period(of.frequency, of.year, of.number, of.period_start, of.period_end)
