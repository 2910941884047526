"""A program as text, and back: what a version keeps so that its rules are not read from their texts again.

Trees are read when they are first asked for. A program whose rules name other templates is not stored: it
changes when those are published anew.
"""

import json
from collections.abc import Iterator
from functools import partial
from typing import Any

from engine.form import Form
from engine.layout import Layout
from engine.presence import Condition
from engine.program import CompiledRule, Program
from expr import nodes
from expr.signatures import Functions
from expr.tree_json import tree_from_json, tree_to_json


def store(program: Program) -> str | None:
    """The text of a sound program; None for one that names other templates."""
    if any(reference.source.form for rule in program.rules for reference in nodes.references(rule.tree)):
        return None
    written = {
        "functions": sorted(set(_called(program))),
        "rules": [
            [rule.section, rule.rule.id, rule.where, _written(tree_to_json(rule.tree))]
            for rule in program.rules
        ],
        "conditions": [
            [tree_to_json(c.tree), list(c.extents), c.closed_if, c.state] for c in program.conditions
        ],
    }
    return _written(written)


def _rest(condition: Condition) -> list[Any]:
    """The fields after the tree and the extents: plain words and yes or no."""
    return [getattr(condition, name) for name in Condition.__match_args__[2:]]


def _written(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def restore(form: Form, functions: Functions, text: str) -> Program | None:
    """The program that `store` wrote of a form; None when a function it calls is not there any more."""
    data = json.loads(text)
    if not functions.by_name.keys() >= set(data["functions"]):
        return None
    written = {(section.id, rule.id): rule for section in form.sections for rule in section.rules}
    rules = tuple(
        CompiledRule(written[section, ident], section, where, partial(_tree, tree))
        for section, ident, where, tree in data["rules"]
    )
    conditions = tuple(
        Condition(tree_from_json(tree), [tuple(extent) for extent in extents], *how)
        for tree, extents, *how in data["conditions"]
    )
    return Program(form, Layout(form), functions, rules=rules, conditions=conditions)


def _tree(text: str) -> nodes.Rule:
    tree: nodes.Rule = tree_from_json(json.loads(text))
    return tree


def _called(program: Program) -> Iterator[str]:
    trees = [part for rule in program.rules for part in nodes.parts(rule.tree)]
    for tree in [*trees, *(condition.tree for condition in program.conditions)]:
        yield from (node.name for node in nodes.walk(tree) if isinstance(node, nodes.Call))
