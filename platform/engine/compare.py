"""Comparing two sides: what blank means, how much is rounded, what a tolerance forgives."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol

from engine.arithmetic import Interval
from engine.plans.ground import Blanks
from engine.values import (
    BLANK,
    EXACT,
    MARK,
    MOST_DECIMALS,
    Missing,
    NotApplicable,
    Value,
    first_reason,
    rounded,
)
from expr.nodes import Operator, Tolerance

SPARE_DECIMALS = MOST_DECIMALS
"""Where neither side is a single figure, both are compared to so many decimals."""
Truth = bool | NotApplicable
IF_BLANK = NotApplicable("blank")


class SideFacts(Protocol):
    """What rounding and blanks need to know of a side."""

    @property
    def has_references(self) -> bool: ...
    @property
    def is_literal(self) -> bool: ...
    @property
    def decimals(self) -> int | None: ...


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a comparison. `decimals` is that of a single figure, None for an expression."""

    value: Value
    has_references: bool
    is_literal: bool = False
    decimals: int | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """What a comparison knows of its sides before any figure is there."""

    operator: Operator
    decimals: int | None
    references: tuple[bool, bool]
    tolerance: Tolerance | None
    blanks: Blanks


def terms_of(
    left: SideFacts, operator: Operator, right: SideFacts, tolerance: Tolerance | None, blanks: Blanks
) -> Terms:
    """The terms of comparing two sides."""
    references = (left.has_references, right.has_references)
    return Terms(operator, shared_decimals(left, right), references, tolerance, blanks)


def holds(a: Value, b: Value, terms: Terms) -> Truth:
    """Whether the comparison holds, by its blank policy and tolerance (all but `tự động`)."""
    if not (isinstance(a, Decimal) and isinstance(b, Decimal)):
        reason = not_comparable(a, b)
        if reason:
            return reason
        pair = without_blanks(a, b, terms)
        if isinstance(pair, NotApplicable):
            return pair
        a, b = pair
        if not (isinstance(a, Decimal) and isinstance(b, Decimal)):
            return _ordered(a, terms.operator, b)
    if terms.decimals is not None:
        a, b = rounded(a, terms.decimals), rounded(b, terms.decimals)
    if terms.tolerance is None:
        return _ordered(a, terms.operator, b)
    return _within(a, terms.operator, b, _allowance(a, b, terms.tolerance))


def not_comparable(a: Value, b: Value) -> NotApplicable | None:
    """The reason that keeps two sides from being compared; a side that is x alone is one."""
    return first_reason(NotApplicable("mark") if value is MARK else value for value in (a, b))


def without_blanks(a: Value, b: Value, terms: Terms) -> tuple[Any, Any] | NotApplicable:
    """Both values with blanks counted as the rule wants, or n/a."""
    blank = (a is BLANK, b is BLANK)
    if not any(blank):
        return a, b
    if terms.blanks == "skip":
        return IF_BLANK
    if terms.blanks != "zero" and (all(blank) or not terms.references[1 if blank[0] else 0]):
        return IF_BLANK
    zero = _zero_like(b if blank[0] else a)
    if zero is None:
        return IF_BLANK
    return (zero if blank[0] else a), (zero if blank[1] else b)


def chosen_terms(operator: Operator, wanted: SideFacts, blanks: Blanks) -> Terms:
    """The terms on which `đếm_nếu` and `tổng_nếu` compare each value of their set."""
    return terms_of(Side(BLANK, True, decimals=0), operator, wanted, None, blanks)


def chosen(values: Sequence[Value], wanted: Value, terms: Terms) -> list[int]:
    """The positions of the entered values that stand to `wanted` as the terms say."""
    return [
        i
        for i, value in enumerate(values)
        if not isinstance(value, Missing) and holds(value, wanted, terms) is True
    ]


def _zero_like(value: Value) -> Value | None:
    if isinstance(value, str):
        return ""
    return None if isinstance(value, datetime.date | bool) else Decimal(0)


def shared_decimals(left: SideFacts, right: SideFacts) -> int | None:
    """To how many decimals both sides are rounded; None compares exactly (a figure against a literal)."""
    single = [side.decimals for side in (left, right) if side.decimals is not None]
    if len(single) == 1 and (left.is_literal or right.is_literal):
        return None
    return max(single, default=SPARE_DECIMALS)


def _allowance(a: Decimal, b: Decimal, tolerance: Tolerance) -> Decimal:
    if tolerance.kind == "auto":
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
