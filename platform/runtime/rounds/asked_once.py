"""Ask once: cells that the same agencies fill for the same period in another form, found by indicator.

A cell collects an indicator where its row or its column names one; what its other axis is called tells which
figure of the indicator it is. Figures that were typed there can be taken into new reports (`taking`).
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.cells import Cell
from engine.context import Context
from engine.form import Column, Row
from engine.layout import Layout, SectionLayout
from engine.program import Program
from engine.report import plan_for
from engine.sheet import Place, Sheet
from expr.text import fold
from runtime.models import Report, Round
from runtime.periods import Period
from runtime.programs import program_of

SECONDS_A_CELL = 15
"""To look a figure up, type it and look at it again: an assumption, told as one."""
Key = tuple[str, str]
"""(indicator, which figure of it)."""


@dataclass(frozen=True)
class Asked:
    """A round that asks the same agencies for some of the same cells.

    `cells` are pairs of a place in the new form and in that one; of its `reports` some are filled in.
    """

    round: int
    template: str
    cells: Sequence[tuple[Place, Place]]
    titles: Sequence[str]
    reports: int
    begun: int


@dataclass(frozen=True)
class Burden:
    """What a form asks of all agencies together, and what of it was asked elsewhere."""

    agencies: int
    cells: int
    known: int
    asked: Sequence[Asked]

    @property
    def hours(self) -> Decimal:
        """The time to fill the form, of all agencies together."""
        return _hours(self.cells * self.agencies)

    @property
    def spared(self) -> Decimal:
        """How much of it is typing once more what is there."""
        return _hours(self.known * self.agencies)


def burden(session: Session, program: Program, period: Period, agencies: Collection[int]) -> Burden:
    """What a round of this form would ask, and which of it other rounds of the period ask already."""
    typed = typed_places(program)
    wanted = keys_of(program)
    asked = []
    for of, version, reports, begun in _rounds(session, program.layout.form.header.code, period, agencies):
        other = program_of(session, version)
        there = keys_of(other)
        same = [key for key in wanted if key in there and alike(program, wanted[key], other, there[key])]
        if same:
            cells = [(wanted[key], there[key]) for key in same]
            titles = [title_of(program.layout, wanted[key]) for key in same]
            asked.append(Asked(of, other.layout.form.header.code, cells, titles, reports, begun))
    known = {place for each in asked for place, _ in each.cells}
    return Burden(len(agencies), len(typed), len(known), asked)


def keys_of(program: Program) -> Mapping[Key, Place]:
    """The cells of fixed rows that people type and that collect an indicator.

    A key that is there twice is left out, for nobody knows which is meant.
    """
    typed = typed_places(program)
    found: dict[Key, Place] = {}
    times: Counter[Key] = Counter()
    for section, layout in program.layout.sections.items():
        for row in layout.rows:
            for column in layout.columns:
                key = _key(layout, row, column)
                if key and (section, row.id, column.id) in typed:
                    found[key] = (section, row.id, column.id)
                    times[key] += 1
    return {key: place for key, place in found.items() if times[key] == 1}


def _rounds(
    session: Session, template: str, period: Period, agencies: Collection[int]
) -> Sequence[tuple[int, int, int, int]]:
    """(round, version, reports, begun) of other templates for the period, with reports of these agencies."""
    begun = func.count().filter(Report.revision > 0)
    query = select(Round.id, Report.version_id, func.count(), begun).join(Report, Report.round_id == Round.id)
    query = query.where(Round.period_start == period.start, Round.period_end == period.end)
    query = query.where(Round.template_code != template, Report.agency_id.in_(agencies))
    rows = session.execute(query.group_by(Round.id, Report.version_id).order_by(Round.id))
    return [(of, version, reports, started) for of, version, reports, started in rows]


def typed_places(program: Program, *, locked: bool = False) -> set[Place]:
    """The cells of fixed rows that people type; with `locked` those too that the form keeps from them."""
    plan = plan_for(program, Sheet(program.layout), Context())
    states = ("open", "locked") if locked else ("open",)
    computed = {plan.cells[formula.slot] for formula in plan.formulas}
    return {
        (section, row.id, column.id)
        for section, layout in program.layout.sections.items()
        for i, row in enumerate(layout.rows)
        for j, column in enumerate(layout.columns)
        if layout.cells[i * len(layout.columns) + j].state in states
    } - computed


def _key(layout: SectionLayout, row: Row, column: Column) -> Key | None:
    if row.indicator and column.indicator:
        return row.indicator, column.indicator
    if row.indicator:
        alone = sum(_cell(layout, row.id, each.id).is_numeric for each in layout.columns) == 1
        return row.indicator, "" if alone else fold(column.title)
    if column.indicator:
        alone = len(layout.rows) == 1
        return column.indicator, "" if alone else fold(row.title)
    return None


def _cell(layout: SectionLayout, row: str, column: str) -> Cell:
    index = layout.index(row, column)
    assert index is not None
    return layout.cells[index]


def alike(program: Program, place: Place, other: Program, there: Place) -> bool:
    """Whether two cells hold numbers in the same unit; figures in another are not taken over unseen."""
    a, b = (
        _cell(its.layout.sections[section], row, column)
        for its, (section, row, column) in ((program, place), (other, there))
    )
    return a.is_numeric and b.is_numeric and fold(a.unit or "") == fold(b.unit or "")


def title_of(layout: Layout, place: Place) -> str:
    """A cell by its row and column."""
    section, row, column = place
    of = layout.sections[section]
    names = of.rows[of.row_at[row]].title, of.columns[of.column_at[column]].title
    return " – ".join(names)


def _hours(cells: int) -> Decimal:
    return (Decimal(cells * SECONDS_A_CELL) / 3600).quantize(Decimal("0.1"))
