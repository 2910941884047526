"""Checking many reports of one form at once, exactly: whole columns of numpy instead of one report at a time.

Rules that look alike run together over pieces of the reports that stay in a cache. What is beyond numbers and
logic over them (texts, dates, quotients of quotients) is declined, and one report after the other answers it.
The plain evaluator stays the meaning; tests prove that both agree.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from engine.bulk.compare import OUTCOMES
from engine.bulk.numbers import Declined
from engine.bulk.reports import Piece
from engine.bulk.shapes import Group, Place, Work
from engine.plans.ground import Argument
from engine.plans.plan import Plan

UNDECIDED = 255
WORTH_A_RUN = 16
_WORDS = np.full(UNDECIDED + 1, None, dtype=object)
_WORDS[: len(OUTCOMES)] = OUTCOMES


@dataclass(frozen=True)
class Bulk:
    """A plan made ready. Groups of fewer than `least` instances are declined.

    Of many reports, `run` instances that stand evenly are worth a group apart: it reads them where they are.
    """

    plan: Plan
    least: int = 1
    run: int = 0

    @cached_property
    def groups(self) -> Sequence[Group]:
        """Instances by shape and by what their arguments look like."""
        alike: dict[tuple[object, ...], list[int]] = {}
        for number, instance in enumerate(self.plan.instances):
            positions = self.plan.cell_positions[instance.shape]
            looks = tuple(self._look(instance.arguments[at]) for at in positions)
            alike.setdefault((instance.shape, looks), []).append(number)
        alike_enough = (numbers for numbers in alike.values() if len(numbers) >= self.least)
        return [self._group(run) for numbers in alike_enough for run in self._runs(numbers)]

    def _runs(self, numbers: Sequence[int]) -> Iterator[Sequence[int]]:
        """Runs of instances whose places all advance evenly, and together what stands in none."""
        if not self.run:
            yield numbers
            return
        places = np.array([self._places(number) for number in numbers], dtype=np.int64)
        steps = np.diff(places, axis=0)
        alone: list[int] = []
        first = 0
        while first < len(numbers):
            changed = np.flatnonzero((steps[first:] != steps[first : first + 1]).any(axis=1))
            last = first + int(changed[0]) if changed.size else len(numbers) - 1
            run = numbers[first : last + 1]
            if len(run) >= self.run:
                yield run
            else:
                alone += run
            first = last + 1
        if alone:
            yield alone

    def _places(self, number: int) -> list[int]:
        instance = self.plan.instances[number]
        positions = self.plan.cell_positions[instance.shape]
        return [slot for at in positions for slot in _slots(instance.arguments[at])]

    def _look(self, argument: Argument) -> tuple[tuple[int, str], ...]:
        slots = argument if isinstance(argument, tuple) else (argument,)
        return tuple((self.plan.decimals[slot], self.plan.kinds[slot]) for slot in slots)

    def _group(self, numbers: Sequence[int]) -> Group:
        instances = [self.plan.instances[number] for number in numbers]
        first = instances[0]
        cells = set(self.plan.cell_positions[first.shape])
        places = []
        for at in range(len(first.arguments)):
            rows = np.array([_slots(i.arguments[at]) for i in instances], dtype=np.int64)
            looks = self._look(first.arguments[at]) if at in cells else ((0, "given"),)
            places.append(
                [
                    Place(_even(rows[:, k]) if at in cells else rows[:, k], *look)
                    for k, look in enumerate(looks)
                ]
            )
        return Group(self.plan.shapes[first.shape], np.array(numbers), places)

    def check(self, piece: Piece) -> NDArray[np.uint8]:
        """[instances × forms]: positions in OUTCOMES, UNDECIDED where a rule is declined."""
        found = np.full((len(self.plan.instances), piece.forms), UNDECIDED, dtype=np.uint8)
        for group in self.groups:
            try:
                found[group.instances] = Work(group, piece).outcomes()
            except Declined:
                continue
        return found


def _slots(argument: Argument) -> tuple[int, ...]:
    return argument if isinstance(argument, tuple) else (argument,)


def _even(rows: NDArray[np.int64]) -> slice | NDArray[np.int64]:
    """Rows that stand evenly as a slice, which needs no copy; one row where all are the same."""
    step = int(rows[1] - rows[0]) if len(rows) > 1 else 0
    if step < 0 or (np.diff(rows) != step).any():
        return rows
    return slice(int(rows[0]), int(rows[-1]) + 1, step or 1)


def check_many(plan: Plan, pieces: Iterable[Piece]) -> Iterator[NDArray[np.uint8]]:
    """What `Bulk.check` says of each piece."""
    bulk = Bulk(plan, run=WORTH_A_RUN)
    return (bulk.check(piece) for piece in pieces)


def words(outcomes: NDArray[np.uint8]) -> list[str | None]:
    """The outcomes of one report in words; None where a rule was declined."""
    told: list[str | None] = _WORDS[outcomes].tolist()
    return told
