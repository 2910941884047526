"""Rules that no figures satisfy together, once all are entered: the smallest such sets."""

from collections.abc import Iterator, Sequence

from engine.findings import Finding, Severity
from engine.review.demands import Demand, Demands, is_place
from engine.review.feasible import Bound, conflict
from engine.sheet import Place

MOST = 10
MOST_CELLS = 8

_Owned = tuple[Demand | Place, Bound]


def contradictions(demands: Demands) -> Iterator[Finding]:
    """A finding for each set, at the last of its rules; formulas and the limits of cells take part."""
    gone = {extent for condition in demands.program.conditions for extent in condition.extents}
    owned: list[_Owned] = [
        (demand, bound)
        for of_rule in demands.linear
        for demand in of_rule
        if _stands(demands, demand, gone)
        for relation in demand.relations
        for bound in demands.bounds(relation)
    ]
    cells = dict.fromkeys(v for _, bound in owned for v in bound.terms if is_place(v))
    owned += [(place, bound) for place in cells for bound in demands.bounds_of(place)]
    for _ in range(MOST):
        blamed = [owned[position] for position in conflict([bound for _, bound in owned])]
        rules = sorted({owner.rule for owner, _ in blamed if isinstance(owner, Demand)})
        if not rules:
            return
        yield _told(demands, rules, [bound for _, bound in blamed])
        owned = [each for each in owned if not (isinstance(each[0], Demand) and each[0].rule == rules[-1])]


def _stands(demands: Demands, demand: Demand, gone: set[tuple[str, str | None, str | None]]) -> bool:
    """False where the rule may not be in force, or a cell of it may be absent."""
    rule = demands.program.rules[demand.rule].rule
    places = [v for relation in demand.relations for v in relation.gap.terms if is_place(v)]
    around = {
        extent
        for section, row, column in places
        for extent in (
            (section, None, None),
            (section, row, None),
            (section, None, column),
            (section, row, column),
        )
    }
    return not (rule.valid_from or rule.valid_to or around & gone)


def _told(demands: Demands, positions: Sequence[int], bounds: Sequence[Bound]) -> Finding:
    rules = [demands.program.rules[position] for position in positions]
    cells = dict.fromkeys(demands.cell_name(v) for bound in bounds for v in bound.terms if is_place(v))
    facts = {"rules": [rule.rule.code for rule in rules], "cells": list(cells)[:MOST_CELLS]}
    variant = "alone" if len(rules) == 1 else "formula" if any(rule.computed for rule in rules) else ""
    variant = variant if cells else f"{variant}.no_cells".strip(".")  # of open rows none can be named
    severity: Severity = "error" if all(rule.severity == "error" for rule in rules) else "warning"
    last = rules[-1]
    return Finding("rule.contradiction", severity, last.where, facts, rule=last.rule.code, variant=variant)
