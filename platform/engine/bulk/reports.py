"""The figures of many reports with the same rows, stacked cell by cell in pieces that stay in a cache."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from engine.bulk.numbers import (
    ABSENT,
    MARKED,
    NARROW,
    PRESENT,
    REASON_STATES,
    Declined,
    Numbers,
    States,
    Units,
    integer,
    integers,
)
from engine.plans.givens import GivenValue
from engine.plans.plan import Plan
from engine.plans.slots import blocks
from engine.sheet import NUMBERED, Sheet, Status
from engine.values import BLANK, MARK, NotApplicable, Value

AT_ONCE = 512
"""Forms of a piece: the arrays of a few hundred rules then stay in a second-level cache."""
_STATE_OF = np.full(len(Status), PRESENT, dtype=np.uint8)
_STATE_OF[[Status.BLANK, Status.NOT_YET_KNOWN]] = ABSENT
_STATE_OF[Status.NOT_APPLICABLE] = MARKED
_HAS_NUMBER = np.isin(np.arange(len(Status)), NUMBERED)


@dataclass(frozen=True)
class Piece:
    """`units` and `states`, both [cells × forms]. Without a number units are 0."""

    units: Units
    states: States
    bound: int
    natural: bool
    givens: Sequence[Sequence[GivenValue]] = ()
    _rows: dict[int, list[Numbers]] = field(default_factory=dict)

    @property
    def forms(self) -> int:
        """How many forms it holds."""
        return int(self.units.shape[1])

    def given(self, at: int) -> list[Numbers]:
        """The values of one given in all forms, [1 × forms] each: one, or as many as its longest set."""
        if at not in self._rows:
            found = [form[at] for form in self.givens]
            width = max(len(value) if isinstance(value, list) else 1 for value in found)
            self._rows[at] = [_row([_part(value, i) for value in found]) for i in range(width)]
        return self._rows[at]


def _part(value: GivenValue, position: int) -> Value:
    """The value of a set at a position: blank where a longer one of another form goes on."""
    if not isinstance(value, list):
        return value
    return value[position] if position < len(value) else BLANK


def _row(values: Sequence[Value]) -> Numbers:
    states, pairs = [], []
    for value in values:
        if isinstance(value, Decimal):
            states.append(PRESENT)
            pairs.append(integer(value))
            continue
        pairs.append((0, 0))
        if value is BLANK or value is MARK:
            states.append(ABSENT if value is BLANK else MARKED)
        elif isinstance(value, NotApplicable) and value.reason in REASON_STATES:
            states.append(REASON_STATES[value.reason])
        else:
            raise Declined
    scale = max(scale for _, scale in pairs)
    units = [units * 10 ** (scale - own) for units, own in pairs]
    bound = max(abs(number) for number in units)
    natural, applies = min(units) >= 0, set(states) <= {PRESENT, ABSENT, MARKED}
    return Numbers(integers([units], bound), scale, np.array([states], np.uint8), bound, natural, applies)


def stacked(
    plan: Plan, sheets: Sequence[Sheet], givens: Sequence[Sequence[GivenValue]] = (), at_once: int = AT_ONCE
) -> Iterator[Piece]:
    """Pieces of at most `at_once` reports, in order."""
    for first in range(0, len(sheets), at_once):
        some = sheets[first : first + at_once]
        values = np.zeros((len(some), len(plan.decimals)), dtype=np.int64)
        status = np.zeros((len(some), len(plan.decimals)), dtype=np.uint8)
        for i, sheet in enumerate(some):
            for slot, block in blocks(plan, sheet):
                values[i, slot : slot + len(block.values)] = block.values
                status[i, slot : slot + len(block.values)] = block.status
        yield piece(values, status, givens[first : first + at_once])


def piece(
    values: NDArray[np.int64], status: NDArray[np.uint8], givens: Sequence[Sequence[GivenValue]] = ()
) -> Piece:
    """The piece of figures as stored, [forms × cells]."""
    states = np.ascontiguousarray(_STATE_OF[status].T)
    units = np.ascontiguousarray((values * _HAS_NUMBER[status]).T)
    least = int(units.min(initial=0))
    bound = max(int(units.max(initial=0)), -least)
    if bound < NARROW:
        units = units.astype(np.int32)
    return Piece(units, states, bound, least >= 0, givens)
