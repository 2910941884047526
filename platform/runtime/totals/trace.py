"""From a figure back to where it came from: the reports it was summed up from, the saves that typed it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from agencies.store import read_tree
from core.errors import Invalid
from engine.figures import find_cell, print_figure
from engine.findings import Finding
from engine.formulas import fills, reads
from engine.layout import Layout
from engine.program import Program
from engine.rollup.trace import trace
from engine.sheet import Figure, Place, Sheet, Status
from runtime.filling.contexts import context_of
from runtime.filling.places import find_place, print_place
from runtime.models import Contribution, Journal, Report
from runtime.programs import program_for
from runtime.rounds.opening import find_round
from runtime.sheets import read_parts, read_sheet, whole
from runtime.totals.consolidate import read_children
from runtime.totals.provisional import entered_children, provisional
from runtime.totals.stacks import children_of


@dataclass(frozen=True)
class Entry:
    """A change of the cell, or of one its formula reads: who, when, how, from what to what."""

    where: str
    revision: int
    old: str
    new: str
    actor: str
    at: datetime
    how: str


@dataclass(frozen=True)
class Part:
    """What one report gave to the total. `changed` when it was changed after it was summed up.

    An `earlier` one stands in the place of a report that is not in; what comes of such a one is `imputed`.
    """

    report: int
    code: str
    name: str
    revision: int
    value: str
    changed: bool
    earlier: bool
    imputed: bool
    entries: Sequence[Entry]


@dataclass(frozen=True)
class Traced:
    """A figure, its own report's changes of it, and the reports below it, the largest first.

    `typed` names the cells that a computed figure comes from; of another it is the cell itself.
    """

    where: str
    value: str
    imputed: bool
    typed: Sequence[str]
    entries: Sequence[Entry]
    parts: Sequence[Part]


def trace_figure(session: Session, report: Report, where: str, *, entered: bool = False) -> Traced:
    """Where the figure at `where` (`A[I1;3]`) of a report comes from, down one level.

    With `entered` the figure of its provisional total, from all that is entered below.
    """
    program = program_for(session, report)
    place = find_place(program.layout, where)
    cell = find_cell(program.layout.sections[place[0]], place[1], place[2])
    if cell is None:
        raise Invalid([Finding("cell.unknown", facts={"text": where})])
    context, _ = context_of(session, program, report)
    sheet = read_sheet(session, program, report.id, context)
    if entered:
        own = read_parts(session, program.layout, report.id)[0]
        sheet = whole(program, own, provisional(session, report).sheet, context)
    is_imputed = sheet.figure(*place).status is Status.IMPUTED
    sources = _sources(program, sheet, place)
    summed = _lineage(session, report, entered)
    children = {
        child.id: child for child in session.scalars(select(Report).where(Report.id.in_(list(summed))))
    }
    entries = _entries(session, program.layout, [report.id, *children], sources)
    asked_of = [child.agency_id for child in children.values()]
    tree = read_tree(session, find_round(session, report.round_id).period_end, besides=asked_of)

    def part(child: Report, given: Figure) -> Part:
        agency = tree[child.agency_id]
        return Part(
            child.id,
            agency.code,
            agency.name,
            summed[child.id],
            print_figure(cell, given),
            child.revision != summed[child.id],
            child.round_id != report.round_id,
            given.status is Status.IMPUTED or (is_imputed and child.round_id != report.round_id),
            entries.get(child.id, ()),
        )

    asked = list(children.values())
    below = entered_children(session, program.layout, asked) if entered else read_children(session, asked)
    given = trace(below, place)
    parts = [part(children[int(each.key)], each.figure) for each in given]
    return Traced(
        where,
        print_figure(cell, sheet.figure(*place)),
        is_imputed,
        [print_place(program.layout, source) for source in sources],
        entries.get(report.id, ()),
        parts,
    )


def _lineage(session: Session, report: Report, entered: bool) -> Mapping[int, int]:
    """The reports below that are in a total, by revision."""
    if entered:
        return {child.id: child.revision for child in children_of(session, report)}
    summed = select(Contribution.child_id, Contribution.revision).filter_by(report_id=report.id)
    return {child: revision for child, revision in session.execute(summed)}


def _sources(program: Program, sheet: Sheet, place: Place) -> list[Place]:
    """The cells that people type and `place` is computed from, through as many formulas as there are."""
    directory = replace(program.directory, form=program.naming.of(sheet))
    computed = fills(program.rules, directory)
    found, todo = dict[Place, bool](), [place]
    while todo:
        at = todo.pop()
        if at not in found:
            found[at] = at not in computed
            todo += reads(computed[at], directory) if at in computed else ()
    return sorted(source for source, is_typed in found.items() if is_typed)


def _entries(
    session: Session, layout: Layout, reports: Sequence[int], places: Sequence[Place]
) -> Mapping[int, list[Entry]]:
    """What the journals of `reports` say of `places`, by report."""
    found: dict[int, list[Entry]] = {}
    for entry in session.scalars(
        select(Journal)
        .where(
            Journal.report_id.in_(reports),
            tuple_(Journal.section, Journal.row, Journal.column).in_(places),
        )
        .order_by(Journal.revision, Journal.id)
    ):
        where = print_place(layout, (entry.section, entry.row, entry.column))
        told = Entry(where, entry.revision, entry.old, entry.new, entry.actor, entry.at, entry.how)
        found.setdefault(entry.report_id, []).append(told)
    return found
