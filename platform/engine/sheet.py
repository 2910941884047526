"""The figures of one report: per section a block of int64 with a status byte per cell, texts beside.

A number is stored as an integer in its cell's smallest unit: 12.5 in a cell of one decimal is 125. Sheets are
values: a change makes a copy.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from engine.cells import Cell
from engine.layout import Layout, SectionLayout

LARGEST = 9_200_000_000_000_000_000
"""A stored figure, in its cell's smallest unit, is never beyond this; it leaves int64 some room."""


class Status(IntEnum):
    """What a cell holds besides its number."""

    BLANK = 0
    VALUE = 1
    NIL = 2
    NOT_APPLICABLE = 3
    NOT_YET_KNOWN = 4
    IMPUTED = 5


STATUSES = tuple(Status)
MARKS = {"-": Status.NIL, "x": Status.NOT_APPLICABLE, "...": Status.NOT_YET_KNOWN}
MARK_OF = {status: mark for mark, status in MARKS.items()}
NUMBERED = (Status.VALUE, Status.IMPUTED)


@dataclass(frozen=True, slots=True)
class Figure:
    """One cell's value: a number, a text (dates as yyyy-mm-dd), a mark, or blank."""

    status: Status
    number: Decimal | None = None
    text: str | None = None


MARKED = tuple(map(Figure, STATUSES))
"""A figure of each status that has no number."""
BLANK = MARKED[Status.BLANK]


@dataclass(frozen=True)
class Block:
    """`values` int64 [n] in smallest units, `status` uint8 [n], `texts` by position."""

    values: NDArray[np.int64]
    status: NDArray[np.uint8]
    texts: Mapping[int, str] = field(default_factory=dict)

    @classmethod
    def blank(cls, size: int) -> "Block":
        """A block of blank cells."""
        return cls(np.zeros(size, dtype=np.int64), np.zeros(size, dtype=np.uint8))

    @classmethod
    def from_bytes(cls, packed: bytes, texts: Mapping[int, str]) -> "Block":
        """The block that `to_bytes` wrote: n × 8 bytes little-endian values, then n status bytes."""
        size = len(packed) // 9
        values = np.frombuffer(packed, dtype="<i8", count=size).astype(np.int64)
        return cls(values, np.frombuffer(packed, dtype=np.uint8, offset=size * 8).copy(), texts)

    def to_bytes(self) -> bytes:
        """Values little-endian, then status bytes; texts are stored beside."""
        return self.values.astype("<i8").tobytes() + self.status.tobytes()

    def figure(self, position: int, cell: Cell) -> Figure:
        """The figure at `position`, whose cell is `cell`."""
        status, value = self.status.item(position), self.values.item(position)
        return _figure(status, value, self.texts.get(position), cell)

    @staticmethod
    def figure_in(packed: bytes, texts: Mapping[int, str], position: int, cell: Cell) -> Figure:
        """The same of what `to_bytes` wrote, without unpacking the others."""
        at, size = position * 8, len(packed) // 9
        value = int.from_bytes(packed[at : at + 8], "little", signed=True)
        return _figure(packed[size * 8 + position], value, texts.get(position), cell)

    def changed(self, changes: Mapping[int, tuple[Figure, Cell]]) -> "Block":
        """A copy with some cells replaced; numbers must fit (see `engine.figures`)."""
        values, status, texts = self.values.copy(), self.status.copy(), dict(self.texts)
        for position, (figure, cell) in changes.items():
            texts.pop(position, None)
            number = figure.number
            values[position] = 0 if number is None else int(number.scaleb(cell.decimals))
            status[position] = figure.status
            if figure.text is not None:
                texts[position] = figure.text
        return Block(values, status, texts)

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Block)
            and np.array_equal(self.values, other.values)
            and np.array_equal(self.status, other.status)
            and dict(self.texts) == dict(other.texts)
        )

    __hash__ = None  # type: ignore[assignment]


def _figure(status: int, value: int, text: str | None, cell: Cell) -> Figure:
    stands = STATUSES[status]
    if text is not None:
        return Figure(stands, text=text)
    if stands in NUMBERED:
        number = Decimal(value)
        return Figure(stands, number.scaleb(-cell.decimals) if cell.decimals else number)
    return MARKED[stands]


@dataclass(frozen=True)
class OpenRow:
    """A row that is not in the template: of a list, under an open heading, or of an agency."""

    key: str
    pattern: str
    block: Block
    agency: str | None = None


Place = tuple[str, str, str]
"""(section id, row key, column id)."""


@dataclass(frozen=True)
class Sheet:
    """All figures of one report. Missing blocks are blank."""

    layout: Layout
    blocks: Mapping[str, Block] = field(default_factory=dict)
    open_rows: Mapping[str, Mapping[str, OpenRow]] = field(default_factory=dict)

    def block(self, section: str) -> Block:
        """The fixed cells of a section."""
        return self.blocks.get(section) or Block.blank(self.layout.sections[section].size)

    def figure(self, section: str, row: str, column: str) -> Figure:
        """One figure; blank where the sheet or the form has no such cell."""
        layout = self.layout.sections[section]
        open_row = self.open_rows.get(section, {}).get(row)
        if open_row is not None:
            position = layout.column_at[column]
            return open_row.block.figure(position, layout.pattern_cells[open_row.pattern][position])
        index = layout.index(row, column)
        block = self.blocks.get(section)
        return BLANK if index is None or block is None else block.figure(index, layout.cells[index])

    def figures(self) -> Iterator[tuple[Place, Cell, Figure]]:
        """Every figure that is not blank."""
        for section, layout in self.layout.sections.items():
            block = self.blocks.get(section)
            for index in np.flatnonzero(block.status).tolist() if block else ():
                row, column = divmod(index, len(layout.columns))
                place = (section, layout.rows[row].id, layout.columns[column].id)
                yield place, layout.cells[index], block.figure(index, layout.cells[index])  # type: ignore[union-attr]
            for key, open_row in self.open_rows.get(section, {}).items():
                cells = layout.pattern_cells[open_row.pattern]
                for index in np.flatnonzero(open_row.block.status).tolist():
                    place = (section, key, layout.columns[index].id)
                    yield place, cells[index], open_row.block.figure(index, cells[index])

    def changed(self, changes: Mapping[Place, Figure]) -> "Sheet":
        """A copy with some figures replaced; a row key that is new adds an open row."""
        blocks, open_rows = dict(self.blocks), {s: dict(rows) for s, rows in self.open_rows.items()}
        fixed: dict[str, dict[int, tuple[Figure, Cell]]] = {}
        added: dict[tuple[str, str], dict[int, tuple[Figure, Cell]]] = {}
        for (section, row, column), figure in changes.items():
            layout = self.layout.sections[section]
            index = layout.index(row, column)
            if index is not None:
                fixed.setdefault(section, {})[index] = (figure, layout.cells[index])
                continue
            pattern, _ = pattern_of(layout, row) or ("", None)
            position = layout.column_at[column]
            cell = layout.pattern_cells[pattern][position]
            added.setdefault((section, row), {})[position] = (figure, cell)
        for section, block_changes in fixed.items():
            blocks[section] = self.block(section).changed(block_changes)
        for (section, key), row_changes in added.items():
            rows = open_rows.setdefault(section, {})
            rows[key] = _changed_row(self.layout.sections[section], rows.get(key), key, row_changes)
        return replace(self, blocks=blocks, open_rows=open_rows)

    def without_blank_rows(self) -> "Sheet":
        """A copy without the open rows in which nothing stands."""
        kept = {
            section: {key: row for key, row in rows.items() if row.block.status.any()}
            for section, rows in self.open_rows.items()
        }
        return replace(self, open_rows=kept)


def _changed_row(
    layout: SectionLayout, row: OpenRow | None, key: str, changes: Mapping[int, tuple[Figure, Cell]]
) -> OpenRow:
    if row is None:
        pattern, agency = pattern_of(layout, key) or ("", None)
        row = OpenRow(key, pattern, Block.blank(len(layout.columns)), agency)
    return replace(row, block=row.block.changed(changes))


def pattern_of(layout: SectionLayout, key: str) -> tuple[str, str | None] | None:
    """(pattern, agency) of an open row by its key: `group|key`, `key` in a list, `agency` or `agency|row`.

    None when the section has no such open rows.
    """
    first, bar, second = key.partition("|")
    if layout.section.kind == "list":
        return "", None
    if layout.section.rows.kind == "agencies":
        if not bar:
            return (next(iter(layout.patterns)), first) if len(layout.patterns) == 1 else None
        return (second, first) if second in layout.patterns else None
    if bar:
        return (first, None) if first in layout.patterns else None
    return (
        (next(iter(layout.patterns)), None)
        if len(layout.patterns) == 1 and key not in layout.section.row_by_id
        else None
    )
