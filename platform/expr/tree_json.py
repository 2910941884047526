"""Trees of rules as JSON, and back: what is stored with a version, so that its texts need not be read again.

A node is a list of its kind and its fields in order, positions last; a tuple is a list that begins with 0; a
decimal is `["decimal", "1.5"]`.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, get_args

from expr.nodes import Name, Narrowing, Node, Rule, Selector, Source, Time, Tolerance

_TUPLE, _DECIMAL = 0, "decimal"
_PLACED = ("start", "end")


def _fields(kind: type) -> tuple[str, ...]:
    places = tuple(name for name in _PLACED if name in kind.__dataclass_fields__)  # type: ignore[attr-defined]
    return (*kind.__match_args__, *places)  # type: ignore[attr-defined]


_KINDS: Mapping[str, type] = {
    kind.__name__: kind
    for kind in (
        *get_args(Node),
        *get_args(Selector),
        Name,
        Narrowing,
        Rule,
        Source,
        Time,
        Tolerance,
    )
}
_FIELDS: Mapping[type, tuple[str, ...]] = {kind: _fields(kind) for kind in _KINDS.values()}


def tree_to_json(tree: Any) -> Any:
    """A rule, or any part of one, as lists, texts, numbers and true, false, null."""
    if isinstance(tree, tuple):
        return [_TUPLE, *(tree_to_json(part) for part in tree)]
    if isinstance(tree, Decimal):
        return [_DECIMAL, str(tree)]
    names = _FIELDS.get(type(tree))
    if names is None:
        return tree
    return [type(tree).__name__, *(tree_to_json(getattr(tree, name)) for name in names)]


def tree_from_json(data: Any) -> Any:
    """What `tree_to_json` wrote."""
    if type(data) is not list:
        return data
    head = data[0]
    if head == _TUPLE:
        return tuple([tree_from_json(part) for part in data[1:]])
    if head == _DECIMAL:
        return Decimal(data[1])
    return _MAKERS[head](data)


def _maker(kind: type) -> Callable[[list[Any]], Any]:
    count = len(kind.__match_args__) + 1  # type: ignore[attr-defined]

    def plain(data: list[Any]) -> Any:
        return kind(*[tree_from_json(part) for part in data[1:]])

    def placed(data: list[Any]) -> Any:
        values = [tree_from_json(part) for part in data[1:count]]
        return kind(*values, start=data[count], end=data[count + 1])

    return placed if "start" in _FIELDS[kind] else plain


_MAKERS = {name: _maker(kind) for name, kind in _KINDS.items()}
