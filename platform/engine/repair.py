"""One cell that would repair a report: which, and what must stand there.

Looked for among the cells that all failed linear rules share, with computed cells seen through to what they
are computed from. Values are found in exact fractions, and a suggestion is made only when the report, checked
again with it, has none of these failures and no new one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from itertools import islice

from engine.calculate import evaluator
from engine.cells import Cell
from engine.check import Checked, check_form
from engine.context import Context
from engine.evaluate import At
from engine.figures import find_cell, print_figure
from engine.findings import Finding, Severity
from engine.formulas import Fill, fills
from engine.program import CompiledRule, Program
from engine.repair_values import FLIPPED, Demand, held, nearest
from engine.review.linear import Affine, NotLinear, Reading, Relation
from engine.sheet import BLANK, Figure, Place, Status
from expr import nodes
from expr.nodes import Node
from expr.targets import Run, Target

MOST_TRIED = 6
MOST_MADE = 3

Failure = tuple[str, str]
"""(rule code, target)."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """With `value` in the cell `where`, which now holds `was`, the rules of these codes are kept."""

    where: str
    place: Place
    was: str
    value: str
    rules: tuple[str, ...]


def suggest(
    program: Program, context: Context, checked: Checked, recent: Sequence[Place] = ()
) -> Sequence[Suggestion]:
    """Repairs of all failed linear rules by one cell, the smallest change first; else of the errors alone.

    Of equal changes that of the cell typed last comes first: the last of `recent`.
    """
    failures = _failures(checked)
    if not failures:
        return ()
    repair = _Repair(program, context, checked, failures)
    return repair.suggestions(("error", "warning", "note"), recent) or repair.suggestions(("error",), recent)


def _failures(checked: Checked) -> frozenset[Failure]:
    return frozenset(
        (code, target)
        for code, verdicts in checked.verdicts.items()
        for target, verdict in ({"": verdicts} if isinstance(verdicts, str) else verdicts).items()
        if verdict == "fail"
    )


def _errors(checked: Checked) -> set[tuple[str, str]]:
    def is_one(finding: Finding) -> bool:
        return finding.severity == "error" and not finding.verdict

    return {(finding.code, finding.where) for finding in checked.findings if is_one(finding)}


@dataclass(frozen=True, slots=True)
class _Failed:
    """A failed target of a linear rule, by relations of typed cells; the `broken` ones do not hold."""

    rule: CompiledRule
    target: Target
    relations: Sequence[Relation]
    broken: Sequence[Relation]


class _Repair:
    def __init__(
        self, program: Program, context: Context, checked: Checked, failures: frozenset[Failure]
    ) -> None:
        self.program, self.context, self.checked, self.failures = program, context, checked, failures
        self.work = evaluator(program, checked.sheet, context)
        self.reading = Reading(self.work, self._known, self._decide)
        self.fills = fills(program.rules, self.work.directory)
        # A figure that differs from its formula is a claim: changing other cells does not change it.
        codes = {id(rule.tree): rule.rule.code for rule in program.rules}
        self.computed = {
            place: fill
            for place, fill in self.fills.items()
            if (codes[id(fill.tree)], fill.target.key) not in failures
        }

    def _decide(self, condition: Node, at: At) -> bool | None:
        outcome = self.work.condition(condition, at)
        return outcome if isinstance(outcome, bool) else None

    def _known(self, node: Node, at: At) -> Affine:
        """The value of what does not depend on the report's own figures."""
        references = (part for part in nodes.walk(node) if isinstance(part, nodes.Reference))
        value = None if any(r.source == nodes.HERE for r in references) else self.work.value(node, at)
        if not isinstance(value, Decimal):
            raise NotLinear
        return Affine(constant=Fraction(value))

    # --- what failed

    def _all_failed(self, severities: Sequence[Severity]) -> Iterator[_Failed]:
        """The failed targets of linear rules."""
        codes = {code for code, _ in self.failures}
        for rule in self.program.rules:
            if rule.rule.code in codes and rule.severity in severities:
                section = self.work.directory.form.section[rule.section]
                for target in Run(rule.tree, section, self.work.directory).targets():
                    if (rule.rule.code, target.key) in self.failures:
                        yield from self._failed(rule, target)

    def _failed(self, rule: CompiledRule, target: Target) -> Iterator[_Failed]:
        try:
            found = self.reading.relations(rule.tree.statement, At(rule.tree, target))
            relations = [replace(relation, gap=self._typed(relation.gap)) for relation in found]
        except NotLinear:
            return
        gaps = [(relation, self._value(relation.gap)) for relation in relations]
        broken = [r for r, gap in gaps if not held(gap, r.operator, r.slack or Fraction(0))]
        broken = broken or [r for r, gap in gaps if not held(gap, r.operator, Fraction(0))]
        if broken:
            yield _Failed(rule, target, relations, broken)

    def _typed(self, gap: Affine) -> Affine:
        """`gap` over typed cells alone."""
        while met := [variable for variable in gap.terms if variable in self.computed]:
            for variable in met:
                coefficient, fill = gap.terms[variable], self.computed[variable]
                gap = gap.plus(Affine({variable: coefficient}), -1).plus(self._formula(fill), coefficient)
        return gap

    def _formula(self, fill: Fill) -> Affine:
        at = At(fill.tree, fill.target)
        if fill.tree.when is not None and self._decide(fill.tree.when, at) is not True:
            return Affine()
        return self.reading.affine(fill.expression, self.work.beside(fill.operands, at))

    def _value(self, gap: Affine) -> Fraction:
        figures = ((c, self.work.sheet.figure(*place)) for place, c in gap.terms.items())  # type: ignore[misc]
        return gap.constant + sum((c * Fraction(f.number or 0) for c, f in figures), Fraction(0))

    # --- what repairs

    def suggestions(self, severities: Sequence[Severity], recent: Sequence[Place]) -> Sequence[Suggestion]:
        """The first few changes that repair every failed linear rule of these severities."""
        failed: list[_Failed] = []
        shared: dict[Place, None] | None = None
        for each in self._all_failed(severities):
            failed.append(each)
            for relation in each.broken:
                places: dict[Place, None] = dict.fromkeys(relation.gap.terms)  # type: ignore[arg-type]
                shared = {p: None for p in places if shared is None or p in shared}
            if not shared:
                return ()
        changes = [(place, value) for place in shared or () for value in self._values(place, failed)]

        def rank(change: tuple[Place, Decimal]) -> tuple[Fraction, int]:
            place, value = change
            now, then = self._now(place), Fraction(value)
            typed = recent.index(place) if place in recent else -1
            return abs(then - now) / max(abs(then), abs(now)), -typed

        tried = (self._tried(*change, failed) for change in sorted(changes, key=rank)[:MOST_TRIED])
        return list(islice(filter(None, tried), MOST_MADE))

    def _tried(self, place: Place, value: Decimal, failed: Sequence[_Failed]) -> Suggestion | None:
        """The suggestion, when a check with it finds none of the failures and nothing new."""
        figure = Figure(Status.VALUE, value)
        sheet = self.checked.sheet.changed({**dict.fromkeys(self.computed, BLANK), place: figure})
        again = check_form(self.program, sheet, self.context)
        left = self.failures - {(each.rule.rule.code, each.target.key) for each in failed}
        if not (_failures(again) <= left and _errors(again) <= _errors(self.checked)):
            return None
        cell, was = self._cell(place), self.work.sheet.figure(*place)
        section, row, column = place
        where = f"{self.program.form.section_by_id[section].code}[{row};{column}]"
        rules = tuple(dict.fromkeys(each.rule.rule.code for each in failed))
        return Suggestion(where, place, print_figure(cell, was), print_figure(cell, figure), rules)

    def _values(self, place: Place, failed: Sequence[_Failed]) -> Iterator[Decimal]:
        """What would have to stand in a cell that may be changed."""
        cell = self._cell(place)
        row = self.work.sheet.open_rows.get(place[0], {}).get(place[1])
        others = row is not None and row.agency not in (None, self.context.agency.get("mã"))
        is_marked = self.work.sheet.figure(*place).status == Status.NOT_APPLICABLE
        if cell.state != "open" or place in self.fills or others or is_marked:
            return
        demands = [
            d for each in failed for relation in each.relations for d in self._demands(place, relation)
        ]
        value = nearest(self._now(place), cell, demands)
        if value is not None:
            yield value

    def _demands(self, place: Place, relation: Relation) -> Iterator[Demand]:
        """What a relation wants of one cell while all others stay as they are."""
        coefficient = relation.gap.terms.get(place)
        if coefficient:
            flips = coefficient < 0
            operator = FLIPPED.get(relation.operator, relation.operator) if flips else relation.operator
            yield operator, self._now(place) - self._value(relation.gap) / coefficient

    def _now(self, place: Place) -> Fraction:
        return Fraction(self.work.sheet.figure(*place).number or 0)

    def _cell(self, place: Place) -> Cell:
        cell = find_cell(self.program.layout.sections[place[0]], place[1], place[2])
        assert cell is not None  # rules name cells that exist
        return cell
