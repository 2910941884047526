"""`when`: sections, rows, columns and cells that are there only for some agencies or in some periods.

A condition asks for attributes alone (`đơn vị.cấp = "xã"`, `kỳ.quý = 4`), so that what is absent is known
before any figure is. What is absent has no cells: rules do not run there, sets leave it out.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from engine.form import Column, Form, Row, Section
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
_NOWHERE = SectionNames("", "", (), (), lambda row, column: None)


@dataclass(frozen=True, slots=True)
class Condition:
    """The cells of `extents` are absent when `tree` comes out as `absent_if`."""

    tree: nodes.Node
    extents: Sequence[Extent]
    absent_if: bool = False


@dataclass(frozen=True, slots=True)
class _Written:
    where: str
    text: str
    extents: Sequence[Extent]
    absent_if: bool = False


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
            conditions.append(Condition(tree, written.extents, written.absent_if))
    return conditions, faults


def _compiled(
    text: str, directory: Directory, functions: Functions
) -> tuple[nodes.Node | None, Sequence[Fault]]:
    parsed = parse(text)
    if parsed.rule is None:
        return None, parsed.faults
    if parsed.rule != nodes.Rule(parsed.rule.statement) or list(nodes.references(parsed.rule)):
        return None, [Fault("E_SCOPE", 0, len(text), "condition")]
    resolved = resolve(parsed.rule, directory, _NOWHERE, functions)
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
            if cell.when and cell.state == "not_applicable":
                extent = (section.id, cell.row, cell.column)
                yield _Written(f"{where}.cells[{j}].when", cell.when, [extent], absent_if=True)


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


def absent(conditions: Sequence[Condition], holds: Callable[[nodes.Node], object]) -> frozenset[Extent]:
    """What is not there; a condition that nobody can decide leaves its cells."""
    return frozenset(extent for c in conditions if holds(c.tree) is c.absent_if for extent in c.extents)


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
