"""Outcomes of many forms at once, and comparing: `engine.compare` over whole arrays.

An outcome is one byte: FAIL, PASS, or the state of what is n/a (see `engine.bulk.numbers`).
"""

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.bulk.numbers import (
    ABSENT,
    NA_BLANK,
    NA_GUARD,
    Numbers,
    States,
    Units,
    as_bytes,
    in_scale,
    integer,
    marks_told,
    rounded,
    times,
    wide,
)
from engine.compare import SPARE_DECIMALS
from engine.plans.ground import Blanks
from expr.nodes import Operator, Tolerance

FAIL, PASS = 0, 1
OUTCOMES = (
    "fail",
    "pass",
    "na:guard",
    "na:blank",
    "na:mark",
    "na:mark",
    "na:div0",
    "na:divided",
    "na:no_children",
    "na:no_period",
    "na:no_form",
)
"""The words for outcomes by their byte."""
_TESTS: Mapping[Operator, Callable[[Any, Any], Any]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


@dataclass(frozen=True, slots=True)
class Side:
    """A side of a comparison; `radius` is how far it may be off, in half units of its scale (`tự động`)."""

    numbers: Numbers
    has_references: bool
    is_literal: bool
    decimals: int | None
    radius: Units | None = None


def compare(left: Side, op: Operator, right: Side, tolerance: Tolerance | None, blanks: Blanks) -> States:
    """The outcomes of one comparison of a chain."""
    if left.radius is not None and right.radius is not None:
        held = _can_hold(left, op, right)
    else:
        held = _held(*_same_scale(left, right), op, tolerance)
    return _settled(as_bytes(held), left, right, blanks)


def _same_scale(left: Side, right: Side) -> tuple[Numbers, Numbers]:
    """Both sides rounded as `engine.compare.shared_decimals` says."""
    single = [side.decimals for side in (left, right) if side.decimals is not None]
    if len(single) == 1 and (left.is_literal or right.is_literal):
        scale = max(left.numbers.scale, right.numbers.scale)
        return in_scale(left.numbers, scale), in_scale(right.numbers, scale)
    decimals = max(single, default=SPARE_DECIMALS)
    both_exact = left.numbers.over is None and right.numbers.over is None
    scale = max(left.numbers.scale, right.numbers.scale)
    if both_exact and scale <= decimals:  # nothing to round
        return in_scale(left.numbers, scale), in_scale(right.numbers, scale)
    return rounded(left.numbers, decimals), rounded(right.numbers, decimals)


def _held(a: Numbers, b: Numbers, op: Operator, tolerance: Tolerance | None) -> Any:
    if tolerance is None or tolerance.kind == "auto":
        return _TESTS[op](a.units, b.units)
    value, scale = integer(tolerance.value)
    bound = a.bound + b.bound
    gap: Units = wide(a.units, bound) - wide(b.units, bound)
    allowed: Any = value
    if tolerance.kind == "absolute":
        allowed = value * 10 ** max(a.scale - scale, 0)
        gap, bound = times(gap, bound, 10 ** max(scale - a.scale, 0))
        gap = wide(gap, max(bound, allowed))
    else:
        most = max(a.bound, b.bound)
        larger = np.maximum(abs(wide(a.units, most)), abs(wide(b.units, most)))
        allowed, _ = times(larger, most, value)
        gap, _ = times(gap, bound, 10 ** (scale + 2))
    if op in ("=", "<>"):
        near = abs(gap) <= allowed
        return near if op == "=" else ~near.astype(bool)
    return _TESTS[op](gap, allowed if op in ("<", "<=") else -allowed)


def _can_hold(left: Side, op: Operator, right: Side) -> Any:
    """Whether some values within the bounds satisfy the comparison."""
    scale = max(left.numbers.scale, right.numbers.scale)
    a, b = in_scale(left.numbers, scale), in_scale(right.numbers, scale)
    assert left.radius is not None and right.radius is not None
    radius_a, most_a = times(left.radius, int(left.radius.max()), 10 ** (scale - left.numbers.scale))
    radius_b, most_b = times(right.radius, int(right.radius.max()), 10 ** (scale - right.numbers.scale))
    most = 2 * (a.bound + b.bound) + most_a + most_b
    gap: Units = 2 * (wide(a.units, most) - wide(b.units, most))
    radius: Units = radius_a + radius_b
    if op in ("=", "<>"):
        near = abs(gap) <= radius
        return near if op == "=" else ~near.astype(bool)
    return _TESTS[op](gap, radius if op in ("<", "<=") else -radius)


def _settled(held: States, left: Side, right: Side, blanks: Blanks) -> States:
    """`held` where both sides are there or count as zero, else why there is nothing to compare."""
    a, b = left.numbers.states, right.numbers.states
    most = np.maximum(a, b)
    if blanks == "zero":
        return np.maximum(held, most * as_bytes(most > ABSENT))
    elif blanks == "skip":
        blank = (a == ABSENT) | (b == ABSENT)
    else:
        blank = (a == ABSENT) & (b == ABSENT)
        if not right.has_references:
            blank = blank | (a == ABSENT)
        if not left.has_references:
            blank = blank | (b == ABSENT)
    told = np.maximum(held, as_bytes(blank & (most == ABSENT)) * np.uint8(NA_BLANK))
    outcomes: States = np.maximum(told, most * as_bytes(most > ABSENT))
    return outcomes


# --- Kleene's logic: what decides, else the leftmost n/a


def both(first: States, second: States) -> States:
    """`và`, and the links of a chain."""
    return _leftmost(first, second) * as_bytes((first != FAIL) & (second != FAIL))


def _leftmost(first: States, second: States) -> States:
    unsettled = as_bytes(first > PASS)
    outcomes: States = first * unsettled + second * (unsettled ^ 1)
    return outcomes


def any_of(first: States, second: States) -> States:
    """`hoặc`."""
    decided = as_bytes((first == PASS) | (second == PASS))
    outcomes: States = _leftmost(first, second) * (decided ^ 1) + decided
    return outcomes


def opposite(outcomes: States) -> States:
    """`không phải`."""
    return outcomes ^ as_bytes(outcomes <= PASS)


def guarded(condition: States, then: States, otherwise: States | None = None) -> States:
    """`nếu … thì …` and `chỉ khi`."""
    last = np.uint8(NA_GUARD) if otherwise is None else otherwise
    outcomes: States = then * as_bytes(condition == PASS) + last * as_bytes(condition == FAIL)
    return outcomes + condition * as_bytes(condition > PASS)


def as_states(outcomes: States) -> States:
    """The states of a value that hangs on a condition: true and false are there, n/a is handed on."""
    return marks_told(outcomes) * as_bytes(outcomes > PASS)
