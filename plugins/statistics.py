"""A small pack of functions for the rule language, as offices compare periods: growth and median.

Each function is a signature with its body and the words that tell it, as those of `expr.signatures` and
`engine.functions` are. The bodies take exact numbers, and intervals where a rule has an automatic tolerance.
"""

from collections.abc import Sequence
from decimal import Decimal

from core.plugins import Plugin
from engine.arithmetic import HALF, Arithmetic
from engine.functions import entered, ratio
from engine.values import BLANK, MARK, Missing, NotApplicable, Value
from expr.signatures import Signature


def growth(numbers: Arithmetic, present: Value, before: Value) -> Value:
    """(present / before − 1) · 100; blank, zero and x as in `tỷ_lệ`."""
    if MARK in (present, before):
        return NotApplicable("mark")
    percent = ratio(numbers, present, before)
    if isinstance(percent, Missing | NotApplicable):
        return percent
    return numbers.add([percent, numbers.literal(Decimal(-100))])


def median(numbers: Arithmetic, values: Sequence[Value]) -> Value:
    """The middle of the entered values; of an even number of them, between the two in the middle."""
    there = entered(values)
    if not there:
        return BLANK
    if isinstance(there[0], tuple):  # in order, the lowest of the ends belong together, and the highest
        lows, highs = zip(*there, strict=True)
        ordered = list(zip(sorted(lows), sorted(highs), strict=True))
    else:
        ordered = sorted(there)
    half = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[half]
    return numbers.multiply(numbers.add(ordered[half - 1 : half + 1]), numbers.literal(HALF))


class Statistics(Plugin):
    """The pack."""

    def functions(self) -> Sequence[Signature]:
        """Growth in percent, and the median of a set."""
        return (
            Signature(
                "tăng_trưởng",
                "growth",
                ("number", "number"),
                2,
                unit="percent",
                body=growth,
                told=("mức tăng phần trăm của {0} so với {1}", "the growth of {0} over {1} in percent"),
                about=(
                    "Tăng bao nhiêu phần trăm so với số sau.",
                    "By how many percent the first is more than the second.",
                ),
                examples=("tăng_trưởng(ô [1.1; 4]; ô [1.1; 4] của kỳ trước) = 25",),
            ),
            Signature(
                "trung_vị",
                "median",
                ("cells",),
                1,
                repeats=True,
                body=median,
                told=("trung vị của {all}", "the median of {all}"),
                about=("Số đứng giữa các ô đã nhập.", "The middle of what is entered."),
                examples=("trung_vị(ô [mọi dòng; 3]) = 200",),
            ),
        )
