"""Corrections of accepted reports: asked, granted by the receiver, filled, approved again, then stored.

Until its leader approves, nothing of the report changes. Then the delta alone is written, as a new revision
whose journal says "corrected", and `ripple` carries it up the chain of receivers. The state of the report
itself stays: triggers let its figures be written only while it stands in `correcting`.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.db import lock_row
from core.errors import Conflict, Invalid, NotFound
from core.jobs import request_job
from engine.figures import find_cell, print_figure
from engine.findings import Finding
from engine.layout import Layout
from engine.sheet import Place, Sheet
from runtime.filling.answers import finding_to_json
from runtime.filling.changes import Change
from runtime.filling.entry import write
from runtime.filling.explanations import explanations, target_of, unexplained
from runtime.filling.narratives import COLUMN, Texts
from runtime.filling.places import print_place
from runtime.filling.preparing import Prepared, work_out
from runtime.filling.words import read_words
from runtime.flow.correction_models import (
    APPROVED,
    ASKED,
    FILLED,
    GRANTED,
    REFUSED,
    WITHDRAWN,
    Correcting,
    Correction,
    CorrectionCell,
    CorrectionMove,
)
from runtime.flow.later import client_of
from runtime.flow.revisions import digest_of, keep_revision
from runtime.flow.told import tell_turn
from runtime.models import Explanation, Move, Report, Round
from runtime.programs import program_for
from runtime.sheets import read_sheets
from runtime.steps import ACCEPT

CORRECTED = "corrected"
"""What it is called in the history of a report, and of a figure."""
LONGEST = 1000
MOST_CELLS = 500


@dataclass(frozen=True)
class Step:
    """A move of a correction: from where, to where, whether a reason must be given."""

    name: str
    starts: Sequence[str]
    end: str
    wants_reason: bool = False


ASK = Step("ask", (), ASKED, wants_reason=True)
GRANT = Step("grant", (ASKED, GRANTED), GRANTED)
REFUSE = Step("refuse", (ASKED,), REFUSED, wants_reason=True)
FILL = Step("fill", (GRANTED,), FILLED)
GIVE_BACK = Step("give_back", (FILLED,), GRANTED, wants_reason=True)
APPROVE = Step("approve", (FILLED,), APPROVED)
WITHDRAW = Step("withdraw", (ASKED, GRANTED, FILLED), WITHDRAWN)
STEPS = {step.name: step for step in (ASK, GRANT, REFUSE, FILL, GIVE_BACK, APPROVE, WITHDRAW)}
PLAIN = (REFUSE, GIVE_BACK, WITHDRAW)
"""Moves that bring nothing but a reason."""
OPEN = (ASKED, GRANTED, FILLED)


def find_correction(session: Session, correction_id: int) -> Correction:
    """The correction of an id."""
    found = session.get(Correction, correction_id)
    if found is None:
        raise NotFound("correction.unknown", id=str(correction_id))
    return found


def is_expired(correction: Correction, now: datetime) -> bool:
    """Whether a grant ended before it was used."""
    return correction.state == GRANTED and correction.until is not None and correction.until < now


def cells_of(session: Session, correction_id: int) -> Sequence[CorrectionCell]:
    """The cells of a correction, in their order."""
    cells = select(CorrectionCell).filter_by(correction_id=correction_id)
    order = (CorrectionCell.section, CorrectionCell.row, CorrectionCell.column)
    return session.scalars(cells.order_by(*order)).all()


def ask(
    session: Session, report_id: int, places: Sequence[Place], *, reason: str, actor: str, now: datetime
) -> Correction:
    """Ask the receiver of an accepted report to let some of its cells be corrected."""
    report = lock_row(session, Report, report_id)
    _demand_accepted(report)
    before = select(Correction).where(Correction.report_id == report_id, Correction.state.in_(OPEN))
    for other in session.scalars(before):
        if not is_expired(other, now):
            raise Conflict("correction.open", id=str(other.id))
    reason, wanted = _said(reason, ASK), list(dict.fromkeys(places))
    if not 0 < len(wanted) <= MOST_CELLS:
        raise Invalid([Finding("correction.cells", facts={"found": len(wanted), "limit": MOST_CELLS})])
    layout = program_for(session, report).layout
    own, texts = _own(session, report, layout)
    if faults := list(_unknown(layout, wanted)):
        raise Invalid(faults)
    correction = Correction(report_id=report_id, state=ASKED, reason=reason)
    session.add(correction)
    session.flush()
    session.add_all(
        CorrectionCell(
            correction_id=correction.id,
            section=place[0],
            row=place[1],
            column=place[2],
            old=_text(layout, own, texts, place),
        )
        for place in wanted
    )
    _note(session, correction, ASK, reason, actor, now)
    return correction


def grant(
    session: Session, correction_id: int, *, until: datetime | None, reason: str, actor: str, now: datetime
) -> Correction:
    """Let the cells be corrected until a moment; granted once more, until another one."""
    correction = _take(session, correction_id, GRANT)
    if until is not None and until <= now:
        raise Invalid([Finding("correction.until")])
    correction.until = until
    return _move(session, correction, GRANT, reason, actor, now)


def move(
    session: Session, correction_id: int, name: str, *, reason: str, actor: str, now: datetime
) -> Correction:
    """Refuse it, withdraw it, or give it back to be filled again: one of `PLAIN`."""
    return _move(session, _take(session, correction_id, STEPS[name]), STEPS[name], reason, actor, now)


def fill(
    session: Session,
    correction_id: int,
    given: Mapping[Place, tuple[str | None, str]],
    *,
    actor: str,
    now: datetime,
) -> Correction:
    """State the new figure of each cell with its reason; errors of the whole report refuse them all.

    A cell that is not among `given` stays as it is.
    """
    correction = _take(session, correction_id, FILL)
    if is_expired(correction, now):
        raise Conflict("correction.expired", until=correction.until)
    report = lock_row(session, Report, correction.report_id)
    layout = program_for(session, report).layout
    cells = {(cell.section, cell.row, cell.column): cell for cell in cells_of(session, correction_id)}
    if faults := list(_faults(layout, cells, given)):
        raise Invalid(faults)
    wanted = [Change(*place, value) for place, (value, _) in given.items()]
    worked = _worked_out(session, report, list(cells.values()), wanted, actor)
    if not worked.entries:
        raise Invalid([Finding("correction.same")])
    for place, cell in cells.items():
        cell.new, cell.reason = None, None
        if place in given:
            cell.new = _text(layout, worked.after, worked.texts_after, place)
            cell.reason = given[place][1].strip()
    warnings = unexplained(worked.saved.findings, explanations(session, report.id))
    correction.findings = [finding_to_json(finding) for finding in warnings]
    return _move(session, correction, FILL, "", actor, now)


def approve(session: Session, correction_id: int, *, actor: str, now: datetime) -> Correction:
    """Write the delta, and have it carried up; the reason of the correction explains its new warnings."""
    correction = _take(session, correction_id, APPROVE)
    report = lock_row(session, Report, correction.report_id)
    _demand_alone(session, report)
    cells = cells_of(session, correction_id)
    wanted = [Change(cell.section, cell.row, cell.column, cell.new) for cell in cells if cell.reason]
    worked = _worked_out(session, report, cells, wanted, actor)
    with correcting(session, correction.id, report.id):
        write(session, report, worked, client=client_of(correction), actor=actor, now=now)
        session.flush()
    shared = {"report_id": report.id, "actor": actor, "at": now}
    for finding in unexplained(worked.saved.findings, explanations(session, report.id)):
        rule, target = target_of(finding)
        session.add(Explanation(**shared, rule=rule, target=target, text=correction.reason))
    session.add(Move(**shared, name=CORRECTED, revision=report.revision, reason=correction.reason))
    keep_revision(session, report, digest_of(session, report), actor=actor, now=now)
    request_job(session, "runtime.ripple", correction.id, actor=actor, now=now)
    return _move(session, correction, APPROVE, "", actor, now)


@contextmanager
def correcting(session: Session, correction_id: int, report_id: int) -> Iterator[None]:
    """Let the figures of a report be written that stand still otherwise."""
    open_ = Correcting(report_id=report_id, correction_id=correction_id)
    session.add(open_)
    session.flush()
    yield
    session.flush()
    session.delete(open_)
    session.flush()


def _take(session: Session, correction_id: int, step: Step) -> Correction:
    """The correction, its row held, in a state in which this may be done."""
    find_correction(session, correction_id)
    correction = lock_row(session, Correction, correction_id)
    if correction.state not in step.starts:
        raise Conflict("correction.closed", state=correction.state, step=step.name)
    return correction


def _move(
    session: Session, correction: Correction, step: Step, reason: str, actor: str, now: datetime
) -> Correction:
    said = _said(reason, step)
    correction.state = step.end
    _note(session, correction, step, said, actor, now)
    return correction


def _note(
    session: Session, correction: Correction, step: Step, reason: str, actor: str, now: datetime
) -> None:
    made = CorrectionMove(correction_id=correction.id, name=step.name, actor=actor, at=now)
    made.reason = reason or None
    session.add(made)
    session.flush()
    tell_turn(session, correction, made)


def _said(reason: str, step: Step) -> str:
    reason = reason.strip()
    if step.wants_reason and not reason:
        raise Invalid([Finding("report.no_reason")])
    if len(reason) > LONGEST:
        raise Invalid([_too_long(reason)])
    return reason


def _too_long(text: str, where: str = "") -> Finding:
    return Finding("E_LIMIT", where=where, facts={"limit": LONGEST, "found": len(text)}, variant="text")


def _demand_accepted(report: Report) -> None:
    if report.state != ACCEPT.end:
        raise Conflict("correction.not_accepted", state=report.state)


def _demand_alone(session: Session, report: Report) -> None:
    """Raise Conflict while another correction of the round is carried up: each has ripples of its own."""
    lock_row(session, Round, report.round_id)
    under_way = select(Correction.id).join(Report).where(Report.round_id == report.round_id)
    if session.scalars(under_way.where(Correction.state == APPROVED).limit(1)).first():
        raise Conflict("correction.under_way")


def _own(session: Session, report: Report, layout: Layout) -> tuple[Sheet, Texts]:
    own = read_sheets(session, layout, [report.id], "own")[report.id]
    return own, read_words(session, layout.form, report.id).texts


def _text(layout: Layout, own: Sheet, texts: Texts, place: Place) -> str:
    """What the agency stated in a cell, or wrote under a heading."""
    section, row, column = place
    if section not in layout.sections:
        found = texts.get((section, row))
        return found.text if found else ""
    cell = find_cell(layout.sections[section], row, column)
    return print_figure(cell, own.figure(*place)) if cell else ""


def _unknown(layout: Layout, places: Sequence[Place]) -> Iterator[Finding]:
    for section, row, column in places:
        of = layout.sections.get(section)
        is_cell = of is not None and find_cell(of, row, column) is not None
        if not is_cell and not (section in layout.form.section_by_id and column == COLUMN):
            yield Finding("cell.unknown", facts={"text": f"{section}[{row};{column}]"})


def _faults(
    layout: Layout, cells: Mapping[Place, CorrectionCell], given: Mapping[Place, tuple[str | None, str]]
) -> Iterator[Finding]:
    """What was given for other cells than those granted, and what lacks a reason."""
    for place, (_, why) in given.items():
        named = place[0] in layout.form.section_by_id
        where = print_place(layout, place) if named else f"{place[0]}[{place[1]};{place[2]}]"
        if place not in cells:
            yield Finding("correction.other_cell", where=where)
        elif not why.strip():
            yield Finding("correction.no_reason", where=where)
        elif len(why) > LONGEST:
            yield _too_long(why, where)


def _worked_out(
    session: Session, report: Report, cells: Sequence[CorrectionCell], wanted: Sequence[Change], actor: str
) -> Prepared:
    """The report with the delta, checked by its rules; its cells must be as they were when asked for."""
    _demand_accepted(report)
    layout = program_for(session, report).layout
    own, texts = _own(session, report, layout)
    for cell in cells:
        if _text(layout, own, texts, (cell.section, cell.row, cell.column)) != cell.old:
            where = print_place(layout, (cell.section, cell.row, cell.column))
            raise Conflict("correction.moved", where=where)
    worked = work_out(session, report, report.revision, wanted, CORRECTED, (actor, None))
    errors = [finding for finding in worked.saved.findings if finding.severity == "error"]
    if errors:
        raise Invalid(errors)
    return worked
