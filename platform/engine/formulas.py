"""Formulas: which computed rule fills which cell, and what it reads to do so."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from engine.sheet import Place
from expr import nodes
from expr.names import Directory
from expr.targets import Run, Target, places

OVER_CHILDREN = frozenset({"tổng_đơn_vị_con", "trung_bình_đơn_vị_con", "đếm_đơn_vị_con"})
"""Functions whose argument is read in the reports below, not in this one."""


class ComputedRule(Protocol):
    """What is asked of a compiled rule here."""

    @property
    def section(self) -> str: ...
    @property
    def tree(self) -> nodes.Rule: ...
    @property
    def computed(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Fill:
    """One computed cell: the rule and target that fill it, and the expression that gives its value."""

    place: Place
    tree: nodes.Rule
    target: Target
    left: nodes.Reference
    expression: nodes.Node

    @property
    def operands(self) -> tuple[nodes.Node, nodes.Node]:
        """Both sides of the equality."""
        return self.left, self.expression


def formula(tree: nodes.Rule, section: str) -> tuple[nodes.Reference, nodes.Node] | None:
    """(target, expression) of an equality whose left side is one row, column or cell of its own section."""
    statement = tree.statement
    if not isinstance(statement, nodes.Compare) or statement.operators != ("=",):
        return None
    left, right = statement.operands
    if not isinstance(left, nodes.Reference) or left.is_set:
        return None
    return (left, right) if left.source == nodes.HERE and left.section == section else None


_RANK = {"cell": 0, "column": 1, "row": 2}


def fills(rules: Iterable[ComputedRule], directory: Directory) -> dict[Place, Fill]:
    """Every computed cell. Where formulas meet, the cell's own wins, then the column's, then the first."""
    found: dict[Place, tuple[int, Fill]] = {}
    for rule in rules:
        parts = formula(rule.tree, rule.section) if rule.computed else None
        if parts is None:
            continue
        left, expression = parts
        rank = _RANK[left.kind]
        section = directory.form.section[rule.section]
        for target in Run(rule.tree, section, directory).targets():
            for row, column in places(directory, left, target):
                place = (rule.section, row.id, column.id)
                if section.cell(row, column) is None:
                    continue
                if place not in found or rank < found[place][0]:
                    found[place] = (rank, Fill(place, rule.tree, target, left, expression))
    return {place: fill for place, (_, fill) in found.items()}


def reads(fill: Fill, directory: Directory) -> Sequence[Place]:
    """The cells of this report that a computed cell needs."""
    conditions = [fill.tree.when] if fill.tree.when is not None else []
    return [
        (reference.section, row.id, column.id)
        for part in (fill.expression, *conditions)
        for reference in _of_this_report(part)
        for row, column in places(directory, reference, fill.target)
    ]


def _of_this_report(part: nodes.Node) -> Iterator[nodes.Reference]:
    """The references that mean cells of the report itself, not those of the reports below it."""
    waiting = [part]
    while waiting:
        node = waiting.pop()
        if isinstance(node, nodes.Reference):
            if node.source == nodes.HERE:
                yield node
        elif not (isinstance(node, nodes.Call) and node.name in OVER_CHILDREN):
            waiting.extend(nodes.children(node))
