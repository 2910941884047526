"""Totals of accepted reports follow by themselves: from the first summing up on, until they are handed in.

The first time is a deed, which says what counts. From then on workers ask the clock which totals are behind
what was accepted, and sum those up again in the way that deed said; a total that was handed in or came back
is somebody's word, and moves by a deed or a correction only. `differences` sums all up anew and compares.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from core.jobs import Job, Progress, job, request_job
from core.ticks import on_tick
from engine.findings import Finding
from runtime.models import Contribution, Report, Round
from runtime.sheets import read_sheets
from runtime.steps import ASSIGNED, ENTERING
from runtime.totals.consolidate import consolidate, is_stale, summed_anew
from runtime.totals.provisional import receivers_from_below

FOLLOW = "runtime.follow_accepted"
FOLLOWING = (ASSIGNED, ENTERING)
Sums = tuple[int, int, int]
"""How many reports, and the sums of their revisions and numbers: what is compared by one query."""


def follows(report: Report) -> bool:
    """Whether a total is brought up to date by itself."""
    return report.coverage is not None and report.state in FOLLOWING


@on_tick
def follow_accepted(session: Session, now: datetime) -> int:
    """Have the rounds followed in which totals are behind; how many. One at a time for each round."""
    under_way = select(Job.arguments).where(Job.function == FOLLOW, Job.state.in_(("pending", "running")))
    busy = {arguments[0] for arguments in session.scalars(under_way)}
    behind = sorted(_behind(session) - busy)
    for round_id in behind:
        request_job(session, FOLLOW, round_id, now=now)
    return len(behind)


@job(FOLLOW)
def follow(session: Session, checkpoint: int | None, round_id: int, *, now: datetime) -> Iterator[Progress]:
    """Go up from the lowest receivers; the checkpoint is how many were looked at."""
    receivers = receivers_from_below(session, round_id)
    for done, report_id in enumerate(receivers[checkpoint or 0 :], start=(checkpoint or 0) + 1):
        report = session.get_one(Report, report_id, populate_existing=True)
        if report.coverage is not None and follows(report) and is_stale(session, report):
            consolidate(session, report_id, report.coverage["states"])
        yield Progress(checkpoint=done, done=done, total=len(receivers))


def differences(session: Session, round_id: int) -> list[Finding]:
    """Totals of accepted reports that are behind, or differ from all their parts summed up once more."""
    found = []
    for report_id in receivers_from_below(session, round_id):
        report = session.get_one(Report, report_id)
        if report.coverage is None:
            continue
        anew = None if follows(report) and is_stale(session, report) else summed_anew(session, report)
        if anew is None:
            found.append(Finding("accepted.behind", facts={"report": report_id}))
            continue
        kept = read_sheets(session, anew.layout, [report_id], "children")[report_id]
        if list(anew.figures()) != list(kept.figures()):
            found.append(Finding("accepted.differs", facts={"report": report_id}))
    return found


def _behind(session: Session) -> set[int]:
    """Open rounds in which what counts below a following total adds up to something else than its parts."""
    total, child = aliased(Report), aliased(Report)
    following = [total.coverage.is_not(None), total.state.in_(FOLLOWING), Round.closed_at.is_(None)]
    same_round = child.round_id == total.round_id
    below = (
        select(total.id, child.state, func.count(), func.sum(child.revision), func.sum(child.id))
        .join(child, same_round & (child.receiver_id == total.agency_id))
        .join(Round, Round.id == total.round_id)
        .where(*following)
        .group_by(total.id, child.state)
    )
    parts = (
        select(total.id, func.count(), func.sum(Contribution.revision), func.sum(child.id))
        .join(Contribution, Contribution.report_id == total.id)
        .join(child, same_round & (child.id == Contribution.child_id))
        .join(Round, Round.id == total.round_id)
        .where(*following)
        .group_by(total.id)
    )
    heads = select(total.id, total.round_id, total.coverage).join(Round, Round.id == total.round_id)
    by_state: dict[int, dict[str, Sums]] = {}
    for report, state, *sums in session.execute(below):
        by_state.setdefault(report, {})[state] = _sums(sums)
    known = {report: _sums(sums) for report, *sums in session.execute(parts)}
    found = set()
    for report, round_id, coverage in session.execute(heads.where(*following)):
        there = [sums for state, sums in by_state.get(report, {}).items() if state in coverage["states"]]
        if known.get(report, (0, 0, 0)) != tuple(sum(each) for each in zip((0, 0, 0), *there, strict=True)):
            found.add(round_id)
    return found


def _sums(found: Sequence[int]) -> Sums:
    count, revisions, numbers = map(int, found)
    return count, revisions, numbers
