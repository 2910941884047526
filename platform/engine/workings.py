"""How a rule came to its verdict at one target: each part with its value, the whole before its parts."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from engine.compare import Truth
from engine.evaluate import At, Evaluator
from engine.values import NotApplicable, Value
from expr import nodes
from expr.printer import print_node
from expr.targets import Target

CONDITIONS = (
    nodes.Compare,
    nodes.Filled,
    nodes.OneOf,
    nodes.Not,
    nodes.Both,
    nodes.Either,
    nodes.Guard,
)
MOST = 300


@dataclass(frozen=True, slots=True)
class Working:
    """One part: its text, how deep it stands, its value; of a set the values of its cells."""

    depth: int
    text: str
    value: Value | Truth | list[Value]


def workings(work: Evaluator, rule: nodes.Rule, target: Target, section: str) -> list[Working]:
    """The parts of a rule at a target; literals are left out, of very large rules the end."""
    at = At(rule, target)
    found: list[Working] = []
    for part in nodes.parts(rule):
        for depth, node, here in _walk(work, part, at, 0):
            if len(found) == MOST:
                return found
            text = print_node(node, work.directory, section)
            found.append(Working(depth, text, _value(work, node, here)))
    return found


def _walk(work: Evaluator, node: nodes.Node, at: At, depth: int) -> Iterator[tuple[int, nodes.Node, At]]:
    if isinstance(node, nodes.Number | nodes.Text | nodes.Date | nodes.Criterion):
        return
    yield depth, node, at
    below = list(nodes.children(node))
    if isinstance(node, nodes.Compare | nodes.Sum | nodes.Call):
        at = work.beside(below, at)
    elif isinstance(node, nodes.Product):
        at = replace(at, of_percent=False)
    for child in below:
        yield from _walk(work, child, at, depth + 1)


def _value(work: Evaluator, node: nodes.Node, at: At) -> Value | Truth | list[Value]:
    if isinstance(node, CONDITIONS):
        return work.truth(node, at)
    if isinstance(node, nodes.Reference) and node.is_set:
        found = work.reader.values(node, at.target)
        return next((value for value in found if isinstance(value, NotApplicable)), found)
    return work.value(node, at)
