"""Formulas and constraints that want different values in one cell."""

from collections.abc import Iterator

from engine.findings import Finding
from engine.formulas import fills, formula
from engine.program import CompiledRule
from engine.review.demands import Demands
from engine.sheet import Place
from expr import nodes
from expr.nodes import Node, Reference
from expr.targets import Target, places


def fights(demands: Demands) -> Iterator[Finding]:
    """A finding for each rule that a formula of the same cell leaves no room.

    That is a second formula of the same kind, which never fills; a constraint that computes another value
    from the very figures the formula reads; and one that wants the cell blank.
    """
    rules = demands.program.rules
    by_tree = {id(rule.tree): rule for rule in rules}
    filled = fills(rules, demands.program.directory)
    for rule, targets in zip(rules, demands.targets, strict=True):
        for target in targets:
            place = _demanded(demands, rule, target)
            fill = filled.get(place) if place else None
            if place is None or fill is None or fill.tree is rule.tree:
                continue
            other = by_tree[id(fill.tree)]
            if _fight(demands, rule, other, target):
                codes = {"rule": rule.rule.code, "other": other.rule.code}
                facts = {**codes, "cell": demands.cell_name(place)}
                variant = "formulas" if rule.computed else ""
                yield Finding(
                    "rule.fights", "warning", rule.where, facts, rule=rule.rule.code, variant=variant
                )
                break


def _demanded(demands: Demands, rule: CompiledRule, target: Target) -> Place | None:
    """The one cell whose value the rule says."""
    if rule.tree.when is not None and not rule.computed:
        return None
    statement, parts = rule.tree.statement, formula(rule.tree, rule.section)
    left: Node | None = parts[0] if parts else None
    if isinstance(statement, nodes.Filled) and not statement.wanted:
        left = statement.operand
    if not isinstance(left, Reference) or left.is_set or left.source != nodes.HERE:
        return None
    found = places(demands.program.directory, left, target)
    return (left.section, found[0][0].id, found[0][1].id) if found else None


def _fight(demands: Demands, rule: CompiledRule, other: CompiledRule, target: Target) -> bool:
    mine, theirs = (formula(each.tree, each.section) for each in (rule, other))
    if mine is None or theirs is None:
        return True  # it wants the cell blank
    if rule.computed:
        return mine[0].kind == theirs[0].kind
    reads = _reads(demands, theirs[1], target)
    return mine[1] != theirs[1] and bool(reads) and _reads(demands, mine[1], target) == reads


def _reads(demands: Demands, node: Node, target: Target) -> set[Place]:
    return {
        (reference.section, row.id, column.id)
        for reference in nodes.walk(node)
        if isinstance(reference, Reference) and reference.source == nodes.HERE
        for row, column in places(demands.program.directory, reference, target)
    }
