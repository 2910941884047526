"""What an expression can come to: number, text, date, true or false, a missing value, not applicable."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal
from enum import Enum
from typing import Any

REASONS = ("no_form", "no_period", "no_children", "divided", "div0", "mark", "blank")
"""Why a rule does not apply; when several hold, the first of these is told. `guard` never meets another."""


@dataclass(frozen=True, slots=True)
class NotApplicable:
    """No value, and why."""

    reason: str


class Missing(Enum):
    """A cell without a number: nothing entered, or marked x (not applicable)."""

    BLANK = "blank"
    MARK = "x"


BLANK, MARK = Missing.BLANK, Missing.MARK
DIVIDED_BY_ZERO = NotApplicable("div0")
Value = Decimal | str | datetime.date | bool | Missing | NotApplicable | Any
"""The last alternative is the number of another arithmetic (see `engine.arithmetic.Bounds`)."""

MOST_DECIMALS = 10
EXACT = Context(prec=100_000, rounding=ROUND_HALF_UP, Emin=-999_999, Emax=999_999)
"""Sums and products of what a rule can hold are exact at this precision."""
QUOTIENT = Context(prec=34, rounding=ROUND_HALF_EVEN, Emin=-999_999, Emax=999_999)
_UNITS = tuple(Decimal(1).scaleb(-decimals) for decimals in range(MOST_DECIMALS + 1))


def first_reason(values: Iterable[Value]) -> NotApplicable | None:
    """The reason that wins among the n/a ones of `values`; a reason without a rank comes last."""
    found = [v for v in values if isinstance(v, NotApplicable)]
    if not found:
        return None
    return min(found, key=lambda v: REASONS.index(v.reason) if v.reason in REASONS else len(REASONS))


def rounded(number: Decimal, decimals: int) -> Decimal:
    """`number` with so many decimals, half away from zero."""
    return number.quantize(_UNITS[decimals], context=EXACT)
