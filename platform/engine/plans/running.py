"""A report being worked on: its figures by slot, its computed cells, the verdict of each rule at each target.

A figure that stands in a computed cell is a claim: it is kept and every rule sees it, unless all is to be
computed anew. Where the earlier figure that a formula needs is missing the cell is open: people type it.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import cached_property, lru_cache

import numpy as np

from engine.arithmetic import Bounds
from engine.bulk.many import UNDECIDED, Bulk, words
from engine.bulk.reports import stacked
from engine.context import Context
from engine.findings import Finding
from engine.functions import fitting
from engine.plans.closures import value_of, verdict_of
from engine.plans.combinators import Arguments, Run, Values
from engine.plans.givens import GivenValue, bind
from engine.plans.plan import Formula, Plan
from engine.plans.slots import Slots
from engine.program import Program
from engine.reading import seen
from engine.report import plan_for
from engine.sheet import BLANK, LARGEST, Figure, Place, Sheet, Status
from engine.values import MARK, Missing, NotApplicable, Value, rounded

NO_EARLIER = ("no_period", "divided")
"""Reasons for which a computed cell is open: its earlier figure is missing."""

WORTH_WHILE = 12
"""So many instances that look alike are judged at once by whole arrays; fewer one after the other."""
Judge = Callable[[Values, Arguments], str]


class Running:
    """Computes when it is made; `claims`, `opened` and `made` tell what happened to the computed cells."""

    def __init__(self, program: Program, sheet: Sheet, context: Context, *, overwrite: bool = False) -> None:
        self.program = program
        self.context = context
        self.plan = plan_for(program, sheet, context)
        self.givens = bind(self.plan, program, sheet, context)
        self.sheet = sheet
        self.overwrite = overwrite
        self.claims: dict[Place, Figure] = {}
        self.opened: dict[Place, str] = {}
        self.made: dict[Place, Figure] = {}
        self.findings: list[Finding] = []
        for formula in self.plan.formulas:
            place = self.plan.cells[formula.slot]
            claim = sheet.figure(*place)
            if claim.status != Status.BLANK:
                self.claims[place] = claim
            self.compute(formula)
        if self.made:
            self.sheet = sheet.changed(self.made)

    @cached_property
    def slots(self) -> Slots:
        """The figures as closures read them."""
        return Slots(self.plan, self.sheet, self.givens, self._bounds)

    def _bounds(self) -> list[GivenValue]:
        return bind(self.plan, self.program, self.sheet, self.context, Bounds())

    def compute(self, formula: Formula) -> bool:
        """Computes one cell unless a claim stands in it; whether another value stands there now."""
        place, slots = self.plan.cells[formula.slot], self.slots
        claim = self.claims.get(place, BLANK)
        value = _values(self.plan)[formula.shape](slots.values, formula.arguments)
        figure = claim
        if isinstance(value, NotApplicable) and value.reason in NO_EARLIER:
            self.opened[place] = value.reason
        else:
            self.opened.pop(place, None)
            if self.overwrite or claim.status == Status.BLANK:
                figure = self._figure(formula, place, value)
        self.made.pop(place, None)
        if figure != claim:
            self.made[place] = figure
        now = seen(figure, self.plan.kinds[formula.slot])
        if now == slots.values[formula.slot]:
            return False
        slots.put(formula.slot, now)
        return True

    def _figure(self, formula: Formula, place: Place, value: Value) -> Figure:
        """The figure that a computed value is in its cell; blank where an attribute is none there."""
        value = fitting(self.plan.kinds[formula.slot], value)
        if not isinstance(value, Decimal):
            return _without_number(value)
        decimals = self.plan.decimals[formula.slot]
        number = rounded(value, decimals)
        if abs(number.scaleb(decimals)) <= LARGEST:
            return Figure(Status.VALUE, number)
        section, row, column = place
        where = f"{self.program.form.section_by_id[section].code}[{row};{column}]"
        self.findings.append(Finding("E_LIMIT", where=where, facts={"found": str(number)}, variant="figure"))
        return BLANK

    def verdicts(self) -> list[str]:
        """The verdict of each instance of the plan: those that look alike at once, the others by closures."""
        bulk = _bulk(self.plan)
        (piece,) = stacked(self.plan, [self.sheet], [self.givens])
        codes = bulk.check(piece)[:, 0]
        found = words(codes)
        for instance in np.flatnonzero(codes == UNDECIDED).tolist():
            found[instance] = self.verdict(instance)
        return found  # type: ignore[return-value]

    def verdict(self, instance: int) -> str:
        """The verdict of one instance."""
        run = self.plan.instances[instance]
        return self._judges[run.shape](self.slots.values, run.arguments)

    @cached_property
    def _judges(self) -> Mapping[int, Judge]:
        return _judges(self.plan)


def _without_number(value: Value) -> Figure:
    if value is MARK or (isinstance(value, NotApplicable) and value.reason == "mark"):
        return Figure(Status.NOT_APPLICABLE)
    if isinstance(value, NotApplicable | Missing | bool):
        return BLANK
    return Figure(Status.VALUE, text=str(value))


@lru_cache(maxsize=64)
def _bulk(plan: Plan) -> Bulk:
    return Bulk(plan, least=WORTH_WHILE)


@lru_cache(maxsize=64)
def _judges(plan: Plan) -> Mapping[int, Judge]:
    """The closures that judge instances, by shape."""
    return {shape: verdict_of(plan.shapes[shape]) for shape in {run.shape for run in plan.instances}}


@lru_cache(maxsize=64)
def _values(plan: Plan) -> Mapping[int, Run]:
    """The closures that give formulas their values, by shape."""
    return {shape: value_of(plan.shapes[shape]) for shape in {run.shape for run in plan.formulas}}
