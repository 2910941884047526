"""Computed cells: filled in the order they need each other.

A figure that is already there is a claim: it is kept, every other rule sees it, and the formula's own
verdict compares it with the computed value. A save overwrites instead, and says so where the figure differed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from engine.compare import Truth
from engine.context import Context
from engine.evaluate import At, Evaluator
from engine.figures import find_cell, print_figure
from engine.findings import Finding
from engine.formulas import Fill, fills
from engine.order import in_order
from engine.program import Program
from engine.report import evaluator as evaluator
from engine.sheet import BLANK, LARGEST, Figure, Place, Sheet, Status
from engine.values import Missing, NotApplicable, Value, rounded


@dataclass(frozen=True)
class Calculated:
    """The sheet with computed cells filled, the claims that were kept or replaced, and what went wrong."""

    sheet: Sheet
    claims: Mapping[Place, Figure]
    findings: tuple[Finding, ...] = ()


def calculate(program: Program, sheet: Sheet, context: Context, *, overwrite: bool = False) -> Calculated:
    """`sheet` with every formula computed; with `overwrite` given figures of computed cells are replaced."""
    work = evaluator(program, sheet, context)
    todo = fills(program.rules, work.directory)
    claims = {p: f for p in todo if (f := sheet.figure(*p)).status != Status.BLANK}
    ordered, _ = in_order(todo, work.directory)
    if overwrite:
        sheet = sheet.changed(dict.fromkeys(claims, BLANK))
    findings: list[Finding] = []
    for group in ordered:
        now = replace(work, sheet=sheet)
        made = {
            fill.place: _computed(now, program, fill, findings)
            for fill in group
            if overwrite or fill.place not in claims
        }
        sheet = sheet.changed({place: f for place, f in made.items() if f.status != Status.BLANK})
    if overwrite:
        findings += _replaced(program, sheet, claims)
    return Calculated(sheet, claims, tuple(findings))


def _computed(work: Evaluator, program: Program, fill: Fill, findings: list[Finding]) -> Figure:
    at = At(fill.tree, fill.target)
    if fill.tree.when is not None:
        guard: Truth = work.condition(fill.tree.when, at)
        if guard is not True:
            return BLANK
    section, row, column = fill.place
    cell = find_cell(program.layout.sections[section], row, column)
    value = work.value(fill.expression, work.beside(fill.operands, at))
    if cell is None:
        return BLANK
    if isinstance(value, Decimal):
        number = rounded(value, cell.decimals)
        if abs(number.scaleb(cell.decimals)) <= LARGEST:
            return Figure(Status.VALUE, number)
        where = f"{program.form.section_by_id[section].code}[{row};{column}]"
        findings.append(Finding("E_LIMIT", where=where, facts={"found": str(number)}, variant="figure"))
        return BLANK
    return _without_number(value)


def _without_number(value: Value) -> Figure:
    if value == Missing.MARK or (isinstance(value, NotApplicable) and value.reason == "mark"):
        return Figure(Status.NOT_APPLICABLE)
    if isinstance(value, NotApplicable | Missing | bool):
        return BLANK
    return Figure(Status.VALUE, text=str(value))


def _replaced(program: Program, sheet: Sheet, claims: Mapping[Place, Figure]) -> list[Finding]:
    """A finding for each given figure that the computed one replaced and differs from."""
    found = []
    for place, claim in claims.items():
        section, row, column = place
        cell = find_cell(program.layout.sections[section], row, column)
        computed = sheet.figure(*place)
        if cell is None or computed == claim:
            continue
        facts = {"given": print_figure(cell, claim), "computed": print_figure(cell, computed)}
        where = f"{program.form.section_by_id[section].code}[{row};{column}]"
        found.append(Finding("figure.replaced", "warning", where, facts))
    return found
