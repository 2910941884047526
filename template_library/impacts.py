"""What a change of one aspect of a thing does to figures entered before: the tables of `compare`."""

from collections.abc import Callable, Mapping
from typing import Any, Literal, TypeAlias

from engine.form import DEFAULT_DECIMALS, NUMERIC_TYPES, Column, OutlinePart, Row, Rule, Section

Impact = Literal["cosmetic", "compatible", "mapping", "breaking"]
Judge: TypeAlias = Callable[[Any, Any], Impact]

_WIDER = {("text", "long_text"), ("choice", "text"), ("choice", "long_text"), ("yes_no", "text")}


def _always(impact: Impact) -> Judge:
    return lambda old, new: impact


COSMETIC, COMPATIBLE = _always("cosmetic"), _always("compatible")
MAPPING, BREAKING = _always("mapping"), _always("breaking")


def _type(old: str | None, new: str | None) -> Impact:
    """Numbers stay numbers, but a percentage means something else; decimals that fall away are a loss."""
    before, after = old or "decimal", new or "decimal"
    if "by_row" in (before, after) or before == after or (before, after) in _WIDER:
        return "compatible"
    if {before, after} <= NUMERIC_TYPES:
        fewer = DEFAULT_DECIMALS[after] < DEFAULT_DECIMALS[before]
        return "mapping" if fewer or "percent" in (before, after) else "compatible"
    return (
        "mapping" if after in ("text", "long_text") or (before, after) == ("text", "choice") else "breaking"
    )


def _fewer(old: int | None, new: int | None) -> Impact:
    return "mapping" if new is not None and (old is None or new < old) else "compatible"


def _choices(old: tuple[str, ...] | None, new: tuple[str, ...] | None) -> Impact:
    return "compatible" if set(old or ()) <= set(new or ()) or not new else "mapping"


def _unit(old: str | None, new: str | None) -> Impact:
    return "mapping" if old and new else "compatible"


def _row_kind(old: str, new: str) -> Impact:
    if "open" in (old, new):
        return "breaking"
    return "breaking" if new == "group" else "compatible"


def _state(old: str | None, new: str | None) -> Impact:
    return "compatible" if new in (None, "open") else "breaking"


def _computed(old: bool, new: bool) -> Impact:
    return "mapping" if new else "compatible"


def _header(old: Any, new: Any) -> Impact:
    """A column that becomes a heading of others gives up its figures."""
    return "mapping" if new and not old else "compatible"


def _most(old: int | None, new: int | None) -> Impact:
    return "mapping" if new is not None and (old is None or new < old) else "compatible"


_PROPERTIES: dict[str, Judge] = {
    "type": _type,
    "unit": _unit,
    "decimals": _fewer,
    "required": COMPATIBLE,
    "min": COMPATIBLE,
    "max": COMPATIBLE,
    "choices": _choices,
    "aggregation": COMPATIBLE,
    "nature": COMPATIBLE,
}
_STATED: dict[str, Judge] = {f"properties.{name}": judge for name, judge in _PROPERTIES.items()}
_SHOWN: dict[str, Judge] = {
    "code": COSMETIC,
    "title": COSMETIC,
    "print": COSMETIC,
    "when": COMPATIBLE,
}
ASPECTS: Mapping[str, Mapping[str, Judge]] = {
    "template": {
        "code": COSMETIC,
        "name": COSMETIC,
        "regime": COMPATIBLE,
        "regime_code": COSMETIC,
        "frequencies": COMPATIBLE,
        "field": COSMETIC,
        "legal_basis": COSMETIC,
        "unit": _unit,
        "addressee": COSMETIC,
        "notes": COSMETIC,
        "explanation": COSMETIC,
        "code_by_level": COSMETIC,
        "headline": COSMETIC,
        "layout": COSMETIC,
    },
    "section": _SHOWN
    | {
        "kind": BREAKING,
        "key": MAPPING,
        "group_by": COMPATIBLE,
        "carry": COMPATIBLE,
        "max_rows": _most,
        "source": MAPPING,
        "or_attachment": COMPATIBLE,
        "types": COMPATIBLE,
        "required": COMPATIBLE,
        "default_aggregation": COMPATIBLE,
        "column_aggregation": COMPATIBLE,
        "row_aggregation": COMPATIBLE,
        "rows.kind": BREAKING,
        "rows.group_by": COMPATIBLE,
        "rows.filled_by": COMPATIBLE,
    }
    | _STATED,
    "column": _SHOWN
    | {
        "ordinal": COSMETIC,
        "part": COMPATIBLE,
        "indicator": COMPATIBLE,
        "revises": COMPATIBLE,
        "repeat": MAPPING,
        "children": _header,
    }
    | _STATED,
    "row": _SHOWN
    | {
        "ordinal": COSMETIC,
        "kind": _row_kind,
        "part": COMPATIBLE,
        "indicator": COMPATIBLE,
        "max_rows": _most,
    }
    | _STATED,
    "cell": {"state": _state, "default": COMPATIBLE, "when": COMPATIBLE} | _STATED,
    "rule": {
        "code": COSMETIC,
        "text": COMPATIBLE,
        "computed": _computed,
        "severity": COMPATIBLE,
        "message": COSMETIC,
        "valid_from": COMPATIBLE,
        "valid_to": COMPATIBLE,
    },
    "part": {
        "code": COSMETIC,
        "title": COSMETIC,
        "guidance": COSMETIC,
        "required": COMPATIBLE,
        "text": COSMETIC,
    },
    "example": {"figures": COSMETIC, "context": COSMETIC, "expect": COSMETIC},
}
"""By kind of thing: its aspects, each with what a change of it does."""


def of_adding(thing: object) -> Impact:
    """What a new thing does: a formula takes over cells that may hold typed figures."""
    match thing:
        case Rule(computed=True):
            return "mapping"
        case _:
            return "compatible"


def of_removing(thing: object) -> Impact:
    """What the end of a thing does: what was entered loses its place where it had any."""
    match thing:
        case Section() | OutlinePart():
            return "breaking"
        case Column(children=below):
            return "cosmetic" if below else "breaking"
        case Row(kind="group"):
            return "cosmetic"
        case Row():
            return "breaking"
        case _:
            return "compatible"
