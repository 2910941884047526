"""Rules that can never fire or never fail, whatever the figures, as far as the limits of cells tell."""

from collections.abc import Iterator, Sequence
from fractions import Fraction

from engine.evaluate import At
from engine.findings import Finding
from engine.review.demands import Demands, is_place
from engine.review.feasible import conflict
from engine.review.linear import Affine, NotLinear, Relation, Variable
from expr import nodes
from expr.nodes import Node
from expr.types import attribute_name

_ZERO = Fraction(0)
_ATTRIBUTES = {"thang": (Fraction(1), Fraction(12)), "quy": (Fraction(1), Fraction(4))}
_NEVER_NEGATIVE = ("đếm", "đếm_nếu", "đếm_đơn_vị_con", "trị_tuyệt_đối", "độ_dài", "năm", "tháng")
_Range = tuple[Fraction | None, Fraction | None]
"""Smallest and largest value; None has no end."""


def idle(demands: Demands) -> Iterator[Finding]:
    """A finding for each rule that is false nowhere, or whose condition is true nowhere."""
    ask = _Certainty(demands)
    for position, rule in enumerate(demands.program.rules):
        ats = [At(rule.tree, target) for target in demands.targets[position]]
        code = ""
        if all(ask.never_fires(at) for at in ats):
            code = "rule.never_fires"
        elif not rule.computed and all(ask.truth(rule.tree.statement, at) for at in ats):
            code = "rule.never_fails"
        if code:
            facts = {"rule": rule.rule.code}
            yield Finding(code, "warning", rule.where, facts, rule=rule.rule.code)


class _Certainty:
    """True or False where that is all a condition can be besides n/a, None where figures decide."""

    def __init__(self, demands: Demands) -> None:
        self.demands = demands

    def never_fires(self, at: At) -> bool:
        rule = at.rule
        if rule.when is not None and self.truth(rule.when, at) is False:
            return True
        guard = rule.statement
        return (
            isinstance(guard, nodes.Guard)
            and guard.otherwise is None
            and self.truth(guard.condition, at) is False
        )

    def truth(self, node: Node, at: At) -> bool | None:
        match node:
            case nodes.Compare():
                return self._together(self._relations(node, at), at)
            case nodes.Both(operands):
                known = [self.truth(part, at) for part in operands]
                if False in known:
                    return False
                relations = [r for part in operands for r in self._relations(part, at)]
                return True if all(known) else False if self._excluded(relations) else None
            case nodes.Either(operands):
                known = [self.truth(part, at) for part in operands]
                return True if True in known else None if None in known else False
            case nodes.Not(operand):
                inner = self.truth(operand, at)
                return None if inner is None else not inner
            case nodes.Guard(_, then, otherwise):
                both = self.truth(then, at) and (otherwise is None or self.truth(otherwise, at))
                return True if both else None
        return None

    def _relations(self, node: Node, at: At) -> Sequence[Relation]:
        try:
            return self.demands.reading.relations(node, at)
        except NotLinear:
            return ()

    def _together(self, relations: Sequence[Relation], at: At) -> bool | None:
        known = [_holds(relation, self._range(relation.gap, at)) for relation in relations]
        return None if not known else False if False in known else True if all(known) else None

    def _excluded(self, relations: Sequence[Relation]) -> bool:
        bounds = [bound for relation in relations for bound in self.demands.bounds(relation)]
        places = {v for bound in bounds for v in bound.terms if is_place(v)}
        return bool(conflict([*bounds, *(b for place in places for b in self.demands.bounds_of(place))]))

    def _range(self, gap: Affine, at: At) -> _Range:
        low: Fraction | None = gap.constant
        high: Fraction | None = gap.constant
        # Among several figures a blank one counts as 0, also where 0 could not be entered.
        with_blank = len(gap.terms) > 1 or at.rule.blanks == "zero"
        for variable, coefficient in gap.terms.items():
            least, most = self._variable(variable)
            if with_blank:
                least = None if least is None else min(least, _ZERO)
                most = None if most is None else max(most, _ZERO)
            if coefficient < 0:
                least, most = most, least
            low = None if low is None or least is None else low + coefficient * least
            high = None if high is None or most is None else high + coefficient * most
        return low, high

    def _variable(self, variable: Variable) -> _Range:
        if is_place(variable):
            return self.demands.limits(variable)
        node = variable[0] if isinstance(variable, tuple) else None
        if isinstance(node, nodes.Attribute) and node.owner == "period":
            return _ATTRIBUTES.get(attribute_name(node.name), (None, None))
        return (_ZERO if isinstance(node, nodes.Call) and node.name in _NEVER_NEGATIVE else None), None


def _holds(relation: Relation, values: _Range) -> bool | None:
    low, high = values
    if relation.operator in (">", ">="):
        low, high = (None if high is None else -high), (None if low is None else -low)
    match relation.operator:
        case "=":
            return _equal(relation, low, high)
        case "<>":
            equal = _equal(relation, low, high)
            return None if equal is None else not equal
        case "<=" | ">=":
            return True if high is not None and high <= 0 else False if _beyond(relation, low) else None
    # Rounding keeps the order, but may make equal what was less.
    if relation.slack == 0 and high is not None and high < 0:
        return True
    return (
        False
        if _beyond(relation, low) or (relation.tolerance == 0 and low is not None and low >= 0)
        else None
    )


def _equal(relation: Relation, low: Fraction | None, high: Fraction | None) -> bool | None:
    if low == high == 0:
        return True
    return False if _beyond(relation, low) or _beyond(relation, None if high is None else -high) else None


def _beyond(relation: Relation, low: Fraction | None) -> bool:
    """More than rounding and tolerance forgive."""
    return low is not None and relation.slack is not None and low > relation.slack
