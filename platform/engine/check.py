"""Checking one report: every rule at every target, and what cells and trees demand without a rule."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from engine.context import Context
from engine.evaluate import Evaluator
from engine.explain import failure_facts
from engine.figures import find_cell, print_figure
from engine.findings import Finding
from engine.jumps import jumps
from engine.parts import part_findings
from engine.plans.running import Running
from engine.program import CompiledRule, Program
from engine.report import evaluator
from engine.sheet import Place, Sheet, Status
from expr import nodes
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
    findings.extend(_cell_findings(program, work))
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


def _cell_findings(program: Program, work: Evaluator) -> Iterator[Finding]:
    """Required, smallest, largest, one of the choices: what the properties of cells demand."""
    for layout in program.layout.sections.values():
        if not layout.has_demands:
            continue
        names = work.directory.form.section[layout.section.id]
        cells = [(row, column) for row in names.rows for column in names.columns if names.cell(row, column)]
        for row, column in cells:
            cell = find_cell(layout, row.id, column.id)  # none where a row stands for those of the agencies
            if cell is None or not (cell.required or cell.min or cell.max or cell.choices):
                continue
            figure = work.sheet.figure(names.id, row.id, column.id)
            where = f"{names.code}[{row.id};{column.id}]"
            found = {"found": print_figure(cell, figure)}
            if figure.status in (Status.BLANK, Status.NOT_YET_KNOWN):
                if cell.required:
                    yield Finding("cell.required", where=where, section=names.code)
            elif figure.number is not None and cell.min and figure.number < Decimal(cell.min):
                yield Finding("cell.min", where=where, facts={**found, "min": cell.min}, section=names.code)
            elif figure.number is not None and cell.max and figure.number > Decimal(cell.max):
                yield Finding("cell.max", where=where, facts={**found, "max": cell.max}, section=names.code)
            elif cell.choices and figure.text is not None and figure.text not in cell.choices:
                facts = {**found, "choices": list(cell.choices)}
                yield Finding("cell.choices", where=where, facts=facts, section=names.code)
