"""Earlier periods brought in from a sheet: rounds that are marked as imported, closed and accepted.

What reads earlier reports reads these too, and nothing else knows them. Their figures are given like those of
any round (`given`), so that a sheet may be brought in twice, and a later one puts right an earlier one.
A period that was really asked for keeps what was reported.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from agencies.store import read_tree
from core import audit
from core.db import insert_new
from core.errors import Invalid
from core.jobs import Progress, job, request_job
from engine.findings import Finding
from engine.sheet import Place
from runtime.filling.figure_sheet import read_figure_sheet
from runtime.filling.given import AT_ONCE, Loaded, figures_given, give_one, weigh, write_down
from runtime.models import Move, Report, Round
from runtime.periods import Period, Windows
from runtime.programs import program_of
from runtime.rounds.opening import find_round
from runtime.steps import ACCEPT, RETURN, Step
from runtime.typed_periods import parse_period
from template_library.models import Version


@dataclass(frozen=True)
class Brought:
    """One period of a sheet: what it comes to."""

    period: Period
    loaded: Loaded


def bring_in(
    session: Session,
    version: Version,
    lead: int,
    frequency: str,
    windows: Windows,
    data: bytes,
    *,
    dry_run: bool = False,
    actor: str,
    now: datetime,
) -> list[Brought]:
    """Bring earlier periods in from a sheet for the agencies that a lead unit asks, or none of it."""
    program = program_of(session, version.id)
    tree = read_tree(session, now.date())
    agencies = {node.code: node.id for node in tree}
    told, findings = read_figure_sheet(program.layout, data, agencies, with_period=True)
    periods: dict[str, Period] = {}
    for text in dict.fromkeys(each.period for each in told):
        try:
            periods[text] = parse_period(frequency, text, windows)
        except Invalid as refused:
            findings += refused.findings
    for text, period in periods.items():
        if session.scalars(_rounds(version.template_code, lead, period).filter_by(imported=False)).first():
            findings.append(Finding("history.live", where=text, facts={"period": period.label}))
        if period.end >= now.date():
            findings.append(Finding("history.not_over", where=text, facts={"period": period.label}))
    if findings:
        raise Invalid(findings)
    found = []
    for text, period in sorted(periods.items(), key=lambda each: each[1].start):
        some = [each for each in told if each.period == text]
        of = session.scalars(_rounds(version.template_code, lead, period)).first()
        there = figures_given(session, of.id) if of else {}
        loaded, changes = weigh(program, there, some, agencies)
        found.append(Brought(period, loaded))
        if changes and not dry_run:
            of = of or _new_round(session, version, lead, period, actor, now)
            of.closed_at = None
            rows = [_new_report(of, agency) for agency in {agency for agency, _ in changes}]
            insert_new(session, Report, rows)
            write_down(session, of.id, there, changes, actor=actor, now=now)
            request_job(session, "runtime.bring_in", of.id, actor=actor, now=now)
    if not dry_run:
        audit.record(session, actor, "round.bring_in", version.template_code, now=now, cells=len(told))
    return found


@job("runtime.bring_in")
def write_in(session: Session, checkpoint: int | None, round_id: int, *, now: datetime) -> Iterator[Progress]:
    """Write the figures of an imported round into its reports; the checkpoint is the last one accepted."""
    of = find_round(session, round_id)
    by_agency: dict[int, dict[Place, str]] = {}
    for (agency, place), value in figures_given(session, round_id).items():
        by_agency.setdefault(agency, {})[place] = value
    reports = session.scalars(select(Report).filter_by(round_id=round_id).order_by(Report.id)).all()
    todo = [report for report in reports if report.id > (checkpoint or 0)]
    for start in range(0, len(todo), AT_ONCE):
        for report in todo[start : start + AT_ONCE]:
            _write_one(session, of, report, by_agency.get(report.agency_id, {}), now)
        done = min(start + AT_ONCE, len(todo))
        yield Progress(todo[done - 1].id, len(reports) - len(todo) + done, len(reports))
    of.opened_at = of.opened_at or now
    of.closed_at = now


def _write_one(
    session: Session, of: Round, report: Report, given: Mapping[Place, str], now: datetime
) -> None:
    """An accepted report is taken back, put right and accepted again, each on record."""
    if report.state == ACCEPT.end:
        _move(session, of, report, RETURN, now)
    give_one(session, of, report, given, now)
    _move(session, of, report, ACCEPT, now)


def _move(session: Session, of: Round, report: Report, step: Step, now: datetime) -> None:
    report.state = step.end
    made = Move(report_id=report.id, name=step.name, revision=report.revision, actor=of.requested_by, at=now)
    session.add(made)
    session.flush()


def _rounds(template: str, lead: int, period: Period) -> Select[Round]:
    key = {"template_code": template, "lead_id": lead, "period_start": period.start, "period_end": period.end}
    return select(Round).filter_by(**key)


def _new_round(
    session: Session, version: Version, lead: int, period: Period, actor: str, now: datetime
) -> Round:
    of = Round(
        template_code=version.template_code,
        version_id=version.id,
        frequency=period.frequency,
        year=period.year,
        number=period.number,
        period_start=period.start,
        period_end=period.end,
        lead_id=lead,
        sequence=1,
        scope="children",
        flow="direct",
        imported=True,
        requested_by=actor,
        requested_at=now,
    )
    session.add(of)
    session.flush()
    return of


def _new_report(of: Round, agency: int) -> dict[str, Any]:
    return {
        "round_id": of.id,
        "agency_id": agency,
        "receiver_id": None if agency == of.lead_id else of.lead_id,
        "version_id": of.version_id,
        "state": "entering",
        "revision": 0,
    }
