"""The names of a form as the language reads them, with the open rows of one sheet among the designed ones."""

from collections.abc import Iterable, Iterator
from functools import cached_property, lru_cache
from typing import Literal

from engine.cells import Cell
from engine.form import Row, Section
from engine.layout import Layout, SectionLayout
from engine.sheet import Sheet
from expr.names import CellFacts, ColumnName, FormNames, RowName, SectionNames

RowKey = tuple[str, str, str | None]
"""(key, pattern, agency) of an open row."""
Rows = tuple[tuple[str, tuple[RowKey, ...]], ...]
"""The open rows of each section that has any."""
ANY_KEY = "*"
"""Key of the open row that stands for all when no figures are at hand, as at publishing."""


class Naming:
    """Makes the name tables of one layout; those of sections without open rows are made once."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout

    @property
    def code(self) -> str:
        """The template's code."""
        return self.layout.form.header.code

    @cached_property
    def designed(self) -> FormNames:
        """The names at publishing: every open row is there once, under the key `*`."""
        return FormNames(self.code, [self._section(s, _examples(s)) for s in self.layout.sections.values()])

    def of(self, sheet: Sheet) -> FormNames:
        """The names for checking `sheet`."""
        return self.of_rows(rows_of(sheet))

    def of_rows(self, rows: Rows) -> FormNames:
        """The names of a report that has these open rows."""
        known, given = self.designed.section, dict(rows)
        return FormNames(
            self.code,
            [
                self._section(s, given.get(key, ())) if s.patterns else known[key]
                for key, s in self.layout.sections.items()
            ],
        )

    def _section(self, layout: SectionLayout, open_rows: Iterable[RowKey]) -> SectionNames:
        section = layout.section
        columns = [ColumnName(c.id, c.code, c.title, c.ordinal, c.part) for c in section.leaves]
        facts: dict[tuple[str, str], CellFacts | None] = {}

        def cell(row: RowName, column: ColumnName) -> CellFacts | None:
            if not row.has_cells:  # an open heading, which its rows name as their pattern
                return None
            key = (
                (row.pattern or row.id, column.id)
                if row.pattern or section.kind != "list"
                else ("", column.id)
            )
            if key not in facts:
                facts[key] = _facts(layout, row, column)
            return facts[key]

        repeats = section.rows.kind == "agencies"
        rows = list(_row_names(section, list(open_rows)))
        return SectionNames(section.id, section.code, rows, columns, cell, repeats, section.title)


def rows_of(sheet: Sheet) -> Rows:
    """The open rows of a sheet: reports with the same ones share names and plans."""
    return tuple(
        (section, tuple((row.key, row.pattern, row.agency) for row in rows.values()))
        for section, rows in sheet.open_rows.items()
        if rows
    )


@lru_cache(maxsize=128)
def naming_of(layout: Layout) -> Naming:
    """The name tables of a layout, made once."""
    return Naming(layout)


@lru_cache(maxsize=128)
def names_of(layout: Layout, rows: Rows) -> FormNames:
    """The names for reading a sheet of this layout with these open rows, made once."""
    return naming_of(layout).of_rows(rows)


def _examples(layout: SectionLayout) -> Iterator[RowKey]:
    agency = ANY_KEY if layout.section.rows.kind == "agencies" else None
    for pattern in layout.patterns:
        yield open_key(layout, pattern, ANY_KEY), pattern, agency


def open_key(layout: SectionLayout, pattern: str, key: str) -> str:
    """The key of an open row in figures: `group|key`, `key` in a list, `agency` or `agency|row`."""
    if layout.section.kind == "list" or pattern == "":
        return key
    if layout.section.rows.kind == "agencies":
        return f"{key}|{pattern}" if len(layout.patterns) > 1 else key
    return f"{pattern}|{key}"


def _row_names(section: Section, open_rows: list[RowKey]) -> Iterator[RowName]:
    def named(row: Row, parent: str | None) -> Iterator[RowName]:
        yield RowName(row.id, row.code, row.title, row.ordinal, parent, row.kind, row.part)
        for child in row.children:
            yield from named(child, row.id)
        if row.kind == "open":
            for key, pattern, _ in open_rows:
                if pattern == row.id:
                    yield RowName(key, key, "", parent=row.id, pattern=row.id)

    for item in section.rows.items:
        yield from named(item, None)
    if section.kind == "list" or section.rows.kind == "agencies":
        for key, pattern, agency in open_rows:
            yield RowName(key, key, "", pattern=pattern or ANY_KEY, agency=agency)


def _facts(layout: SectionLayout, row: RowName, column: ColumnName) -> CellFacts | None:
    position = layout.column_at[column.id]
    if row.pattern or layout.section.rows.kind == "agencies":
        pattern = row.pattern or row.id
        cells = layout.pattern_cells.get("" if pattern == ANY_KEY else pattern)
        cell = cells[position] if cells else None
    else:
        index = layout.index(row.id, column.id)
        cell = None if index is None else layout.cells[index]
    if cell is None or cell.state == "not_applicable":
        return None
    return CellFacts(
        kind=_kind(cell),
        unit=cell.unit,
        decimals=cell.decimals,
        summed=cell.is_summed,
        nature=cell.nature,
        by_row=layout.columns[position].properties.type == "by_row",
    )


def _kind(cell: Cell) -> Literal["number", "text", "date"]:
    if cell.is_numeric:
        return "number"
    return "date" if cell.type == "date" else "text"
