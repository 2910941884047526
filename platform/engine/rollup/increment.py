"""A sum whose parts changed a little: what one report gave before is taken out, what it gives now is put in.

Only where that is exact: sums and counts. Of another rule, or where a sum does not fit, nothing is said, and
all reports are to be summed up again.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.layout import SectionLayout
from engine.sheet import LARGEST, NUMBERED, Block, Status

Ints = NDArray[np.int64]
WITHOUT_FIGURE = ("none", "recompute")
"""Rules under which a total has no figure of its own."""


@dataclass(frozen=True)
class Tally:
    """The sum of a section, and of each cell how many reports gave a number, nil, or x."""

    total: Block
    numbers: Ints
    nils: Ints
    crosses: Ints


def exchanged(section: SectionLayout, tally: Tally, old: Block, new: Block) -> Tally | None:
    """The tally with `new` in place of `old`; None where all reports have to be summed up again."""
    values, status = tally.total.values.copy(), tally.total.status.copy()
    numbers, nils, crosses = (
        counts + np.isin(new.status, kinds).astype(np.int64) - np.isin(old.status, kinds)
        for counts, kinds in (
            (tally.numbers, NUMBERED),
            (tally.nils, Status.NIL),
            (tally.crosses, Status.NOT_APPLICABLE),
        )
    )
    for index in np.flatnonzero((old.values != new.values) | (old.status != new.status)).tolist():
        cell = section.cells[index]
        rule = cell.aggregation.rule if cell.is_numeric else "none"
        if rule in WITHOUT_FIGURE:
            continue
        entered = int(numbers[index] + nils[index])
        if rule == "count":
            amount, now = entered * 10**cell.decimals, Status.VALUE
        elif rule == "sum":
            amount = int(values[index]) + _number(new, index) - _number(old, index)
            now = _status(entered, int(nils[index]), int(crosses[index]))
        else:
            return None
        if abs(amount) > LARGEST:
            return None
        values[index], status[index] = amount, now
    return Tally(Block(values, status), numbers, nils, crosses)


def _number(block: Block, index: int) -> int:
    return int(block.values[index]) if block.status[index] in NUMBERED else 0


def _status(entered: int, nils: int, crosses: int) -> Status:
    """Nothing but nil sums to nil; nothing but x stays x."""
    if entered:
        return Status.NIL if nils == entered else Status.VALUE
    return Status.NOT_APPLICABLE if crosses else Status.BLANK
