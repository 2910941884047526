"""The rows of one table in the words of the file format."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from designer.excel import words
from designer.excel.columns import Figures, Roles, figures_of
from designer.excel.doubts import Inquiry
from designer.excel.header import Header
from designer.excel.leaves import LONGEST
from designer.excel.regions import Table
from designer.excel.rows import Line, Node, build_tree
from designer.excel.titled import lift_totals, told_sums
from expr.text import CODE, fold
from template_library.names import MAX_LEVELS

PLACES = ("child", "sibling", "out", "skip")


class Body:
    """Draws the tree of rows; `ids` and `kinds` are by the row of the sheet, `spare` the rows left out.

    `unit` is the one that a line above gives to the whole table.
    """

    def __init__(
        self,
        table: Table,
        header: Header,
        roles: Roles,
        figures: Mapping[int, Figures],
        unit: str | None,
        inquiry: Inquiry,
    ) -> None:
        self.table, self.header, self.roles, self.figures = table, header, roles, figures
        self.unit, self.inquiry = unit, inquiry
        self.ids: dict[int, str] = {}
        self.kinds: dict[int, str] = {}
        self.summed: set[int] = set()
        self.spare: list[int] = []

    def draw(self, lines: Sequence[Line]) -> tuple[list[Node], dict[str, Any]]:
        """The tree, and the rows of a section."""
        roots = self._tree(lines)
        kind, items = self._repeat(roots)
        if kind == "agencies" or self.inquiry.answer("rows", 0):
            place = (self.table.first, self.table.left)
            kind, _ = self.inquiry.ask("rows", 0, place, ("fixed", "agencies"), kind)
        if kind == "agencies":
            self.inquiry.scores["rows"].count(True)
            kept = {node.line.row for item in items for node in item.walk()}
            self.spare += [n.line.row for root in roots for n in root.walk() if n.line.row not in kept]
        codes = row_codes(items if kind == "agencies" else roots)
        rows = [made for root in (items if kind == "agencies" else roots) for made in self._row(root, codes)]
        if kind == "agencies":
            return roots, {"kind": "agencies"} | ({"items": rows} if rows else {})
        return roots, {"items": rows}

    def _tree(self, lines: Sequence[Line]) -> list[Node]:
        told = {
            line.row: answer for line in lines if (answer := self.inquiry.answer("row", line.row)) in PLACES
        }
        for line in lines:
            if told.get(line.row) == "skip":
                self._ask(line, "skip")
        roots = build_tree([line for line in lines if told.get(line.row) != "skip"], told)
        lift_totals(roots)
        self.summed = {node.line.row for node, _ in told_sums(roots)}
        for node in (node for root in roots for node in root.walk()):
            self.inquiry.scores["rows"].count(node.sure)
            if not node.sure or node.line.row in told:
                first = node.parent is not None and node.parent.children[0] is node
                self._ask(node.line, "child" if first else "sibling")
        return shallow(roots)

    def _ask(self, line: Line, guess: str) -> None:
        self.inquiry.ask("row", line.row, (line.row, self.table.left), PLACES, guess, title=line.title)

    def _repeat(self, roots: list[Node]) -> tuple[str, list[Node]]:
        """Whether rows stand for agencies, or are left blank for them; the rows of one agency."""
        named = [n for root in roots for n in root.walk() if not (n.line.is_placeholder or n.line.is_total)]
        if not named:
            return ("agencies" if self._heads_agencies() or not roots else "fixed"), []
        agencies = [node for node in named if words.AGENCY.match(fold(node.line.title))]
        if len(agencies) < 2 or not self._heads_agencies():
            return "fixed", []
        if len(agencies) == len(named):
            return "agencies", []
        below = [[fold(child.line.title) for child in node.children] for node in agencies]
        alike = below[0] and all(titles == below[0] for titles in below)
        if alike and len(named) == len(agencies) * (1 + len(below[0])):
            return "agencies", agencies[0].children
        return "fixed", []

    def _heads_agencies(self) -> bool:
        titles = self.roles.columns("title")
        return bool(titles) and bool(words.AGENCY_HEAD.match(fold(self.header.title(titles[0]))))

    def _row(self, node: Node, codes: Mapping[int, str]) -> Iterator[dict[str, Any]]:
        line = node.line
        if line.is_placeholder and not node.children:
            self.spare.append(line.row)
            return
        code, kind = codes[id(node)], self._kind(node)
        row: dict[str, Any] = {"code": code}
        if line.ordinal:
            row["ordinal"] = line.ordinal[:100]
        row["title"] = (line.title or line.ordinal or code)[:LONGEST]
        if kind != "data":
            row["kind"] = kind
        row |= self._figures(line) if kind in ("data", "total") else {}
        if node.part:
            row["part"] = node.part
        if line.row in self.table.sheet.hidden_rows:
            row["print"] = False
        children = [made for child in node.children for made in self._row(child, codes)]
        if line.row not in self.ids:  # the title of a block shares the row of its first item
            self.ids[line.row], self.kinds[line.row] = code, kind
        if children:
            row["children"] = children
        yield row

    def _kind(self, node: Node) -> str:
        line = node.line
        if any(child.line.is_placeholder and not child.children for child in node.children) and not line.sums:
            return "open"
        if line.sums or line.row in self.summed or (line.is_total and not line.is_bare):
            return "total"
        if not node.children or line.filled:
            return "data"
        filled = any(below.line.filled for child in node.children for below in child.walk())
        if line.is_bare or line.wide or filled:
            return "group"
        guess = "group" if line.title.upper() == line.title else "data"
        place = (line.row, self.table.left)
        kind, answered = self.inquiry.ask(
            "group", line.row, place, ("data", "group", "total"), guess, title=line.title
        )
        self.inquiry.scores["rows"].count(answered)
        return kind

    def _figures(self, line: Line) -> dict[str, Any]:
        """What the row says of its figures where the columns leave it to the rows."""
        columns = [column for column, figures in self.figures.items() if figures.type == "by_row"]
        if not columns:
            return {}
        unit = line.unit or words.unit_in(line.title) or ""
        self.inquiry.scores["units"].count(bool(unit))
        cells = [cell for column in columns if (cell := self.table.sheet.cells.get((line.row, column)))]
        found = figures_of(f"({unit})" if unit else line.title, "", cells, unit or self.unit)
        made: dict[str, Any] = {"type": found.type if found.type in ("integer", "percent") else "decimal"}
        if unit and made["type"] != "percent":
            made["unit"] = unit[:100]
        if found.decimals is not None:
            made["decimals"] = found.decimals
        return made


def shallow(roots: list[Node], depth: int = 1) -> list[Node]:
    """No deeper than a form may be: what is deeper stands beside its parent."""
    if depth == MAX_LEVELS:
        flat = [node for root in roots for node in root.walk()]
        for node in flat:
            node.children = []
        return flat
    for root in roots:
        root.children = shallow(root.children, depth + 1)
    return roots


def row_codes(roots: Sequence[Node]) -> dict[int, str]:
    """A code for each node: its own, its ordinals from the top, else a count; none is another's ordinal."""
    counts: dict[str, int] = {}
    for node in (node for root in roots for node in root.walk()):
        counts[node.line.ordinal] = counts.get(node.line.ordinal, 0) + 1
    codes: dict[int, str] = {}
    used: set[str] = set()

    def name(level: Sequence[Node], above: str) -> None:
        for number, node in enumerate(level, 1):
            for option in _options(node, above, number):
                elsewhere = counts.get(option, 0) - (option == node.line.ordinal)
                if CODE.fullmatch(option) and len(option) <= 60 and option not in used and not elsewhere:
                    break
            used.add(option)
            codes[id(node)] = option
            name(node.children, option)

    name(roots, "")
    return codes


def _options(node: Node, above: str, number: int) -> Iterator[str]:
    line = node.line
    ordinal = re.sub(r"[^A-Za-z0-9_.]", "", line.ordinal.replace("Đ", "D").replace("đ", "d"))
    if line.code:
        yield line.code
    if line.is_total:
        yield "T"
    if ordinal:
        yield ordinal
        if above:
            yield f"{above}.{ordinal}"
    yield f"{above}_{number}" if above else f"D{number}"
    yield f"R{line.row}"
    yield from (f"R{line.row}_{again}" for again in range(2, 20_000))
