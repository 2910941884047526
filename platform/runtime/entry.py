"""Entering figures: a save is a list of changed cells on top of a revision, never a whole report.

Cells that another hand changed after that revision are conflicts, told with both values; all other cells are
stored, formulas are computed, and the answer says what the checks find now. The same save sent twice is
stored once. A value that cannot be read is a finding that names its cell; the others are stored.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from core.db import lock_row
from core.errors import Conflict, Invalid
from engine.calculate import Calculated, calculate
from engine.figures import find_cell, print_figure, read_figures
from engine.findings import Finding
from engine.layout import Layout
from engine.sheet import Figure, Place, Sheet, pattern_of
from runtime.answers import CellConflict, Saved
from runtime.checking import check_sheet
from runtime.contexts import context_of
from runtime.gathering import as_others
from runtime.models import Journal, Report, Save
from runtime.places import print_place
from runtime.programs import program_for
from runtime.rounds import demand_running, find_round
from runtime.sheets import read_sheets, whole, write_sheet
from runtime.standing import standing
from runtime.steps import demand_editable

MAX_CHANGES = 100_000


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
    before = read_sheets(session, program.layout, [report_id], "own")[report_id]
    given, findings = _read(program.layout, changes, str(context.agency["mã"]))
    findings = [as_others(report, program.layout, finding) for finding in findings]
    conflicts = dict(_conflicts(session, report_id, base, (actor, client), program.layout, given))
    wanted = {place: figure for place, figure in given.items() if place not in conflicts}
    calculated = calculate(program, before.changed(wanted), context, overwrite=True)
    calculated = replace(calculated, sheet=calculated.sheet.without_blank_rows())
    written = list(_entries(program.layout, before, calculated.sheet, wanted, how))
    if written:
        report.revision += 1
        shared = {
            "report_id": report_id,
            "revision": report.revision,
            "actor": actor,
            "at": now,
            "client": client,
        }
        session.execute(insert(Journal), [shared | entry for entry in written])
        write_sheet(session, report_id, "own", before, calculated.sheet)

    children = read_sheets(session, program.layout, [report_id], "children")[report_id]
    checked = check_sheet(program, whole(program, calculated.sheet, children, context), context)
    saved = Saved(
        report.revision,
        len(wanted),
        list(conflicts.values()),
        [*findings, *_replaced(program.layout, calculated, wanted), *checked.findings],
    )
    report.standing = standing(program, checked)
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
    data: dict[str, dict[str, dict[str, str | None]]] = {}
    for change in changes:
        data.setdefault(change.section, {}).setdefault(change.row, {})[change.column] = change.value
    sheet, findings = read_figures(layout, data)
    faulty = {finding.where for finding in findings}
    places: dict[Place, Figure] = {}
    for change in changes:
        section = _section_id(layout, change.section)
        where = f"{change.section}[{change.row};{change.column}]"
        if section is None or where in faulty:
            continue
        cell = find_cell(layout.sections[section], change.row, change.column)
        pattern = pattern_of(layout.sections[section], change.row)
        if cell is not None and cell.state == "locked":
            findings.append(Finding("figure.locked", where=where))
        elif pattern and pattern[1] not in (None, agency):
            facts = {"found": pattern[1], "own": agency}
            findings.append(Finding("figure.agency", where=where, facts=facts))
        else:
            place = (section, change.row, change.column)
            places[place] = sheet.figure(*place)
    return places, findings


def _section_id(layout: Layout, name: str) -> str | None:
    by_code = layout.form.section_by_code.get(name)
    found = name if name in layout.sections else by_code.id if by_code else ""
    return found if found in layout.sections else None


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
    for place, figure in given.items():
        theirs = last.get(place)
        mine = _print(layout, place, figure)
        if theirs is not None and _is_other(hand, theirs) and theirs.new != mine:
            at = theirs.at.isoformat()
            yield place, CellConflict(print_place(layout, place), mine, theirs.new, theirs.actor, at)


def _is_other(hand: tuple[str, str | None], entry: Journal) -> bool:
    """Whether somebody else made an entry, or the same person on another page."""
    actor, client = hand
    return entry.actor != actor or (None not in (client, entry.client) and entry.client != client)


def _entries(
    layout: Layout, before: Sheet, after: Sheet, wanted: Mapping[Place, Figure], how: str
) -> Iterator[dict[str, str]]:
    """Journal entries of all cells that differ; a computed cell is not its typist's."""
    old = {place: print_figure(cell, figure) for place, cell, figure in before.figures()}
    new = {place: print_figure(cell, figure) for place, cell, figure in after.figures()}
    for place in {**old, **new}:
        was, now = old.get(place, ""), new.get(place, "")
        if was != now:
            typed = place in wanted and _print(layout, place, wanted[place]) == now
            section, row, column = place
            entry = {"section": section, "row": row, "column": column, "old": was, "new": now}
            yield entry | {"how": how if typed else "computed"}


def _print(layout: Layout, place: Place, figure: Figure) -> str:
    section, row, column = place
    cell = find_cell(layout.sections[section], row, column)
    return print_figure(cell, figure) if cell else ""
