"""A sheet of a workbook as a plain value, the same whatever file it came from."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

Value = str | Decimal | bool | date | None
Place = tuple[int, int]
"""Row and column, both from 1."""


class Box(NamedTuple):
    """A block of cells, its edges included."""

    top: int
    left: int
    bottom: int
    right: int

    def meets(self, other: "Box") -> bool:
        """Whether the two have a cell in common."""
        return not (
            self.right < other.left
            or other.right < self.left
            or self.bottom < other.top
            or other.bottom < self.top
        )

    def places(self) -> Iterator[Place]:
        """Every cell, row by row."""
        return (
            (row, column)
            for row in range(self.top, self.bottom + 1)
            for column in range(self.left, self.right + 1)
        )


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell; the value of one with a formula is what the file last saw, None where it never ran.

    `indent` counts the blanks a text stands in from its edge; `spread` when it is centred over the empty
    cells to its right.
    """

    value: Value
    formula: str | None = None
    number_format: str = ""
    indent: int = 0
    bold: bool = False
    spread: bool = False

    @property
    def is_percent(self) -> bool:
        """Whether the sheet shows a hundred times the value."""
        return "%" in self.number_format


@dataclass(frozen=True)
class Sheet:
    """The cells that hold something, and how they are laid out."""

    name: str
    cells: Mapping[Place, Cell]
    merges: tuple[Box, ...] = ()
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    levels: Mapping[int, int] = field(default_factory=dict)  # outline of rows
    landscape: bool = False

    @cached_property
    def merge_at(self) -> Mapping[Place, Box]:
        """The merged block a cell belongs to."""
        return {place: box for box in self.merges for place in box.places()}

    @cached_property
    def bottom(self) -> int:
        """The last row that holds something."""
        return max((row for row, _ in self.cells), default=0)

    @cached_property
    def right(self) -> int:
        """The last column that holds something."""
        return max((column for _, column in self.cells), default=0)

    @cached_property
    def by_row(self) -> Mapping[int, Mapping[int, Cell]]:
        """The cells of each row by column, left to right."""
        found: dict[int, dict[int, Cell]] = {}
        for (row, column), cell in sorted(self.cells.items()):
            found.setdefault(row, {})[column] = cell
        return found

    def row(self, row: int) -> Mapping[int, Cell]:
        """The cells of one row."""
        return self.by_row.get(row, {})

    def box(self, row: int, column: int) -> Box:
        """The merged block of a cell, or the cell itself."""
        return self.merge_at.get((row, column)) or Box(row, column, row, column)

    def seen(self, row: int, column: int) -> str:
        """What a reader sees there: the text of the cell or of the block it is merged into."""
        box = self.box(row, column)
        return self.text(box.top, box.left)

    def text(self, row: int, column: int) -> str:
        """The cell's own text, on one line."""
        cell = self.cells.get((row, column))
        return "" if cell is None else spelled(cell.value)

    def is_blank(self, row: int) -> bool:
        """Whether nothing stands in a row, not even a block merged from above."""
        return not self.row(row) and not any(
            self.cells.get((box.top, box.left)) for box in self.merges if box.top < row <= box.bottom
        )


def spelled(value: Value) -> str:
    """A value as a text on one line."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "x" if value else ""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}" if value else "0"
    return " ".join(str(value).split())


def address(row: int, column: int) -> str:
    """A cell as Excel calls it."""
    from openpyxl.utils import get_column_letter  # only who reads a workbook waits for it

    return f"{get_column_letter(column)}{row}"


def without_overlaps(boxes: Iterable[Box]) -> tuple[tuple[Box, ...], list[Box]]:
    """The merged blocks in order, and those that lie over an earlier one and cannot hold."""
    kept: list[Box] = []
    taken: set[Place] = set()
    refused: list[Box] = []
    for box in sorted(set(boxes)):
        places = set(box.places())
        (refused if taken & places else kept).append(box)
        taken |= places
    return tuple(kept), refused
