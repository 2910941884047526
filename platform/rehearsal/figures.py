"""Figures for a report that nobody has filled: made up, in every cell people fill, as the rules ask.

Linear rules are solved together; what they leave to chance is random, the same for the same report in every
run. Rules that cannot hold together are named and left aside; the others are checked like a clerk's figures,
and single cells repaired where that helps. What fails then is told, not hidden.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from random import Random

from engine.cells import Cell
from engine.check import Checked, check_form
from engine.context import Context
from engine.evaluate import At, Evaluator
from engine.figures import find_cell, parse_figure
from engine.findings import Finding
from engine.layout import Layout
from engine.naming import open_key
from engine.plans.running import Running
from engine.presence import state_at
from engine.program import Program
from engine.repair import suggest
from engine.report import closed_cells, evaluator
from engine.review.demands import Demands, is_place
from engine.review.feasible import Bound, conflict
from engine.review.linear import Affine, NotLinear, Reading
from engine.sheet import Block, Figure, OpenRow, Place, Sheet, Status, pattern_of
from expr import nodes
from expr.nodes import Node
from rehearsal.solving import FAR, Unknown, solve

VARIANTS = 6
"""Different figures for reports that are alike."""
USUAL = 100
MOST_CONFLICTS = 10
MOST_REPAIRS = 8
TRIES = 4
"""How often other figures are tried where a rule that is not linear fails."""


@dataclass(frozen=True)
class Made:
    """Figures of the cells that people fill, what the checks say of them, rules that contradict others."""

    figures: Mapping[Place, Figure]
    findings: Sequence[Finding]
    contradicting: Sequence[str]


class Maker:
    """Makes figures for the reports of one program; those of reports that are alike are worked out once."""

    def __init__(self, program: Program, day: date) -> None:
        self.program, self.day = program, day
        self._known: dict[tuple[object, ...], Made] = {}

    def make(self, context: Context, agency: str) -> Made:
        """Figures for the report of an agency, by its code."""
        sheet = with_rows(self.program.layout, agency)
        running = Running(self.program, sheet, context, overwrite=True)
        variant = Random(agency).randrange(VARIANTS)
        key = (running.plan, repr(running.givens), repr(closed_cells(self.program, context)), variant)
        if key not in self._known:
            making = _Making(self.program, context, running, self.day, Random(variant))
            self._known[key] = making.best()
        return self._known[key]


def with_rows(layout: Layout, agency: str) -> Sheet:
    """A blank sheet with two rows wherever rows may be added, or the agency's own."""
    rows: dict[str, dict[str, OpenRow]] = {}
    for section in layout.sections.values():
        names = [agency] if section.section.rows.kind == "agencies" else ["1", "2"]
        for pattern in section.patterns:
            for name in names:
                key = open_key(section, pattern, name)
                found = pattern_of(section, key)
                if found:
                    row = OpenRow(key, found[0], Block.blank(len(section.columns)), found[1])
                    rows.setdefault(section.section.id, {})[key] = row
    return Sheet(layout, {}, rows)


class _Known(Demands):
    """What rules demand of one report, where all but its own figures is known."""

    def __init__(self, program: Program, work: Evaluator) -> None:
        super().__init__(program)
        self.work = work
        self.reading = Reading(work, self._constant, self._decided)

    def _constant(self, node: Node, at: At) -> Affine:
        value = None if _reads_own(node) else self.work.value(node, at)
        if not isinstance(value, Decimal):
            raise NotLinear
        return Affine(constant=Fraction(value))

    def _decided(self, condition: Node, at: At) -> bool | None:
        outcome = None if _reads_own(condition) else self.work.condition(condition, at)
        return outcome if isinstance(outcome, bool) else None


def _reads_own(node: Node) -> bool:
    return any(isinstance(part, nodes.Reference) and part.source == nodes.HERE for part in nodes.walk(node))


class _Making:
    """The figures of one report."""

    def __init__(self, program: Program, context: Context, running: Running, day: date, pick: Random) -> None:
        self.program, self.context, self.running, self.day, self.pick = program, context, running, day, pick
        self.blank = running.sheet
        computed = {running.plan.cells[formula.slot] for formula in running.plan.formulas}
        self.computed = computed - running.opened.keys()
        self.typed = dict(self._typed_cells())

    def _typed_cells(self) -> Iterator[tuple[Place, Cell]]:
        closed = closed_cells(self.program, self.context)
        for place, cell in cells_of(self.blank):
            section, row, column = place
            layout = self.blank.layout.sections[section]
            pattern = None if row in layout.row_at else pattern_of(layout, row)
            state = state_at(closed, section, pattern[0] if pattern else row, column) if closed else "open"
            if cell.state == "open" and state in (None, "open") and place not in self.computed:
                yield place, cell

    def best(self) -> Made:
        """Of a few tries the one with the fewest failures."""
        tried: list[Made] = []
        while len(tried) < TRIES and (not tried or tried[-1].findings):
            tried.append(self.made())
        return min(tried, key=lambda made: len(made.findings))

    def made(self) -> Made:
        """Figures of every cell that people fill."""
        numbers = {place: cell for place, cell in self.typed.items() if cell.is_numeric}
        figures = {place: self._text(cell) for place, cell in self.typed.items() if not cell.is_numeric}
        demands = _Known(self.program, evaluator(self.program, self.blank, self.context))
        owned = [each for each in self._bounds(demands) if each[1].terms]
        found, dropped = self._solved(demands, numbers, owned)
        for place in numbers:
            figures[place] = Figure(Status.VALUE, _decimal(found.get(place, Fraction(0))))
        checked = self._checked(figures)
        for _ in range(MOST_REPAIRS):
            repairs = suggest(self.program, self.context, checked) if checked.findings else ()
            if not repairs:
                break
            place = repairs[0].place
            figure = parse_figure(self.typed[place], repairs[0].value) if place in self.typed else None
            if not isinstance(figure, Figure):
                break
            figures[place] = figure
            checked = self._checked(figures)
        return Made(figures, checked.findings, dropped)

    def _checked(self, figures: Mapping[Place, Figure]) -> Checked:
        return check_form(self.program, self.blank.changed(figures), self.context)

    def _bounds(self, demands: _Known) -> Iterator[tuple[str, Bound]]:
        """The linear rules in force, each bound with its rule."""
        plan = self.running.plan
        for run, target in zip(plan.instances, plan.targets, strict=True):
            rule = self.program.rules[run.rule]
            at = At(rule.tree, target)
            if rule.tree.when is not None and demands.reading.decide(rule.tree.when, at) is not True:
                continue
            try:
                relations = demands.reading.relations(rule.tree.statement, at)
            except NotLinear:
                continue
            for relation in relations:
                for bound in demands.bounds(relation):
                    yield rule.rule.code, bound

    def _solved(
        self, demands: _Known, numbers: Mapping[Place, Cell], owned: list[tuple[str, Bound]]
    ) -> tuple[Mapping[Place, Fraction], list[str]]:
        """Figures that keep all bounds, without the rules that contradict others."""
        dropped: list[str] = []
        while True:
            unknowns = self._unknowns(demands, numbers, [bound for _, bound in owned])
            found = solve(unknowns, [bound for _, bound in owned])
            if found is not None or len(dropped) == MOST_CONFLICTS:
                return found or {each.place: Fraction(int(each.wanted or 0)) for each in unknowns}, dropped
            limits = [("", bound) for each in unknowns for bound in _limits(each)]
            all_bounds = [*owned, *limits]
            blamed = [all_bounds[at][0] for at in conflict([bound for _, bound in all_bounds])]
            rule = next((code for code in reversed(blamed) if code), owned[-1][0] if owned else "")
            if not rule:
                return {}, dropped
            dropped.append(rule)
            owned = [each for each in owned if each[0] != rule]

    def _unknowns(
        self, demands: _Known, numbers: Mapping[Place, Cell], bounds: Sequence[Bound]
    ) -> list[Unknown]:
        found = [self._unknown(demands, place, cell) for place, cell in numbers.items()]
        for place in dict.fromkeys(place for bound in bounds for place in bound.terms):
            if place not in numbers:
                assert is_place(place)
                far = Fraction(FAR if place in self.computed else 0)  # where nobody types, nothing stands
                low, high = demands.limits(place) if far else (None, None)
                low, high = (-far if low is None else low), (far if high is None else high)
                found.append(Unknown(place, demands.reading.decimals[place], low, high, None))
        return found

    def _unknown(self, demands: _Known, place: Place, cell: Cell) -> Unknown:
        low, high = demands.limits(place)
        far = USUAL if cell.type == "percent" else FAR
        low = Fraction(0) if low is None else low
        high = max(low, Fraction(far)) if high is None else high
        wanted = min(float(low) + self.pick.randint(1, USUAL), float(high))
        return Unknown(place, cell.decimals, low, high, wanted)

    def _text(self, cell: Cell) -> Figure:
        if cell.choices:
            return Figure(Status.VALUE, text=self.pick.choice(cell.choices))
        texts = {"date": self.day.isoformat(), "yes_no": "có"}
        return Figure(Status.VALUE, text=texts.get(cell.type, "Diễn tập"))


def cells_of(sheet: Sheet) -> Iterator[tuple[Place, Cell]]:
    """Every cell of the rows that are there."""
    for section, layout in sheet.layout.sections.items():
        rows = (*(row.id for row in layout.rows), *sheet.open_rows.get(section, {}))
        for row in rows:
            for column in layout.columns:
                cell = find_cell(layout, row, column.id)
                if cell is not None:
                    yield (section, row, column.id), cell


def _limits(unknown: Unknown) -> Iterator[Bound]:
    yield Bound({unknown.place: Fraction(1)}, unknown.high)
    yield Bound({unknown.place: Fraction(-1)}, -unknown.low)


def _decimal(number: Fraction) -> Decimal:
    return Decimal(number.numerator) / Decimal(number.denominator)
