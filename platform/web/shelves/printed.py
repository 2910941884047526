"""A form as it is printed: header lines with their spans, the number line, the row tree."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from engine.form import Column, Form, Row, Section
from engine.layout import Layout, SectionLayout


@dataclass(frozen=True)
class HeaderCell:
    """A header cell and how many columns and lines it covers."""

    title: str
    columns: int
    lines: int


@dataclass(frozen=True)
class Line:
    """A printed row; `places` has the state of each of its cells, nothing where it has none."""

    kind: str
    ordinal: str
    title: str
    unit: str
    depth: int
    places: Sequence[str]


@dataclass(frozen=True)
class Table:
    """A section as a table; `unit` when its rows state their units."""

    section: Section
    unit: bool
    header: Sequence[Sequence[HeaderCell]]
    numbers: Sequence[str]
    lines: Sequence[Line]


def tables(form: Form) -> list[Table]:
    """Every section that holds figures."""
    return [_table(layout) for layout in Layout(form).sections.values()]


def _table(layout: SectionLayout) -> Table:
    section = layout.section
    unit = any(row.properties.unit for row in section.row_list)
    lead = 3 if unit else 2
    ordinals = [column.ordinal for column in layout.columns]
    counted = ordinals[:1] == [str(lead + 1)]
    numbers = [str(at + 1) if counted else "ABC"[at] for at in range(lead)]
    levels = max(map(_depth, section.columns), default=1)
    header: list[list[HeaderCell]] = [[] for _ in range(levels)]
    for column in section.columns:
        for level, cell in _header(column, 0, levels):
            header[level].append(cell)
    lines = [line for row in section.rows.items for line in _lines(layout, row, 0)]
    return Table(section, unit, header, [*numbers, *ordinals], lines)


def _depth(column: Column) -> int:
    return 1 + max(map(_depth, column.children), default=0)


def _header(column: Column, level: int, levels: int) -> Iterator[tuple[int, HeaderCell]]:
    lines = 1 if column.children else levels - level
    yield level, HeaderCell(column.title, len(list(column.leaves())), lines)
    for child in column.children:
        yield from _header(child, level + 1, levels)


def _lines(layout: SectionLayout, row: Row, depth: int) -> Iterator[Line]:
    cells = layout.pattern_cells.get(row.id, ())
    at = layout.row_at.get(row.id)
    if at is not None:
        width = len(layout.columns)
        cells = layout.cells[at * width : (at + 1) * width]
    places = [cell.state for cell in cells] if row.has_cells else []
    yield Line(row.kind, row.ordinal, row.title, row.properties.unit or "", depth, places)
    for child in row.children:
        yield from _lines(layout, child, depth + 1)
