"""Exact numbers of many forms at once: integers in a common scale, what is missing and why beside them.

An array has shape [instances × forms], or 1 where all are alike. It is int64 as long as a bound on its size
proves that nothing wraps around, and holds Python integers beyond. A quotient is kept as two integers until
it is rounded. For numerators below `SURE` that rounds as the 34 digits of `engine.values.QUOTIENT` do: what
is no tie is at least one part of twice its divisor away from one, and 34 digits are closer than that.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.values import BLANK, MARK, Missing

Units = NDArray[Any]
"""int64, or objects that are Python integers."""
States = NDArray[np.uint8]

PRESENT, ABSENT, NA_GUARD, NA_BLANK, MARKED, NA_MARK, NA_DIV0 = range(7)
"""States of a value. ABSENT is blank and MARKED is x; n/a ones stand so that the largest is the one told."""
REASON_STATES = {"guard": 2, "blank": 3, "mark": 5, "div0": 6, "divided": 7, "no_children": 8} | {
    "no_period": 9,
    "no_form": 10,
}
_ROOM = 2**63
SURE = 10**33


class Declined(Exception):
    """These rules are left to the evaluator of one form."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """Values units / over · 10^−scale; units are 0 where the state is not PRESENT.

    `bound` is at least every |units|, `over_bound` every divisor; divisors are positive. `applies` when no
    state can be n/a.
    """

    units: Units
    scale: int
    states: States
    bound: int
    applies: bool = True
    over: Units | None = None
    over_bound: int = 1


ALL_PRESENT = np.zeros((1, 1), dtype=np.uint8)


def constant(value: Decimal | Missing) -> Numbers:
    """A number that is the same everywhere."""
    if isinstance(value, Missing):
        state = {BLANK: ABSENT, MARK: MARKED}[value]
        return Numbers(np.zeros((1, 1), np.int64), 0, np.full((1, 1), state, np.uint8), 0)
    units, scale = integer(value)
    return Numbers(integers([[units]], abs(units)), scale, ALL_PRESENT, abs(units))


def integer(value: Decimal) -> tuple[int, int]:
    """(units, scale) of a decimal."""
    sign, digits, exponent = value.as_tuple()
    if not isinstance(exponent, int) or abs(exponent) > 100:
        raise Declined
    units = int("".join(map(str, digits))) * (-1 if sign else 1)
    return (units, -exponent) if exponent < 0 else (units * 10**exponent, 0)


def integers(values: Any, bound: int) -> Units:
    """An array wide enough for the bound."""
    return np.array(values, dtype=np.int64 if bound < _ROOM else object)


def wide(units: Units, bound: int) -> Units:
    """`units`, as Python integers where a result of this bound would not fit int64."""
    return units if bound < _ROOM or units.dtype == object else units.astype(object)


def times(units: Units, bound: int, factor: int) -> tuple[Units, int]:
    """(units · factor, its bound)."""
    if factor == 1:
        return units, bound
    bound *= abs(factor)
    # A factor beyond int64 is a Python integer beside Python integers.
    return wide(units, max(bound, abs(factor))) * factor, bound


def in_scale(x: Numbers, scale: int) -> Numbers:
    """The same numbers with at least so many decimals."""
    units, bound = times(x.units, x.bound, 10 ** max(scale - x.scale, 0))
    return replace(x, units=units, bound=bound, scale=max(scale, x.scale))


def rounded(x: Numbers, decimals: int) -> Numbers:
    """With exactly so many decimals, half away from zero."""
    x = in_scale(x, decimals)
    if x.scale == decimals and x.over is None:
        return x
    if x.over is not None and x.bound >= SURE:
        raise Declined
    over: Units | int = 10 ** (x.scale - decimals)
    over_bound = 10 ** (x.scale - decimals) * x.over_bound
    most = 2 * x.bound + over_bound
    if x.over is not None:
        over, _ = times(x.over, x.over_bound, 10 ** (x.scale - decimals))
        over = wide(over, max(most, 2 * over_bound))
    units = wide(x.units, max(most, 2 * over_bound))
    whole = (2 * abs(units) + over) // (2 * over)
    whole = np.where(units < 0, -whole, whole)
    return Numbers(whole, decimals, x.states, x.bound // 10 ** (x.scale - decimals) + 1, x.applies)


def negative(x: Numbers) -> Numbers:
    """−x."""
    return replace(x, units=-x.units)


def absolute(x: Numbers) -> Numbers:
    """|x|."""
    return replace(x, units=abs(x.units))


# --- states


def reasons(states: States) -> States:
    """Only what is n/a of the states; x and blank are not."""
    found: States = np.where((states == MARKED) | (states == ABSENT), np.uint8(PRESENT), states)
    return found


def marks_told(states: States) -> States:
    """x as n/a, where × or ÷ meets it."""
    found: States = np.where(states == MARKED, np.uint8(NA_MARK), states)
    return found


def zero_where(units: Units, states: States) -> Units:
    """Units with 0 where the value is not there."""
    masked: Units = units * (states == PRESENT)
    return masked


def _of_terms(terms: Sequence[Numbers]) -> States:
    """The state of a sum: the first reason, else blank when no term is there."""
    least = terms[0].states
    for term in terms[1:]:
        least = np.minimum(least, term.states)
    states: States = (least != PRESENT).astype(np.uint8)
    for term in terms:
        if not term.applies:
            states = np.maximum(states, reasons(term.states))
    return states


def _of_factors(factors: Sequence[Numbers]) -> States:
    """The state of a product: the first reason (x is one), else blank when a factor is."""
    states = factors[0].states
    for factor in factors[1:]:
        states = np.maximum(states, factor.states)
    states = marks_told(states)
    if all(factor.applies for factor in factors):
        return states
    absent = np.zeros((1, 1), dtype=bool)
    for factor in factors:
        absent = absent | (factor.states == ABSENT)
    found: States = np.where((states == PRESENT) & absent, np.uint8(ABSENT), states)
    return found


# --- arithmetic


def add(terms: Sequence[Numbers], signs: Sequence[int] | None = None) -> Numbers:
    """Their sum; what is missing is left out, and nothing but missing is blank."""
    states = _of_terms(terms)
    applies = all(term.applies for term in terms)
    scale = max(term.scale for term in terms)
    over, over_bound, terms = _one_divisor([in_scale(term, scale) for term in terms])
    bound = sum(term.bound for term in terms)
    total: Units | None = None
    for i, term in enumerate(terms):
        units = wide(term.units, bound)
        if total is None:
            total = -units if signs and signs[i] < 0 else units
        else:
            total = total - units if signs and signs[i] < 0 else total + units
    assert total is not None
    if not applies:
        total = zero_where(total, states)
    return Numbers(total, scale, states, bound, applies, over, over_bound)


def _one_divisor(terms: list[Numbers]) -> tuple[Units | None, int, list[Numbers]]:
    """The terms over the divisor of the one quotient among them."""
    quotients = [term for term in terms if term.over is not None]
    if not quotients:
        return None, 1, terms
    if len(quotients) > 1:
        raise Declined
    over, most = quotients[0].over, quotients[0].over_bound
    assert over is not None
    multiplied = []
    for term in terms:
        if term.over is None:
            bound = term.bound * most
            units = wide(term.units, bound) * wide(over, bound)
            term = replace(term, units=units, bound=bound)
        multiplied.append(term)
    return over, most, multiplied


def multiply(factors: Sequence[Numbers], divides: Sequence[bool]) -> Numbers:
    """n-ary × and ÷ from left to right."""
    states = _of_factors(factors)
    result = factors[0]
    for factor, is_divisor in zip(factors[1:], divides[1:], strict=True):
        power = _power_of_ten(factor)
        if power is not None:
            result = _shifted(result, -power if is_divisor else power)
        elif result.over is not None or factor.over is not None:
            raise Declined
        elif is_divisor:
            result, divided_by_zero = _quotient(result, factor)
            states = np.where((states == PRESENT) & divided_by_zero, np.uint8(NA_DIV0), states)
        else:
            bound = result.bound * factor.bound
            widest = max(bound, result.bound, factor.bound)
            units = wide(result.units, widest) * wide(factor.units, widest)
            result = Numbers(units, result.scale + factor.scale, states, bound)
    units = result.units if result.over is None else zero_where(result.units, states)
    return replace(result, units=units, states=states, applies=False)


def _power_of_ten(x: Numbers) -> int | None:
    """k where x is the constant 10^k."""
    if x.over is not None or x.units.size != 1 or x.states.size != 1 or x.states[0, 0] != PRESENT:
        return None
    text = str(int(x.units.flat[0]))
    return len(text) - 1 - x.scale if text.rstrip("0") == "1" else None


def _shifted(x: Numbers, power: int) -> Numbers:
    """x · 10^power."""
    if power <= 0:
        if x.bound >= SURE:
            raise Declined
        return replace(x, scale=x.scale - power)
    less = min(power, x.scale)
    units, bound = times(x.units, x.bound, 10 ** (power - less))
    return replace(x, units=units, bound=bound, scale=x.scale - less)


def _quotient(x: Numbers, y: Numbers) -> tuple[Numbers, NDArray[np.bool_]]:
    """(x / y, where y is zero); x and y are no quotients themselves."""
    more = max(y.scale - x.scale, 0)
    units, bound = times(x.units, x.bound, 10**more)
    scale = x.scale + more - y.scale
    divided_by_zero = y.units == 0
    over = np.where(divided_by_zero, 1, abs(y.units))
    if y.units.dtype != object and over.dtype == object:
        over = over.astype(np.int64)
    units = np.where(y.units < 0, -units, units)
    return Numbers(units, scale, x.states, bound, False, over, max(y.bound, 1)), divided_by_zero


def either(chosen: NDArray[np.bool_], x: Numbers, y: Numbers) -> Numbers:
    """x where chosen, else y; states are not looked at."""
    scale = max(x.scale, y.scale)
    x, y = in_scale(x, scale), in_scale(y, scale)
    over = None
    if x.over is not None or y.over is not None:
        over = np.where(chosen, 1 if x.over is None else x.over, 1 if y.over is None else y.over)
    return Numbers(
        np.where(chosen, x.units, y.units),
        scale,
        np.where(chosen, x.states, y.states),
        max(x.bound, y.bound),
        x.applies and y.applies,
        over,
        max(x.over_bound, y.over_bound),
    )
