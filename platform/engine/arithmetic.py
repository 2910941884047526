"""Two ways to count: exactly, and with the bounds that declared decimals leave open (`sai số tự động`)."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Protocol

from engine.values import EXACT, QUOTIENT, rounded

ZERO, HALF = Decimal(0), Decimal("0.5")
_INFINITE = Decimal("Infinity")


class Arithmetic(Protocol):
    """What evaluation and the functions need of numbers."""

    def literal(self, value: Decimal) -> Any:
        """A number that is known exactly."""

    def figure(self, value: Decimal, decimals: int) -> Any:
        """A number that was entered with so many decimals."""

    def add(self, terms: Sequence[Any]) -> Any:
        """Their sum."""

    def negate(self, x: Any) -> Any:
        """−x."""

    def multiply(self, x: Any, y: Any) -> Any:
        """x · y."""

    def divide(self, x: Any, y: Any) -> Any:
        """x / y; None when y is zero."""

    def least(self, values: Sequence[Any]) -> Any:
        """The smallest."""

    def greatest(self, values: Sequence[Any]) -> Any:
        """The largest."""

    def round(self, x: Any, decimals: int) -> Any:
        """x with so many decimals, half away from zero."""

    def absolute(self, x: Any) -> Any:
        """|x|."""


class Exact:
    """Decimals; only division rounds, to 34 significant digits, half to even."""

    def literal(self, value: Decimal) -> Decimal:
        return value

    def figure(self, value: Decimal, decimals: int) -> Decimal:
        return value

    def add(self, terms: Sequence[Decimal]) -> Decimal:
        total = ZERO
        for term in terms:
            total = EXACT.add(total, term)
        return total

    def negate(self, x: Decimal) -> Decimal:
        return x.copy_negate() if x else x

    def multiply(self, x: Decimal, y: Decimal) -> Decimal:
        return EXACT.multiply(x, y)

    def divide(self, x: Decimal, y: Decimal) -> Decimal | None:
        return QUOTIENT.divide(x, y) if y else None

    def least(self, values: Sequence[Decimal]) -> Decimal:
        return min(values)

    def greatest(self, values: Sequence[Decimal]) -> Decimal:
        return max(values)

    def round(self, x: Decimal, decimals: int) -> Decimal:
        return rounded(x, decimals)

    def absolute(self, x: Decimal) -> Decimal:
        return x.copy_abs()


Interval = tuple[Decimal, Decimal]
"""(lowest, highest), both included."""


class Bounds:
    """Intervals: a figure of d decimals may be off by half a unit of its last place, a literal is exact."""

    def literal(self, value: Decimal) -> Interval:
        return value, value

    def figure(self, value: Decimal, decimals: int) -> Interval:
        half = HALF.scaleb(-decimals)
        return EXACT.subtract(value, half), EXACT.add(value, half)

    def add(self, terms: Sequence[Interval]) -> Interval:
        exact = Exact()
        return exact.add([low for low, _ in terms]), exact.add([high for _, high in terms])

    def negate(self, x: Interval) -> Interval:
        return x[1].copy_negate(), x[0].copy_negate()

    def multiply(self, x: Interval, y: Interval) -> Interval:
        corners = [EXACT.multiply(a, b) if a and b else ZERO for a in x for b in y]
        return min(corners), max(corners)

    def divide(self, x: Interval, y: Interval) -> Interval:
        if y[0] <= 0 <= y[1]:
            return -_INFINITE, _INFINITE
        corners = [QUOTIENT.divide(a, b) for a in x for b in y]
        return min(corners), max(corners)

    def least(self, values: Sequence[Interval]) -> Interval:
        return min(low for low, _ in values), min(high for _, high in values)

    def greatest(self, values: Sequence[Interval]) -> Interval:
        return max(low for low, _ in values), max(high for _, high in values)

    def round(self, x: Interval, decimals: int) -> Interval:
        low, high = (end if end.is_infinite() else rounded(end, decimals) for end in x)
        return low, high

    def absolute(self, x: Interval) -> Interval:
        low, high = sorted((x[0].copy_abs(), x[1].copy_abs()))
        return (ZERO, high) if x[0] <= 0 <= x[1] else (low, high)
