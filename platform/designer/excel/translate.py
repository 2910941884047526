"""From a formula over cells of a sheet to an expression of the language over rows and columns."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Literal

from designer.excel import formulas
from designer.excel.formulas import Tree, Untranslatable, cells_of, without_fallback
from designer.excel.grid import Box, Place
from expr import nodes
from expr.nodes import Between, Name, One, Reference, Several

MOST_TERMS = 12  # a sum of more is written over a range
HUNDRED = nodes.Number(Decimal(100))
Axis = Literal["row", "column", "cell"]

_FUNCTIONS = {
    "AVERAGE": "trung_bình",
    "MIN": "nhỏ_nhất",
    "MAX": "lớn_nhất",
    "COUNT": "đếm",
    "COUNTA": "đếm",
    "ABS": "trị_tuyệt_đối",
}


@dataclass(frozen=True)
class Ground:
    """A table drawn as a section: where its rows with cells and its columns stand, by their ids."""

    section: str
    sheet: str
    rows: Mapping[int, str]
    columns: Mapping[int, str]
    percent: Callable[[Place], bool]
    spare: frozenset[int] = frozenset()  # rows that stand for those added when the form is filled

    def holds(self, row: int, column: int) -> bool:
        """Whether a figure of the section stands there."""
        return (row in self.rows or row in self.spare) and column in self.columns

    @cached_property
    def _order(self) -> tuple[list[int], list[int]]:
        return sorted({*self.rows, *self.spare}), sorted(self.columns)

    def within(self, box: Box) -> tuple[list[int], list[int]]:
        """The rows and the columns that a block takes in; it may be the whole sheet."""
        rows, columns = self._order
        return (
            rows[bisect_left(rows, box.top) : bisect_right(rows, box.bottom)],
            columns[bisect_left(columns, box.left) : bisect_right(columns, box.right)],
        )


def orientation(tree: Tree, place: Place, ground: Ground) -> Axis:
    """How a formula can be spread: over rows when all it reads stands in its own row; columns likewise."""
    boxes = list(cells_of(tree))
    if not boxes:
        raise Untranslatable("constant", "")
    if any(cells.sheet not in (None, ground.sheet) for cells in boxes):
        return "cell"
    if all(cells.box.top == cells.box.bottom == place[0] for cells in boxes):
        return "column"
    if all(cells.box.left == cells.box.right == place[1] for cells in boxes):
        return "row"
    return "cell"


class Translator:
    """Translates the formulas of one section; `grounds` are all there are, for those over other sheets."""

    def __init__(self, ground: Ground, grounds: Sequence[Ground]) -> None:
        self.ground, self.grounds = ground, grounds

    def rule_side(self, tree: Tree, place: Place, axis: Axis, percent: bool | None = None) -> nodes.Node:
        """The right side of `cell = …`; a share that the sheet shows as % becomes a figure in %.

        `percent` says whether the formula already makes a percentage, where the sheet's looks do not tell.
        """
        self.axis = axis
        tree = without_fallback(tree)
        target = self.ground.percent(place) if percent is None else not percent
        sources = (
            [self.ground.percent((c.box.top, c.box.left)) for c in cells_of(tree)] if percent is None else []
        )
        self.scaled = any(sources) and not (target and all(sources) and _is_linear(tree))
        made = self.node(tree)
        if target and not (all(sources) and sources and _is_linear(tree)):
            return _times_hundred(made)
        return made

    def node(self, tree: Tree) -> nodes.Node:
        match tree:
            case formulas.Number(value):
                return nodes.Number(value) if value >= 0 else nodes.Negative(nodes.Number(-value))
            case formulas.Text(value):
                return nodes.Text(value)
            case formulas.Cells():
                return self.single(tree)
            case formulas.Operation():
                return self.operation(tree)
        return self.call(tree)

    def operation(self, tree: formulas.Operation) -> nodes.Node:
        if tree.sign in ("+", "-"):
            terms = [(self.node(part), sign) for part, sign in _flat_sum(tree, 1)]
            return _sum([(inner, s * sign) for node, sign in terms for inner, s in _inner_terms(node)])
        if tree.sign in ("*", "/"):
            factors = [(self.node(part), divides) for part, divides in _flat_product(tree)]
            return nodes.Product(tuple(f for f, _ in factors), tuple(d for _, d in factors))
        sides = (self.node(tree.left), self.node(tree.right))
        return nodes.Compare(sides, (tree.sign,))  # type: ignore[arg-type]

    def call(self, tree: formulas.Call) -> nodes.Node:
        name, arguments = tree.name, tree.arguments
        if name == "SUM":
            return self.total(arguments)
        if name == "-":
            return nodes.Negative(self.node(arguments[0]))
        if name == "%":
            return nodes.Product((self.node(arguments[0]), HUNDRED), (False, True))
        if name == "ROUND" and len(arguments) == 2 and isinstance(arguments[1], formulas.Number):
            return nodes.Call("làm_tròn", (self.node(arguments[0]), self.digits(arguments[1])))
        if name in _FUNCTIONS and arguments:
            return nodes.Call(_FUNCTIONS[name], tuple(self.argument(a) for a in arguments))
        if name == "IF" and len(arguments) == 3:
            return nodes.Call(
                "chọn", (self.node(arguments[0]), self.node(arguments[1]), self.node(arguments[2]))
            )
        if name == "PRODUCT" and len(arguments) > 1:
            return nodes.Product(tuple(self.node(a) for a in arguments), tuple(False for _ in arguments))
        if name in ("AND", "OR") and len(arguments) > 1:
            return (nodes.Both if name == "AND" else nodes.Either)(tuple(self.node(a) for a in arguments))
        raise Untranslatable("function", name)

    def digits(self, number: formulas.Number) -> nodes.Node:
        if number.value not in range(7):
            raise Untranslatable("function", "ROUND")
        return nodes.Number(number.value + (2 if self.scaled else 0))

    def total(self, arguments: tuple[Tree, ...]) -> nodes.Node:
        """A sum of few figures term by term, of many over the set they make."""
        singles = [piece for argument in arguments for piece in self.pieces(argument)]
        if not singles:
            raise Untranslatable("outside", "SUM")
        if len(singles) <= MOST_TERMS or self.scaled:
            return _sum([(node, 1) for node in singles])
        return nodes.Call("tổng", tuple(self.argument(argument) for argument in arguments))

    def pieces(self, tree: Tree) -> list[nodes.Node]:
        if not isinstance(tree, formulas.Cells):
            return [self.node(tree)]
        ground = self.ground_of(tree)
        rows, columns = ground.within(tree.box)
        return [self.cell(ground, row, column) for row in rows for column in columns]

    def argument(self, tree: Tree) -> nodes.Node:
        """A set where a block of cells is given."""
        if not isinstance(tree, formulas.Cells) or tree.is_single:
            return self.node(tree)
        ground = self.ground_of(tree)
        box = tree.box
        rows = [ident for row, ident in ground.rows.items() if box.top <= row <= box.bottom]
        columns = [ident for column, ident in ground.columns.items() if box.left <= column <= box.right]
        if not rows or not columns:
            raise Untranslatable("outside", "")
        return self.reference(
            ground, picked(rows, list(ground.rows.values())), picked(columns, list(ground.columns.values()))
        )

    def single(self, cells: formulas.Cells) -> nodes.Node:
        ground = self.ground_of(cells)
        if not cells.is_single or not ground.holds(cells.box.top, cells.box.left):
            raise Untranslatable("outside", "")
        return self.cell(ground, cells.box.top, cells.box.left)

    def cell(self, ground: Ground, row: int, column: int) -> nodes.Node:
        if row in ground.spare and self.axis != "column":
            raise Untranslatable("outside", "")
        made = self.reference(ground, One(Name(ground.rows.get(row, ""))), One(Name(ground.columns[column])))
        if self.scaled and ground.percent((row, column)):
            return nodes.Product((made, HUNDRED), (False, True))
        return made

    def reference(self, ground: Ground, rows: nodes.Selector, columns: nodes.Selector) -> Reference:
        return Reference(
            None if self.axis == "column" else rows,
            None if self.axis == "row" else columns,
            section=ground.section,
        )

    def ground_of(self, cells: formulas.Cells) -> Ground:
        if cells.sheet in (None, self.ground.sheet) and self._stands(self.ground, cells):
            return self.ground
        named = cells.sheet or self.ground.sheet
        found = next((g for g in self.grounds if g.sheet == named and self._stands(g, cells)), None)
        if found is None:
            raise Untranslatable("outside", named)
        return found

    @staticmethod
    def _stands(ground: Ground, cells: formulas.Cells) -> bool:
        return all(ground.within(cells.box))


def picked(wanted: Sequence[str], order: Sequence[str]) -> nodes.Selector:
    """Some ids as a selector: runs of three and more as ranges."""
    at = {ident: place for place, ident in enumerate(order)}
    places = sorted(at[ident] for ident in wanted)
    runs: list[list[int]] = []
    for place in places:
        if runs and runs[-1][-1] == place - 1:
            runs[-1].append(place)
        else:
            runs.append([place])
    picks: list[One | Between] = []
    for run in runs:
        if len(run) > 2:
            picks.append(Between(Name(order[run[0]]), Name(order[run[-1]])))
        else:
            picks += [One(Name(order[place])) for place in run]
    return picks[0] if len(picks) == 1 else Several(tuple(picks))


def _flat_sum(tree: Tree, sign: int) -> Iterator[tuple[Tree, int]]:
    match tree:
        case formulas.Operation("+" | "-" as op, left, right):
            yield from _flat_sum(left, sign)
            yield from _flat_sum(right, sign if op == "+" else -sign)
        case _:
            yield tree, sign


def _inner_terms(node: nodes.Node) -> Iterable[tuple[nodes.Node, int]]:
    return zip(node.terms, node.signs, strict=True) if isinstance(node, nodes.Sum) else [(node, 1)]


def _sum(terms: list[tuple[nodes.Node, int]]) -> nodes.Node:
    if len(terms) == 1 and terms[0][1] == 1:
        return terms[0][0]
    return nodes.Sum(tuple(node for node, _ in terms), tuple(sign for _, sign in terms))


def _flat_product(tree: Tree) -> Iterator[tuple[Tree, bool]]:
    match tree:
        case formulas.Operation("*" | "/" as sign, left, right):
            yield from _flat_product(left)
            yield right, sign == "/"
        case _:
            yield tree, False


def _times_hundred(node: nodes.Node) -> nodes.Node:
    """A hundred times; inside a rounding, for the rounding was of the share."""
    match node:
        case nodes.Call("làm_tròn", (inner, nodes.Number(digits))):
            return nodes.Call("làm_tròn", (_times_hundred(inner), nodes.Number(max(digits - 2, Decimal(0)))))
        case nodes.Product(factors, divides):
            return nodes.Product((*factors, HUNDRED), (*divides, False))
    return nodes.Product((node, HUNDRED), (False, False))


def _is_linear(tree: Tree) -> bool:
    match tree:
        case formulas.Cells():
            return True
        case formulas.Operation("+" | "-", left, right):
            return _is_linear(left) and _is_linear(right)
        case formulas.Call("SUM" | "AVERAGE" | "MIN" | "MAX" | "-", arguments):
            return all(map(_is_linear, arguments))
    return False
