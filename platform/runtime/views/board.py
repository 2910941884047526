"""A round as its lead unit watches it: who is how far, in the order of the tree; the rounds of an agency."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import case, exists, func, or_, select
from sqlalchemy.orm import Session

from agencies.store import read_tree
from agencies.tree import Tree
from core.jobs import Job
from runtime.filling.seen import ReportSeen
from runtime.models import Report, Round
from runtime.periods import Period
from runtime.rounds.opening import find_round, period
from runtime.rounds.terms import Lock, locks_of
from runtime.steps import ACCEPT, STATES, UNSENT, next_step, path_of
from runtime.titles import title_in
from template_library.models import Version

CONSOLIDATE = "runtime.consolidate"
KINDS = {CONSOLIDATE: "consolidate", "runtime.move_version": "version"}
"""What a job does with a round; any other opens it."""
RECENT_JOBS = 500
LONGEST = 300


@dataclass(frozen=True)
class Work:
    """A background job of a round: how far it is, or why it failed."""

    kind: str
    state: str
    done: int
    total: int
    error: Mapping[str, Any] | None

    @property
    def under_way(self) -> bool:
        """Whether it is worth looking again."""
        return self.state in ("pending", "running")


@dataclass(frozen=True)
class Line:
    """A report on the board; `depth` grows from the lead unit's own receivers down.

    `step` is what it waits for, `waits_for` the agency that has to do it; none at the end of the way.
    """

    report: int
    agency_id: int
    code: str
    agency: str
    level: str
    level_name: str
    receiver_id: int
    receiver: str
    depth: int
    state: str
    step: str
    waits_for: str
    due_at: datetime | None
    seen_at: datetime | None
    seen_by: str
    filled: int
    cells: int
    errors: int
    warnings: int
    late: bool
    lock: Lock | None

    @property
    def is_owed(self) -> bool:
        """Whether its agency has not handed it in."""
        return self.state in UNSENT


@dataclass(frozen=True)
class RoundLine:
    """A round in a list; `states` counts the reports that have a receiver."""

    id: int
    template: str
    name: str
    period: Period
    sequence: int
    lead: str
    due_at: datetime | None
    opened: bool
    closed_at: datetime | None
    states: Mapping[str, int]
    imported: bool


@dataclass(frozen=True)
class Board:
    """A round with its reports below the lead unit's own, `lead_report`."""

    head: RoundLine
    version_id: int
    start: date
    end: date
    lead_id: int
    lead_report: int | None
    coverage: Mapping[str, Any] | None
    work: Work | None
    lines: Sequence[Line]


def list_rounds(session: Session, agency: int, today: date) -> list[RoundLine]:
    """Rounds that an agency leads, reports in or receives from, the latest first; in four queries."""
    theirs = exists().where(
        Report.round_id == Round.id, or_(Report.agency_id == agency, Report.receiver_id == agency)
    )
    query = select(Round, Version.name).join(Version, Version.id == Round.version_id)
    rows = session.execute(
        query.where(or_(Round.lead_id == agency, theirs)).order_by(Round.id.desc()).limit(LONGEST)
    ).all()
    counts: dict[int, Counter[str]] = {}
    for round_id, state, number in session.execute(
        select(Report.round_id, Report.state, func.count())
        .where(Report.round_id.in_([row.Round.id for row in rows]), Report.receiver_id.is_not(None))
        .group_by(Report.round_id, Report.state)
    ):
        counts.setdefault(round_id, Counter())[state] = number
    tree = read_tree(session, today)
    return [_head(row.Round, row.name, tree, counts.get(row.Round.id, Counter())) for row in rows]


def read_board(session: Session, round_id: int, now: datetime) -> Board:
    """Everything about a round, by a fixed number of queries."""
    of = find_round(session, round_id)
    reports = session.scalars(select(Report).filter_by(round_id=round_id)).all()
    tree = read_tree(session, of.period_end, besides={report.agency_id for report in reports})
    name = session.scalars(select(Version.name).filter_by(id=of.version_id)).one()
    lead = next((report for report in reports if report.agency_id == of.lead_id), None)
    states = Counter(report.state for report in reports if report.receiver_id is not None)
    return Board(
        _head(of, name, tree, states),
        of.version_id,
        of.period_start,
        of.period_end,
        of.lead_id,
        lead.id if lead else None,
        lead.coverage if lead else None,
        read_work(session, of),
        list(
            _lines(of, reports, tree, _first_looks(session, round_id), locks_of(session, reports, now), now)
        ),
    )


def count_states(session: Session, round_id: int, now: datetime) -> Mapping[str, int]:
    """How many reports of a round are in each state, `late` and `locked`: one question, asked often."""
    late = func.sum(case((Report.state.in_(UNSENT) & (Report.due_at < now), 1), else_=0))
    locked = func.sum(case((Report.state.in_(UNSENT) & (Report.locks_at <= now), 1), else_=0))
    query = select(Report.state, func.count(), late, locked)
    query = query.where(Report.round_id == round_id, Report.receiver_id.is_not(None))
    rows = session.execute(query.group_by(Report.state)).all()
    found = {state: 0 for state in STATES} | {row[0]: row[1] for row in rows}
    return found | {"late": sum(row[2] for row in rows), "locked": sum(row[3] for row in rows)}


def _first_looks(session: Session, round_id: int) -> Mapping[int, ReportSeen]:
    query = select(ReportSeen).join(Report, Report.id == ReportSeen.report_id)
    return {seen.report_id: seen for seen in session.scalars(query.where(Report.round_id == round_id))}


def read_work(session: Session, of: Round) -> Work | None:
    """The latest job of a round: its opening, its going over to another version, its last summing up."""
    summing = select(Job).filter_by(function=CONSOLIDATE).order_by(Job.id.desc()).limit(RECENT_JOBS)
    latest = next((job for job in session.scalars(summing) if job.arguments[0] == of.id), None)
    own = session.get(Job, of.job_id) if of.job_id else None
    job = max(filter(None, (latest, own)), key=lambda each: each.id, default=None)
    if job is None:
        return None
    return Work(KINDS.get(job.function, "open"), job.state, job.done, job.total, job.error)


def _head(of: Round, name: str, tree: Tree, states: Counter[str]) -> RoundLine:
    lead = tree[of.lead_id].name if of.lead_id in tree.nodes else ""
    counted = {state: states[state] for state in STATES}
    asked = period(of)
    return RoundLine(
        of.id,
        of.template_code,
        title_in(name, asked),
        asked,
        of.sequence,
        lead,
        of.due_at,
        of.opened_at is not None,
        of.closed_at,
        counted,
        of.imported,
    )


def _lines(
    of: Round,
    reports: Sequence[Report],
    tree: Tree,
    looks: Mapping[int, ReportSeen],
    locks: Mapping[int, Lock],
    now: datetime,
) -> Iterator[Line]:
    """Receivers before those who report to them; each group in the Vietnamese order."""
    path = path_of(of.steps, has_receiver=True)
    below: dict[int | None, list[Report]] = {}
    for report in sorted(reports, key=lambda report: tree[report.agency_id].sort_key):
        below.setdefault(report.receiver_id, []).append(report)
    stack = [(report, 0) for report in reversed(below.get(of.lead_id, []))]
    while stack:
        report, depth = stack.pop()
        stack += [(child, depth + 1) for child in reversed(below.get(report.agency_id, []))]
        agency, standing = tree[report.agency_id], report.standing or {}
        waiting, look, step = report.state in UNSENT, looks.get(report.id), next_step(report.state, path)
        receiver = tree[report.receiver_id or of.lead_id]
        yield Line(
            report.id,
            agency.id,
            agency.code,
            agency.name,
            agency.level,
            agency.level_name,
            receiver.id,
            receiver.name,
            depth,
            report.state,
            step or "",
            "" if step is None else receiver.name if step == ACCEPT.name else agency.name,
            report.due_at,
            look.at if look else None,
            look.actor if look else "",
            standing.get("filled", 0),
            standing.get("cells", 0),
            standing.get("errors", 0),
            standing.get("warnings", 0),
            waiting and report.due_at is not None and report.due_at < now,
            locks.get(report.id),
        )
