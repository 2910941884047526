"""The states of a report and the moves between them, one table; every move is made under the report's row."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from core.db import lock_row
from core.errors import Conflict, Invalid
from engine.check import Checked, check_form
from engine.findings import Finding, has_errors
from runtime.contexts import context_of
from runtime.models import Move, Report
from runtime.programs import program_of
from runtime.sheets import read_sheet

EDITABLE = ("entering", "returned")
"""States in which figures may be entered and summed up."""


@dataclass(frozen=True)
class Step:
    """A move: from where, to where, and whether a reason must be given."""

    name: str
    starts: Sequence[str]
    end: str
    wants_reason: bool = False


SUBMIT = Step("submit", EDITABLE, "submitted")
ACCEPT = Step("accept", ("submitted",), "accepted")
RETURN = Step("return", ("submitted",), "returned", wants_reason=True)
MOVES = {step.name: step for step in (SUBMIT, ACCEPT, RETURN)}


def check(session: Session, report: Report) -> Checked:
    """The report as it is now, with every finding."""
    program = program_of(session, report.version_id)
    context, _ = context_of(session, program, report)
    return check_form(program, read_sheet(session, program, report.id, context), context)


def submit(session: Session, report_id: int, *, actor: str, now: datetime) -> Report:
    """Hand the report to its receiver, with the context it was checked against; errors refuse it."""
    report = _locked(session, report_id, SUBMIT)
    program = program_of(session, report.version_id)
    context, kept = context_of(session, program, report)
    checked = check_form(program, read_sheet(session, program, report_id, context), context)
    if has_errors(checked.findings):
        raise Invalid([finding for finding in checked.findings if finding.severity == "error"])
    report.context = kept
    return _move(session, report, SUBMIT, actor, now)


def accept(session: Session, report_id: int, *, actor: str, now: datetime) -> Report:
    """Take the report in; its figures then count."""
    return _move(session, _locked(session, report_id, ACCEPT), ACCEPT, actor, now)


def return_(session: Session, report_id: int, *, reason: str, actor: str, now: datetime) -> Report:
    """Give the report back to be put right, saying why."""
    if not reason.strip():
        raise Invalid([Finding("report.no_reason")])
    return _move(session, _locked(session, report_id, RETURN), RETURN, actor, now, reason)


def move(session: Session, report_id: int, name: str, *, reason: str, actor: str, now: datetime) -> Report:
    """Make the move of this name; `reason` counts where one is wanted."""
    match name:
        case "submit":
            return submit(session, report_id, actor=actor, now=now)
        case "return":
            return return_(session, report_id, reason=reason, actor=actor, now=now)
    return accept(session, report_id, actor=actor, now=now)


def demand_editable(report: Report) -> None:
    """Raise Conflict where the report's state does not allow writing figures."""
    if report.state not in EDITABLE:
        raise Conflict(f"report.closed.{report.state}", state=report.state, step="enter")


def _locked(session: Session, report_id: int, step: Step) -> Report:
    report = lock_row(session, Report, report_id)
    if report.state not in step.starts:
        raise Conflict(f"report.closed.{report.state}", state=report.state, step=step.name)
    return report


def _move(
    session: Session, report: Report, step: Step, actor: str, now: datetime, reason: str | None = None
) -> Report:
    report.state = step.end
    session.add(
        Move(
            report_id=report.id, name=step.name, revision=report.revision, actor=actor, at=now, reason=reason
        )
    )
    session.flush()
    return report
