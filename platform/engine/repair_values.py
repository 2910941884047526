"""The value nearest to what stands in a cell that meets every demand made of the cell."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor

from engine.cells import Cell
from engine.sheet import LARGEST
from engine.values import EXACT
from expr.nodes import Operator

FLIPPED: Mapping[Operator, Operator] = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
Demand = tuple[Operator, Fraction]
"""The cell must be `operator` this number."""


def nearest(now: Fraction, cell: Cell, demands: Sequence[Demand]) -> Decimal | None:
    """A figure the cell can hold, as near to `now` as the demands and the cell's limits allow."""
    step = Fraction(10) ** cell.decimals
    low, high = -LARGEST, LARGEST  # in the smallest unit
    limits: list[Demand] = [(">=", Fraction(cell.min))] if cell.min else []
    limits += [("<=", Fraction(cell.max))] if cell.max else []
    wanted = [number for operator, number in demands if operator == "="]
    if wanted:
        # Rounding forgives what the cell cannot hold; whether it does, the next check says.
        low = high = floor(wanted[0] * step + Fraction(1, 2))
    for operator, number in (*limits, *demands):
        exact = number * step
        if operator in (">=", ">"):
            low = max(low, floor(exact) + 1 if operator == ">" else ceil(exact))
        elif operator in ("<=", "<"):
            high = min(high, ceil(exact) - 1 if operator == "<" else floor(exact))
        elif operator == "=" and abs(exact - low) > 1:
            return None
    if low > high or now * step == (value := min(max(floor(now * step), low), high)):
        return None
    return Decimal(value).scaleb(-cell.decimals, EXACT)


def held(gap: Fraction, operator: Operator, slack: Fraction) -> bool:
    """Whether `gap operator 0` holds when `slack` is forgiven."""
    match operator:
        case "=":
            return abs(gap) <= slack
        case "<>":
            return abs(gap) > slack
        case "<=" | "<":
            return gap < slack or (gap == slack and operator == "<=")
        case ">=" | ">":
            return gap > -slack or (gap == -slack and operator == ">=")
