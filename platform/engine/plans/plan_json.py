"""A plan with the givens of one report as JSON, for the browser, and back. Numbers are texts, never floats.

A node is a list: the lower-case name of its kind in `engine.plans.ground`, then its fields in order. Values
are written `"12.5"`, `["text", "a"]`, `["date", "2025-01-31"]`, `true`, `null` (blank), `["mark"]` (x),
`["na", "no_period"]`, and an interval `["between", "0.5", "1.5"]`; a set is `["set", …]`.
"""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import Field, fields
from decimal import Decimal
from typing import Any, get_args

from engine.plans.givens import GivenValue
from engine.plans.ground import Argument, Ground, Instance, Shape, Side
from engine.plans.plan import CellKind, Formula, Plan, Table
from engine.values import BLANK, MARK, NotApplicable
from expr.nodes import Tolerance

_KINDS: Mapping[str, type] = {kind.__name__.lower(): kind for kind in (*get_args(Ground), Side, Tolerance)}
_LETTERS: Mapping[CellKind, str] = {"number": "n", "text": "t", "date": "d"}
_VALUES = ("value", "times", "divided_by")
"""Fields of nodes that hold values of the language."""
_WORDS = ("kinds", "operators")
"""Fields of nodes that hold several words."""


def plan_to_json(
    plan: Plan, givens: Sequence[GivenValue], bounds: Sequence[GivenValue] = ()
) -> dict[str, Any]:
    """The plan and what was bound to it; `bounds` are the givens as intervals, where a rule asks for them."""
    return {
        "tables": [[t.section, list(t.rows), list(t.columns), t.first] for t in plan.tables],
        "decimals": "".join(str(number) for number in plan.decimals),
        "kinds": "".join(_LETTERS[kind] for kind in plan.kinds),
        "shapes": [[_node(s.statement), s.when and _node(s.when)] for s in plan.shapes],
        "instances": [[i.rule, i.shape, i.target, _lists(i.arguments)] for i in plan.instances],
        "formulas": [[f.slot, f.rule, f.shape, _lists(f.arguments)] for f in plan.formulas],
        "givens": [_value(given) for given in givens],
        "bounds": [_value(given) for given in bounds],
    }


def plan_from_json(data: Mapping[str, Any]) -> tuple[Plan, list[GivenValue], list[GivenValue]]:
    """(plan without its sources, givens, bounds) from what `plan_to_json` wrote."""
    kinds: dict[str, CellKind] = {letter: kind for kind, letter in _LETTERS.items()}
    plan = Plan(
        tuple(
            Table(section, tuple(rows), tuple(columns), first)
            for section, rows, columns, first in data["tables"]
        ),
        tuple(int(digit) for digit in data["decimals"]),
        tuple(kinds[letter] for letter in data["kinds"]),
        tuple(Shape(_read(statement), when and _read(when)) for statement, when in data["shapes"]),
        tuple(
            Instance(rule, shape, target, _tuples(given)) for rule, shape, target, given in data["instances"]
        ),
        (),
        tuple(Formula(slot, rule, shape, _tuples(given)) for slot, rule, shape, given in data["formulas"]),
    )
    return plan, [_read_value(v) for v in data["givens"]], [_read_value(v) for v in data["bounds"]]


def _lists(arguments: tuple[Argument, ...]) -> list[Any]:
    return [list(argument) if isinstance(argument, tuple) else argument for argument in arguments]


def _tuples(arguments: Sequence[Any]) -> tuple[Argument, ...]:
    return tuple(tuple(argument) if isinstance(argument, list) else argument for argument in arguments)


def _node(node: Any) -> Any:
    """A node as a list; a tuple of nodes as a list of them; else what stands in a field as it is."""
    if isinstance(node, tuple):
        return [_node(part) for part in node]
    if type(node).__name__.lower() not in _KINDS:
        return node
    return [
        type(node).__name__.lower(),
        *(
            _value(getattr(node, field.name)) if field.name in _VALUES else _node(getattr(node, field.name))
            for field in _written(type(node))
        ),
    ]


def _written(kind: type) -> list[Field[Any]]:
    """The fields of a kind of node that are written; a function's body is found by its name."""
    return [field for field in fields(kind) if field.name != "body"]


def _read(data: Any) -> Any:
    name, *parts = data
    kind = _KINDS[name]
    return kind(
        *(
            _read_value(part) if field.name in _VALUES else _read_field(field.name, part)
            for field, part in zip(_written(kind), parts, strict=True)
        )
    )


def _read_field(name: str, part: Any) -> Any:
    if not isinstance(part, list):
        return part
    if name not in _WORDS and part and isinstance(part[0], str):
        return _read(part)
    return tuple(_read(item) if isinstance(item, list) else item for item in part)


def _value(value: Any) -> Any:
    match value:
        case Decimal():
            return format(value, "f")
        case str():
            return ["text", value]
        case datetime.date():
            return ["date", value.isoformat()]
        case NotApplicable(reason):
            return ["na", reason]
        case tuple():
            return ["between", *(format(end, "f") for end in value)]
        case list():
            return ["set", *(_value(part) for part in value)]
    return None if value is BLANK else ["mark"] if value is MARK else value


def _read_value(data: Any) -> Any:
    if not isinstance(data, list):
        return Decimal(data) if isinstance(data, str) else BLANK if data is None else data
    tag, *rest = data
    match tag:
        case "text":
            return rest[0]
        case "date":
            return datetime.date.fromisoformat(rest[0])
        case "na":
            return NotApplicable(rest[0])
        case "mark":
            return MARK
        case "between":
            return Decimal(rest[0]), Decimal(rest[1])
    return [_read_value(part) for part in rest]
