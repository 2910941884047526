"""Sums that the titles of rows tell: `Tổng cộng (I+II)`, `Lợi nhuận gộp (20 = 10 - 11)`."""

import re
from collections.abc import Iterator, Sequence

from designer.excel import words
from designer.excel.formulas import Tree, Untranslatable, cells_of, read_formula
from designer.excel.rows import Node
from expr.text import fold

_TOLD = re.compile(
    r"[({\[]\s*(?:[\w.]+\s*=)?\s*(?P<sum>[({\[]?\s*[\w.]+(?:\s*[-+–]\s*[({\[]?\s*[\w.]+\s*[)}\]]?)+)\s*[)}\]]\W*$"
)
_LABEL = re.compile(r"[^\W_][\w.]*")
_SIGNS = str.maketrans("–{[}]", "-(())")


def told_sums(roots: list[Node]) -> Iterator[tuple[Node, Tree]]:
    """Each row whose title tells what others make it up, with the formula over their rows of the sheet."""
    every = [node for root in roots for node in root.walk()]
    for node in every:
        if (tree := _told(node, every, _level(node, roots))) is not None:
            yield node, tree


def lift_totals(roots: list[Node]) -> None:
    """A total over rows that it does not share its place with comes to stand below all of them."""
    totals = [(node, {cells.box.top for cells in cells_of(tree)}) for node, tree in told_sums(roots)]
    every = [node for root in roots for node in root.walk()]
    totals += [(node, set(node.line.sums)) for node in every if words.TOTAL.match(fold(node.line.title))]
    for node, summed in totals:
        while summed and node.parent and not (node.line.ordinal or node.children):
            outer = node.parent
            if summed <= {below.line.row for below in outer.walk()} - {outer.line.row}:
                break
            outer.children.remove(node)
            node.parent = outer.parent
            level = _level(outer, roots)
            level.insert(level.index(outer) + 1, node)


def _level(node: Node, roots: list[Node]) -> list[Node]:
    return node.parent.children if node.parent else roots


def _told(node: Node, every: Sequence[Node], level: Sequence[Node]) -> Tree | None:
    found = _TOLD.search(node.line.title)
    if not found:
        return None
    missing = False

    def cell(label: re.Match[str]) -> str:
        nonlocal missing
        row = _row_of(label[0], node, (node.children, level, every))
        missing = missing or row is None
        return f"A{row}"

    text = _LABEL.sub(cell, found["sum"].translate(_SIGNS)).replace(" ", "")
    try:
        return None if missing else read_formula("=" + text)
    except Untranslatable:
        return None


def _row_of(label: str, node: Node, ranges: Sequence[Sequence[Node]]) -> int | None:
    """The row of a code, else of an ordinal: below the row, beside it, else wherever it stands once."""
    every = ranges[-1]
    coded = [other for other in every if other.line.code == label]
    for rows in (coded, *([o for o in nearby if o.line.ordinal == label] for nearby in ranges)):
        if len(rows) == 1 and rows[0] is not node:
            return rows[0].line.row
    return None
