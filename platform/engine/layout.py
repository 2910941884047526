"""The layout of a form: where each cell stands in the packed figures of a section.

A section's block is row-major over its fixed rows that have cells and its data columns. Open rows (of lists,
open headings and agencies) each have a block of one row, shaped by the pattern they repeat.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from engine.cells import LIST_ROW, Cell, resolve_cell
from engine.form import NOTHING, Column, Form, Row, Section


@dataclass(frozen=True)
class SectionLayout:
    """The fixed cells of a section and the patterns of its open rows."""

    form: Form
    section: Section

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """Data columns in display order."""
        return self.section.leaves

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """Fixed rows with cells in display order; none where rows repeat for agencies."""
        if self.section.rows.kind == "agencies":
            return ()
        return tuple(row for row in self.section.row_list if row.has_cells)

    @cached_property
    def patterns(self) -> Mapping[str, Row]:
        """Rows that open rows repeat, by id: open headings, items of agencies, "" for a list."""
        if self.section.kind == "list":
            return {"": LIST_ROW}
        if self.section.rows.kind == "agencies":
            items = {row.id: row for row in self.section.row_list if row.has_cells}
            return items or {"": LIST_ROW}
        return {row.id: row for row in self.section.row_list if row.kind == "open"}

    @cached_property
    def column_at(self) -> Mapping[str, int]:
        """Position of a data column by id."""
        return {column.id: i for i, column in enumerate(self.columns)}

    @cached_property
    def row_at(self) -> Mapping[str, int]:
        """Position of a fixed row with cells by id."""
        return {row.id: i for i, row in enumerate(self.rows)}

    @cached_property
    def revised_by(self) -> Mapping[str, str]:
        """Column that carries the official figure, by the column of the period before that it revises."""
        return {c.revises.column: c.id for c in self.columns if c.revises and c.revises.period == "previous"}

    @property
    def size(self) -> int:
        """Number of fixed cells."""
        return len(self.rows) * len(self.columns)

    def index(self, row: str, column: str) -> int | None:
        """Where a fixed cell stands in the block, None when there is no such cell."""
        i, j = self.row_at.get(row), self.column_at.get(column)
        return None if i is None or j is None else i * len(self.columns) + j

    @cached_property
    def cells(self) -> tuple[Cell, ...]:
        """The fixed cells in the order of the block."""
        return tuple(cell for row in self.rows for cell in self._cells_of(row))

    @cached_property
    def pattern_cells(self) -> Mapping[str, tuple[Cell, ...]]:
        """The cells of an open row, by pattern."""
        return {key: self._cells_of(row) for key, row in self.patterns.items()}

    def _cells_of(self, row: Row) -> tuple[Cell, ...]:
        if row.id in self.section.row_aggregation or row.properties != NOTHING:
            return self._made(row)
        own = self._with_own_cells.get(row.id)
        if own is None:
            return self._plain
        pairs = zip(self.columns, self._plain, strict=True)
        return tuple(
            resolve_cell(self.form, self.section, row, column) if column.id in own else cell
            for column, cell in pairs
        )

    @cached_property
    def _with_own_cells(self) -> Mapping[str, set[str]]:
        """The columns in which a row has cells that state something, by row."""
        found: dict[str, set[str]] = {}
        for row, column in self.section.overrides:
            found.setdefault(row, set()).add(column)
        return found

    @cached_property
    def _plain(self) -> tuple[Cell, ...]:
        """The cells of a row that states nothing."""
        return self._made(LIST_ROW)

    def _made(self, row: Row) -> tuple[Cell, ...]:
        return tuple(resolve_cell(self.form, self.section, row, column) for column in self.columns)

    @cached_property
    def has_demands(self) -> bool:
        """Whether a cell must be filled, or with something within bounds or of a choice."""
        cells = (*self.cells, *(cell for row in self.pattern_cells.values() for cell in row))
        return any(cell.required or cell.min or cell.max or cell.choices for cell in cells)

    @cached_property
    def decimals(self) -> NDArray[np.int8]:
        """Decimals of the fixed cells, shape [size]."""
        return np.array([cell.decimals for cell in self.cells], dtype=np.int8)


@dataclass(frozen=True, eq=False)
class Layout:
    """The layout of every section that holds figures; one is made for a form and kept."""

    form: Form

    @cached_property
    def sections(self) -> Mapping[str, SectionLayout]:
        """By section id; narratives and attachments have none."""
        return {s.id: SectionLayout(self.form, s) for s in self.form.sections if s.kind in ("table", "list")}
