"""One shape over one piece of the reports: all its instances and all the piece's forms in whole arrays."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from engine.bulk.compare import PASS, Side, any_of, as_states, both, compare, guarded, opposite
from engine.bulk.functions import OF_VALUES, OVER_SETS, chosen, first_reasons, told, total
from engine.bulk.numbers import (
    ABSENT,
    NA_BLANK,
    PRESENT,
    Declined,
    Numbers,
    States,
    Units,
    add,
    constant,
    either,
    in_scale,
    marks_told,
    multiply,
    negative,
    reasons,
)
from engine.bulk.reports import Piece
from engine.plans import ground
from engine.plans.ground import Ground
from engine.values import Missing
from expr.nodes import Tolerance

_FEW = 2**40
"""Where a figure of the piece is beyond this, each group looks for the largest of its own."""


@dataclass(frozen=True)
class Place:
    """What the leaves of a group point at: a row of the piece for each instance, or a given."""

    rows: slice | NDArray[np.int64]
    decimals: int
    kind: str


@dataclass(frozen=True)
class Group:
    """Instances of one shape whose sets are alike: for each argument a place, or one for each cell of a set.

    A given is one place whose rows are the numbers of givens.
    """

    shape: ground.Shape
    instances: NDArray[np.int64]
    places: Sequence[Sequence[Place]]


@dataclass(frozen=True)
class Work:
    """A group over a piece. Anything but numbers and logic over them is declined."""

    group: Group
    piece: Piece

    def outcomes(self) -> States:
        """[instances × forms], or 1 on an axis where all are alike."""
        statement, when = self.group.shape.statement, self.group.shape.when
        outcomes = self.truth(statement)
        return outcomes if when is None else guarded(self.truth(when), outcomes)

    # --- conditions

    def truth(self, node: Ground) -> States:
        """The outcomes of a condition."""
        match node:
            case ground.Compare():
                return self._chain(node)
            case ground.Filled(operand, wanted):
                states = self.states(operand)
                filled = ((states != ABSENT) == wanted).astype(np.uint8)
                found: States = np.maximum(filled, reasons(states))
                return found
            case ground.OneOf():
                return self._one_of(node)
            case ground.Not(operand):
                return opposite(self.truth(operand))
            case ground.Both(operands):
                return reduce(both, map(self.truth, operands))
            case ground.Either(operands):
                return reduce(any_of, map(self.truth, operands))
            case ground.Guard(condition, then, otherwise):
                last = None if otherwise is None else self.truth(otherwise)
                return guarded(self.truth(condition), self.truth(then), last)
        raise Declined

    def states(self, operand: Ground) -> States:
        """The states of a value, which may be a text or a date."""
        if isinstance(operand, ground.Cell):
            (place,) = self.group.places[operand.at]
            found: States = self.piece.states[place.rows]
            return found
        return self.value(operand).states

    def _chain(self, node: ground.Compare) -> States:
        sides = [self.side(side, node.tolerance) for side in node.sides]
        pairs = zip(sides, node.operators, sides[1:], strict=False)
        return reduce(both, (compare(a, op, b, node.tolerance, node.blanks) for a, op, b in pairs))

    def side(self, side: ground.Side, tolerance: Tolerance | None = None) -> Side:
        """A side with its values."""
        numbers = self.value(side.operand)
        auto = tolerance is not None and tolerance.kind == "auto"
        radius = self.radius(side.operand, numbers.scale) if auto else None
        return Side(numbers, side.has_references, side.is_literal, side.decimals, radius)

    def _one_of(self, node: ground.OneOf) -> States:
        operand = self.side(node.operand)
        found = [compare(operand, "=", self.side(choice), None, node.blanks) for choice in node.choices]
        is_one = reduce(np.logical_or, (outcome == PASS for outcome in found))
        why = reduce(np.maximum, (np.where(outcome == PASS, np.uint8(0), outcome) for outcome in found))
        outcomes = np.where(is_one, np.uint8(PASS), why)
        if node.negated:
            outcomes = opposite(outcomes)
        if node.blanks != "zero":
            return np.where(operand.numbers.states == ABSENT, np.uint8(NA_BLANK), outcomes)
        return outcomes

    # --- values

    def value(self, node: Ground) -> Numbers:
        """The values of an expression."""
        match node:
            case ground.Constant(value) if isinstance(value, Decimal | Missing):
                return constant(value)
            case ground.Cell(at):
                (place,) = self.group.places[at]
                return self.figures(place)
            case ground.Given():
                return self.given(node.at)[0]
            case ground.Negative(operand):
                return negative(self.value(operand))
            case ground.Sum(terms, signs):
                return add([self.value(term) for term in terms], signs)
            case ground.Product(factors, divides):
                return multiply([self.value(factor) for factor in factors], divides)
        return self._function(node)

    def _function(self, node: Ground) -> Numbers:
        match node:
            case ground.Call(name, arguments, _, sets):
                return self._call(name, arguments, sets)
            case ground.Chosen(tested, operator, wanted, summed, blanks):
                given = None if summed is None else self.set(summed)
                return chosen(self.set(tested), operator, self.side(wanted), given, blanks)
            case ground.Choose(condition, then, otherwise):
                outcomes = self.truth(condition)
                found = either(outcomes == PASS, self.value(then), self.value(otherwise))
                return told(found, as_states(outcomes))
            case ground.Convert(operand, times, divided_by):
                value = self.value(operand)
                value = replace(value, states=marks_told(value.states), applies=False)
                return multiply([value, constant(times), constant(divided_by)], (False, False, True))
            case ground.YearToDate(earlier, current, latest):
                return self._year_to_date(self.set(earlier), self.set(current), latest)
        raise Declined

    def figures(self, place: Place) -> Numbers:
        """The figures of one cell of each instance."""
        if place.kind != "number":
            raise Declined
        units, bound = self.piece.units[place.rows], self.piece.bound
        if bound > _FEW:
            bound = max(int(units.max(initial=0)), -int(units.min(initial=0)))
        return Numbers(units, place.decimals, self.piece.states[place.rows], bound, self.piece.natural)

    def given(self, at: int) -> list[Numbers]:
        """The values from elsewhere of each instance; a list for a set."""
        (place,) = self.group.places[at]
        assert isinstance(place.rows, np.ndarray)
        rows = [self.piece.given(number) for number in place.rows.tolist()]
        if len({len(row) for row in rows}) > 1:
            raise Declined
        return [_together(parts) for parts in zip(*rows, strict=True)]

    def set(self, node: Ground) -> list[Numbers]:
        """The values of a set, or the one value of an expression."""
        if isinstance(node, ground.Cells):
            return [self.figures(place) for place in self.group.places[node.at]]
        return self.given(node.at) if isinstance(node, ground.Givens) else [self.value(node)]

    def _call(self, name: str, arguments: Sequence[Ground], sets: bool) -> Numbers:
        if sets and name in OVER_SETS:
            values = [value for argument in arguments for value in self.set(argument)]
            return told(OVER_SETS[name](values), first_reasons(values))
        if name in OF_VALUES:
            return OF_VALUES[name](*map(self.value, arguments))
        raise Declined

    def _year_to_date(self, earlier: list[Numbers], current: list[Numbers], latest: bool) -> Numbers:
        if not latest:
            values = [*earlier, *current]
            return told(total(values), first_reasons(values))
        now = total(current)
        found = either(now.states != ABSENT, now, total(earlier))
        return told(found, first_reasons(earlier))

    # --- how far values may be off

    def radius(self, node: Ground, scale: int) -> Units:
        """Half a unit of the last place of each figure in a sum, added up, in half units of `scale`."""
        match node:
            case ground.Constant():
                return np.zeros((1, 1), dtype=np.int64)
            case ground.Cell() | ground.Cells():
                return self._radius_of(self.group.places[node.at], scale)
            case ground.Negative(operand):
                return self.radius(operand, scale)
            case ground.Sum(terms):
                return sum((self.radius(term, scale) for term in terms), np.zeros((1, 1), dtype=np.int64))
            case ground.Call("tổng", arguments):
                return sum((self.radius(part, scale) for part in arguments), np.zeros((1, 1), dtype=np.int64))
        raise Declined

    def _radius_of(self, places: Sequence[Place], scale: int) -> Units:
        there = [(self.piece.states[place.rows] == PRESENT, place.decimals) for place in places]
        return sum(
            (present * np.int64(10 ** (scale - decimals)) for present, decimals in there),
            np.zeros((1, 1), dtype=np.int64),
        )


def _together(rows: Sequence[Numbers]) -> Numbers:
    """Rows of one form each after the other, in one scale."""
    if len(rows) == 1:
        return rows[0]
    scale = max(row.scale for row in rows)
    rows = [in_scale(row, scale) for row in rows]
    return Numbers(
        np.concatenate([row.units for row in rows]),
        scale,
        np.concatenate([row.states for row in rows]),
        max(row.bound for row in rows),
        all(row.natural for row in rows),
        all(row.applies for row in rows),
    )
