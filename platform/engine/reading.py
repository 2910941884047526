"""Reading the figures that a reference means: of this report, an earlier one, another form, a child."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property

from engine.arithmetic import Arithmetic
from engine.context import Context
from engine.functions import entered
from engine.layout import Layout
from engine.naming import names_of, rows_of
from engine.sheet import NUMBERED, Figure, Sheet, Status
from engine.values import BLANK, MARK, NotApplicable, Value
from expr import nodes
from expr.names import Directory, FormNames, SectionNames
from expr.nodes import Reference
from expr.targets import Target, places

_NO_FIGURE = (Status.BLANK, Status.NOT_YET_KNOWN)


@dataclass(frozen=True)
class Reader:
    """Reads figures for rules of one form over one sheet and its context."""

    layout: Layout
    directory: Directory
    sheet: Sheet
    context: Context
    numbers: Arithmetic

    def values(self, reference: Reference, target: Target) -> list[Value]:
        """The values of the cells a reference stands for; blank where there is no such cell."""
        source = reference.source
        if source == nodes.HERE:
            return self.read(reference, target, self.sheet, None)
        if source.agency is not None:
            return [NotApplicable("no_form")]
        if source.form is not None:
            other = self.context.forms.get(source.form.text)
            if other is None or source.time is not None:
                return [NotApplicable("no_period" if source.time else "no_form")]
            return self.read(reference, target, other, None)
        assert source.time is not None
        if source.time.in_year and self.context.first_of_year:
            return [self.numbers.literal(Decimal(0))]
        sheet = self.context.sheet(source)
        if isinstance(sheet, str):
            return [NotApplicable(sheet)]
        back = source.time.back if source.time.kind == "previous" else 0
        return self.read(reference, target, sheet, self.context.back(back - 1) if back > 1 else None)

    def read(self, reference: Reference, target: Target, sheet: Sheet, later: Sheet | None) -> list[Value]:
        """Values from `sheet`; `later` is the report after it, whose official figures revise it."""
        directory = self.directory
        if sheet is not self.sheet:
            form = self._names_of(sheet)
            if reference.source.form is None:
                directory = replace(directory, form=form)
            else:
                directory = replace(directory, others={reference.source.form.text: form})
        section = directory.names_of(reference.source.form).section[reference.section]
        found: list[Value] = []
        for row, column in places(directory, reference, target):
            facts = section.cell(row, column)
            if facts is None:
                found.append(BLANK)
                continue
            figure = sheet.figure(section.id, row.id, column.id)
            revising = self._revising(section, column.id) if later is not None else None
            if later is not None and revising is not None:
                official = later.figure(section.id, row.id, revising)
                figure = figure if official.status in _NO_FIGURE else official
            found.append(self._figure(figure, facts.decimals, facts.kind))
        return found

    def reports_before(self) -> Sequence[Sheet] | NotApplicable:
        """The earlier reports of the year, n/a when one is missing."""
        earlier, first = self.context.year_to_date, self.context.first_of_year
        there = [sheet for sheet in earlier or () if sheet is not None]
        gap = len(there) < len(earlier or ())
        nobody_says = not there and (first is False or (earlier is None and not first))
        return NotApplicable("no_period") if gap or nobody_says else there

    def figures_before(
        self, reference: Reference, target: Target, *, without_last: bool = False
    ) -> list[Value] | NotApplicable:
        """What the earlier reports of the year hold; each is revised by the one after it."""
        sheets = self.reports_before()
        if isinstance(sheets, NotApplicable):
            return sheets
        pairs = zip(sheets, [*sheets[1:], *([] if without_last else [self.sheet])], strict=False)
        return [v for sheet, after in pairs for v in self.read(reference, target, sheet, after)]

    def latest_before(self, reference: Reference, target: Target) -> list[Value] | NotApplicable:
        """What the latest earlier report of the year holds that has any figure."""
        sheets = self.reports_before()
        if isinstance(sheets, NotApplicable):
            return sheets
        latest = (self.read(reference, target, sheet, None) for sheet in reversed(sheets))
        return next((values for values in latest if entered(values)), [])

    def _names_of(self, sheet: Sheet) -> FormNames:
        """The names of a sheet of the context; they are asked for with every reference to it."""
        if id(sheet) not in self._met:
            self._met[id(sheet)] = names_of(sheet.layout, rows_of(sheet))
        return self._met[id(sheet)]

    @cached_property
    def _met(self) -> dict[int, FormNames]:
        return {}

    def _revising(self, section: SectionNames, column: str) -> str | None:
        known = self.layout.sections[section.id].revised_by if section.id in self.layout.sections else {}
        return known.get(column)

    def _figure(self, figure: Figure, decimals: int, kind: str) -> Value:
        value = seen(figure, kind)
        return self.numbers.figure(value, decimals) if isinstance(value, Decimal) else value


def seen(figure: Figure, kind: str) -> Value:
    """What a figure is to a rule, in a cell of numbers, texts or dates."""
    if figure.status == Status.NIL:
        return Decimal(0)
    if figure.status == Status.NOT_APPLICABLE:
        return MARK
    if figure.status in NUMBERED and figure.number is not None:
        return figure.number
    if figure.text:
        return datetime.date.fromisoformat(figure.text) if kind == "date" else figure.text
    return BLANK
