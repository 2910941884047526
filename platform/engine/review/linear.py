"""Rules as linear relations between cells, for whoever reasons about a rule instead of running it.

What is not linear in a rule, or comes from elsewhere, is left to the caller: a review at publishing takes it
for an unknown of its own, a repair for the value it has now.
"""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction

from engine.compare import shared_decimals
from engine.evaluate import At, Evaluator
from engine.naming import ANY_KEY
from expr import nodes
from expr.nodes import Node, Operator, Reference
from expr.targets import places
from expr.types import unit_of
from expr.units import factor

Variable = Hashable
"""A cell (`engine.sheet.Place`), or what the caller made of something that is none."""


class NotLinear(Exception):
    """The expression is no linear one."""


@dataclass(frozen=True, slots=True)
class Affine:
    """Σ coefficient · variable + constant, exactly; no coefficient is zero."""

    terms: Mapping[Variable, Fraction] = field(default_factory=dict)
    constant: Fraction = Fraction(0)

    def plus(self, other: "Affine", times: Fraction | int = 1) -> "Affine":
        """self + times · other."""
        terms = dict(self.terms)
        for variable, coefficient in other.terms.items():
            terms[variable] = terms.get(variable, Fraction(0)) + times * coefficient
        kept = {variable: coefficient for variable, coefficient in terms.items() if coefficient}
        return Affine(kept, self.constant + times * other.constant)

    def times(self, factor: Fraction) -> "Affine":
        """factor · self."""
        return Affine().plus(self, factor)


@dataclass(frozen=True, slots=True)
class Relation:
    """`gap operator 0`, where rounding and tolerance forgive a little; None: nobody knows how much."""

    gap: Affine
    operator: Operator
    rounding: Fraction
    tolerance: Fraction | None

    @property
    def slack(self) -> Fraction | None:
        """By how much the gap may miss."""
        return None if self.tolerance is None else self.rounding + self.tolerance


Elsewhere = Callable[[Node, At], Affine]
Decide = Callable[[Node, At], bool | None]


def undecided(condition: Node, at: At) -> bool | None:
    """The answer of one who knows no figures."""
    return None


@dataclass(frozen=True)
class Reading:
    """Reads rules of one form; `decide` tells the branch of `nếu`, None where that cannot be told."""

    work: Evaluator
    elsewhere: Elsewhere
    decide: Decide = undecided
    decimals: dict[Variable, int] = field(default_factory=dict)

    def relations(self, node: Node, at: At) -> list[Relation]:
        """What must hold together where `node` is asserted; raises NotLinear where it cannot be said so."""
        match node:
            case nodes.Compare(operands, operators):
                at = self.work.beside(operands, at)
                sides = [self.affine(operand, at) for operand in operands]
                return [
                    self._relation(operands[i : i + 2], sides[i].plus(sides[i + 1], -1), operator, at)
                    for i, operator in enumerate(operators)
                ]
            case nodes.Both(operands):
                return [relation for part in operands for relation in self.relations(part, at)]
            case nodes.Guard(condition, then, otherwise):
                holds = self.decide(condition, at)
                branch = then if holds else otherwise if holds is False else None
                if branch is not None:
                    return self.relations(branch, at)
        raise NotLinear

    def affine(self, node: Node, at: At) -> Affine:
        """An expression as a sum of multiples of cells."""
        match node:
            case nodes.Number(value, percent):
                number = Fraction(value)
                return Affine(constant=number / 100 if percent and not at.of_percent else number)
            case Reference() if node.source == nodes.HERE:
                return self._cells(node, at)
            case nodes.Negative(operand):
                return self.affine(operand, at).times(Fraction(-1))
            case nodes.Sum(terms, signs):
                at, total = self.work.beside(terms, at), Affine()
                for term, sign in zip(terms, signs, strict=True):
                    total = total.plus(self.affine(term, at), sign)
                return total
            case nodes.Product():
                return self._product(node, replace(at, of_percent=False))
            case nodes.Call():
                return self._call(node, self.work.beside(node.arguments, at))
            case nodes.Text() | nodes.Date():
                raise NotLinear
        return self.elsewhere(node, at)

    def _cells(self, reference: Reference, at: At) -> Affine:
        directory = self.work.directory
        section = directory.form.section[reference.section]
        total = Affine()
        for row, column in places(directory, reference, at.target):
            facts = section.cell(row, column)
            if facts is None:
                continue
            if facts.kind != "number":
                raise NotLinear
            if reference.is_set and row.id.rpartition("|")[2] == ANY_KEY:
                return self.elsewhere(reference, at)  # nobody knows yet how many rows will be added
            place = (section.id, row.id, column.id)
            self.decimals[place] = facts.decimals
            total = total.plus(Affine({place: Fraction(1)}))
        return total

    def _product(self, node: nodes.Product, at: At) -> Affine:
        total, divides = self.affine(node.factors[0], at), node.divides
        for part, divided in zip(node.factors[1:], divides[1:], strict=True):
            other = self.affine(part, at)
            if divided and not other.terms and other.constant:
                total = total.times(1 / other.constant)
            elif not divided and not (total.terms and other.terms):
                known, rest = (total, other) if not total.terms else (other, total)
                total = rest.times(known.constant)
            else:
                return self.elsewhere(node, at)
        return total

    def _call(self, call: nodes.Call, at: At) -> Affine:
        if call.name == "tổng":
            total = Affine()
            for argument in call.arguments:
                total = total.plus(self.affine(argument, at))
            return total
        if call.name == "đổi" and isinstance(call.arguments[1], nodes.Text):
            have = unit_of(call.arguments[0], self.work.directory, self.work.functions, at.target)
            found = factor(have, call.arguments[1].value)
            if found:
                return self.affine(call.arguments[0], at).times(Fraction(found[0]) / Fraction(found[1]))
        return self.elsewhere(call, at)

    def _relation(self, operands: tuple[Node, ...], gap: Affine, operator: Operator, at: At) -> Relation:
        tolerance = at.rule.tolerance
        decimals = shared_decimals(*(self.work.side(operand, at) for operand in operands))
        is_exact = decimals is None or self._fits(gap, decimals)
        rounding = Fraction(0) if is_exact or decimals is None else Fraction(10) ** -decimals
        if tolerance is not None and tolerance.kind != "absolute":
            return Relation(gap, operator, rounding, None)
        return Relation(gap, operator, rounding, Fraction(tolerance.value) if tolerance else Fraction(0))

    def _fits(self, gap: Affine, decimals: int) -> bool:
        """True where both sides are told exactly by so many decimals, so that rounding changes nothing."""
        step = self.step(gap)
        scale = Fraction(10) ** decimals
        return step is not None and all((part * scale).denominator == 1 for part in (step, gap.constant))

    def step(self, gap: Affine) -> Fraction | None:
        """The step in which the variable part of `gap` moves; None where a variable is no cell."""
        steps = [
            coefficient * Fraction(10) ** -self.decimals[variable]
            for variable, coefficient in gap.terms.items()
            if variable in self.decimals
        ]
        if len(steps) < len(gap.terms):
            return None
        step = Fraction(0)
        for each in steps:
            step = _greatest_divisor(step, each)
        return step


def _greatest_divisor(x: Fraction, y: Fraction) -> Fraction:
    while y:
        x, y = y, x % y
    return abs(x)
