"""Rules that no formula tells: from the number line, from figures that add up, from the word total."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from designer.excel import words
from designer.excel.formulas import Tree, Untranslatable, cells_of
from designer.excel.grid import Place
from designer.excel.header import Head
from designer.excel.numberline import told_formulas
from designer.excel.rows import Node
from designer.excel.rules import Drawn, over_children, sum_of_children
from designer.excel.section import Section
from designer.excel.titled import told_sums
from designer.excel.translate import Ground, Translator
from expr import nodes
from expr.nodes import Name, One, Reference
from expr.text import fold


def from_number_line(section: Section) -> Iterator[Drawn]:
    """`3=1+2` of the number line, for columns that no formula of the sheet reckons."""
    ground = section.ground
    fake = Ground(ground.section, ground.sheet, {1: ""}, ground.columns, lambda place: False)
    for column, (tree, percent) in told_formulas(section.header.labels).items():
        if column not in ground.columns or not all(c.box.left in ground.columns for c in cells_of(tree)):
            continue
        share = section.types[column] == "percent"
        try:
            side = Translator(fake, [fake]).rule_side(
                tree, (1, column), "column", percent or not (share and _divides(tree))
            )
        except Untranslatable:
            continue
        yield _column_rule(ground, column, side, section, guessed=False)


def _divides(tree: Tree) -> bool:
    return "'/'" in repr(tree)


def _column_rule(ground: Ground, column: int, side: nodes.Node, section: Section, *, guessed: bool) -> Drawn:
    target = Reference(None, One(Name(ground.columns[column])), section=ground.section)
    rows = ground.rows or (section.table.first,)  # where they are agencies there are none yet
    places = tuple((row, column) for row in rows)
    return Drawn(nodes.Rule(nodes.Compare((target, side), ("=",))), places, guessed)


def from_titles(section: Section, told: set[Place]) -> Iterator[Drawn]:
    """Rows whose titles tell what they sum, where no formula of the sheet does and no figure disagrees."""
    ground, shape = section.ground, section.shape
    fake = Ground(ground.section, ground.sheet, ground.rows, {1: ""}, lambda place: False)
    for node, tree in told_sums(section.roots):
        row = node.line.row
        places = tuple((row, column) for column in shape.summed_columns)
        if row not in ground.rows or any(place in told for place in places):
            continue
        try:
            side = Translator(fake, [fake]).rule_side(tree, (row, 1), "row", percent=True)
        except Untranslatable:  # a row without figures
            continue
        target = Reference(One(Name(ground.rows[row])), None, section=ground.section)
        yield Drawn(
            nodes.Rule(nodes.Compare((target, over_children(shape, row, side)), ("=",))),
            places,
            guessed=False,
        )


def row_totals(section: Section, told: set[Place]) -> Iterator[Drawn]:
    """Rows called a total, or whose figures are the sums of those below, where no formula says it."""
    for root in section.roots:
        for node in root.walk():
            if drawn := _row_total(section, node, told):
                yield drawn


def _row_total(section: Section, node: Node, told: set[Place]) -> Drawn | None:
    row, shape = node.line.row, section.shape
    below = shape.children.get(row, ())
    places = tuple((row, column) for column in shape.summed_columns)
    if row not in section.ground.rows or len(below) < 2 or any(place in told for place in places):
        return None
    agree = [_adds_up(section, (row, c), [(r, c) for r in below]) for c in shape.summed_columns]
    if False in agree or not (True in agree or node.line.is_total):
        return None
    target = Reference(One(Name(section.ground.rows[row])), None, section=section.ground.section)
    rule = nodes.Rule(nodes.Compare((target, sum_of_children(shape, row)), ("=",)))
    return Drawn(rule, places, guessed=True not in agree)


def column_totals(section: Section, told: set[Place]) -> Iterator[Drawn]:
    """Columns called a total before the columns that make it up, where no formula says so."""
    reckoned = {column for _, column in told}
    for level in _levels(section.header.tree(sorted(section.types))):
        for at, head in enumerate(level[:-1]):
            column = head.columns[0]
            if head.children or column in reckoned or not words.TOTAL.match(fold(head.title)):
                continue
            if drawn := _column_total(section, column, level[at + 1 :]):
                yield drawn


def _levels(heads: Sequence[Head]) -> Iterator[Sequence[Head]]:
    yield heads
    for head in heads:
        yield from _levels(head.children)


def _column_total(section: Section, column: int, after: Sequence[Head]) -> Drawn | None:
    """It sums all that follows in the group, or only the next group: the figures decide, else the words."""
    every = [c for head in after for c in head.columns]
    options = [every, list(after[0].columns)]
    for columns in options:
        columns = [c for c in columns if c in section.shape.summed_columns]
        agree = [_adds_up(section, (row, column), [(row, c) for c in columns]) for row in section.ground.rows]
        if len(columns) > 1 and True in agree and False not in agree:
            return _sum_rule(section, column, columns, guessed=False)
    filled = any((row, column) in section.table.sheet.cells for row in section.ground.rows)
    breakdown = words.BREAKDOWN.match(fold(after[0].title)) and len(after[0].columns) > 1
    if breakdown and not filled and column in section.shape.summed_columns:
        return _sum_rule(section, column, list(after[0].columns), guessed=True)
    return None


def _sum_rule(section: Section, column: int, columns: Sequence[int], *, guessed: bool) -> Drawn:
    ground = section.ground
    terms = tuple(Reference(None, One(Name(ground.columns[c])), section=ground.section) for c in columns)
    return _column_rule(ground, column, nodes.Sum(terms, (1,) * len(terms)), section, guessed=guessed)


def _adds_up(section: Section, total: Place, parts: Sequence[Place]) -> bool | None:
    """Whether the figures say so; None where they are not there or all nought."""
    cells = section.table.sheet.cells
    whole = cells[total].value if total in cells else None
    values = [cells[part].value for part in parts if part in cells]
    numbers = [value for value in values if isinstance(value, Decimal)]
    if not isinstance(whole, Decimal) or not numbers or not (whole or any(numbers)):
        return None
    return abs(whole - sum(numbers)) <= Decimal("0.000001") * max(1, len(numbers))
