"""The figures of one report by the slots of its plan, as closures read them."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import cached_property
from typing import Any

import numpy as np

from engine.arithmetic import Bounds, Interval
from engine.plans.givens import GivenValue
from engine.plans.plan import Plan
from engine.reading import seen
from engine.sheet import NUMBERED, Block, Figure, Sheet, Status
from engine.values import BLANK, Value

_BOUNDS = Bounds()


class Slots:
    """`values` by slot, then the givens, then this object (see `closures`); `put` changes one."""

    def __init__(
        self, plan: Plan, sheet: Sheet, givens: list[GivenValue], bounds: Callable[[], list[GivenValue]]
    ) -> None:
        self.plan = plan
        self._bounds_of_givens = bounds
        self.values: list[Any] = [BLANK] * len(plan.decimals)
        for first, block in blocks(plan, sheet):
            self._load(first, block)
        self.values += [givens, self]

    def _load(self, first: int, block: Block) -> None:
        decimals, kinds, values = self.plan.decimals, self.plan.kinds, self.values
        there = np.flatnonzero(block.status)
        numbers, statuses = block.values[there].tolist(), block.status[there].tolist()
        for index, number, status in zip(there.tolist(), numbers, statuses, strict=True):
            slot = first + index
            if status in NUMBERED and index not in block.texts:
                places = decimals[slot]
                values[slot] = Decimal(number).scaleb(-places) if places else Decimal(number)
            else:
                values[slot] = seen(Figure(Status(status), text=block.texts.get(index)), kinds[slot])

    @cached_property
    def bounds(self) -> list[Any]:
        """The same figures as intervals, for `sai số tự động`."""
        ends = [
            _between(value, decimals)
            for value, decimals in zip(self.values[:-2], self.plan.decimals, strict=True)
        ]
        return [*ends, self._bounds_of_givens(), self]

    def put(self, slot: int, value: Value) -> None:
        """Another value in a slot."""
        self.values[slot] = value
        self.__dict__.pop("bounds", None)


def _between(value: Value, decimals: int) -> Value | Interval:
    return _BOUNDS.figure(value, decimals) if isinstance(value, Decimal) else value


def blocks(plan: Plan, sheet: Sheet) -> Iterator[tuple[int, Block]]:
    """(first slot, block) of the fixed cells of each section and of each open row."""
    for table in plan.tables:
        block = sheet.blocks.get(table.section)
        if block is not None:
            yield table.first, block
        for key, row in sheet.open_rows.get(table.section, {}).items():
            yield plan.row_at[table.section, key], row.block
