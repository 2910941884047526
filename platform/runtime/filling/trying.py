"""A form tried before anybody is asked for it: the blank desk of a report that stands in no table."""

from collections.abc import Mapping
from typing import Any

from agencies.attributes import attributes_of
from agencies.tree import Tree
from engine.calculate import evaluator
from engine.figures import read_figures
from engine.given import read_context
from engine.program import Program
from engine.report import closed_cells
from engine.touched import computed_places, touched
from runtime.filling.checking import check_sheet
from runtime.filling.desk import Desk, Found
from runtime.filling.standing import standing
from runtime.filling.words import NOTHING
from runtime.models import Report, Round
from runtime.periods import Period


def try_out(
    program: Program, tree: Tree, agency: int, lead: int, period: Period, earlier: Mapping[str, Any]
) -> Desk:
    """The desk at which `agency` would fill the form for `lead`.

    `earlier` are the parts of a context in exchange form that are not the agency's and the period's own.
    """
    report = Report(id=0, version_id=0, agency_id=agency, state="entering", revision=0)
    of = Round(
        template_code=program.form.header.code,
        frequency=period.frequency,
        year=period.year,
        number=period.number,
        period_start=period.start,
        period_end=period.end,
        lead_id=lead,
    )
    given = {**earlier, "agency": dict(attributes_of(tree, agency)), "period": period.attributes}
    context, _ = read_context(program, given)
    blank, _ = read_figures(program.layout, {})
    checked = check_sheet(program, blank, context)
    directory = evaluator(program, checked.sheet, context).directory
    found = [Found(each, touched(program, directory, each), "") for each in checked.findings]
    return Desk(
        report,
        of,
        tree[agency],
        tree,
        program,
        context,
        blank,
        blank,
        checked.sheet,
        NOTHING,
        computed_places(program, directory),
        closed_cells(program, context),
        frozenset(),
        found,
        standing(program, checked, context),
        (),
    )
