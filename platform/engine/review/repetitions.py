"""Rules that say what another rule says already, scaled or turned round or for fewer cells."""

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import replace
from fractions import Fraction

from engine.findings import Finding
from engine.review.demands import Demands
from engine.review.linear import Relation
from expr.nodes import Operator

_FLIPPED: Mapping[Operator, Operator] = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
_WEIGHT = {"error": 0, "warning": 1, "note": 2}


def repetitions(demands: Demands) -> Iterator[Finding]:
    """A finding for each rule all of whose demands another one makes as strictly."""
    rules = demands.program.rules
    keys = [_keys(demands, position) for position in range(len(rules))]
    having: dict[Hashable, set[int]] = {}
    for position, found in enumerate(keys):
        for key in found:
            having.setdefault(key, set()).add(position)

    def rank(position: int) -> tuple[bool, int, int]:
        rule = rules[position]
        return not rule.computed, _WEIGHT[rule.severity], position

    for position, own in enumerate(keys):
        shared = set.intersection(*(having[key] for key in own)) if own else set()
        stronger = [
            other
            for other in sorted(shared, key=rank)
            if other != position
            and rank(other)[:2] <= rank(position)[:2]
            and (keys[other] != own or rank(other) < rank(position))
        ]
        if stronger:
            alike = keys[stronger[0]] == own
            same = rules[stronger[0]].tree.statement == rules[position].tree.statement
            facts = {"rule": rules[position].rule.code, "other": rules[stronger[0]].rule.code}
            variant = "within" if not alike else "" if same else "scaled"
            where = rules[position].where
            yield Finding("rule.repeats", "warning", where, facts, rule=facts["rule"], variant=variant)


def _keys(demands: Demands, position: int) -> frozenset[Hashable]:
    """What a rule demands, target by target, so written that scaled copies look alike."""
    rule = demands.program.rules[position]
    rest = (rule.tree.blanks, rule.rule.valid_from, rule.rule.valid_to)
    linear = demands.linear[position]
    if linear and all(relation.slack is not None for demand in linear for relation in demand.relations):
        return frozenset((frozenset(map(_normal, demand.relations)), rest) for demand in linear)
    tree = replace(rule.tree, severity=None, message=None, narrowings=())
    return frozenset((tree, rule.section, target, rest) for target in demands.targets[position])


def _normal(relation: Relation) -> Hashable:
    gap, operator = relation.gap, relation.operator
    first = min(gap.terms, key=repr, default=None)
    scale = Fraction(1) if first is None else gap.terms[first]
    if scale < 0:
        operator = _FLIPPED.get(operator, operator)
    gap = gap.times(1 / scale)
    return frozenset(gap.terms.items()), gap.constant, operator, (relation.slack or 0) / abs(scale)
