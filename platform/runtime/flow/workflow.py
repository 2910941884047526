"""Moving reports from hand to hand: the guards of `steps`, under the report's row, each move on record."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.db import lock_row
from core.errors import Conflict, Invalid, NotFound, Refusal
from engine.figures import find_cell
from engine.findings import Finding
from runtime.filling.checking import check_sheet
from runtime.filling.contexts import context_of
from runtime.filling.explanations import explanations, unexplained
from runtime.filling.given import give_back
from runtime.filling.nothing import fill_with_nothing, take_nothing_back
from runtime.filling.places import find_place
from runtime.filling.standing import standing
from runtime.filling.words import read_words, with_words
from runtime.flow.correction_models import TO_SIGN as TO_SIGN_AGAIN
from runtime.flow.correction_models import Ripple
from runtime.flow.issuing import Document, issue
from runtime.flow.revisions import digest_of, digest_of_content, keep_revision, last_digest
from runtime.models import Move, Report, Round
from runtime.programs import program_for
from runtime.rounds.locks import demand_unlocked
from runtime.rounds.notices import tell_returned
from runtime.rounds.opening import demand_member, demand_running
from runtime.sheets import read_sheet
from runtime.steps import (
    ACCEPT,
    BACK,
    EDITABLE,
    FORWARD,
    ISSUE,
    MOVES,
    RECALL,
    REOPEN,
    RETURN,
    SEND,
    SUBMIT,
    VERIFY,
    Step,
    accepts_by_itself,
    allows,
    moves_from,
    path_of,
)
from runtime.totals.consolidate import is_stale
from runtime.totals.missing import demand_children

LONGEST_NOTE = 500
ACCEPTED_BY_ITSELF = "accept_auto"
"""The name of the move that nobody made."""


@dataclass(frozen=True)
class Mark:
    """A cell to look at again, as people name it (`A[I1;4]`), and why."""

    cell: str
    note: str


@dataclass(frozen=True)
class Outcome:
    """What became of one report of a selection: its state, and why it was not moved."""

    report: int
    state: str
    refusal: Refusal | None = None


def move(
    session: Session,
    report_id: int,
    name: str,
    *,
    reason: str = "",
    marks: Sequence[Mark] = (),
    document: Document | None = None,
    actor: str,
    now: datetime,
) -> Report:
    """Make the move of this name; who, when, why, with what marks and in which revision is written down.

    What is issued has its `document`.
    """
    if name not in MOVES:
        raise NotFound("move.unknown", name=name)
    step, reason = MOVES[name], reason.strip()
    if step.wants_reason and not reason:
        raise Invalid([Finding("report.no_reason")])
    if (step is ISSUE) != (document is not None):
        raise Invalid([Finding("issuing.no_document")])
    report = lock_row(session, Report, report_id)
    of = session.get_one(Round, report.round_id)
    demand_running(of)
    demand_member(of, report)
    _demand_allowed(session, report, step, now)
    made = Move(report_id=report.id, name=name, revision=report.revision, actor=actor, at=now)
    made.reason, made.marks = reason or None, _places(session, report, marks)
    digest = _hand_in(session, report) if step in (VERIFY, SUBMIT) else ""
    if document is not None:
        issue(session, report, document, actor=actor, now=now)
    session.add(made)
    report.state = step.end
    if step in FORWARD:
        digest = digest or last_digest(session, report) or digest_of(session, report)
        _arrive(session, report, of, digest, actor=actor, now=now)
    session.flush()
    if step is RECALL:
        take_nothing_back(session, report, actor=actor, now=now)
    if report.state in EDITABLE:
        give_back(session, of, report, now=now)
    if step in BACK:
        tell_returned(session, report, made, now=now)
    return report


def _arrive(session: Session, report: Report, of: Round, digest: str, *, actor: str, now: datetime) -> None:
    """Keep with what content the report came here; one in which no rule fails may be taken in at once.

    That move is on record in the name of who asked for the round so.
    """
    keep_revision(session, report, digest, actor=actor, now=now)
    if accepts_by_itself(of.steps, report.state) and is_clean(report.standing):
        shared = {"report_id": report.id, "revision": report.revision, "actor": of.requested_by, "at": now}
        session.add(Move(**shared, name=ACCEPTED_BY_ITSELF))
        report.state = ACCEPT.end
        keep_revision(session, report, digest, actor=of.requested_by, now=now)


def submit(session: Session, report_id: int, *, actor: str, now: datetime) -> Report:
    """Hand the report in, with the context it was checked against; errors refuse it."""
    return move(session, report_id, SUBMIT.name, actor=actor, now=now)


def report_nothing(session: Session, report_id: int, *, actor: str, now: datetime) -> Report:
    """Say that there is nothing to report: fill what is blank with `-` and submit; recalling undoes both.

    A report that is verified first waits for that.
    """
    fill_with_nothing(session, report_id, actor=actor, now=now)
    report = session.get_one(Report, report_id)
    if SUBMIT in open_moves(session, report):
        return submit(session, report_id, actor=actor, now=now)
    return report


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
    shared = {"reason": reason, "actor": actor, "now": now}
    in_one_order = sorted(set(reports))  # in which everybody locks rows
    return [_try(session, report_id, name, **shared) for report_id in in_one_order]


def _try(session: Session, report_id: int, name: str, **given: Any) -> Outcome:
    """What becomes of one report; guards speak before anything is written."""
    try:
        return Outcome(report_id, move(session, report_id, name, **given).state)
    except Refusal as refusal:
        stands = session.get(Report, report_id)
        return Outcome(report_id, stands.state if stands else "", refusal)


def issue_all(
    session: Session, reports: Iterable[int], first: Document, *, actor: str, now: datetime
) -> list[Outcome]:
    """Issue each report of a selection, the numbers going on from that of the `first`.

    A report that is refused takes no number.
    """
    if not first.number.isdecimal():
        raise Invalid([Finding("issuing.first_number")])
    outcomes: list[Outcome] = []
    for report_id in sorted(set(reports)):
        given = sum(outcome.refusal is None for outcome in outcomes)
        number = str(int(first.number) + given).zfill(len(first.number))
        document = replace(first, number=number)
        outcomes.append(_try(session, report_id, ISSUE.name, document=document, actor=actor, now=now))
    return outcomes


def clean_reports(session: Session, name: str, **of: int) -> list[int]:
    """The reports `of` a round or an agency that may make a move and whose last check found nothing.

    Of those that are to be handed in, no error: with its warnings goes the reason of each.
    """
    step = MOVES[name]
    query = select(Report.id, Report.state, Report.standing, Report.receiver_id, Round.steps)
    rows = session.execute(query.join(Round).where(*(getattr(Report, key) == id_ for key, id_ in of.items())))
    return [
        row.id
        for row in rows
        if allows(step, row.state, path_of(row.steps, has_receiver=row.receiver_id is not None))
        and is_clean(row.standing, but_warnings=step in (VERIFY, SUBMIT))
    ]


def is_clean(standing: Mapping[str, Any] | None, *, but_warnings: bool = False) -> bool:
    """Whether the last check of a report found nothing."""
    return standing is not None and not (standing["errors"] or (standing["warnings"] and not but_warnings))


def open_moves(session: Session, report: Report) -> list[Step]:
    """The moves that the report may make now in its round, whoever makes them."""
    steps = session.get_one(Round, report.round_id).steps
    return moves_from(report.state, path_of(steps, has_receiver=report.receiver_id is not None))


def _demand_allowed(session: Session, report: Report, step: Step, now: datetime) -> None:
    if step not in open_moves(session, report):
        raise Conflict(f"report.closed.{report.state}", state=report.state, step=step.name)
    if step in (VERIFY, SUBMIT):
        demand_unlocked(report, now)
    elif step is REOPEN:
        _demand_open_total(session, report)
    elif step in (ISSUE, SEND, ACCEPT):
        _demand_signed(session, report)


def _places(session: Session, report: Report, marks: Sequence[Mark]) -> list[dict[str, str]] | None:
    """Marks by the ids of their cells, in the order they were made."""
    if not marks:
        return None
    layout = program_for(session, report).layout
    places = [find_place(layout, mark.cell) for mark in marks]
    for mark, (section, row, column) in zip(marks, places, strict=True):
        if find_cell(layout.sections[section], row, column) is None:
            raise Invalid([Finding("cell.unknown", facts={"text": mark.cell})])
    return [
        {"section": section, "row": row, "column": column, "note": mark.note.strip()[:LONGEST_NOTE]}
        for (section, row, column), mark in zip(places, marks, strict=True)
    ]


def _demand_signed(session: Session, report: Report) -> None:
    """Raise Conflict where a correction changed this total and nobody has signed it again."""
    if session.scalars(
        select(Ripple.id).filter_by(report_id=report.id, state=TO_SIGN_AGAIN).limit(1)
    ).first():
        raise Conflict("ripple.unsigned")


def _hand_in(session: Session, report: Report) -> str:
    """Check the report once more, and keep what it was checked against; the answer is its hash."""
    if is_stale(session, report):
        raise Conflict("report.stale")
    demand_children(session, report)
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
    return digest_of_content(checked.sheet, words)


def _demand_open_total(session: Session, report: Report) -> None:
    """Raise Conflict where the receiver has handed the total on already."""
    of_receiver = select(Report.id).filter_by(round_id=report.round_id, agency_id=report.receiver_id)
    for report_id in session.scalars(of_receiver):
        total = lock_row(session, Report, report_id)
        if total.state not in EDITABLE:
            raise Conflict("report.summed_up", state=total.state)
