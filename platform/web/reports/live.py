"""What the fill page needs to check by itself: the plan of the rules, and the words for what fails."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from core.messages import catalogue
from engine.arithmetic import Bounds
from engine.context import Context
from engine.plans.givens import bind
from engine.plans.plan_json import plan_to_json
from engine.program import CompiledRule, Program
from engine.report import plan_for
from engine.sheet import Sheet
from expr import nodes
from expr.printer import print_node

FAILED = "rule.failed"
"""The code of findings that the page makes by itself; its sentences come in three variants."""


def live_data(program: Program, sheet: Sheet, context: Context, lang: str) -> Mapping[str, Any]:
    """The plan of a report's rules with all that comes from elsewhere, each rule's words, the sentences."""
    plan = plan_for(program, sheet, context)
    tolerances = [rule.tree.tolerance for rule in program.rules if rule.tree.tolerance]
    forgiving = any(tolerance.kind == "auto" for tolerance in tolerances)
    bounds = bind(plan, program, sheet, context, Bounds()) if forgiving else ()
    sentences = catalogue(lang)
    return {
        "rows": rows_key(sheet),
        "plan": plan_to_json(plan, bind(plan, program, sheet, context), bounds),
        "rules": _words(program),
        "sentences": {v: sentences[f"{FAILED}.{v}" if v else FAILED] for v in ("", "unequal", "statement")},
    }


def rows_key(sheet: Sheet) -> str:
    """Tells whether two sheets have the same open rows, and so the same plan."""
    keys = {section: sorted(rows) for section, rows in sheet.open_rows.items() if rows}
    return hashlib.sha256(json.dumps(keys, sort_keys=True).encode()).hexdigest()[:16]


@lru_cache(maxsize=64)
def _words(program: Program) -> Sequence[Mapping[str, Any]]:
    """What is said of each rule when it fails: the sides of its comparisons in the order of its tree."""
    return [
        {
            "code": compiled.rule.code,
            "severity": compiled.severity,
            "message": compiled.message or "",
            "text": _text(program, compiled),
            "sides": [
                [print_node(operand, program.directory, compiled.section) for operand in node.operands]
                for node in _compared(compiled.tree.statement)
            ],
        }
        for compiled in program.rules
    ]


def _text(program: Program, compiled: CompiledRule) -> str:
    """The whole statement, which is told where no comparison of it failed."""
    statement = compiled.tree.statement
    if isinstance(statement, nodes.Compare):
        return ""
    return print_node(statement, program.directory, compiled.section)


def _compared(node: nodes.Node) -> Iterator[nodes.Compare]:
    """The comparisons that may be the one that failed."""
    match node:
        case nodes.Compare():
            yield node
        case nodes.Both(operands):
            for operand in operands:
                yield from _compared(operand)
        case nodes.Guard(_, then, otherwise):
            yield from _compared(then)
            if otherwise is not None:
                yield from _compared(otherwise)
