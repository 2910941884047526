"""What each column of a table is for, and what its figures are."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Literal

from designer.excel import ordinals, words
from designer.excel.grid import Cell
from designer.excel.header import Header
from designer.excel.regions import Table, is_numeric
from expr.text import fold

Role = Literal["ordinal", "title", "unit", "code", "data", "skip"]
ROLES: tuple[Role, ...] = ("title", "ordinal", "unit", "code", "data", "skip")
MOST_DECIMALS = 6
_SHOWN = re.compile(r"\.([0#]+)")


@dataclass(frozen=True)
class Roles:
    """The columns of the sheet by what they are for; `sure` where a word of the header said so."""

    of: Mapping[int, Role]
    sure: frozenset[int]

    def columns(self, role: Role) -> list[int]:
        """The columns of one role, left to right."""
        return sorted(column for column, its in self.of.items() if its == role)


def find_roles(table: Table, header: Header, told: Mapping[int, Role]) -> Roles:
    """The role of each column; `told` are those a person has said."""
    finder = _Finder(table, header)
    roles: dict[int, Role] = {}
    sure: set[int] = set(told)
    for column in table.columns:
        if column in told:
            roles[column] = told[column]
        elif role := finder.by_head(column, "title" in roles.values()):
            roles[column] = role
            sure.add(column)
    if "ordinal" not in roles.values() and (first := finder.first_ordinal(roles)):
        roles[first] = "ordinal"
    if "title" not in roles.values():
        for column in finder.titles(roles):
            roles[column] = "title"
    for column in table.columns:
        roles.setdefault(column, "data")
    if not _is_there(roles, "data"):
        last = max((column for column, role in roles.items() if role != "ordinal"), default=table.right)
        roles[last] = "data"
    return Roles(roles, frozenset(sure))


def _is_there(roles: Mapping[int, Role], role: Role) -> bool:
    return role in roles.values()


class _Finder:
    def __init__(self, table: Table, header: Header) -> None:
        self.table, self.header = table, header

    def texts(self, column: int) -> list[str]:
        sheet = self.table.sheet
        return [text for row in self.table.rows if (text := sheet.text(row, column))]

    def share_of_numbers(self, column: int) -> float:
        cells = [cell for row in self.table.rows if (cell := self.table.sheet.cells.get((row, column)))]
        return sum(map(is_numeric, cells)) / len(cells) if cells else 0.0

    def by_head(self, column: int, titled: bool) -> Role | None:
        """What the header says the column is for."""
        path = self.header.paths[column]
        if not path:
            return None
        head = fold(path[-1][1])
        if words.ORDINAL_HEAD.match(head):
            return "ordinal" if self._single(column) or not self._looks_titled(column) else None
        if words.UNIT_HEAD.match(head) and self.share_of_numbers(column) < 0.5 and self._units(column):
            return "unit"
        if words.CODE_HEAD.match(head) and self._codes(column):
            return "code"
        if words.OWN_CODE_HEAD.match(head) and self.texts(column) and self._codes(column):
            return "code"
        return None

    def _single(self, column: int) -> bool:
        place = self.header.paths[column][-1][0]
        box = self.table.sheet.box(*place)
        return box.left == box.right

    def _looks_titled(self, column: int) -> bool:
        return any(len(text) > 8 for text in self.texts(column))

    def _units(self, column: int) -> bool:
        """Units are short and come again; "Đơn vị" over names of agencies is not a unit."""
        if "tinh" in fold(self.header.title(column)) or fold(self.header.title(column)) in ("dvt", "unit"):
            return True
        texts = self.texts(column)
        if column - self.table.left < 1 or not any(self._is_title(c) for c in range(self.table.left, column)):
            return False
        return all(len(text) <= 20 for text in texts)

    def _is_title(self, column: int) -> bool:
        texts = self.texts(column)
        return not words.ORDINAL_HEAD.match(fold(self.header.title(column))) and (
            not texts or any(not ordinals.plain(text) for text in texts)
        )

    def _codes(self, column: int) -> bool:
        texts = self.texts(column)
        return all(len(text) <= 15 and " " not in text for text in texts) and len(set(texts)) == len(texts)

    def first_ordinal(self, roles: Mapping[int, Role]) -> int | None:
        """The first column where it holds ordinals and texts stand beside it."""
        column = self.table.left
        if column in roles or column + 1 not in self.table.columns:
            return None
        texts = self.texts(column)
        found = sum(bool(ordinals.plain(text)) for text in texts)
        numbers = sum(text.isdecimal() for text in texts)
        beside = self.texts(column + 1)
        if not texts or found < 0.6 * len(texts) or self.share_of_numbers(column + 1) > 0.5 or not beside:
            return None
        return column if numbers < len(texts) or texts[0] in ("1", "01") else None

    def titles(self, roles: Mapping[int, Role]) -> Iterator[int]:
        """The column of row titles: the first free one, all that its header spans, groups merged beside."""
        free = [column for column in self.table.columns if column not in roles]
        if not free:
            return
        first = free[0]
        yield first
        for column in free[1:]:
            if column - 1 not in free or self.share_of_numbers(column) >= 0.5:
                return
            spanned = self.header.paths[column] and self.header.paths[column] == self.header.paths[first]
            if not (spanned or is_nested(self.table, column - 1, column)):
                return
            yield column


def is_nested(table: Table, outer: int, inner: int) -> bool:
    """Whether the texts of a column are titles over those beside them.

    They are merged downwards, or left out, or written again, where the block of rows goes on.
    """
    sheet = table.sheet
    merged = [box for box in sheet.merges if box.left == box.right == outer and box.top >= table.first]
    for box in merged:
        inside = range(box.top, box.bottom + 1)
        if box.bottom <= table.last and sum(bool(sheet.text(row, inner)) for row in inside) > 1:
            return True
    rows = [row for row in table.rows if sheet.text(row, inner)]
    if merged or any(is_numeric(sheet.cells.get((row, column))) for row in rows for column in (outer, inner)):
        return False
    over = [sheet.text(row, outer) for row in rows]
    goes_on = [not text or text == before for before, text in pairwise(over)]
    alone = sum(bool(sheet.text(row, outer)) for row in table.rows) - sum(map(bool, over))
    return bool(over) and bool(over[0]) and any(goes_on) and alone < len(rows) - sum(goes_on)


@dataclass(frozen=True)
class Figures:
    """What the figures of a column are: the properties of the file format, and whether the sheet told."""

    type: str
    decimals: int | None = None
    unit: str | None = None
    sure: bool = True


def figures_of(title: str, above: str, cells: list[Cell], unit: str | None) -> Figures:
    """What a column holds, by its title, the titles above it, its cells, and the unit of the whole table."""
    own = words.unit_in(title) or words.unit_in(above)
    folded, folded_above = fold(title), fold(above)
    numbers = [cell for cell in cells if is_numeric(cell)]
    texts = [
        cell for cell in cells if isinstance(cell.value, str) and not is_numeric(cell) and not _is_mark(cell)
    ]
    if any(isinstance(cell.value, date) for cell in cells) and not numbers:
        return Figures("date")
    if texts and len(texts) > len(numbers):
        return Figures("text")
    if not numbers:
        if words.NOTE_HEAD.search(folded) and not own:
            return Figures("text")
        if words.DATE_HEAD.match(folded) and not own:
            return Figures("date", sure=False)
    if (
        own == "%"
        or any(cell.is_percent for cell in numbers)
        or (own is None and _is_share(folded, folded_above))
    ):
        return Figures("percent", _percent_decimals(numbers))
    decimals = max((_decimals(cell) for cell in numbers), default=0)
    if decimals or any("/" in (cell.formula or "") for cell in numbers):
        return Figures("decimal", None if decimals in (0, 2) else decimals, own)
    told = own or unit
    if words.is_counted(told) or (numbers and told is None):
        return Figures("integer", unit=own)
    if told is None and re.match(r"(tong )?so (ho|nguoi|luot|vu|luong nguoi|don|dan|doan)\b", folded):
        return Figures("integer")
    return Figures("decimal", unit=own, sure=bool(told))


def _is_share(title: str, above: str) -> bool:
    return bool(words.PERCENT.search(title) or re.search(r"\(%\)|^ty (le|trong)\b|^so sanh", above))


def _is_mark(cell: Cell) -> bool:
    return isinstance(cell.value, str) and cell.value.strip() in ("-", "x", "X", "...", "…")


def _decimals(cell: Cell) -> int:
    """As many as the sheet shows or the person typed; more than a person types comes from reckoning."""
    shown = _SHOWN.search(cell.number_format.split(";")[0].replace('"', ""))
    typed = (
        -int(cell.value.normalize().as_tuple().exponent)
        if isinstance(cell.value, Decimal) and cell.value
        else 0
    )
    if cell.formula is not None:
        typed = 0
    return max(len(shown[1]) if shown else 0, typed if 0 < typed <= MOST_DECIMALS else 0)


def _percent_decimals(numbers: list[Cell]) -> int | None:
    """What the sheet shows; a formula in no format shows whatever comes out."""
    told = [
        cell
        for cell in numbers
        if cell.formula is None or _SHOWN.search(cell.number_format) or cell.is_percent
    ]
    shown = max((_percent_shown(cell) for cell in told), default=2)
    return None if shown == 2 else shown


def _percent_shown(cell: Cell) -> int:
    if cell.is_percent:
        found = _SHOWN.search(cell.number_format)
        return len(found[1]) if found else 0
    return _decimals(cell)
