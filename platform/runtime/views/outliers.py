"""Figures that stand out: far from the other agencies, or changed since last period unlike the others' did.

Medians and the median distance from them stay where they are however wild one figure is. Both are taken of
logarithms: agencies differ in size by factors, and so do slips of the pen.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import copysign, log1p
from statistics import fmean, median

FEWEST = 8
"""Figures below which nobody can say what is usual."""
FARTHEST = 3.5
"""Iglewicz and Hoaglin: a modified z-score beyond which a figure is looked at again."""
TO_SIGMA, MEAN_TO_SIGMA = 0.6745, 0.7979
LEAST_FACTOR = 0.4
"""What lies within half as much again of the usual is never marked, however alike the others are."""


@dataclass(frozen=True)
class Mark:
    """Why a figure stands out."""

    among_agencies: bool = False
    since_last: bool = False

    def __bool__(self) -> bool:
        return self.among_agencies or self.since_last


def marks(now: Sequence[Decimal | None], last: Sequence[Decimal | None]) -> list[Mark]:
    """A mark for each agency's figure of one cell, in order; None is what is no number."""
    sizes = [None if value is None else _size(value) for value in now]
    changes = [
        None if size is None or before is None else size - _size(before)
        for size, before in zip(sizes, last, strict=True)
    ]
    far, changed = _far(sizes), _far(changes)
    return [Mark(*both) for both in zip(far, changed, strict=True)]


def _size(value: Decimal) -> float:
    return copysign(log1p(abs(float(value))), value)


def _far(values: Sequence[float | None]) -> list[bool]:
    known = [value for value in values if value is not None]
    if len(known) < FEWEST:
        return [False] * len(values)
    middle = median(known)
    distances = [abs(value - middle) for value in known]
    unit = median(distances) / TO_SIGMA or fmean(distances) / MEAN_TO_SIGMA
    limit = max(unit * FARTHEST, LEAST_FACTOR)
    return [value is not None and abs(value - middle) > limit for value in values]
