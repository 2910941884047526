"""Where on a sheet the tables stand: the rows of the header, the number line, the body, what is around."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from designer.excel import ordinals, words
from designer.excel.grid import Cell, Sheet, spelled
from expr.text import fold

DEEPEST = 8  # rows a header may take
BLANKS = 2  # rows that may part the rows of one table

_LABEL = re.compile(r"\(?([A-ZĐ]{1,2}|[a-zđ]|\d{1,3}[a-z]?)\)?")
_FORMULA_LABEL = re.compile(r"\(?(\d{1,3}[a-z]?)\)?\s*=.+")


@dataclass(frozen=True)
class Table:
    """One table of a sheet; `numbers` is its number line. Rows and columns are those of the sheet.

    `beside` another one when both stand under one row of titles.
    """

    sheet: Sheet
    top: int
    header_bottom: int
    numbers: int | None
    first: int
    last: int
    left: int
    right: int
    beside: bool = False

    @property
    def key(self) -> str:
        """Its name on the sheet."""
        return f"{self.top}.{self.left}" if self.beside else str(self.top)

    @property
    def columns(self) -> range:
        """The columns it spans."""
        return range(self.left, self.right + 1)

    @property
    def rows(self) -> range:
        """The rows of its body."""
        return range(self.first, self.last + 1)


def find_tables(sheet: Sheet, moved: Mapping[int, int] | None = None) -> list[Table]:
    """The tables of a sheet from top to bottom; `moved` shifts the first row of bodies, by their top."""
    tables: list[Table] = []
    row = 1
    while row <= sheet.bottom:
        table = _table_from(sheet, row, moved or {})
        if table is None:
            break
        tables.append(table)
        row = table.last + 1
    return tables


def _table_from(sheet: Sheet, row: int, moved: Mapping[int, int]) -> Table | None:
    for top in (at for at in sheet.by_row if at >= row):
        if not _may_head(sheet, top):
            continue
        left, right = _width(sheet, top)
        numbers = next(
            (r for r in range(top + 1, top + DEEPEST + 1) if _is_number_line(sheet, r, left, right)), None
        )
        bottom = numbers - 1 if numbers else _header_bottom(sheet, top, left, right)
        left, right = _wider(sheet, top, numbers or bottom, left, right)
        left = _with_corner(sheet, numbers or bottom, left)
        if moved.get(top):
            bottom, numbers = bottom + moved[top], None
        while numbers and bottom > top and sheet.is_blank(bottom):
            bottom -= 1
        table = Table(sheet, top, bottom, numbers, (numbers or bottom) + 1, 0, left, right)
        table = replace(table, last=_last(table))
        if right > left and (numbers or table.last >= table.first):
            return table
    return None


def anchors(sheet: Sheet, row: int) -> dict[int, str]:
    """The texts that begin in a row, by column; what is merged from above does not count."""
    return {
        column: text
        for column, cell in sheet.row(row).items()
        if (text := spelled(cell.value)) or cell.formula
        if sheet.box(row, column)[:2] == (row, column)
    }


def is_numeric(cell: Cell | None) -> bool:
    """Whether a cell holds a figure: a number, a formula, or a number typed as a text."""
    if cell is None:
        return False
    if cell.formula is not None or isinstance(cell.value, Decimal):
        return True
    return isinstance(cell.value, str) and bool(re.fullmatch(r"\s*-?\d[\d.,]*\s*%?\s*", cell.value))


def _may_head(sheet: Sheet, row: int) -> bool:
    """Several texts and no figure, none of them of the national heading or about the form."""
    found = anchors(sheet, row)
    texts = [fold(text) for text in found.values()]
    if len(found) < 2 or any(_is_figure(sheet, row, column) for column in found):
        return False
    known = any(
        words.ORDINAL_HEAD.match(t) or words.UNIT_HEAD.match(t) or words.CODE_HEAD.match(t) for t in texts
    )
    if known:
        return True
    if any(words.is_heading(text, len(found)) for text in found.values()):
        return False
    if any(words.ABOUT.match(t) or words.UNIT_LINE.match(t) for t in texts):
        return False
    if is_signed(texts) or any(words.NOTE.match(t) for t in texts):
        return False
    if len(found) == 2 and ordinals.plain(found[min(found)]):  # a numbered line
        return False
    if _are_captions(sheet, row):
        return False
    if any(":" in t for t in texts) and len(found) < 4:
        return False
    return len(found) >= 3 or _body_follows(sheet, row)


def _are_captions(sheet: Sheet, row: int) -> bool:
    """Numbered names of tables side by side, whose titles stand below."""
    found, below = anchors(sheet, row), anchors(sheet, row + 1)
    return (
        all(ordinals.split_title(text)[0] for text in found.values())
        and len(below) > len(found)
        and not any(is_numeric(sheet.cells.get((row + 1, column))) for column in below)
    )


def is_signed(texts: Sequence[str]) -> bool:
    """A row of who signs, or of the day it is signed."""
    signed = sum(bool(words.SIGNATURE.match(text) or words.DATE_LINE.search(text)) for text in texts)
    return 2 * signed > len(texts) or (2 * signed == len(texts) and len(texts) > 1)


def _is_figure(sheet: Sheet, row: int, column: int) -> bool:
    """Years head columns; other figures do not."""
    cell = sheet.cells.get((row, column))
    if cell is None or not is_numeric(cell):
        return False
    year = (
        isinstance(cell.value, Decimal)
        and cell.formula is None
        and cell.value == int(cell.value)
        and 1900 <= cell.value <= 2100
    )
    return not year and not (isinstance(cell.value, str) and re.fullmatch(r"\s*(19|20)\d\d\s*", cell.value))


def _body_follows(sheet: Sheet, row: int) -> bool:
    """Two texts side by side head a table when figures or ordinals, or a number line, stand below."""
    left, right = _width(sheet, row)
    below = range(row + 1, min(row + 5, sheet.bottom) + 1)
    return any(
        _is_number_line(sheet, r, left, right)
        or (any(is_numeric(cell) for cell in sheet.row(r).values()) and len(anchors(sheet, r)) > 1)
        for r in below
    )


def _width(sheet: Sheet, row: int) -> tuple[int, int]:
    found = anchors(sheet, row)
    right = max(sheet.box(row, column).right for column in found)
    return min(found), right


def _wider(sheet: Sheet, top: int, bottom: int, left: int, right: int) -> tuple[int, int]:
    """The header may reach further in its lower rows."""
    for row in range(top, bottom + 1):
        found = anchors(sheet, row)
        if found:
            left = min(left, min(found))
            right = max(right, *(sheet.box(row, column).right for column in found))
    return left, right


def _with_corner(sheet: Sheet, bottom: int, left: int) -> int:
    """Titles of rows may stand under a corner that is left blank."""
    below = [sheet.row(row) for row in range(bottom + 1, min(bottom + DEEPEST, sheet.bottom) + 1)]
    titled = [min(cells) for cells in below if cells and min(cells) < left <= max(cells)]
    return min(titled) if len(titled) > 1 else left


def _is_number_line(sheet: Sheet, row: int, left: int, right: int) -> bool:
    """A, B, 1, 2, 3=1+2: letters in their order, then numbers in theirs."""
    found = [(c, t) for c, t in anchors(sheet, row).items() if left <= c]
    labels = [label for _, text in found if (label := label_of(text)) is not None]
    if len(labels) < len(found) or len(labels) < max(2, round(0.5 * (right - left + 1))):
        return False
    if any(cell.formula for cell in sheet.row(row).values()):
        return False
    numbers = [int(re.sub(r"\D", "", label)) for label in labels if label[0].isdecimal()]
    letters = [label for label in labels if not label[0].isdecimal()]
    if letters != sorted(set(letters)) or (labels[: len(letters)] != letters and len(numbers) < 2):
        return False
    steps = [after - before for before, after in zip(numbers, numbers[1:], strict=False)]
    if (
        not numbers
        or any(step not in (0, 1) for step in steps)
        or (0 in steps and len(set(labels)) < len(labels))
    ):
        return False
    return bool(letters) or (numbers[0] == 1 and len(numbers) >= 2)


def label_of(text: str) -> str | None:
    """The label that a text of the number line gives its column: `3` of `(3) = (1) + (2)`."""
    found = _LABEL.fullmatch(text) or _FORMULA_LABEL.fullmatch(text)
    return found[1] if found else None


def _header_bottom(sheet: Sheet, top: int, left: int, right: int) -> int:
    """Without a number line: down to the last row that still heads columns."""
    bottom = max(
        [
            top,
            *(
                box.bottom
                for box in sheet.merges
                if box.top == top and box.bottom - top < DEEPEST and _holds(sheet, box.top, box.left)
            ),
        ]
    )
    while bottom - top < DEEPEST and _heads(sheet, top, bottom, left, right):
        bottom += 1
        bottom = max(
            [
                bottom,
                *(box.bottom for box in sheet.merges if box.top == bottom and box.bottom - top < DEEPEST),
            ]
        )
    return bottom


def _holds(sheet: Sheet, row: int, column: int) -> bool:
    return (row, column) in sheet.cells


def _heads(sheet: Sheet, top: int, bottom: int, left: int, right: int) -> bool:
    """Whether the row below `bottom` still belongs to the header."""
    row = bottom + 1
    found = {c: t for c, t in anchors(sheet, row).items() if c >= left}
    if not found or any(_is_figure(sheet, row, column) for column in found):
        return False
    stub = range(left, max(left, _last_of_stub(sheet, top, left, right)) + 1)
    texts = [fold(text) for text in found.values()]
    if is_signed(texts) or any(words.NOTE.match(text) or words.DOTS.match(text) for text in texts):
        return False
    if ordinals.plain(found.get(left, "")) or ordinals.split_title(next(iter(found.values())))[0]:
        return False
    wide = [
        column
        for column in range(left, right + 1)
        if (box := sheet.box(bottom, column)).right > box.left
        and box.top >= top
        and box.bottom == bottom
        and sheet.cells.get((box.top, box.left))
    ]
    if wide and any(column in found for column in wide):
        return True
    if len(found) > 1 and min(found) > left and all(map(words.is_unit, found.values())):
        return True
    # Header texts that are not merged: nothing stands in the first columns, texts in others.
    return not any(column in found for column in stub) and len(found) > 1


def _last_of_stub(sheet: Sheet, top: int, left: int, right: int) -> int:
    """The first columns head rows; where a title stands over blank cells a group of columns begins."""
    titled = anchors(sheet, top)
    grouped = (column for column in range(left, right) if column in titled and column + 1 not in titled)
    return min(left + 2, right, next(grouped, right + 1) - 1)


def _last(table: Table) -> int:
    """The last row of the body: before notes, signatures, another header, or too many blank rows."""
    sheet, last, blanks = table.sheet, table.first - 1, 0
    parted = sheet.bottom  # the last row before the blank one above
    for row in range(table.first, sheet.bottom + 1):
        if sheet.is_blank(row):
            blanks += 1
            if blanks > (BLANKS if last >= table.first else DEEPEST):
                break
            continue
        if _is_header_again(sheet, row):
            return min(last, parted) if row - parted <= DEEPEST else last
        if _ends(table, row, after_blank=blanks > 0):
            break
        parted = last if blanks else parted
        last, blanks = row, 0
    return last


def _ends(table: Table, row: int, *, after_blank: bool) -> bool:
    sheet = table.sheet
    found = anchors(sheet, row)
    if any(is_numeric(cell) for column, cell in sheet.row(row).items() if column > table.left):
        return False
    folded = [fold(text) for text in found.values()]
    if any(words.NOTE.match(text) for text in folded):
        return True
    if is_signed(folded) and (len(found) > 1 or after_blank or min(found) > table.left + 1):
        return True
    if words.UNIT_LINE.match(folded[0]) if folded else False:
        return True
    return after_blank and len(found) == 1 and _is_title(sheet, row)


def _is_header_again(sheet: Sheet, row: int) -> bool:
    """Another table begins: ordinals are headed again, or a number line follows."""
    if not _may_head(sheet, row):
        return False
    texts = [fold(text) for text in anchors(sheet, row).values()]
    left, right = _width(sheet, row)
    return any(words.ORDINAL_HEAD.match(text) for text in texts) or any(
        _is_number_line(sheet, below, left, right) for below in range(row + 1, row + 4)
    )


def _is_title(sheet: Sheet, row: int) -> bool:
    """A line after a blank row, with another header below it or longer than a row's title."""
    text = next(iter(anchors(sheet, row).values()))
    return len(text) > 150 or any(_is_header_again(sheet, below) for below in range(row + 1, row + 5))


def lines_above(sheet: Sheet, table: Table, after: int) -> Iterator[tuple[int, int, str]]:
    """(row, column, line) of each text between `after` and the header, line breaks kept apart."""
    for row in range(after + 1, table.top):
        for column in anchors(sheet, row):
            value = sheet.cells[row, column].value
            for line in str(value).splitlines() if isinstance(value, str) else ():
                if line.strip():
                    yield row, column, " ".join(line.split())


def lines_below(sheet: Sheet, table: Table, until: int) -> Iterator[tuple[int, int, str]]:
    """(row, column, line) of each text under the body."""
    for row in range(table.last + 1, until):
        for column in anchors(sheet, row):
            for line in str(sheet.cells[row, column].value).splitlines():
                if line.strip():
                    yield row, column, " ".join(line.split())
