"""Why a rule failed, as facts: both sides, the gap, the figures that went in."""

from decimal import Decimal

from engine.compare import terms_of, without_blanks
from engine.evaluate import At, Evaluator
from engine.program import CompiledRule, Program
from engine.values import EXACT, Missing, NotApplicable, Value, rounded
from expr import nodes
from expr.describe import describe_rule
from expr.printer import print_node
from expr.targets import Target

MAX_OPERANDS = 12


def explain_rule(program: Program, rule: CompiledRule, lang: str) -> str:
    """The rule as a sentence in `vi` or `en`, with what vectorising leaves out."""
    return describe_rule(
        rule.tree,
        program.directory,
        rule.section,
        lang,
        computed=rule.computed,
        functions=program.functions,
    )


def failure_facts(work: Evaluator, rule: nodes.Rule, target: Target, section: str) -> dict[str, object]:
    """Facts of a failed target: `left`, `right`, `gap` and `operands`; else the `text` with its `figures`."""
    at = At(rule, target)
    failed = _failed_pair(work, rule.statement, at)
    if failed is None:
        figures = _operands(work, (rule.statement,), at, section)
        entered = {name: value for name, value in figures.items() if value != ""}
        return {"text": print_node(rule.statement, work.directory, section), "figures": entered}
    left, operator, right = failed
    at = work.beside((left, right), at)
    sides = (work.side(left, at), work.side(right, at))
    terms = terms_of(sides[0], operator, sides[1], rule.tolerance, rule.blanks)
    pair = without_blanks(sides[0].value, sides[1].value, terms)
    values = (sides[0].value, sides[1].value) if isinstance(pair, NotApplicable) else pair
    decimals = terms.decimals
    left_value, right_value = (
        # told as compared: a third of a percentage has no end
        value if decimals is None or not isinstance(value, Decimal) else rounded(value, decimals)
        for value in values
    )
    facts: dict[str, object] = {
        "left_text": print_node(left, work.directory, section),
        "right_text": print_node(right, work.directory, section),
        "operator": operator,
        "left": _shown(left_value),
        "right": _shown(right_value),
        "operands": _operands(work, (left, right), at, section),
    }
    if isinstance(left_value, Decimal) and isinstance(right_value, Decimal):
        facts["gap"] = _shown(EXACT.subtract(left_value, right_value))
    return facts


def _failed_pair(
    work: Evaluator, node: nodes.Node, at: At
) -> tuple[nodes.Node, nodes.Operator, nodes.Node] | None:
    """The first comparison that is false on the way to a failure."""
    match node:
        case nodes.Compare(operands, operators):
            inner = work.beside(operands, at)
            sides = work.sides(operands, inner)
            for i, operator in enumerate(operators):
                if work.pair(operands[i : i + 2], sides[i], operator, sides[i + 1], inner) is False:
                    return operands[i], operator, operands[i + 1]
        case nodes.Both(operands):
            for part in operands:
                if work.truth(part, at) is False:
                    return _failed_pair(work, part, at)
        case nodes.Guard(condition, then, otherwise):
            branch = then if work.condition(condition, at) is True else otherwise
            return None if branch is None else _failed_pair(work, branch, at)
    return None


def _operands(work: Evaluator, sides: tuple[nodes.Node, ...], at: At, section: str) -> dict[str, object]:
    """The single figures that went in, by their text."""
    found: dict[str, object] = {}
    for side in sides:
        for node in nodes.walk(side):
            if isinstance(node, nodes.Reference) and not node.is_set and len(found) < MAX_OPERANDS:
                found[print_node(node, work.directory, section)] = _shown(work.value(node, at))
    return found


def _shown(value: Value) -> object:
    if isinstance(value, Decimal):
        return EXACT.add(value.normalize(EXACT), Decimal(0)) if value else Decimal(0)
    if isinstance(value, Missing):
        return "" if value == Missing.BLANK else "x"
    return f"na:{value.reason}" if isinstance(value, NotApplicable) else str(value)
