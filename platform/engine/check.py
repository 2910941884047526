"""Checking one report: every rule at every target, and what cells and trees demand without a rule."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from engine.cells import Cell
from engine.context import Context
from engine.evaluate import Evaluator
from engine.explain import failure_facts
from engine.figures import find_cell, print_figure
from engine.findings import Finding
from engine.jumps import jumps
from engine.parts import part_findings
from engine.plans.plan import Plan
from engine.plans.running import Running
from engine.program import CompiledRule, Program
from engine.report import evaluator
from engine.sheet import Figure, Place, Sheet, Status
from engine.values import BLANK
from expr import nodes
from expr.names import FormNames
from expr.targets import Target

Verdicts = Mapping[str, str | Mapping[str, str]]


@dataclass(frozen=True)
class Checked:
    """The sheet with computed cells filled, what was found, and each rule's verdict, or one per target.

    `opened` are the computed cells that people type (see `engine.calculate.Calculated`).
    """

    sheet: Sheet
    findings: tuple[Finding, ...]
    verdicts: Verdicts
    opened: Mapping[Place, str] = field(default_factory=dict)


def check_form(program: Program, sheet: Sheet, context: Context) -> Checked:
    """Computes formulas, then runs every rule. Figures given for computed cells are claims and are kept."""
    return check_running(Running(program, sheet, context))


def check_running(running: Running) -> Checked:
    """Runs every rule over a report that is being worked on, its formulas computed already."""
    program, sheet = running.program, running.sheet
    work = evaluator(program, sheet, running.context)
    findings = list(running.findings)
    verdicts = _verdicts(program, work, running, findings)
    findings.extend(_cell_findings(running, work))
    findings.extend(part_findings(program, work))
    findings.extend(jumps(program, work))
    return Checked(sheet, tuple(findings), verdicts, running.opened)


def _verdicts(program: Program, work: Evaluator, running: Running, findings: list[Finding]) -> Verdicts:
    """Each rule's verdict at its targets; of one that fails the plain evaluator tells why."""
    told: list[dict[str, str]] = [{} for _ in program.rules]
    plan = running.plan
    for run, target, verdict in zip(plan.instances, plan.targets, running.verdicts(), strict=True):
        told[run.rule][target.key] = verdict
        if verdict == "fail":
            findings.append(_failure(program.rules[run.rule], target, work))
    return {rule.rule.code: _summed_up(rule, found) for rule, found in zip(program.rules, told, strict=True)}


def _failure(rule: CompiledRule, target: Target, work: Evaluator) -> Finding:
    facts = failure_facts(work, rule.tree, target, rule.section)
    variant = "" if "gap" in facts else "unequal" if "left" in facts else "statement"
    variant = "figures" if facts.get("figures") else variant
    section = work.directory.form.section[rule.section].code
    return Finding(
        "rule.failed", rule.severity, target.key, facts, section, rule.rule.code, "fail", variant=variant
    )


def _summed_up(rule: CompiledRule, verdicts: dict[str, str]) -> str | dict[str, str]:
    if not verdicts and all(reference.kind == "cell" for reference in nodes.references(rule.tree)):
        return "na:guard"  # the one cell it is about is absent by its `when`
    return verdicts[""] if list(verdicts) == [""] else verdicts


class _Demanding(NamedTuple):
    """A cell whose properties demand something of its figure."""

    slot: int
    place: Place
    code: str
    cell: Cell
    least: Decimal | None
    most: Decimal | None

    def is_met(self, value: object) -> bool:
        """Whether a look at the value tells that nothing is wrong, as of nearly all."""
        if isinstance(value, Decimal):
            return (self.least is None or value >= self.least) and (self.most is None or value <= self.most)
        return value is BLANK and not self.cell.required


def _cell_findings(running: Running, work: Evaluator) -> Iterator[Finding]:
    """Required, smallest, largest, one of the choices: what the properties of cells demand."""
    values = running.slots.values
    for each in _demanding(running.program, running.plan, work.directory.form):
        if not each.is_met(values[each.slot]):
            yield from _missed(each, work.sheet.figure(*each.place))


def _missed(demanding: _Demanding, figure: Figure) -> Iterator[Finding]:
    _, (_, row, column), code, cell, least, most = demanding
    where = f"{code}[{row};{column}]"
    found = {"found": print_figure(cell, figure)}
    if figure.status in (Status.BLANK, Status.NOT_YET_KNOWN):
        if cell.required:
            yield Finding("cell.required", where=where, section=code)
    elif figure.number is not None and least is not None and figure.number < least:
        yield Finding("cell.min", where=where, facts={**found, "min": cell.min}, section=code)
    elif figure.number is not None and most is not None and figure.number > most:
        yield Finding("cell.max", where=where, facts={**found, "max": cell.max}, section=code)
    elif cell.choices and figure.text is not None and figure.text not in cell.choices:
        facts = {**found, "choices": list(cell.choices)}
        yield Finding("cell.choices", where=where, facts=facts, section=code)


@lru_cache(maxsize=64)
def _demanding(program: Program, plan: Plan, form: FormNames) -> Sequence[_Demanding]:
    """The cells with demands in the rows of a plan, in the order of the form."""
    found = []
    for layout in program.layout.sections.values():
        names = form.section[layout.section.id]
        cells = ((row, column) for row in names.rows for column in names.columns if names.cell(row, column))
        for row, column in cells if layout.has_demands else ():
            cell = find_cell(layout, row.id, column.id)  # none where a row stands for those of the agencies
            if cell and (cell.required or cell.min or cell.max or cell.choices):
                place = (names.id, row.id, column.id)
                bounds = (Decimal(bound) if bound else None for bound in (cell.min, cell.max))
                found.append(_Demanding(plan.slots[place], place, names.code, cell, *bounds))
    return found
