"""Moving reports from hand to hand: the guards of `steps`, under the report's row, each move on record."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.db import lock_row
from core.errors import Conflict, Invalid, NotFound, Refusal
from engine.findings import Finding
from runtime.filling.checking import check_sheet
from runtime.filling.contexts import context_of
from runtime.filling.explanations import explanations, unexplained
from runtime.filling.standing import standing
from runtime.filling.words import read_words, with_words
from runtime.models import Move, Report, Round
from runtime.programs import program_for
from runtime.rounds.notices import tell_returned
from runtime.rounds.opening import demand_member, demand_running
from runtime.sheets import read_sheet
from runtime.steps import ACCEPT, EDITABLE, MOVES, RETURN, SUBMIT, Step, moves_from, path_of
from runtime.totals.consolidate import is_stale


@dataclass(frozen=True)
class Outcome:
    """What became of one report of a selection: its state, and why it was not moved."""

    report: int
    state: str
    refusal: Refusal | None = None


def move(
    session: Session, report_id: int, name: str, *, reason: str = "", actor: str, now: datetime
) -> Report:
    """Make the move of this name; who, when, why and in which revision is written down."""
    if name not in MOVES:
        raise NotFound("move.unknown", name=name)
    step, reason = MOVES[name], reason.strip()
    if step.wants_reason and not reason:
        raise Invalid([Finding("report.no_reason")])
    report = lock_row(session, Report, report_id)
    of = session.get_one(Round, report.round_id)
    demand_running(of)
    demand_member(of, report)
    _demand_allowed(session, report, step)
    if step is SUBMIT:
        _hand_in(session, report)
    if step is RETURN and report.state == ACCEPT.end:
        _demand_open_total(session, report)
    report.state = step.end
    made = Move(report_id=report.id, name=name, revision=report.revision, actor=actor, at=now)
    made.reason = reason or None
    session.add(made)
    session.flush()
    if step is RETURN:
        tell_returned(session, report, made, now=now)
    return report


def submit(session: Session, report_id: int, *, actor: str, now: datetime) -> Report:
    """Hand the report in, with the context it was checked against; errors refuse it."""
    return move(session, report_id, SUBMIT.name, actor=actor, now=now)


def accept(session: Session, report_id: int, *, actor: str, now: datetime) -> Report:
    """Take the report in; its figures then count."""
    return move(session, report_id, ACCEPT.name, actor=actor, now=now)


def return_(session: Session, report_id: int, *, reason: str, actor: str, now: datetime) -> Report:
    """Give the report back to be put right, saying why."""
    return move(session, report_id, RETURN.name, reason=reason, actor=actor, now=now)


def move_all(
    session: Session, reports: Iterable[int], name: str, *, reason: str = "", actor: str, now: datetime
) -> list[Outcome]:
    """Make one move with each report of a selection; each has its own record, or is told why not."""
    outcomes = []
    for report_id in sorted(set(reports)):  # everybody locks rows in one order
        try:
            moved = move(session, report_id, name, reason=reason, actor=actor, now=now)
            outcomes.append(Outcome(report_id, moved.state))
        except Refusal as refusal:  # guards speak before anything is written
            stands = session.get(Report, report_id)
            outcomes.append(Outcome(report_id, stands.state if stands else "", refusal))
    return outcomes


def clean_reports(session: Session, round_id: int, *, state: str) -> list[int]:
    """The reports of a round in a state, without errors or warnings when they were last checked."""
    rows = session.execute(select(Report.id, Report.standing).filter_by(round_id=round_id, state=state))
    return [
        row.id for row in rows if row.standing and not (row.standing["errors"] + row.standing["warnings"])
    ]


def open_moves(session: Session, report: Report) -> list[Step]:
    """The moves that the report may make now in its round, whoever makes them."""
    steps = session.get_one(Round, report.round_id).steps
    return moves_from(report.state, path_of(steps, has_receiver=report.receiver_id is not None))


def _demand_allowed(session: Session, report: Report, step: Step) -> None:
    if step not in open_moves(session, report):
        raise Conflict(f"report.closed.{report.state}", state=report.state, step=step.name)


def _hand_in(session: Session, report: Report) -> None:
    """Check the report once more, and keep what it was checked against."""
    if is_stale(session, report):
        raise Conflict("report.stale")
    program = program_for(session, report)
    context, kept = context_of(session, program, report)
    words = read_words(session, program.form, report.id)
    checked = check_sheet(program, read_sheet(session, program, report.id, context), context)
    checked = with_words(program, checked, context, words)
    errors = [finding for finding in checked.findings if finding.severity == "error"]
    refused = errors or unexplained(checked.findings, explanations(session, report.id))
    if refused:
        raise Invalid(refused)
    report.context, report.standing = kept, standing(program, checked, context, words)


def _demand_open_total(session: Session, report: Report) -> None:
    """Raise Conflict where the receiver has handed the total on already."""
    of_receiver = select(Report.id).filter_by(round_id=report.round_id, agency_id=report.receiver_id)
    for report_id in session.scalars(of_receiver):
        total = lock_row(session, Report, report_id)
        if total.state not in EDITABLE:
            raise Conflict("report.summed_up", state=total.state)
