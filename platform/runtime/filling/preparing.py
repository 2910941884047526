"""What a save comes to, worked out without writing: so that nobody waits for the database while we think."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.calculate import replaced
from engine.check import Checked, check_running
from engine.context import Context
from engine.differences import differences
from engine.figures import find_cell, find_section, parse_figure, print_figure, read_figure
from engine.findings import Finding
from engine.layout import Layout, SectionLayout
from engine.merging import cite
from engine.naming import rows_of
from engine.plans.running import Running
from engine.presence import state_at
from engine.program import Program
from engine.repair import suggest
from engine.report import closed_cells
from engine.sheet import BLANK, Figure, Place, Sheet, pattern_of
from runtime.filling.answers import CellConflict, Saved
from runtime.filling.changes import Change
from runtime.filling.checking import check_sheet, with_to_come
from runtime.filling.contexts import context_of
from runtime.filling.narratives import Texts, divide, rewritten
from runtime.filling.places import print_place
from runtime.filling.standing import standing
from runtime.filling.words import read_words, with_words
from runtime.gathering import as_others
from runtime.models import Journal, Report
from runtime.programs import program_for
from runtime.rounds.given_figures import given_places
from runtime.rounds.personal_parts import others_cells
from runtime.rounds.personal_parts import read_parts as read_personal
from runtime.sheets import is_filled, read_parts, whole

Hand = tuple[str, str | None]
"""Who saves: the login, and the open page it comes from."""
Entry = tuple[str, ...]
"""What the journal says of a cell: section, row, column, old, new, how."""


@dataclass(frozen=True)
class Prepared:
    """A save worked out on a report in `revision`; it holds as long as that stands.

    `before` and `after` are what the report's agency typed, as figures and as texts, `entries` the journal's
    of what differs.
    """

    revision: int
    saved: Saved
    program: Program
    context: Context
    before: Sheet
    after: Sheet
    texts_before: Texts
    texts_after: Texts
    entries: Sequence[Entry]
    standing: Mapping[str, Any]


def work_out(
    session: Session,
    report: Report,
    base: int,
    changes: Sequence[Change],
    how: str,
    hand: Hand,
    *,
    gives: bool = False,
) -> Prepared:
    """What `changes` made on top of revision `base` come to with the report as it is now.

    Cells with figures that the lead unit gave are changed by it alone: where it `gives` others.
    """
    program = program_for(session, report)
    context, _ = context_of(session, program, report)
    before, children = read_parts(session, program.layout, report.id)
    spoken = read_words(session, program.form, report.id)
    texts, faults, changes = divide(program.form, changes)
    given, findings = _read(program.layout, changes, str(context.agency["mã"]), gives=gives)
    refused = dict(_closed(program, context, given, gives=gives))
    for place in () if gives else given_places(session, report) & given.keys():
        refused[place] = Finding("figure.given", where=print_place(program.layout, place))
    refused |= _others(session, report, program.layout, hand, given)
    given = {place: figure for place, figure in given.items() if place not in refused}
    findings += [*refused.values(), *faults]
    findings = [as_others(report, program.layout, finding) for finding in findings]
    mine: dict[Place, str] = {}
    if base < report.revision:
        mine = {place: _print(program.layout, place, figure) for place, figure in given.items()} | texts
    conflicts = dict(_conflicts(session, report, base, hand, program.layout, mine))
    wanted = {place: figure for place, figure in given.items() if place not in conflicts}
    texts = {place: text for place, text in texts.items() if place not in conflicts}
    running = Running(program, before.changed(wanted), context, overwrite=True)
    after = running.sheet.without_blank_rows()
    checked = _checked(running, after, children)
    value_of = partial(cite, program, checked.sheet, context)
    said, told = rewritten(program.form, spoken.texts, texts, lambda field: value_of(field).value, how)
    entries = [*_entries(before, after, wanted, how), *told]
    words = replace(spoken, texts=said)
    checked = with_words(program, checked, context, words)
    saved = Saved(
        report.revision + bool(entries),
        len(wanted) + len(texts),
        list(conflicts.values()),
        [*findings, *replaced(running, wanted), *checked.findings],
        () if report.is_total else suggest(program, context, checked, list(wanted)),
    )
    stands = standing(program, checked, context, words)
    return Prepared(
        report.revision, saved, program, context, before, after, spoken.texts, words.texts, entries, stands
    )


def _checked(running: Running, own: Sheet, children: Sheet) -> Checked:
    """What the checks say of the whole; what was computed already stands where no row or child changes it."""
    if rows_of(own) == rows_of(running.sheet) and not is_filled(children):
        return with_to_come(running.program, check_running(running))
    program, context = running.program, running.context
    return check_sheet(program, whole(program, own, children, context), context)


def _read(
    layout: Layout, changes: Sequence[Change], agency: str, *, gives: bool
) -> tuple[dict[Place, Figure], list[Finding]]:
    """The figures that can be read, and a finding for each that cannot; of one cell the last value counts.

    `agency` is the code under which rows of agencies may be filled.
    """
    places: dict[Place, Figure] = {}
    findings: dict[Place, Finding] = {}
    for change in changes:
        where = (change.section, change.row, change.column)
        section = find_section(layout, change.section)
        if section is None:
            facts = {"found": change.section, "known": sorted(layout.form.section_by_code)}
            findings[where] = Finding("figure.section", where=change.section, facts=facts)
            continue
        figure = _read_one(section, change, agency, gives=gives)
        place = (section.section.id, change.row, change.column)
        if isinstance(figure, Finding):
            places.pop(place, None)
            findings[where] = figure
        else:
            findings.pop(where, None)
            places[place] = figure
    return places, list(findings.values())


def _read_one(section: SectionLayout, change: Change, agency: str, *, gives: bool) -> Figure | Finding:
    cell = find_cell(section, change.row, change.column)
    others = section.section.rows.kind == "agencies"
    if cell is not None and cell.state == "open" and change.value is not None and not others:
        figure = parse_figure(cell, change.value)
        if isinstance(figure, Figure):
            return figure
    where = f"{change.section}[{change.row};{change.column}]"
    figure = read_figure(section, change.row, change.column, change.value, where)
    if isinstance(figure, Finding):
        return figure
    if cell is not None and cell.state == "locked" and not gives:
        return Finding("figure.locked", where=where)
    pattern = pattern_of(section, change.row)
    if pattern and pattern[1] not in (None, agency):
        return Finding("figure.agency", where=where, facts={"found": pattern[1], "own": agency})
    return figure


def _closed(
    program: Program, context: Context, given: Mapping[Place, Figure], *, gives: bool
) -> Iterator[tuple[Place, Finding]]:
    """The given cells that are locked, or absent and not made blank, for this agency in this period.

    Who `gives` figures writes into locked ones too.
    """
    found = closed_cells(program, context)
    for (section, row, column), figure in given.items() if found else ():
        layout = program.layout.sections[section]
        pattern = None if row in layout.row_at else pattern_of(layout, row)
        state = state_at(found, section, pattern[0] if pattern else row, column)
        if (state == "locked" and not gives) or (state == "not_applicable" and figure != BLANK):
            where = print_place(program.layout, (section, row, column))
            yield (section, row, column), Finding(f"figure.{state}", where=where)


def _others(
    session: Session, report: Report, layout: Layout, hand: Hand, given: Iterable[Place]
) -> Mapping[Place, Finding]:
    """The given cells that another person of the agency types."""
    found = others_cells(layout, read_personal(session, report.id), hand[0], given)
    return {place: Finding("figure.others_part", where=print_place(layout, place)) for place in found}


def _conflicts(
    session: Session, report: Report, base: int, hand: Hand, layout: Layout, given: Mapping[Place, str]
) -> Iterator[tuple[Place, CellConflict]]:
    """The given cells whose last change after `base` was another hand's, to another value."""
    if base >= report.revision:
        return
    later = session.scalars(
        select(Journal)
        .where(Journal.report_id == report.id, Journal.revision > base, Journal.how != "computed")
        .order_by(Journal.revision)
    )
    last = {(entry.section, entry.row, entry.column): entry for entry in later}
    for place, theirs in last.items():
        if place in given and _is_other(hand, theirs):
            mine = given[place]
            if theirs.new != mine:
                at = theirs.at.isoformat()
                yield place, CellConflict(print_place(layout, place), mine, theirs.new, theirs.actor, at)


def _is_other(hand: Hand, entry: Journal) -> bool:
    """Whether somebody else made an entry, or the same person on another page."""
    actor, client = hand
    return entry.actor != actor or (None not in (client, entry.client) and entry.client != client)


def _entries(before: Sheet, after: Sheet, wanted: Mapping[Place, Figure], how: str) -> Iterator[Entry]:
    """Journal entries of all cells that differ; a computed cell is not its typist's."""
    for place, cell, old, new in differences(before, after):
        typed = wanted.get(place) == new
        yield *place, print_figure(cell, old), print_figure(cell, new), how if typed else "computed"


def _print(layout: Layout, place: Place, figure: Figure) -> str:
    section, row, column = place
    cell = find_cell(layout.sections[section], row, column)
    return print_figure(cell, figure) if cell else ""
