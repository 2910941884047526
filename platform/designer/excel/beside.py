"""Two tables side by side under one row of titles: told by what begins again, else asked."""

import re
from collections.abc import Sequence
from dataclasses import replace

from designer.excel import words
from designer.excel.doubts import Questions
from designer.excel.grid import address
from designer.excel.header import Header, read_header
from designer.excel.regions import Table, anchors, is_numeric
from expr.text import fold

FEWEST = 2  # texts that make a column one of titles


def apart(table: Table, questions: Questions) -> list[Table]:
    """The tables that stand in the columns of one; itself where it is one."""
    header = read_header(table)
    found = _Seams(table, header)
    starts = [column for column in table.columns[2:] if found.may_begin(column)]
    if not starts:
        return [table]
    guess = "apart" if any(found.begins_again(column) for column in starts) else "whole"
    where = f"{table.sheet.name}!{address(table.header_bottom, starts[0])}"
    name = f"beside:{table.sheet.name}:{table.key}"
    chosen, _ = questions.ask(
        name, "doubt.beside", where, ("apart", "whole"), guess, title=header.title(starts[0])
    )
    if chosen == "whole":
        return [table]
    parts = [
        replace(table, left=left, right=_without_spacers(table, header, left, after - 1), beside=True)
        for left, after in zip([table.left, *starts], [*starts, table.right + 1], strict=True)
    ]
    if table.top < table.header_bottom and all(_is_named(header, part) for part in parts):
        return [replace(part, top=part.top + 1) for part in parts]
    return parts


def _is_named(header: Header, part: Table) -> bool:
    """Whether one title stands over all of a table."""
    return len({header.paths[column][:1] for column in part.columns}) == 1


def _without_spacers(table: Table, header: Header, left: int, right: int) -> int:
    while right > left and not header.paths[right] and not _cells(table, right):
        right -= 1
    return right


def caption(table: Table, others: Sequence[Table]) -> str:
    """What one of several tables side by side is called: a line over each, else the head of its titles."""
    above = anchors(table.sheet, table.top - 1)
    lines = [[text for c, text in above.items() if c in part.columns] for part in (table, *others)]
    if all(lines):
        return lines[0][0]
    header = read_header(table)
    heads = [header.title(column) for column in table.columns if header.paths[column]]
    return next((head for head in heads if not words.ORDINAL_HEAD.match(fold(head))), "")


def _cells(table: Table, column: int) -> list[tuple[int, int]]:
    return [(row, column) for row in table.rows if (row, column) in table.sheet.cells]


class _Seams:
    """Where in a table another may begin; a column of figures must stand on either side."""

    def __init__(self, table: Table, header: Header) -> None:
        self.table, self.header = table, header

    def may_begin(self, column: int) -> bool:
        """Whether a count or titles of rows begin again in a column, after figures and before some."""
        path = self.header.paths[column]
        if not path or path[0][0][1] != column:  # within a group of columns
            return False
        if not self._figures(column + 1, self.table.right):
            return False
        if self._is(words.ORDINAL_HEAD, column):
            return any(self._is(words.ORDINAL_HEAD, before) for before in self._before(column))
        counted = self._is(words.ORDINAL_HEAD, column - 1) and self._titled(column)
        if counted or not self._titled(column):
            return False
        return self._figures(self.table.left + 1, column - 1) and (
            self._is(words.TITLE_HEAD, column) or self._is_spacer(column - 1)
        )

    def begins_again(self, column: int) -> bool:
        """Whether that is beyond doubt: a count or a figure is headed again, or a blank column parts them."""
        if self._is(words.ORDINAL_HEAD, column) or self._is_spacer(column - 1):
            return True
        before = {fold(self.header.title(c)) for c in self._before(column) if not self._titled(c)}
        after = range(column + 1, self.table.right + 1)
        return any(fold(self.header.title(c)) in before - {""} for c in after)

    def _before(self, column: int) -> range:
        return range(self.table.left, column)

    def _is(self, pattern: re.Pattern[str], column: int) -> bool:
        return column in self.table.columns and bool(pattern.match(fold(self.header.title(column))))

    def _is_spacer(self, column: int) -> bool:
        return not self.header.paths[column] and not _cells(self.table, column)

    def _titled(self, column: int) -> bool:
        """Several texts and no figure."""
        cells = [self.table.sheet.cells[place] for place in _cells(self.table, column)]
        return len(cells) >= FEWEST and not any(map(is_numeric, cells))

    def _figures(self, first: int, last: int) -> bool:
        """Whether a column between holds figures, or room for them."""
        return any(
            self.header.paths[column] and not self._titled(column)
            for column in range(first, last + 1)
            if not (self._is(words.NOTE_HEAD, column) or self._is(words.ORDINAL_HEAD, column))
        )
