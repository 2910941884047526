"""The rows of a body as a tree: by ordinals, indents, bold type, and what formulas sum."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from designer.excel import ordinals, words
from designer.excel.columns import Roles, is_nested
from designer.excel.formulas import (
    Call,
    Cells,
    Operation,
    Tree,
    Untranslatable,
    read_formula,
    without_fallback,
)
from designer.excel.grid import spelled
from designer.excel.ordinals import Ordinal
from designer.excel.read_xlsx import INDENT
from designer.excel.regions import Table, is_numeric
from expr.text import fold


@dataclass(frozen=True)
class Line:
    """One row of the body as it stands on the sheet; `wide` when its title stands over more than its column.

    `sums` are the rows a formula of it adds up; the first row of a body `leads`.
    """

    row: int
    title: str
    ordinal: str = ""
    indent: int = 0
    bold: bool = False
    unit: str = ""
    code: str = ""
    filled: bool = False
    wide: bool = False
    sums: tuple[int, ...] = ()
    leads: bool = False

    @property
    def is_of_which(self) -> bool:
        """Whether it says that it is contained in the row above."""
        return bool(words.OF_WHICH.match(fold(self.title)))

    @property
    def is_bare(self) -> bool:
        """Only a word that announces the rows below: `Trong đó:`, `Chia ra:`."""
        text = fold(self.title)
        found = words.OF_WHICH.match(text) or words.BREAKDOWN.match(text)
        return bool(found) and len(text) - (found.end() if found else 0) < 2 and not self.filled

    @property
    def is_total(self) -> bool:
        """Whether it is called a total and nothing more."""
        title = fold(self.title)
        return bool(words.BARE_TOTAL.match(title) or (self.leads and words.WHOLE_PLACE.match(title)))

    @property
    def is_placeholder(self) -> bool:
        """Room for rows that whoever fills adds: dots, or an ordinal alone."""
        return bool(words.DOTS.match(self.title)) and not self.sums


@dataclass(eq=False)
class Node:
    """A row of the tree with those below it; `sure` unless its place is a guess."""

    line: Line
    children: list["Node"] = field(default_factory=list)
    sure: bool = True
    part: str | None = None
    parent: "Node | None" = None

    def walk(self) -> Iterator["Node"]:
        """The node and all below, from top to bottom."""
        yield self
        for child in self.children:
            yield from child.walk()


def read_lines(table: Table, roles: Roles) -> list[Line]:
    """The rows of the body from top to bottom."""
    reader = _Reader(table, roles)
    lines: list[Line] = []
    for row in table.rows:
        for line in reader.lines(row):
            if lines and reader.continues(lines[-1], line):
                lines[-1] = replace(lines[-1], title=f"{lines[-1].title} {line.title}")
            else:
                lines.append(replace(line, leads=not lines))
    return lines


class _Reader:
    def __init__(self, table: Table, roles: Roles) -> None:
        self.table, self.sheet = table, table.sheet
        self.ordinal, self.unit, self.code = (roles.columns(r) for r in ("ordinal", "unit", "code"))
        self.titles, self.data = roles.columns("title"), roles.columns("data")
        self.nested = [column for column, inner in pairwise(self.titles) if is_nested(table, column, inner)]
        self.any_figures = any(
            is_numeric(self.sheet.cells.get((row, column))) for row in table.rows for column in self.data
        )

    def lines(self, row: int) -> Iterator[Line]:
        """The row, after the title of a block that begins with it."""
        outer = [column for column in self.titles if self._is_block(row, column)]
        said = [*outer, *(column for column in self.nested if self._is_repeated(row, column))]
        line = self._line(row, [column for column in self.titles if column not in said])
        for depth, column in enumerate(outer):
            cell = self.sheet.cells[row, column]
            ordinal, title = ordinals.split_title(spelled(cell.value))
            if line and not depth and not self._counts_on(row, column):  # the ordinal beside is the block's
                ordinal, line = ordinal or line.ordinal, replace(line, ordinal="")
            yield Line(row, title, ordinal, indent=depth * INDENT, bold=cell.bold, wide=True)
        if line:
            yield line

    def _is_block(self, row: int, column: int) -> bool:
        """A title over the rows that begin here, beside which other titles stand."""
        if column == self.titles[-1] or not (
            self.sheet.text(row, column) and self.sheet.text(row, self.titles[-1])
        ):
            return False
        merged = self.sheet.box(row, column).bottom > row
        return merged or (column in self.nested and not self._is_repeated(row, column))

    def _is_repeated(self, row: int, column: int) -> bool:
        """Whether the title over a block is only written again."""
        text = self.sheet.text(row, column)
        return bool(text) and row > self.table.first and self.sheet.text(row - 1, column) == text

    def _counts_on(self, row: int, column: int) -> bool:
        """Whether the next row of the block has an ordinal too, so that they count the rows."""
        after = self.sheet.text(row + 1, column)
        goes_on = not after or after == self.sheet.text(row, column)
        return goes_on and any(self.sheet.text(row + 1, at) for at in self.ordinal)

    def _line(self, row: int, titles: list[int]) -> Line | None:
        cells = self.sheet.row(row)
        at = next(
            (column for column in titles if spelled(cells[column].value if column in cells else None)), None
        )
        text = self.sheet.text(row, at) if at else ""
        given = next((t for column in self.ordinal if (t := self.sheet.text(row, column))), "")
        filled = any(column in cells for column in self.data)
        if not (text or given or filled):
            return None
        ordinal, wide = ordinals.plain(given), False
        if given and not ordinal:  # a title over the ordinal's column as well
            split, rest = ordinals.split_title(given)
            ordinal, text, wide = split, f"{rest} {text}".strip(), True
        split, rest = ordinals.split_title(text)
        if split and not ordinal and not wide:
            ordinal, text = split, rest
        title = cells.get(at) if at else next((cells[c] for c in self.ordinal if c in cells), None)
        return Line(
            row,
            text,
            ordinal,
            indent=self._indent(row, at, titles),
            bold=bool(title and title.bold),
            unit=next((self.sheet.seen(row, column) for column in self.unit), ""),
            code=next((self.sheet.text(row, column) for column in self.code), ""),
            filled=filled,
            wide=wide
            or (
                at is not None
                and self.sheet.box(row, at).right > max([*self.titles, *self.ordinal, *self.unit])
            ),
            sums=self._sums(row),
        )

    def _indent(self, row: int, at: int | None, titles: list[int]) -> int:
        if at is None:
            return 0
        nested = len(self.titles) - len(titles)
        beside = titles.index(at) + nested
        return self.sheet.cells[row, at].indent + (beside + self.sheet.levels.get(row, 0)) * INDENT

    def _sums(self, row: int) -> tuple[int, ...]:
        """The rows that formulas of this row add up in their own column; what two columns say alike first."""
        for column in self.data:
            cell = self.sheet.cells.get((row, column))
            if cell and cell.formula and (found := summed_rows(cell.formula, column)):
                return tuple(r for r in found if r in self.table.rows and r != row)
        return ()

    def continues(self, before: Line, line: Line) -> bool:
        """Whether a title goes on in the next row."""
        return (
            self.any_figures
            and bool(line.title)
            and line.title[0].islower()
            and not (
                line.ordinal or line.filled or line.unit or line.is_of_which or words.DOTS.match(line.title)
            )
            and line.row == before.row + 1
        )


def summed_rows(formula: str, column: int) -> tuple[int, ...]:
    """The rows a formula adds up in one column; empty where it does anything else."""
    try:
        found = _terms(without_fallback(read_formula(formula)), column)
    except Untranslatable:
        return ()
    return tuple(found) if found and len(found) > 1 else ()


def _terms(tree: Tree, column: int) -> list[int] | None:
    match tree:
        case Cells(box, None) if box.left == box.right == column:
            return list(range(box.top, box.bottom + 1))
        case Operation("+", left, right):
            parts = [_terms(left, column), _terms(right, column)]
        case Call("SUM", arguments):
            parts = [_terms(argument, column) for argument in arguments]
        case _:
            return None
    return [row for part in parts for row in part or ()] if all(part for part in parts) else None


def build_tree(lines: Sequence[Line], told: Mapping[int, str]) -> list[Node]:
    """The lines as a forest; `told` says of a row what a person answered: child, sibling, out."""
    builder = _Builder(lines, told)
    for line in lines:
        builder.add(line)
    _follow_sums(builder.roots)
    return builder.roots


@dataclass
class _Open:
    node: Node
    reading: Ordinal | None


class _Builder:
    """Keeps the way from the top to the last row; each line finds its place on it."""

    def __init__(self, lines: Sequence[Line], told: Mapping[int, str]) -> None:
        self.roots: list[Node] = []
        self.open: list[_Open] = []
        self.told, self.last = told, max((line.row for line in lines), default=0)
        self.numbered = sum(bool(line.ordinal) and line.ordinal != "-" for line in lines) >= 2
        self.indents = len({line.indent for line in lines if not line.is_total}) > 1
        self.bolds = 0 < sum(line.bold for line in lines) < len(lines) and not self.numbered
        self.all_below_total = bool(lines) and _is_head_total(lines)

    def add(self, line: Line) -> None:
        reading, keep = self._place(line)
        told = self.told.get(line.row)
        sure = True
        if keep is None:
            keep, sure = self._guess(line)
        if told:
            keep, sure = self._told(told), True
        del self.open[keep:]
        node = Node(line, sure=sure, part="of_which" if line.is_of_which and self.open else None)
        if self.open:
            parent = self.open[-1].node
            node.parent = parent
            parent.children.append(node)
        else:
            self.roots.append(node)
        self.open.append(_Open(node, reading))

    def _told(self, told: str) -> int:
        return {
            "child": len(self.open),
            "sibling": max(len(self.open) - 1, 0),
            "out": max(len(self.open) - 2, 0),
        }[told]

    def _place(self, line: Line) -> tuple[Ordinal | None, int | None]:
        """The reading of its ordinal, and how much of the way stays open above it; None where it has none."""
        options = ordinals.readings(line.ordinal)
        if not options:
            return None, None
        if "." in line.ordinal and (found := self._prefix(line.ordinal)) is not None:
            return options[0], found
        for depth in range(len(self.open) - 1, -1, -1):
            before = self.open[depth].reading
            for option in options:
                if before and ordinals.follows(option, before):
                    return option, depth
        begun = {entry.reading.style for entry in self.open if entry.reading}
        begins = next((option for option in options if option.value <= 1 and option.style not in begun), None)
        if begins:
            return begins, self._below_ordinal(line)
        for depth in range(len(self.open) - 1, -1, -1):
            before = self.open[depth].reading
            same = next((o for o in options if before and before.style == o.style), None)
            if same and not (same.value == 1 and before and before.value >= 1 and self._deeper(line, depth)):
                return same, depth
        return options[0], self._below_ordinal(line)

    def _deeper(self, line: Line, depth: int) -> bool:
        """A count that begins again, set in further than the one before, is one of details."""
        return line.indent > self.open[depth].node.line.indent

    def _prefix(self, ordinal: str) -> int | None:
        prefix = ordinal.rsplit(".", 1)[0]
        for depth in range(len(self.open) - 1, -1, -1):
            if self.open[depth].node.line.ordinal == prefix:
                return depth + 1
        return None

    def _below_ordinal(self, line: Line) -> int:
        """A new style begins below the last row that is no bullet and no loose detail."""
        keep = len(self.open)
        while keep and not line.ordinal.startswith(("-", "+", "*")):
            last = self.open[keep - 1]
            if (last.reading and last.reading.value) or last.node.line.wide:
                break
            if last.node.line.is_total and self.all_below_total:
                break
            if last.reading is None and (
                last.node.line.bold or not self.numbered or last.node.line.indent < line.indent
            ):
                break
            keep -= 1
        return keep

    def _guess(self, line: Line) -> tuple[int, bool]:
        """Where a row without an ordinal belongs, and whether anything but custom says so."""
        if not self.open:
            return 0, True
        ends = line.row == self.last and words.TOTAL.match(fold(line.title))
        if (line.is_total or ends) and not line.indent:
            return (0, True) if not self.open[0].node.line.is_total else (1, True)
        floor = 1 if self.all_below_total else 0
        if self.indents and (keep := self._by_indent(line)) is not None:
            return max(keep, floor), True
        last = self.open[-1]
        if line.is_of_which:
            while last.node.part and len(self.open) > 1:
                self.open.pop()
                last = self.open[-1]
            return len(self.open), True
        if last.node.line.is_bare:
            return len(self.open), True
        if self.bolds:
            keep = next((d for d, o in enumerate(self.open) if o.node.line.bold and d >= floor), None)
            return (floor, True) if line.bold else (len(self.open) if keep is None else keep + 1, True)
        if line.wide:
            return floor, True
        if not self.numbered:
            return max(floor, min(floor, len(self.open))), True
        keep = max((d + 1 for d, o in enumerate(self.open) if o.reading is not None), default=floor)
        return max(keep, floor), last.reading is None or line.bold == last.node.line.bold

    def _by_indent(self, line: Line) -> int | None:
        """Below the nearest row that is set in less; None where that row counts and this one stands level."""
        for depth in range(len(self.open) - 1, -1, -1):
            entry = self.open[depth]
            if entry.node.line.indent < line.indent:
                return depth + 1
            if entry.node.line.indent == line.indent and entry.reading is not None and not line.bold:
                return depth + 1 if not line.wide else None
        return None if self.open[-1].reading is not None or self.numbered else 0


def _is_head_total(lines: Sequence[Line]) -> bool:
    """Whether the first row is called the total, of all others."""
    first = lines[0]
    if not first.is_total or first.ordinal not in ("", "-"):
        return False
    return not any(words.BREAKDOWN.match(fold(line.title)) for line in lines[1:] if line.ordinal)


def _follow_sums(roots: list[Node]) -> None:
    """Rows that stand level with the row above that sums them are its children."""
    for level in [roots, *(node.children for root in roots for node in root.walk())]:
        for node in list(level):
            _adopt(node, level)


def _adopt(node: Node, level: list[Node]) -> None:
    if not node.line.sums or node.children or node.line.ordinal or node not in level:
        return
    at = level.index(node)
    after = level[at + 1 :]
    summed = set(node.line.sums)
    if not after or after[0].line.row not in summed:
        return
    end = max((i for i, other in enumerate(after) if other.line.row in summed), default=-1)
    taken = after[: end + 1]
    if {other.line.row for other in taken} == summed and all(
        not other.line.ordinal or not node.line.ordinal for other in taken
    ):
        node.children = taken
        for other in taken:
            other.parent = node
        del level[at + 1 : at + 1 + len(taken)]
