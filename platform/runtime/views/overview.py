"""What people look at: how far a round is, what stands in a report."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from agencies.store import read_agency, read_tree
from core.jobs import Job
from engine.check import Checked
from runtime.filling.checking import check
from runtime.filling.contexts import context_of
from runtime.filling.words import Chapter, chapters, has_words, read_words
from runtime.models import Move, Report
from runtime.periods import Period
from runtime.programs import program_for
from runtime.rounds.opening import find_round, period
from runtime.steps import STATES
from runtime.totals.consolidate import is_stale
from template_library.versions import get_version


@dataclass(frozen=True)
class ReportLine:
    """One report of a round."""

    id: int
    code: str
    name: str
    state: str
    revision: int
    due_at: datetime | None


@dataclass(frozen=True)
class RoundStatus:
    """A round with its reports; `states` counts those that have a receiver, `job` tells of the opening.

    `stale` tells that the total is no longer the sum of the reports that count.
    """

    id: int
    template: str
    version: int
    period: Period
    lead_code: str
    lead: str
    lead_report: int | None
    opened_at: datetime | None
    job: Mapping[str, Any]
    states: Mapping[str, int]
    coverage: Mapping[str, Any] | None
    stale: bool
    reports: Sequence[ReportLine]


@dataclass(frozen=True)
class ReportView:
    """A report with what the checks find in it now, and the moves it made."""

    id: int
    round: int
    template: str
    version: int
    period: Period
    code: str
    name: str
    state: str
    revision: int
    coverage: Mapping[str, Any] | None
    checked: Checked
    words: Sequence[Chapter]
    moves: Sequence[Mapping[str, Any]]


def round_status(session: Session, round_id: int) -> RoundStatus:
    """How far a round is; reports in the Vietnamese order of their agencies."""
    of = find_round(session, round_id)
    reports = session.scalars(select(Report).filter_by(round_id=round_id)).all()
    asked_of = [of.lead_id, *(report.agency_id for report in reports)]
    tree = read_tree(session, of.period_end, besides=asked_of)
    lead_report = next((report for report in reports if report.agency_id == of.lead_id), None)
    below = [report for report in reports if report.receiver_id is not None]
    counted = Counter(report.state for report in below)
    asked = session.get_one(Job, of.job_id) if of.job_id else None
    return RoundStatus(
        of.id,
        of.template_code,
        get_version(session, of.version_id).number,
        period(of),
        tree[of.lead_id].code,
        tree[of.lead_id].name,
        lead_report.id if lead_report else None,
        of.opened_at,
        {"id": asked.id, "state": asked.state, "done": asked.done, "total": asked.total} if asked else {},
        {state: counted[state] for state in STATES},
        lead_report.coverage if lead_report else None,
        lead_report is not None and is_stale(session, lead_report),
        [
            ReportLine(
                report.id,
                tree[report.agency_id].code,
                tree[report.agency_id].name,
                report.state,
                report.revision,
                report.due_at,
            )
            for report in sorted(below, key=lambda report: tree[report.agency_id].sort_key)
        ],
    )


def view_report(session: Session, report: Report) -> ReportView:
    """A report as it is now."""
    of = find_round(session, report.round_id)
    agency = read_agency(session, report.agency_id, of.period_end)
    moves = session.scalars(select(Move).filter_by(report_id=report.id).order_by(Move.id))
    checked = check(session, report)
    return ReportView(
        report.id,
        of.id,
        of.template_code,
        get_version(session, report.version_id).number,
        period(of),
        agency.code,
        agency.name,
        report.state,
        report.revision,
        report.coverage,
        checked,
        _words(session, report, checked),
        [
            {
                "name": move.name,
                "actor": move.actor,
                "at": move.at,
                "reason": move.reason,
                "marks": move.marks or [],
            }
            for move in moves
        ],
    )


def _words(session: Session, report: Report, checked: Checked) -> Sequence[Chapter]:
    program = program_for(session, report)
    if not has_words(program.form):
        return ()
    context, _ = context_of(session, program, report)
    return chapters(program, checked.sheet, context, read_words(session, program.form, report.id))
