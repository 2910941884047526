"""Entering figures: a save is a list of changed cells on top of a revision, never a whole report.

Cells that another hand changed after that revision are conflicts, told with both values; all other cells are
stored, formulas are computed, and the answer says what the checks find now. The same save sent twice is
stored once. A value that cannot be read is a finding that names its cell; the others are stored.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.db import insert_rows, lock_row
from core.errors import Conflict, Invalid
from engine.calculate import Calculated, calculate
from engine.context import Context
from engine.differences import differences
from engine.figures import find_cell, find_section, print_figure, read_figure
from engine.findings import Finding
from engine.layout import Layout, SectionLayout
from engine.presence import state_at
from engine.program import Program
from engine.repair import suggest
from engine.report import closed_cells
from engine.sheet import BLANK, Figure, Place, Sheet, pattern_of
from runtime.answers import CellConflict, Saved
from runtime.checking import check_sheet
from runtime.contexts import context_of
from runtime.gathering import as_others
from runtime.models import Journal, Report, Save
from runtime.places import print_place
from runtime.programs import program_for
from runtime.rounds import demand_running, find_round
from runtime.sheets import read_parts, whole, write_sheet
from runtime.standing import standing
from runtime.steps import demand_editable

MAX_CHANGES = 100_000
ENTRY = ("section", "row", "column", "old", "new", "how")
"""What the journal says of a cell."""


@dataclass(frozen=True)
class Change:
    """A cell, by ids, and the text given for it; empty makes it blank."""

    section: str
    row: str
    column: str
    value: str | None


def save(
    session: Session,
    report_id: int,
    *,
    base: int,
    idempotency_key: str,
    changes: Sequence[Change],
    how: str = "typed",
    client: str | None = None,
    actor: str,
    now: datetime,
) -> Saved:
    """Store `changes` made on top of revision `base`; the answer carries the new revision.

    `client` names the open page they come from: the same person's other page is another hand.
    """
    if len(changes) > MAX_CHANGES:
        raise Invalid([Finding("save.too_many", facts={"found": len(changes), "limit": MAX_CHANGES})])
    report = lock_row(session, Report, report_id)
    answered = session.get(Save, (report_id, idempotency_key))
    if answered is not None:
        return Saved.from_json(answered.answer)
    demand_running(find_round(session, report.round_id))
    demand_editable(report.state)
    if base > report.revision:
        raise Conflict("save.base", base=base, revision=report.revision)

    program = program_for(session, report)
    context, _ = context_of(session, program, report)
    before, children = read_parts(session, program.layout, report_id)
    given, findings = _read(program.layout, changes, str(context.agency["mã"]))
    refused = dict(_closed(program, context, given))
    given = {place: figure for place, figure in given.items() if place not in refused}
    findings += refused.values()
    findings = [as_others(report, program.layout, finding) for finding in findings]
    conflicts = dict(_conflicts(session, report_id, base, (actor, client), program.layout, given))
    wanted = {place: figure for place, figure in given.items() if place not in conflicts}
    calculated = calculate(program, before.changed(wanted), context, overwrite=True)
    calculated = replace(calculated, sheet=calculated.sheet.without_blank_rows())
    written = list(_entries(before, calculated.sheet, wanted, how))
    if written:
        report.revision += 1
        shared = {"report_id": report_id, "revision": report.revision, "actor": actor, "at": now}
        insert_rows(session, Journal, shared | {"client": client}, ENTRY, written)
        write_sheet(session, report_id, "own", before, calculated.sheet)

    checked = check_sheet(program, whole(program, calculated.sheet, children, context), context)
    saved = Saved(
        report.revision,
        len(wanted),
        list(conflicts.values()),
        [*findings, *_replaced(program.layout, calculated, wanted), *checked.findings],
        () if report.coverage else suggest(program, context, checked, list(wanted)),
    )
    report.standing = standing(program, checked, context)
    session.add(Save(report_id=report_id, idempotency_key=idempotency_key, answer=saved.to_json()))
    session.flush()
    return saved


def _replaced(layout: Layout, calculated: Calculated, wanted: Mapping[Place, Figure]) -> Iterator[Finding]:
    """What calculating says; of computed figures that changed, only those that somebody typed over."""
    typed = {print_place(layout, place) for place in wanted}
    return (f for f in calculated.findings if f.code != "figure.replaced" or f.where in typed)


def _read(
    layout: Layout, changes: Sequence[Change], agency: str
) -> tuple[dict[Place, Figure], list[Finding]]:
    """The figures that can be read, and a finding for each that cannot; of one cell the last value counts.

    `agency` is the code under which rows of agencies may be filled.
    """
    places: dict[Place, Figure] = {}
    findings: dict[str, Finding] = {}
    for change in changes:
        where = f"{change.section}[{change.row};{change.column}]"
        section = find_section(layout, change.section)
        if section is None:
            facts = {"found": change.section, "known": sorted(layout.form.section_by_code)}
            findings[where] = Finding("figure.section", where=change.section, facts=facts)
            continue
        figure = _read_one(section, change, where, agency)
        place = (section.section.id, change.row, change.column)
        if isinstance(figure, Finding):
            places.pop(place, None)
            findings[where] = figure
        else:
            findings.pop(where, None)
            places[place] = figure
    return places, list(findings.values())


def _read_one(section: SectionLayout, change: Change, where: str, agency: str) -> Figure | Finding:
    figure = read_figure(section, change.row, change.column, change.value, where)
    if isinstance(figure, Finding):
        return figure
    cell = find_cell(section, change.row, change.column)
    if cell is not None and cell.state == "locked":
        return Finding("figure.locked", where=where)
    pattern = pattern_of(section, change.row)
    if pattern and pattern[1] not in (None, agency):
        return Finding("figure.agency", where=where, facts={"found": pattern[1], "own": agency})
    return figure


def _closed(
    program: Program, context: Context, given: Mapping[Place, Figure]
) -> Iterator[tuple[Place, Finding]]:
    """The given cells that are locked, or absent and not made blank, for this agency in this period."""
    found = closed_cells(program, context)
    for (section, row, column), figure in given.items() if found else ():
        layout = program.layout.sections[section]
        pattern = None if row in layout.row_at else pattern_of(layout, row)
        state = state_at(found, section, pattern[0] if pattern else row, column)
        if state == "locked" or (state == "not_applicable" and figure != BLANK):
            where = print_place(program.layout, (section, row, column))
            yield (section, row, column), Finding(f"figure.{state}", where=where)


def _conflicts(
    session: Session,
    report_id: int,
    base: int,
    hand: tuple[str, str | None],
    layout: Layout,
    given: Mapping[Place, Figure],
) -> Iterator[tuple[Place, CellConflict]]:
    """The given cells whose last change after `base` was another hand's, to another value."""
    later = session.scalars(
        select(Journal)
        .where(Journal.report_id == report_id, Journal.revision > base, Journal.how != "computed")
        .order_by(Journal.revision)
    )
    last = {(entry.section, entry.row, entry.column): entry for entry in later}
    for place, theirs in last.items():
        if place in given and _is_other(hand, theirs):
            mine = _print(layout, place, given[place])
            if theirs.new != mine:
                at = theirs.at.isoformat()
                yield place, CellConflict(print_place(layout, place), mine, theirs.new, theirs.actor, at)


def _is_other(hand: tuple[str, str | None], entry: Journal) -> bool:
    """Whether somebody else made an entry, or the same person on another page."""
    actor, client = hand
    return entry.actor != actor or (None not in (client, entry.client) and entry.client != client)


def _entries(
    before: Sheet, after: Sheet, wanted: Mapping[Place, Figure], how: str
) -> Iterator[tuple[str, ...]]:
    """Journal entries of all cells that differ; a computed cell is not its typist's."""
    for place, cell, old, new in differences(before, after):
        typed = wanted.get(place) == new
        yield *place, print_figure(cell, old), print_figure(cell, new), how if typed else "computed"


def _print(layout: Layout, place: Place, figure: Figure) -> str:
    section, row, column = place
    cell = find_cell(layout.sections[section], row, column)
    return print_figure(cell, figure) if cell else ""
