"""A program as text, and back: what a version keeps so that its rules are not read from their texts again.

Trees are read when they are first asked for. A program whose rules name other templates is not stored: it
changes when those are published anew.
"""

import json
from collections.abc import Iterator
from functools import partial

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
            [rule.section, rule.rule.id, rule.where, json.dumps(tree_to_json(rule.tree), ensure_ascii=False)]
            for rule in program.rules
        ],
        "conditions": [[tree_to_json(c.tree), list(c.extents), c.absent_if] for c in program.conditions],
    }
    return json.dumps(written, ensure_ascii=False)


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
        Condition(tree_from_json(tree), [tuple(extent) for extent in extents], absent_if)
        for tree, extents, absent_if in data["conditions"]
    )
    return Program(form, Layout(form), functions, rules=rules, conditions=conditions)


def _tree(text: str) -> nodes.Rule:
    tree: nodes.Rule = tree_from_json(json.loads(text))
    return tree


def _called(program: Program) -> Iterator[str]:
    trees = [part for rule in program.rules for part in nodes.parts(rule.tree)]
    for tree in [*trees, *(condition.tree for condition in program.conditions)]:
        yield from (node.name for node in nodes.walk(tree) if isinstance(node, nodes.Call))
