"""The meaning of a world: every formula and every rule by the plain evaluator, nothing kept between them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from engine.context import Context
from engine.evaluate import At, Evaluator
from engine.figures import find_cell
from engine.formulas import Fill, fills
from engine.order import in_order
from engine.presence import absent, closed, without
from engine.program import Program
from engine.sheet import BLANK, LARGEST, Figure, Sheet, Status
from engine.values import MARK, NotApplicable, rounded
from expr import nodes
from expr.targets import Run, Target

Verdicts = Mapping[tuple[str, str], str]
"""By (rule code, target key)."""


@dataclass(frozen=True)
class Answer:
    """What an evaluator says of one sheet: the sheet with computed cells filled, and a verdict per target."""

    sheet: Sheet
    verdicts: Verdicts


def evaluator(program: Program, sheet: Sheet, context: Context) -> Evaluator:
    """The plain evaluator over one sheet, without the cells that are absent by their `when`."""
    names = program.naming.of(sheet)
    work = Evaluator(
        program.layout, replace(program.directory, form=names), program.functions, sheet, context
    )
    shut = closed(program.conditions, lambda tree: work.condition(tree, At(nodes.Rule(tree), Target())))
    gone = absent(shut)
    return replace(work, directory=replace(work.directory, form=without(names, gone)))


def answer(program: Program, sheet: Sheet, context: Context) -> Answer:
    """Formulas one cell after another, then rules one target after another. Typed figures are kept."""
    work = evaluator(program, sheet, context)
    todo = fills(program.rules, work.directory)
    for group in in_order(todo, work.directory)[0]:
        for fill in group:
            if sheet.figure(*fill.place).status == Status.BLANK:
                sheet = sheet.changed({fill.place: computed(replace(work, sheet=sheet), program, fill)})
    work = replace(work, sheet=sheet)
    verdicts = {
        (rule.rule.code, target.key): work.verdict(rule.tree, target)
        for rule in program.rules
        for target in Run(rule.tree, work.directory.form.section[rule.section], work.directory).targets()
    }
    return Answer(sheet, verdicts)


def computed(work: Evaluator, program: Program, fill: Fill) -> Figure:
    """The figure of a computed cell: rounded to its decimals, x for a mark, blank for what does not apply."""
    at = At(fill.tree, fill.target)
    section, row, column = fill.place
    cell = find_cell(program.layout.sections[section], row, column)
    if cell is None or (fill.tree.when is not None and work.condition(fill.tree.when, at) is not True):
        return BLANK
    value = work.value(fill.expression, work.beside(fill.operands, at))
    if isinstance(value, Decimal):
        number = rounded(value, cell.decimals)
        return Figure(Status.VALUE, number) if abs(number.scaleb(cell.decimals)) <= LARGEST else BLANK
    return Figure(Status.NOT_APPLICABLE) if value in (MARK, NotApplicable("mark")) else BLANK
