"""The formulas of a table as few rules: one for a column that reckons alike in its rows, or a row."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from designer.excel.formulas import Tree, Untranslatable, read_formula
from designer.excel.grid import Place, Sheet, address
from designer.excel.translate import Axis, Ground, Translator, orientation, picked
from engine.findings import Finding
from expr import nodes
from expr.nodes import Children, Name, Narrowing, One, Parent, Reference

Key = tuple[Axis, int, int, nodes.Node]
"""Axis, column or row of the sheet (or both), right side."""


@dataclass(frozen=True)
class Shape:
    """What rules must know of their section: its cells, what a row rule takes, what makes up a row."""

    ground: Ground
    summed_columns: Sequence[int]
    children: Mapping[int, Sequence[int]]


@dataclass(frozen=True)
class Drawn:
    """A rule and the cells of the sheet it came from; `guessed` when no formula of the sheet said so."""

    rule: nodes.Rule
    places: tuple[Place, ...]
    guessed: bool = False


def draw_rules(sheet: Sheet, shape: Shape, grounds: Sequence[Ground]) -> tuple[list[Drawn], list[Finding]]:
    """The rules of a section's formulas, and each formula that could not be told in the language."""
    groups, findings = _grouped(sheet, shape.ground, grounds)
    rules = [_rule(shape, key, places, groups) for key, places in groups.items()]
    return _with_parents(shape, [rule for rule in rules if rule is not None]), findings


def _grouped(
    sheet: Sheet, ground: Ground, grounds: Sequence[Ground]
) -> tuple[dict[Key, list[Place]], list[Finding]]:
    translator = Translator(ground, grounds)
    groups: dict[Key, list[Place]] = {}
    findings = []
    for place, cell in sorted(sheet.cells.items()):
        row, column = place
        if cell.formula is None or not ground.holds(row, column):
            continue
        try:
            tree = read_formula(cell.formula)
            key = _key(translator, tree, place)
        except Untranslatable as refused:
            if row in ground.spare:  # totals over rows that are not drawn come by roll-up
                continue
            findings.append(_untold(sheet, place, cell.formula, refused))
            continue
        if row in ground.rows or key[0] == "column":
            groups.setdefault(key, []).append(place)
    return groups, findings


def _key(translator: Translator, tree: Tree, place: Place) -> Key:
    axis = orientation(tree, place, translator.ground)
    side = translator.rule_side(tree, place, axis)
    row, column = place
    if axis == "column":
        return axis, 0, column, side
    return (axis, row, 0, side) if axis == "row" else (axis, row, column, side)


def _untold(sheet: Sheet, place: Place, formula: str, refused: Untranslatable) -> Finding:
    facts = {"formula": formula[:200], "what": refused.what[:100]}
    where = f"{sheet.name}!{address(*place)}"
    return Finding("workbook.formula", "warning", where=where, facts=facts, variant=refused.kind)


def _rule(
    shape: Shape, key: Key, places: Sequence[Place], groups: Mapping[Key, Sequence[Place]]
) -> Drawn | None:
    axis, row, column, side = key
    ground = shape.ground
    rows = One(Name(ground.rows[row])) if axis != "column" else None
    columns = One(Name(ground.columns[column])) if axis != "row" else None
    target = Reference(rows, columns, section=ground.section)
    if axis == "row":
        side = over_children(shape, row, side)
    narrowings: tuple[Narrowing, ...] = ()
    if axis == "column":
        narrowings = _rows_clause(shape, column, side, {r for r, _ in places if r in ground.rows}, groups)
    elif axis == "row":
        narrowings = _columns_clause(shape, row, {c for _, c in places}, groups)
    rule = nodes.Rule(nodes.Compare((target, side), ("=",)), narrowings)
    return Drawn(rule, tuple(places))


def _rows_clause(
    shape: Shape, column: int, side: nodes.Node, rows: set[int], groups: Mapping[Key, Sequence[Place]]
) -> tuple[Narrowing, ...]:
    """Which rows a column's formula runs on, where it is not all of them."""
    ground = shape.ground
    missing = set(ground.rows) - rows
    if is_sum(side):  # totals of the same figures agree whichever way they are summed
        missing -= {
            r for (axis, _, _, other), places in groups.items() if axis == "row" and is_sum(other)
            for r, c in places if c == column
        }  # fmt: skip
    if not missing or not rows:
        return ()
    order = list(ground.rows.values())
    without = len(missing) < len(rows)
    chosen = missing if without else rows
    return (Narrowing("row", picked([ground.rows[r] for r in sorted(chosen)], order), without),)


def _columns_clause(
    shape: Shape, row: int, columns: set[int], groups: Mapping[Key, Sequence[Place]]
) -> tuple[Narrowing, ...]:
    """Which columns a row's formula runs on, where they are not those a row rule takes by itself."""
    ground = shape.ground
    by_column = {
        c for (axis, _, _, other), places in groups.items() if axis == "column" and is_sum(other)
        for r, c in places if r == row
    }  # fmt: skip
    summed = set(shape.summed_columns)
    if columns <= summed and not summed - columns - by_column:
        return ()
    return (
        Narrowing(
            "column", picked([ground.columns[c] for c in sorted(columns)], list(ground.columns.values()))
        ),
    )


def is_sum(node: nodes.Node) -> bool:
    """Whether a right side only adds and takes away figures."""
    match node:
        case Reference():
            return True
        case nodes.Sum(terms, _):
            return all(map(is_sum, terms))
        case nodes.Call("tổng", arguments):
            return all(map(is_sum, arguments))
        case nodes.Negative(operand):
            return is_sum(operand)
    return False


def over_children(shape: Shape, row: int, side: nodes.Node) -> nodes.Node:
    """The sum of exactly the rows below, said so: rows added later are summed too."""
    below = shape.children.get(row, ())
    if len(below) > 1 and _named(side, shape) == [shape.ground.rows[r] for r in below]:
        return sum_of_children(shape, row)
    return side


def sum_of_children(shape: Shape, row: int) -> nodes.Call:
    """`tổng(dòng con của …)`."""
    ground = shape.ground
    return nodes.Call("tổng", (Reference(Children(Name(ground.rows[row])), None, section=ground.section),))


def _named(side: nodes.Node, shape: Shape) -> list[str] | None:
    """The rows that a plain sum names, in display order; None for any other expression."""
    order = list(shape.ground.rows.values())
    found: list[str] = []
    if isinstance(side, nodes.Sum) and any(sign < 0 for sign in side.signs):
        return None
    terms = (
        side.terms if isinstance(side, nodes.Sum) else side.arguments if isinstance(side, nodes.Call) else ()
    )
    if isinstance(side, nodes.Call) and side.name != "tổng":
        return None
    for term in terms:
        if not isinstance(term, Reference) or term.rows is None or term.section != shape.ground.section:
            return None
        picks = term.rows.picks if isinstance(term.rows, nodes.Several) else (term.rows,)
        for pick in picks:
            if isinstance(pick, One):
                found.append(pick.name.text)
            elif isinstance(pick, nodes.Between):
                found += order[order.index(pick.first.text) : order.index(pick.last.text) + 1]
            else:
                return None
    return sorted(found, key=order.index)


def _with_parents(shape: Shape, rules: list[Drawn]) -> list[Drawn]:
    """Where every row with rows below is their sum, one rule says it for all."""
    sums = [rule for rule in rules if _sums_children(rule)]
    parents = [row for row in shape.children if row in shape.ground.rows and len(shape.children[row]) > 0]
    told = {row for rule in sums for row, _ in rule.places}
    if len(sums) < 2 or told != set(parents):
        return rules
    section = shape.ground.section
    whole = nodes.Compare(
        (
            Reference(Parent(), None, section=section),
            nodes.Call("tổng", (Reference(Children(), None, section=section),)),
        ),
        ("=",),
    )
    places = tuple(place for rule in sums for place in rule.places)
    return [Drawn(nodes.Rule(whole), places), *(rule for rule in rules if rule not in sums)]


def _sums_children(drawn: Drawn) -> bool:
    match drawn.rule.statement:
        case nodes.Compare((_, nodes.Call("tổng", (Reference(rows=Children()),))), _):
            return not drawn.rule.narrowings
    return False
