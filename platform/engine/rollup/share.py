"""A form that several agencies fill together: the part of one of them, and the whole where it is gathered.

A part is rows, or columns of rows. Both are forms with the same layout, so that figures of the parts stand
where the whole has them. In a part the cells of others hold nothing, and a rule that also reads them waits
for the whole; what such a formula would fill is locked until then.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from engine.form import NOTHING, CellOverride, CellState, Form, Row, Section
from engine.formulas import fills
from engine.layout import Layout, SectionLayout
from engine.naming import ANY_KEY
from engine.program import CompiledRule, Program
from engine.sheet import Place
from expr import nodes
from expr.names import RowName
from expr.targets import Run, places

RowKey = tuple[str, str]
"""(section id, row id); of rows that reporters add, the heading they are added to, "" in a list."""
CellKey = tuple[str, str, str]
"""(section id, row id, column id), where a row is shared by its columns."""
Rows = frozenset[RowKey | CellKey]
"""What one agency fills: whole rows, and cells of rows that it shares."""


def holds(rows: Rows, section: str, row: str, column: str) -> bool:
    """Whether a cell is in the hand of who fills `rows`."""
    return (section, row) in rows or (section, row, column) in rows


def touched(rows: Rows) -> frozenset[RowKey]:
    """The rows of which something is in one's hand."""
    return frozenset((key[0], key[1]) for key in rows)


def row_keys(layout: SectionLayout) -> list[RowKey]:
    """Every row of a section that somebody can be asked to fill."""
    return [(layout.section.id, row) for row in (*(row.id for row in layout.rows), *layout.patterns)]


def rest_of(layout: Layout, rows: Rows) -> Rows:
    """What of a form is in nobody's hand where `rows` are in somebody's."""
    found: set[RowKey | CellKey] = set()
    for section in layout.sections.values():
        for key in row_keys(section):
            cells = {(*key, column.id) for column in section.columns}
            left = cells - rows if key not in rows else set()
            found |= {key} if left == cells else left
    return frozenset(found)


def part_of(program: Program, rows: Rows) -> Form:
    """The form for the agency that fills `rows` of it."""
    late = _waiting(program, rows)
    waiting = {(rule.section, rule.rule.id) for rule in late}
    locked = _filled(program, late)
    sections = []
    for section in _states(program, rows, "not_applicable", locked):
        kept = tuple(rule for rule in section.rules if (section.id, rule.id) not in waiting)
        items = tuple(_without_torn_parts(row, section.id, rows) for row in section.rows.items)
        sections.append(replace(section, rules=kept, rows=replace(section.rows, items=items)))
    return replace(program.form, sections=tuple(sections))


def whole_for(program: Program, rows: Rows) -> Form:
    """The form for the agency where the parts are gathered: it types `rows`, the others come to it."""
    return replace(program.form, sections=tuple(_states(program, rows, "locked", set())))


def _states(program: Program, rows: Rows, theirs: CellState, locked: set[Place]) -> Iterator[Section]:
    """The sections with the cells of others in the state `theirs`."""
    for section in program.form.sections:
        layout = program.layout.sections.get(section.id)
        cells = _overrides(layout, rows, theirs, locked) if layout else ()
        yield replace(section, cells=(*section.cells, *cells))


def _overrides(
    layout: SectionLayout, rows: Rows, theirs: CellState, locked: set[Place]
) -> Iterator[CellOverride]:
    for section, row in row_keys(layout):
        for column in layout.columns:
            mine = holds(rows, section, row, column.id)
            if mine and (section, row, column.id) not in locked:
                continue
            stated = layout.section.overrides.get((row, column.id))
            if stated and stated.state == "not_applicable" and not stated.when:
                continue
            properties = stated.properties if stated else NOTHING
            state: CellState = "locked" if mine else theirs
            yield CellOverride(row, column.id, properties, state)


def _waiting(program: Program, rows: Rows) -> list[CompiledRule]:
    """The rules that read cells of several hands, and those that read what such a formula would fill."""
    locked: set[Place] = set()

    def is_there(place: Place) -> bool:
        return holds(rows, *place) and place not in locked

    late = [rule for rule in program.rules if _is_torn(program, rule, is_there, set())]
    while locked != (filled := _filled(program, late)):
        locked = filled
        others = [rule for rule in program.rules if rule not in late]
        late += [rule for rule in others if _is_torn(program, rule, is_there, _filled(program, [rule]))]
    return late


def _is_torn(
    program: Program, rule: CompiledRule, is_there: Callable[[Place], bool], besides: set[Place]
) -> bool:
    """Whether a rule reads, at one target, cells that are there and cells that are not, `besides` some."""
    directory = program.directory
    references = [each for each in nodes.references(rule.tree) if each.source == nodes.HERE]
    for target in Run(rule.tree, directory.form.section[rule.section], directory).targets():
        read = {
            (each.section, _pattern(row), column.id)
            for each in references
            for row, column in places(directory, each, target)
            if row.has_cells
        }
        if len({is_there(place) for place in read - besides}) > 1:
            return True
    return False


def _filled(program: Program, rules: Sequence[CompiledRule]) -> set[Place]:
    names = program.directory.form.section
    found = fills(rules, program.directory)
    return {(section, _pattern(names[section].row[row]), column) for section, row, column in found}


def _pattern(row: RowName) -> str:
    """The row of a `RowKey` that a row of the directory stands for."""
    return "" if row.pattern == ANY_KEY else row.pattern or row.id


def _without_torn_parts(row: Row, section: str, rows: Rows) -> Row:
    """`row` where a breakdown below it counts only if the row and all its parts are in one hand."""
    hands: Mapping[str | None, set[Rows]] = {part.part: {_hand(row, section, rows)} for part in row.children}
    for below in row.children:
        hands[below.part].add(_hand(below, section, rows))
    children = (_without_torn_parts(below, section, rows) for below in row.children)
    return replace(
        row,
        children=tuple(
            replace(below, part=below.part if len(hands[below.part]) == 1 else None) for below in children
        ),
    )


def _hand(row: Row, section: str, rows: Rows) -> Rows:
    """What of a row is in one's hand, the same for rows that are alike in that."""
    return frozenset((section, "", *key[2:]) for key in rows if key[:2] == (section, row.id))
