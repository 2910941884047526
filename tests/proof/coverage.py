"""What the generated rules are made of, counted: every construct of the language must be met."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import get_args

from engine.plans import ground
from engine.plans.plan import Plan
from engine.values import REASONS
from expr import nodes
from expr.signatures import BUILT_IN

OUTCOMES = frozenset({"pass", "fail", "na:guard", *(f"na:{reason}" for reason in REASONS)})
CONSTRUCTS = frozenset(
    {
        *(kind.__name__ for kind in get_args(nodes.Node)),
        *(kind.__name__ for kind in get_args(nodes.Selector)),
        *(signature.name for signature in BUILT_IN),
        *(f"operator {operator}" for operator in get_args(nodes.Operator)),
        *(f"tolerance {kind}" for kind in ("absolute", "relative", "auto")),
        *(f"blanks {policy}" for policy in ("zero", "skip")),
        *(f"about a {kind}" for kind in ("row", "column", "cell")),
        *(f"of {time}" for time in ("previous", "same_period_last_year", "last_year")),
        *("of the previous in year", "of one further back", "of another form"),
        *("narrowed", "narrowed to what it is not", "only when", "chain", "otherwise", "formula", "percent"),
    }
)
GROUND = frozenset(kind.__name__ for kind in get_args(ground.Ground))
"""What all these come down to: the nodes that evaluators run."""


def constructs(rule: nodes.Rule) -> Iterator[str]:
    """Everything that a rule is made of."""
    for part in nodes.parts(rule):
        for node in nodes.walk(part):
            yield type(node).__name__
            yield from _of_node(node)
    for reference in nodes.references(rule):
        yield from _of_reference(reference)
    if rule.tolerance is not None:
        yield f"tolerance {rule.tolerance.kind}"
    if rule.blanks is not None:
        yield f"blanks {rule.blanks}"
    if rule.when is not None:
        yield "only when"
    for narrowing in rule.narrowings:
        yield "narrowed to what it is not" if narrowing.without else "narrowed"


def _of_node(node: nodes.Node) -> Iterator[str]:
    match node:
        case nodes.Call(name):
            yield name
        case nodes.Compare(_, operators):
            yield from (f"operator {operator}" for operator in operators)
            if len(operators) > 1:
                yield "chain"
        case nodes.Criterion(operator):
            yield f"operator {operator}"
        case nodes.Guard(otherwise=last) if last is not None:
            yield "otherwise"
        case nodes.Number(percent=True):
            yield "percent"


def _of_reference(reference: nodes.Reference) -> Iterator[str]:
    yield f"about a {reference.kind}"
    yield from (type(picked).__name__ for picked in (reference.rows, reference.columns) if picked is not None)
    time = reference.source.time
    if reference.source.form is not None:
        yield "of another form"
    if time is not None:
        yield f"of {time.kind}"
        if time.in_year:
            yield "of the previous in year"
        if time.back > 1:
            yield "of one further back"


def grounded(plan: Plan) -> Iterator[str]:
    """The kinds of node in the shapes of a plan."""
    waiting: list[object] = [part for shape in plan.shapes for part in (shape.statement, shape.when)]
    while waiting:
        node = waiting.pop()
        if isinstance(node, tuple):
            waiting.extend(node)
        elif isinstance(node, ground.Ground | ground.Side):
            yield type(node).__name__
            waiting.extend(getattr(node, name) for name in type(node).__match_args__)


def missing(told: Counter[str], wanted: Iterable[str]) -> list[str]:
    """What was never met."""
    return sorted(name for name in wanted if not told[name])
