"""Adjustments: a figure of a total put right by hand, kept beside what was summed up, with its reason.

The difference is a figure of the receiver's own, so that it stays when the total is summed up again; who
looks at it is told when what it was based on has moved since. Only cells that are summed can be adjusted.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.db import lock_row
from core.errors import Conflict, Invalid
from engine.cells import Cell
from engine.figures import find_cell, parse_figure, print_figure
from engine.findings import Finding
from engine.sheet import Figure, Place, Status
from runtime.filling.changes import Change
from runtime.filling.entry import save
from runtime.filling.places import find_place, print_place
from runtime.models import Report
from runtime.programs import program_for
from runtime.rounds.asked_once import typed_places
from runtime.sheets import read_parts
from runtime.totals.models import Adjustment

LONGEST = 1000
PAGE = "adjustment"
"""The page that the journal names for adjustments."""
NONE = Decimal(0)


@dataclass(frozen=True)
class Adjusted:
    """A cell that was adjusted: by how much, what is summed up now, what was then; the last reason first."""

    where: str
    amount: str
    proposed: str
    basis: str
    reasons: Sequence[Adjustment]

    @property
    def moved(self) -> bool:
        """Whether what it was based on is another figure now."""
        return self.proposed != self.basis


def adjust(
    session: Session, report_id: int, where: str, value: str, reason: str, *, actor: str, now: datetime
) -> None:
    """Have a cell of a total read `value`, for a reason; empty takes its adjustment back."""
    report = lock_row(session, Report, report_id)
    if report.coverage is None:
        raise Conflict("adjustment.no_total")
    reason = reason.strip()[:LONGEST]
    if not reason:
        raise Invalid([Finding("adjustment.no_reason")])
    program = program_for(session, report)
    place = find_place(program.layout, where)
    cell = find_cell(program.layout.sections[place[0]], place[1], place[2])
    fixed = place[1] in program.layout.sections[place[0]].row_at
    if cell is None or cell.aggregation.rule != "sum" or (fixed and place not in typed_places(program)):
        raise Invalid([Finding("adjustment.cell", where=where)])
    own, children = (
        sheet.figure(*place).number or NONE for sheet in read_parts(session, program.layout, report_id)
    )
    before = sum((Decimal(each.amount) for each in _of_cell(session, report_id, place)), NONE)
    wanted = _wanted(cell, value, children + own - before, where)
    amount = wanted - children - own
    figure = "" if own + amount == NONE else str(own + amount)
    saved = save(
        session,
        report_id,
        base=report.revision,
        idempotency_key=f"{PAGE}/{report.revision}",
        changes=[Change(*place, figure)],
        client=PAGE,
        actor=actor,
        now=now,
    )
    refused = [
        finding for finding in saved.findings if finding.code in ("figure.given", "figure.locked", "E_LIMIT")
    ]
    if refused:
        raise Invalid(refused)
    at = dict(zip(("section", "row", "column"), place, strict=True))
    made = Adjustment(report_id=report_id, **at, amount=str(amount), basis=str(children), reason=reason)
    made.actor, made.at = actor, now
    session.add(made)
    session.flush()


def adjustments(session: Session, report: Report) -> list[Adjusted]:
    """The cells of a total that stand adjusted."""
    by_place: dict[Place, list[Adjustment]] = {}
    for each in session.scalars(
        select(Adjustment).filter_by(report_id=report.id).order_by(Adjustment.id.desc())
    ):
        by_place.setdefault((each.section, each.row, each.column), []).append(each)
    if not by_place:
        return []
    layout = program_for(session, report).layout
    children = read_parts(session, layout, report.id)[1]
    found = []
    for place, made in by_place.items():
        amount = sum((Decimal(each.amount) for each in made), NONE)
        cell = (
            find_cell(layout.sections[place[0]], place[1], place[2]) if place[0] in layout.sections else None
        )
        if amount and cell:
            proposed = children.figure(*place).number or NONE
            by, now, then = (_print(cell, number) for number in (amount, proposed, Decimal(made[0].basis)))
            found.append(Adjusted(print_place(layout, place), by, now, then, made))
    return found


def _of_cell(session: Session, report_id: int, place: Place) -> Sequence[Adjustment]:
    at = dict(zip(("section", "row", "column"), place, strict=True))
    return session.scalars(select(Adjustment).filter_by(report_id=report_id, **at)).all()


def _wanted(cell: Cell, text: str, unadjusted: Decimal, where: str) -> Decimal:
    figure = parse_figure(cell, text, where)
    if isinstance(figure, Finding):
        raise Invalid([figure])
    return unadjusted if figure.number is None else figure.number


def _print(cell: Cell, number: Decimal) -> str:
    return print_figure(cell, Figure(Status.VALUE, number))
