"""The cells above the body, merged or only placed so, as a tree of column titles."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from designer.excel import words
from designer.excel.grid import Place
from designer.excel.regions import Table, label_of
from expr.text import fold

Step = tuple[Place, str]
"""One title on the way down to a column, with the cell it stands in."""


@dataclass(frozen=True)
class Head:
    """A header cell over `columns` of the sheet; one without children heads a column of figures."""

    title: str
    columns: tuple[int, ...]
    place: Place
    children: tuple["Head", ...] = ()


@dataclass(frozen=True)
class Header:
    """The paths of titles down to each column, the labels of the number line, and what was guessed."""

    paths: dict[int, tuple[Step, ...]]
    labels: dict[int, str]
    guessed: list[Place] = field(default_factory=list)

    def title(self, column: int) -> str:
        """The lowest title of a column."""
        path = self.paths[column]
        return path[-1][1] if path else ""

    def tree(self, columns: Sequence[int], depth: int = 0) -> tuple[Head, ...]:
        """The titles over some columns as a tree."""
        heads: list[Head] = []
        for group in self._groups(columns, depth):
            path = self.paths[group[0]]
            if len(path) <= depth:
                heads += [Head("", (column,), (0, column)) for column in group]
                continue
            place, title = path[depth]
            deeper = len(path) > depth + 1 or len(group) > 1
            children = self.tree(group, depth + 1) if deeper else ()
            heads.append(Head(title, tuple(group), place, children))
        return tuple(heads)

    def _groups(self, columns: Sequence[int], depth: int) -> list[list[int]]:
        groups: list[list[int]] = []
        before: Place | None = None
        for column in columns:
            path = self.paths[column]
            place = path[depth][0] if len(path) > depth else None
            if place is not None and place == before:
                groups[-1].append(column)
            else:
                groups.append([column])
            before = place
        return groups


def read_header(table: Table) -> Header:
    """The header of a table."""
    reader = _Reader(table)
    paths = {column: reader.path(column) for column in table.columns}
    labels = {}
    for column in table.columns if table.numbers else ():
        text = table.sheet.text(table.numbers or 0, column)
        if label_of(text):
            labels[column] = text
    return Header(paths, labels, reader.guessed)


class _Reader:
    def __init__(self, table: Table) -> None:
        self.table = table
        self.sheet = table.sheet
        self.guessed: list[Place] = []
        self.owners: dict[Place, Place | None] = {}
        for row in range(table.top, table.header_bottom + 1):
            for column in table.columns:
                self.owners[row, column] = self._owner(row, column)

    def _owner(self, row: int, column: int) -> Place | None:
        """The cell whose title stands over this place."""
        box = self.sheet.box(row, column)
        if box.top < self.table.top:
            return None
        place = (box.top, box.left)
        if self.sheet.text(*place):
            return place
        before = self.owners.get((row, column - 1))
        if before is None or box.right > box.left or self._tall(before):
            return None
        spread = self.sheet.cells[before].spread if before in self.sheet.cells else False
        if spread or (
            self._below(row, column) and self._below(row, column - 1) and self._reaches(row, column)
        ):
            return before
        return None

    def _tall(self, place: Place) -> bool:
        """A title merged sideways says itself how far it goes; one merged downwards heads one column."""
        box = self.sheet.merge_at.get(place)
        return box is not None and (box.right > box.left or box.bottom == self.table.header_bottom)

    def _below(self, row: int, column: int) -> bool:
        """Whether another title stands lower in the column."""
        return any(
            self.sheet.text(below, column) and self.sheet.box(below, column).top == below
            for below in range(row + 1, self.table.header_bottom + 1)
        )

    def _reaches(self, row: int, column: int) -> bool:
        """A group title above ends where the one over it ends."""
        if row == self.table.top:
            return True
        return self.owners.get((row - 1, column)) == self.owners.get((row - 1, column - 1))

    def path(self, column: int) -> tuple[Step, ...]:
        steps: list[Step] = []
        for row in range(self.table.top, self.table.header_bottom + 1):
            place = self.owners[row, column]
            if place is None or any(place == step[0] for step in steps):
                continue
            title = self.sheet.text(*place)
            if steps and words.is_unit(title):
                title = f"({title.strip('() ')})"
            if steps and self._continues(steps[-1][0], place, title, column):
                steps[-1] = (steps[-1][0], f"{steps[-1][1]} {title}")
            else:
                steps.append((place, title))
        return tuple(steps)

    def _continues(self, above: Place, place: Place, title: str, column: int) -> bool:
        """Whether two cells, one above the other over one column, hold one title."""
        for at in (above, place):
            box = self.sheet.box(*at)
            if box.right > box.left:
                return False
        if self.owners.get((above[0], column + 1)) == above or above[1] != column:
            return False
        if not (title[0].islower() or title[0] in "(%/" or title[0].isdecimal()):
            self.guessed.append(place)
            return False
        return title[0] == "(" or not words.OF_WHICH.match(fold(self.sheet.text(*above)))
