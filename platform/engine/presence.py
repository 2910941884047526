"""`when`: sections, rows, columns and cells that are there only for some agencies or in some periods.

A condition asks for attributes alone (`đơn vị.cấp = "xã"`, `kỳ.quý = 4`), so that what is absent is known
before any figure is. What is absent has no cells: rules do not run there, sets leave it out.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from engine.form import CellState, Column, Form, Row, Section
from expr import nodes
from expr.faults import Fault
from expr.names import CellFacts, ColumnName, Directory, FormNames, RowName, SectionNames
from expr.parser import parse
from expr.resolve import resolve
from expr.signatures import Functions
from expr.targets import Target
from expr.types import check_types

Extent = tuple[str, str | None, str | None]
"""(section, row, column): a whole section, a row, a column, or one cell."""
Closed = Mapping[Extent, CellState]
"""How cells are closed for one agency in one period, by extent."""
NOWHERE = SectionNames("", "", (), (), lambda row, column: None)


@dataclass(frozen=True, slots=True)
class Condition:
    """The cells of `extents` are closed, in `state`, when `tree` comes out as `closed_if`."""

    tree: nodes.Node
    extents: Sequence[Extent]
    closed_if: bool = False
    state: CellState = "not_applicable"


@dataclass(frozen=True, slots=True)
class _Written:
    where: str
    text: str
    extents: Sequence[Extent]
    closed_if: bool = False
    state: CellState = "not_applicable"


def read_conditions(
    form: Form, directory: Directory, functions: Functions
) -> tuple[list[Condition], list[tuple[str, Fault]]]:
    """The conditions of a form, and (where, fault) of those that cannot be used."""
    conditions: list[Condition] = []
    faults: list[tuple[str, Fault]] = []
    for written in _written(form):
        tree, found = _compiled(written.text, directory, functions)
        faults += [(written.where, fault) for fault in found]
        if tree is not None:
            conditions.append(Condition(tree, written.extents, written.closed_if, written.state))
    return conditions, faults


def _compiled(
    text: str, directory: Directory, functions: Functions
) -> tuple[nodes.Node | None, Sequence[Fault]]:
    parsed = parse(text)
    if parsed.rule is None:
        return None, parsed.faults
    if parsed.rule != nodes.Rule(parsed.rule.statement) or list(nodes.references(parsed.rule)):
        return None, [Fault("E_SCOPE", 0, len(text), "condition")]
    resolved = resolve(parsed.rule, directory, NOWHERE, functions)
    if resolved.rule is None:
        return None, resolved.faults
    faults = check_types(resolved.rule, [Target()], directory, functions)
    return (None if faults else resolved.rule.statement), faults


def _written(form: Form) -> Iterator[_Written]:
    for i, section in enumerate(form.sections):
        where = f"sections[{i}]"
        if section.when:
            yield _Written(f"{where}.when", section.when, [(section.id, None, None)])
        yield from _of_columns(section, section.columns, f"{where}.columns")
        yield from _of_rows(section, section.rows.items, f"{where}.rows.items")
        for j, cell in enumerate(section.cells):
            if cell.when and cell.state:
                extent = (section.id, cell.row, cell.column)
                yield _Written(f"{where}.cells[{j}].when", cell.when, [extent], True, cell.state)


def _of_columns(section: Section, columns: Sequence[Column], where: str) -> Iterator[_Written]:
    for i, column in enumerate(columns):
        if column.when:
            extents = [(section.id, None, leaf.id) for leaf in column.leaves()]
            yield _Written(f"{where}[{i}].when", column.when, extents)
        yield from _of_columns(section, column.children, f"{where}[{i}].children")


def _of_rows(section: Section, rows: Sequence[Row], where: str) -> Iterator[_Written]:
    for i, row in enumerate(rows):
        if row.when:
            extents = [(section.id, below.id, None) for below in row.walk()]
            yield _Written(f"{where}[{i}].when", row.when, extents)
        yield from _of_rows(section, row.children, f"{where}[{i}].children")


def closed(conditions: Sequence[Condition], holds: Callable[[nodes.Node], object]) -> Closed:
    """What cannot be filled; a condition that nobody can decide leaves its cells as they are."""
    return {extent: c.state for c in conditions if holds(c.tree) is c.closed_if for extent in c.extents}


def absent(found: Closed) -> frozenset[Extent]:
    """What is not there."""
    return frozenset(extent for extent, state in found.items() if state == "not_applicable")


def state_at(found: Closed, section: str, row: str, column: str) -> CellState | None:
    """How a cell is closed; `row` is that of the form, the pattern of one that was added."""
    around = ((section, None, None), (section, row, None), (section, None, column), (section, row, column))
    return next((found[extent] for extent in around if extent in found), None)


def without(form: FormNames, gone: frozenset[Extent]) -> FormNames:
    """The names of a form where what is `gone` has no cells."""
    if not gone:
        return form
    return replace(form, sections=[_without(section, gone) for section in form.sections])


def _without(section: SectionNames, gone: frozenset[Extent]) -> SectionNames:
    def cell(row: RowName, column: ColumnName) -> CellFacts | None:
        ident = row.pattern or row.id
        around = ((None, None), (ident, None), (None, column.id), (ident, column.id))
        return None if any((section.id, *place) in gone for place in around) else section.cell(row, column)

    return replace(section, cell=cell)
