"""Comparing two sides: what blank means, how much is rounded, what a tolerance forgives."""

import datetime
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from engine.arithmetic import Interval
from engine.values import BLANK, EXACT, MARK, NotApplicable, Value, first_reason, rounded
from expr.nodes import Operator, Rule, Tolerance

SPARE_DECIMALS = 10
"""Where neither side is a single figure, both are compared to so many decimals."""
Truth = bool | NotApplicable
IF_BLANK = NotApplicable("blank")


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a comparison. `decimals` is that of a single figure, None for an expression."""

    value: Value
    has_references: bool
    is_literal: bool = False
    decimals: int | None = None


def holds(left: Side, operator: Operator, right: Side, rule: Rule) -> Truth:
    """Whether the comparison holds, by the rule's blank policy and tolerance (all but `tự động`)."""
    reason = not_comparable(left, right)
    if reason:
        return reason
    pair = without_blanks(left, right, rule)
    if isinstance(pair, NotApplicable):
        return pair
    a, b = pair
    if not (isinstance(a, Decimal) and isinstance(b, Decimal)):
        return _ordered(a, operator, b)
    decimals = shared_decimals(left, right)
    if decimals is not None:
        a, b = rounded(a, decimals), rounded(b, decimals)
    return _within(a, operator, b, _allowance(a, b, rule.tolerance))


def not_comparable(left: Side, right: Side) -> NotApplicable | None:
    """The reason that keeps two sides from being compared; a side that is x alone is one."""
    values = (left.value, right.value)
    return first_reason(NotApplicable("mark") if value is MARK else value for value in values)


def without_blanks(left: Side, right: Side, rule: Rule) -> tuple[Any, Any] | NotApplicable:
    """Both values with blanks counted as the rule wants, or n/a."""
    blank = (left.value is BLANK, right.value is BLANK)
    if not any(blank):
        return left.value, right.value
    if rule.blanks == "skip":
        return IF_BLANK
    if rule.blanks != "zero":
        other = right if blank[0] else left
        if all(blank) or not other.has_references:
            return IF_BLANK
    zero = _zero_like(right.value if blank[0] else left.value)
    if zero is None:
        return IF_BLANK
    return (zero if blank[0] else left.value), (zero if blank[1] else right.value)


def _zero_like(value: Value) -> Value | None:
    if isinstance(value, str):
        return ""
    return None if isinstance(value, datetime.date | bool) else Decimal(0)


def shared_decimals(left: Side, right: Side) -> int | None:
    """To how many decimals both sides are rounded; None compares exactly (a figure against a literal)."""
    single = [side.decimals for side in (left, right) if side.decimals is not None]
    if len(single) == 1 and (left.is_literal or right.is_literal):
        return None
    return max(single, default=SPARE_DECIMALS)


def _allowance(a: Decimal, b: Decimal, tolerance: Tolerance | None) -> Decimal:
    if tolerance is None or tolerance.kind == "auto":
        return Decimal(0)
    if tolerance.kind == "absolute":
        return tolerance.value
    return EXACT.multiply(max(a.copy_abs(), b.copy_abs()), tolerance.value.scaleb(-2, EXACT))


def _within(a: Decimal, operator: Operator, b: Decimal, allowed: Decimal) -> bool:
    gap = EXACT.subtract(a, b)
    match operator:
        case "=":
            return gap.copy_abs() <= allowed
        case "<>":
            return gap.copy_abs() > allowed
        case "<=":
            return gap <= allowed
        case ">=":
            return gap >= -allowed
        case "<":
            return gap < allowed
        case ">":
            return gap > -allowed


def _ordered(a: Any, operator: Operator, b: Any) -> Truth:
    if type(a) is not type(b):
        return operator == "<>"
    match operator:
        case "=":
            return bool(a == b)
        case "<>":
            return bool(a != b)
        case "<":
            return bool(a < b)
        case "<=":
            return bool(a <= b)
        case ">":
            return bool(a > b)
        case ">=":
            return bool(a >= b)


def can_hold(left: Interval, operator: Operator, right: Interval) -> bool:
    """Whether some values within the bounds satisfy the comparison (`sai số tự động`)."""
    match operator:
        case "=":
            return left[0] <= right[1] and right[0] <= left[1]
        case "<>":
            return left[1] < right[0] or right[1] < left[0]
        case "<=":
            return left[0] <= right[1]
        case "<":
            return left[0] < right[1]
        case ">=":
            return left[1] >= right[0]
        case ">":
            return left[1] > right[0]
