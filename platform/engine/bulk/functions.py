"""The functions of the language over many forms at once (meaning: `engine.functions`)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import partial, reduce
from typing import Any

import numpy as np

from engine.bulk.compare import PASS, Side, compare
from engine.bulk.numbers import (
    ABSENT,
    NA_DIV0,
    NA_GUARD,
    PRESENT,
    Declined,
    Numbers,
    States,
    absolute,
    add,
    constant,
    either,
    in_scale,
    marks_told,
    multiply,
    reasons,
    rounded,
    zero_where,
)
from engine.plans.ground import Blanks
from engine.values import BLANK
from expr.nodes import Operator

NOTHING, HUNDRED = constant(BLANK), constant(Decimal(100))
_HERE, _EVERYWHERE = np.zeros((1, 1), dtype=np.uint8), np.ones((1, 1), dtype=np.bool_)


def first_reasons(values: Sequence[Numbers]) -> States:
    """Where any value is n/a the reason that is told, else PRESENT."""
    found = [reasons(value.states) for value in values if not value.applies]
    return reduce(np.maximum, found, _HERE)


def told(result: Numbers, why: States) -> Numbers:
    """`result`, or n/a where `why` says so."""
    if not why.any():
        return result
    states = np.where(why >= NA_GUARD, why, result.states)
    return replace(result, states=states, units=zero_where(result.units, states), applies=False)


def total(values: Sequence[Numbers]) -> Numbers:
    """Their sum; blank when nothing is entered."""
    return add(values) if values else NOTHING


def counted(values: Sequence[Numbers]) -> Numbers:
    """How many are entered."""
    units = sum((value.states == PRESENT for value in values), np.zeros((1, 1), dtype=np.int64))
    return Numbers(units, 0, _HERE, len(values), True)


def average(values: Sequence[Numbers]) -> Numbers:
    """Mean of the entered values, a quotient."""
    if not values:
        return NOTHING
    summed = add(values)
    if summed.over is not None:
        raise Declined
    over = np.maximum(counted(values).units, 1)
    return replace(summed, over=over, over_bound=max(len(values), 1), applies=summed.applies)


def least(values: Sequence[Numbers]) -> Numbers:
    """Smallest entered value."""
    return reduce(partial(_better, np.less), values, NOTHING)


def greatest(values: Sequence[Numbers]) -> Numbers:
    """Largest entered value."""
    return reduce(partial(_better, np.greater), values, NOTHING)


def _better(wins: Callable[..., Any], best: Numbers, value: Numbers) -> Numbers:
    if value.over is not None:
        raise Declined
    scale = max(best.scale, value.scale)
    best, value = in_scale(best, scale), in_scale(value, scale)
    beats = (best.states != PRESENT) | wins(value.units, best.units).astype(np.bool_)
    found = either((value.states == PRESENT) & beats, value, best)
    return replace(found, applies=True)


OVER_SETS: Mapping[str, Callable[[Sequence[Numbers]], Numbers]] = {
    "tổng": total,
    "trung_bình": average,
    "nhỏ_nhất": least,
    "lớn_nhất": greatest,
    "đếm": counted,
}
"""Functions of one flat list; n/a among them is handed on before."""


def round_to(value: Numbers, digits: Numbers) -> Numbers:
    """Half away from zero."""
    return rounded(value, int(digits.units.flat[0]))


def ratio(part: Numbers, whole: Numbers) -> Numbers:
    """part / whole · 100; 0/0 and blank with anything are blank."""
    part, whole = (replace(x, states=marks_told(x.states), applies=False) for x in (part, whole))
    why = first_reasons((part, whole))
    found = multiply((part, whole, HUNDRED), (False, True, False))
    nothing = (part.units == 0) & (found.states == NA_DIV0) & (part.states == PRESENT)
    nothing |= (part.states == ABSENT) | (whole.states == ABSENT)
    states = np.where(nothing, np.uint8(ABSENT), found.states)
    return told(replace(found, states=states), why)


def if_blank(value: Numbers, otherwise: Numbers) -> Numbers:
    """`otherwise` where `value` is blank."""
    return told(either(value.states != ABSENT, value, otherwise), first_reasons((value, otherwise)))


OF_VALUES: Mapping[str, Callable[..., Numbers]] = {
    "làm_tròn": round_to,
    "trị_tuyệt_đối": absolute,
    "tỷ_lệ": ratio,
    "nếu_trống": if_blank,
}
"""Functions of one value each."""


def chosen(
    tested: Sequence[Numbers], op: Operator, wanted: Side, summed: Sequence[Numbers] | None, blanks: Blanks
) -> Numbers:
    """`đếm_nếu`, or `tổng_nếu` where something is `summed`."""
    why = first_reasons([*tested, wanted.numbers])
    picked = [
        (compare(Side(value, True, False, 0), op, wanted, None, blanks) == PASS) & (value.states == PRESENT)
        for value in tested
    ]
    if summed is None:
        units = sum(picked, np.zeros((1, 1), dtype=np.int64))
        return told(Numbers(units, 0, _HERE, len(picked), True), why)
    there = [either(pick, value, NOTHING) for pick, value in zip(picked, summed, strict=True)]
    return told(total(there), why)
