"""The columns of one table in the words of the file format."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from designer.excel import words
from designer.excel.columns import ROLES, Figures, Role, Roles, figures_of, find_roles
from designer.excel.doubts import Inquiry
from designer.excel.header import Head, Header
from designer.excel.regions import Table, is_numeric, label_of
from designer.excel.rows import Line
from expr.text import CODE, fold
from template_library.names import MAX_LEVELS

LONGEST = 2_000  # characters of a title
TYPES = ("integer", "decimal", "percent", "text", "date")


def settle_roles(table: Table, header: Header, inquiry: Inquiry) -> Roles:
    """What each column is for; what neither the header nor the cells told is asked."""
    told: dict[int, Role] = {column: "skip" for column in table.columns if _is_aside(table, header, column)}
    answered: dict[int, Role] = {}
    for column in table.columns:
        for role in ROLES:
            if inquiry.answer("column", column) == role:
                answered[column] = role
    roles = find_roles(table, header, told | answered)
    first_data = min(roles.columns("data"), default=table.right)
    named = any(words.TITLE_HEAD.match(fold(header.title(column))) for column in roles.columns("title"))
    for column in table.columns:
        role = roles.of[column]
        sure = column in roles.sure or column > first_data or (role == "title" and column <= table.left + 1)
        sure = sure or (role == "data" and (named or _is_headed_as_data(table, header, column)))
        if not sure or column in answered:
            place = (table.header_bottom, column)
            inquiry.ask("column", column, place, ROLES, role, title=header.title(column))
        inquiry.scores["header"].count(sure)
    return roles


def _is_aside(table: Table, header: Header, column: int) -> bool:
    """Hidden or empty without a title of its own: a key for somebody's reckoning, or half of a wide cell."""
    own = header.paths[column] and header.paths[column] != header.paths.get(column - 1)
    filled = any((row, column) in table.sheet.cells for row in table.rows)
    return not own and (not filled or (column in table.sheet.hidden_columns and not header.paths[column]))


def _is_headed_as_data(table: Table, header: Header, column: int) -> bool:
    """A number in the number line, a group above, or figures below: no title of rows looks so."""
    label = header.labels.get(column, "")
    cells = [cell for row in table.rows if (cell := table.sheet.cells.get((row, column)))]
    return label[:1].isdecimal() or len(header.paths[column]) > 1 or any(map(is_numeric, cells))


def settle_types(
    table: Table,
    header: Header,
    columns: Sequence[int],
    lines: Sequence[Line],
    unit: str | None,
    inquiry: Inquiry,
    blank: str = "decimal",
) -> dict[int, Figures]:
    """What the figures of each column are; where units differ by row, the rows say it.

    `blank` is what a column holds of which nothing tells.
    """
    units = {line.unit for line in lines if line.unit and not line.is_placeholder}
    found = {}
    for column in columns:
        cells = [cell for line in lines if (cell := table.sheet.cells.get((line.row, column)))]
        titles = [title for _, title in header.paths[column]]
        guess = figures_of(header.title(column), " ".join(titles[:-1]), cells, unit)
        if (
            not guess.sure
            and guess.type == "decimal"
            and not words.AMOUNT_HEAD.match(fold(header.title(column)))
        ):
            guess = replace(guess, type=blank)
        found[column] = _asked(
            _by_unit(guess, units), (table.header_bottom, column), header.title(column), inquiry
        )
        inquiry.scores["types"].count(found[column].sure)
    return found


def _by_unit(found: Figures, units: set[str]) -> Figures:
    if not units or found.unit is not None or found.type not in ("integer", "decimal"):
        return found
    if len(units) > 1:
        return Figures("by_row")
    only = next(iter(units))
    return Figures("percent") if only == "%" else Figures(found.type, found.decimals, only)


def _asked(found: Figures, place: tuple[int, int], title: str, inquiry: Inquiry) -> Figures:
    if found.type == "by_row" or (found.sure and inquiry.answer("type", place[1]) is None):
        return found
    chosen, answered = inquiry.ask("type", place[1], place, TYPES, found.type, title=title)
    return Figures(chosen, found.decimals if chosen == found.type else None, found.unit, answered)


class Columns:
    """Draws the tree of columns; `leaves` are its data columns by the column of the sheet."""

    def __init__(
        self, table: Table, header: Header, figures: Mapping[int, Figures], inquiry: Inquiry
    ) -> None:
        self.table, self.header, self.figures, self.inquiry = table, header, figures, inquiry
        self.leaves: dict[int, dict[str, Any]] = {}
        self.codes = _codes(header, sorted(figures))
        self.groups = 0

    def draw(self) -> list[dict[str, Any]]:
        """The columns of a section."""
        for _ in self.header.guessed:
            self.inquiry.scores["header"].count(False)
        return [made for head in self.header.tree(sorted(self.figures)) for made in self._head(head, 1)]

    def _head(self, head: Head, depth: int) -> Iterator[dict[str, Any]]:
        if not head.children or depth == MAX_LEVELS:
            yield from (self._leaf(column, head.title) for column in head.columns)
            return
        self.groups += 1
        group = {"code": f"g{self.groups}", "title": head.title[:LONGEST]}
        children = [made for child in head.children for made in self._head(child, depth + 1)]
        if len(children) == 1 and not head.children[0].title:
            yield children[0]
        else:
            yield group | {"children": children}

    def _leaf(self, column: int, title: str) -> dict[str, Any]:
        label, code, figures = self.header.labels.get(column, ""), self.codes[column], self.figures[column]
        title = title or self.header.title(column)
        leaf: dict[str, Any] = {"code": code}
        if label and label != code:
            leaf["ordinal"] = label[:100]
        leaf |= {"title": title[:LONGEST], "type": figures.type}
        if figures.unit and figures.type != "percent":
            leaf["unit"] = figures.unit[:100]
        if figures.decimals is not None:
            leaf["decimals"] = figures.decimals
        if column in self.table.sheet.hidden_columns:
            leaf["print"] = False
        if not title:
            self.inquiry.scores["header"].count(False)
        self.leaves[column] = leaf
        return leaf


def _codes(header: Header, columns: Sequence[int]) -> dict[int, str]:
    """The labels of the number line where they can be codes, else a count."""
    labels = {column: label_of(text) or "" for column, text in header.labels.items() if column in columns}
    if len(set(labels.values())) < len(labels) or not all(map(CODE.fullmatch, labels.values())):
        labels = {}
    used = set(labels.values())
    free = (str(number) for number in range(1, 20_000) if str(number) not in used)
    return {column: labels.get(column) or next(free) for column in columns}
