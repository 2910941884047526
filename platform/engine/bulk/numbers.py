"""Exact numbers of many forms at once: integers in a common scale, what is missing and why beside them.

An array has shape [instances × forms], or 1 where all are alike. It is int32 or int64 as long as a bound on
its size proves that nothing wraps around, and holds Python integers beyond.

A quotient is kept as two whole numbers until it is rounded. For numerators below `SURE` that rounds as the 34
digits of `engine.values.QUOTIENT` do: what is no tie is at least one part of twice its divisor away from one,
and 34 digits are closer than that.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.values import BLANK, MARK, Missing

Units = NDArray[Any]
"""int32, int64, or objects that are Python integers."""
States = NDArray[np.uint8]

PRESENT, ABSENT, NA_GUARD, NA_BLANK, MARKED, NA_MARK, NA_DIV0 = range(7)
"""States of a value. ABSENT is blank and MARKED is x; n/a ones stand so that the largest is the one told."""
REASON_STATES = {"guard": 2, "blank": 3, "mark": 5, "div0": 6, "divided": 7, "no_children": 8} | {
    "no_period": 9,
    "no_form": 10,
}
NARROW, ROOM, FLOATS_COUNT = 2**31, 2**63, 2**53
SURE = 10**33


class Declined(Exception):
    """These rules are left to the evaluator of one form."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """Values units / over · 10^−scale; units are 0 where the state is not PRESENT.

    `bound` is at least every |units|, `over_bound` every divisor; divisors are positive. `applies` when no
    state can be n/a, `natural` when no number is negative.
    """

    units: Units
    scale: int
    states: States
    bound: int
    natural: bool = False
    applies: bool = True
    over: Units | None = None
    over_bound: int = 1


ALL_PRESENT = np.zeros((1, 1), dtype=np.uint8)


@lru_cache(maxsize=1024)
def constant(value: Decimal | Missing) -> Numbers:
    """A number that is the same everywhere; nobody writes into it.

    In the fewest decimals: 1 and 1.00 are one key of the cache.
    """
    if isinstance(value, Missing):
        state = {BLANK: ABSENT, MARK: MARKED}[value]
        return Numbers(np.zeros((1, 1), np.int64), 0, np.full((1, 1), state, np.uint8), 0, True)
    units, scale = integer(value)
    while scale and units % 10 == 0:
        units, scale = units // 10, scale - 1
    return Numbers(integers([[units]], abs(units)), scale, ALL_PRESENT, abs(units), units >= 0)


def integer(value: Decimal) -> tuple[int, int]:
    """(units, scale) of a decimal."""
    sign, digits, exponent = value.as_tuple()
    if not isinstance(exponent, int) or abs(exponent) > 100:
        raise Declined
    units = int("".join(map(str, digits))) * (-1 if sign else 1)
    return (units, -exponent) if exponent < 0 else (units * 10**exponent, 0)


def integers(values: Any, bound: int) -> Units:
    """An array wide enough for the bound."""
    return np.array(values, dtype=np.int32 if bound < NARROW else np.int64 if bound < ROOM else object)


def wide(units: Units, bound: int) -> Units:
    """`units`, in an array that has room for results of this bound."""
    if bound < NARROW or units.dtype == object or (bound < ROOM and units.dtype == np.int64):
        return units
    return units.astype(np.int64 if bound < ROOM else object)


def times(units: Units, bound: int, factor: int) -> tuple[Units, int]:
    """(units · factor, its bound)."""
    if factor == 1:
        return units, bound
    bound *= abs(factor)
    return wide(units, max(bound, abs(factor))) * factor, bound


def in_scale(x: Numbers, scale: int) -> Numbers:
    """The same numbers with at least so many decimals."""
    if x.scale >= scale:
        return x
    units, bound = times(x.units, x.bound, 10 ** (scale - x.scale))
    return replace(x, units=units, bound=bound, scale=scale)


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
    twice = 2 * (units if x.natural else abs(units)) + over
    whole = _whole(twice, 2 * over, max(most, 2 * over_bound))
    if not x.natural:
        whole = _signed(whole, units)
    return Numbers(whole, decimals, x.states, x.bound // 10 ** (x.scale - decimals) + 1, x.natural, x.applies)


def _whole(x: Units, by: Units | int, bound: int) -> Units:
    """⌊x / by⌋ of natural numbers; below 2^53 the nearest float to a quotient never passes a whole number."""
    is_large = bound >= FLOATS_COUNT or x.dtype == object
    found: Units = x // by if is_large else (x / by).astype(x.dtype)
    return found


def negative(x: Numbers) -> Numbers:
    """−x."""
    return replace(x, units=-x.units, natural=x.bound == 0)


def absolute(x: Numbers) -> Numbers:
    """|x|."""
    return x if x.natural else replace(x, units=abs(x.units), natural=True)


# --- states


def as_bytes(truths: Any) -> States:
    """1 and 0 for true and false. Choosing by multiplying bytes is ten times faster than `np.where`."""
    return np.asarray(truths).view(np.uint8)


def reasons(states: States) -> States:
    """Only what is n/a of the states; x and blank are not."""
    return states * as_bytes((states != MARKED) & (states != ABSENT))


def marks_told(states: States) -> States:
    """x as n/a, where × or ÷ meets it."""
    return states + as_bytes(states == MARKED)


def zero_where(units: Units, states: States) -> Units:
    """Units with 0 where the value is not there."""
    masked: Units = units * (states == PRESENT)
    return masked


def _of_terms(terms: Sequence[Numbers]) -> States:
    """The state of a sum: the first reason, else blank when no term is there."""
    least = terms[0].states
    for term in terms[1:]:
        least = np.minimum(least, term.states)
    states = as_bytes(least != PRESENT)
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
    return states + as_bytes((states == PRESENT) & absent)


# --- arithmetic


def add(terms: Sequence[Numbers], signs: Sequence[int] | None = None) -> Numbers:
    """Their sum; what is missing is left out, and nothing but missing is blank."""
    states = _of_terms(terms)
    applies = all(term.applies for term in terms)
    scale = max(term.scale for term in terms)
    over, over_bound, terms = _one_divisor([in_scale(term, scale) for term in terms])
    bound = sum(term.bound for term in terms)
    signs = signs or (1,) * len(terms)
    total = wide(terms[0].units, bound)
    total = total if signs[0] > 0 else -total
    room: Units | None = None  # no other array is written into, and only what fits in size and kind
    for term, sign in zip(terms[1:], signs[1:], strict=True):
        units = wide(term.units, bound)
        if room is not None and not _fits(units, room):
            room = None
        total = room = (np.add if sign > 0 else np.subtract)(total, units, out=room)
    if not applies:
        total = zero_where(total, states)
    natural = all(term.natural for term in terms) and all(sign > 0 for sign in signs)
    return Numbers(total, scale, states, bound, natural, applies, over, over_bound)


def _fits(units: Units, room: Units) -> bool:
    """Whether a sum with `units` can be written over `room`; units may be wider than their bound asks."""
    is_wide_enough = np.result_type(units, room) == room.dtype
    return is_wide_enough and np.broadcast_shapes(units.shape, room.shape) == room.shape


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
            states = states + as_bytes((states == PRESENT) & divided_by_zero) * np.uint8(NA_DIV0)
        else:
            bound = result.bound * factor.bound
            widest = max(bound, result.bound, factor.bound)
            units = wide(result.units, widest) * wide(factor.units, widest)
            natural = result.natural and factor.natural
            result = Numbers(units, result.scale + factor.scale, states, bound, natural)
    units = result.units if result.over is None else zero_where(result.units, states)
    return replace(result, units=units, states=states, applies=False)


def _signed(units: Units, as_these: Units) -> Units:
    """`units`, turned round where the others are negative."""
    if units.dtype == object or as_these.dtype == object:
        return np.where(as_these < 0, -units, units)
    turned = as_these >> (8 * as_these.itemsize - 1)
    found: Units = (units ^ turned) - turned
    return found


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
    over = np.maximum(absolute(y).units, 1)
    units, natural = (units, x.natural) if y.natural else (_signed(units, y.units), False)
    return Numbers(units, scale, x.states, bound, natural, False, over, max(y.bound, 1)), divided_by_zero


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
        x.natural and y.natural,
        x.applies and y.applies,
        over,
        max(x.over_bound, y.over_bound),
    )
