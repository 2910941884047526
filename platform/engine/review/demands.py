"""What the rules of a form demand at each target, as far as that can be said before there are figures."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TypeGuard

from engine.context import Context
from engine.evaluate import At, Evaluator
from engine.figures import find_cell
from engine.program import CompiledRule, Program
from engine.review.feasible import Bound
from engine.review.linear import Affine, NotLinear, Reading, Relation, Variable
from engine.sheet import Place, Sheet
from expr.targets import Run, Target


@dataclass(frozen=True, slots=True)
class Demand:
    """What a rule (by its position) demands at one target whatever the figures."""

    rule: int
    target: Target
    relations: Sequence[Relation]


class Demands:
    """The demands of a sound program; what is no cell of the report is an unknown of its own."""

    def __init__(self, program: Program) -> None:
        self.program = program
        directory = program.directory
        self.work = Evaluator(program.layout, directory, program.functions, Sheet(program.layout), Context())
        self.reading = Reading(self.work, lambda node, at: Affine({(node, at.target): Fraction(1)}))
        self.targets = [
            Run(rule.tree, directory.form.section[rule.section], directory).targets()
            for rule in program.rules
        ]

    @cached_property
    def linear(self) -> Sequence[Sequence[Demand]]:
        """For each rule its demands; none where it has a condition or is not linear."""
        return [list(self._demands(at, rule)) for at, rule in enumerate(self.program.rules)]

    def _demands(self, position: int, rule: CompiledRule) -> Iterator[Demand]:
        for target in self.targets[position] if rule.tree.when is None else ():
            try:
                relations = self.reading.relations(rule.tree.statement, At(rule.tree, target))
            except NotLinear:
                return
            yield Demand(position, target, relations)

    def limits(self, place: Place) -> tuple[Fraction | None, Fraction | None]:
        """The smallest and the largest value that a cell declares."""
        cell = find_cell(self.program.layout.sections[place[0]], place[1], place[2])
        low, high = (cell.min, cell.max) if cell else (None, None)
        return Fraction(low) if low else None, Fraction(high) if high else None

    def bounds_of(self, place: Place) -> Iterator[Bound]:
        """The same as bounds."""
        low, high = self.limits(place)
        if low is not None:
            yield Bound({place: Fraction(-1)}, -low)
        if high is not None:
            yield Bound({place: Fraction(1)}, high)

    def bounds(self, relation: Relation) -> Iterator[Bound]:
        """A relation as bounds; none where it cannot be said so."""
        if relation.slack is None or relation.operator == "<>":
            return
        gap, other = relation.gap, relation.gap.times(Fraction(-1))
        if relation.operator in ("<", "<=", "="):
            yield Bound(gap.terms, self._most(relation, gap))
        if relation.operator in (">", ">=", "="):
            yield Bound(other.terms, self._most(relation, other))

    def _most(self, relation: Relation, gap: Affine) -> Fraction:
        """The most that the variable part of `gap` may come to where it must be at most, or below, 0."""
        if relation.operator not in ("<", ">") or relation.tolerance:
            return (relation.slack or Fraction(0)) - gap.constant
        # Rounding keeps the order: what is below after it was below before, by a step where steps are known.
        step = self.reading.step(gap)
        return -gap.constant - ((-gap.constant % step or step) if step else 0)

    def cell_name(self, place: Place) -> str:
        """A place as findings write it."""
        return f"{self.program.form.section_by_id[place[0]].code}[{place[1]};{place[2]}]"


def is_place(variable: Variable) -> TypeGuard[Place]:
    """True for a cell of the report."""
    return isinstance(variable, tuple) and len(variable) == 3
