"""Reads what a plan needs from elsewhere, once for a report, the way the plain evaluator reads it."""

from dataclasses import replace
from decimal import Decimal

from engine.arithmetic import Arithmetic, Exact
from engine.context import Context
from engine.evaluate import At, Evaluator
from engine.naming import names_of, rows_of
from engine.plans.plan import GivenSource, Plan
from engine.program import Program
from engine.report import evaluator
from engine.sheet import Sheet
from engine.values import BLANK, NotApplicable, Value
from expr.nodes import Attribute, Reference
from expr.targets import Target, cell_facts

GivenValue = Value | list[Value]
"""One value, or the values of a set."""
_EXACT = Exact()


def bind(
    plan: Plan, program: Program, sheet: Sheet, context: Context, numbers: Arithmetic = _EXACT
) -> list[GivenValue]:
    """The givens of a plan for one report; with `arithmetic.Bounds` the numbers are intervals."""
    if not plan.givens:
        return []
    work = replace(evaluator(program, sheet, context), numbers=numbers)
    return [_read(work, program, source) for source in plan.givens]


def _read(work: Evaluator, program: Program, source: GivenSource) -> GivenValue:
    node, at = source.node, At(program.rules[source.rule].tree, source.target, source.of_percent)
    if source.kind == "value":
        return work.value(node, at)
    if source.kind == "text":
        assert isinstance(node, Attribute)
        return work.context.attribute(node, as_text=True)
    assert isinstance(node, Reference)
    if source.kind == "set":
        return _one_reason(work.set(node, at))
    if source.kind == "latest":
        return work.reader.latest_before(node, at.target)
    if source.kind in ("earlier", "before"):
        return work.reader.figures_before(node, at.target, without_last=source.kind == "before")
    sheets = work.reader.reports_before()
    if isinstance(sheets, NotApplicable):
        return sheets
    if source.kind == "there":
        return Decimal(1) if sheets and _has_cell(work, sheets[-1], node, at.target) else BLANK
    found = work.reader.read(node, at.target, sheets[-1], None) if sheets else []
    return found[0] if found else BLANK


def _has_cell(work: Evaluator, sheet: Sheet, reference: Reference, target: Target) -> bool:
    directory = replace(work.directory, form=names_of(sheet.layout, rows_of(sheet)))
    return any(facts is not None for facts in cell_facts(directory, reference, target))


def _one_reason(values: list[Value]) -> GivenValue:
    return values[0] if len(values) == 1 and isinstance(values[0], NotApplicable) else values
