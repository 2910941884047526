"""The operations that lead from one document to another, thing by thing by id."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import Any

from designer.document import TEMPLATE, Document, Index, Name, Node, Ref, Spot, name_of, ref_of, spots
from designer.edits import FIXED, Op


def operations(before: Document, after: Document) -> Sequence[Op]:
    """What makes `before` into `after`: what comes and moves, then what changes, then what goes."""
    old, new = Index(before), Index(after)
    there, wanted = list(spots(before)), list(spots(after))
    staying = _staying(there, new)
    return [
        *(op for spot in wanted for op in _placing(spot, old, staying)),
        *_setting(TEMPLATE, _own("template", before), _own("template", after)),
        *(op for spot in wanted for op in _changing(spot, old)),
        *(op for spot in there if not new.find(_ref(spot)) for op in _going(spot, new)),
    ]


def _placing(spot: Spot, old: Index, staying: set[Name]) -> Iterator[Op]:
    ref, place = _ref(spot), {"parent": spot.parent_ref, "after": spot.after}
    if old.find(ref) is None:
        yield {"op": "insert", "kind": spot.kind, **place, "node": _own(spot.kind, spot.node)}
    elif name_of(ref) not in staying:
        yield {"op": "move", **ref, **place}


def _changing(spot: Spot, old: Index) -> Iterator[Op]:
    was = old.find(_ref(spot))
    if was is not None:
        yield from _setting(_ref(spot), _own(spot.kind, was.node), _own(spot.kind, spot.node))


def _going(spot: Spot, new: Index) -> Iterator[Op]:
    if spot.parent_ref == TEMPLATE or new.find(spot.parent_ref):
        yield {"op": "delete", **_ref(spot)}


def _setting(ref: Ref, was: Node, now: Node, path: str = "") -> Iterator[Op]:
    for key in {**was, **now}:
        nothing: object = {} if key == "rows" else None  # which no operation sets as a whole
        old, new = was.get(key, nothing), now.get(key, nothing)
        if (
            isinstance(old, dict)
            and isinstance(new, dict)
            and not any("." in each for each in {**old, **new})
        ):
            yield from _setting(ref, old, new, f"{path}{key}.")
        elif old != new:
            yield {"op": "set", "at": ref, "key": f"{path}{key}", "value": new}


def _own(kind: str, node: Node) -> Node:
    """What a thing says of itself, without those that stand below it."""
    below = FIXED - {"id", "format"} if kind != "example" else frozenset[str]()
    own: dict[str, Any] = {key: value for key, value in node.items() if key not in below}
    if kind == "section" and isinstance(own.get("rows"), dict):
        rows = {key: value for key, value in own["rows"].items() if key != "items"}
        own = {key: value for key, value in own.items() if key != "rows"} | ({"rows": rows} if rows else {})
    return own


def _staying(there: Sequence[Spot], new: Index) -> set[Name]:
    """What is in both below the same thing, in the same order as most of those beside it."""
    kept: set[Name] = set()
    beside: dict[tuple[Name, str], list[tuple[int, Name]]] = {}
    for spot in there:
        found = new.find(_ref(spot))
        if found is not None and name_of(found.parent_ref) == name_of(spot.parent_ref):
            group = beside.setdefault((name_of(spot.parent_ref), spot.kind), [])
            group.append((found.index, name_of(_ref(spot))))
    for group in beside.values():
        kept.update(group[at][1] for at in _rising([place for place, _ in group]))
    return kept


def _rising(numbers: Sequence[int]) -> Sequence[int]:
    """Where a longest rising part of `numbers` stands."""
    ends: list[int] = []  # of the parts of each length, where the one with the lowest end ends
    before: list[int | None] = []
    for at, number in enumerate(numbers):
        length = bisect_left(ends, number, key=lambda end: numbers[end])
        before.append(ends[length - 1] if length else None)
        ends[length : length + 1] = [at]
    found: list[int] = []
    place = ends[-1] if ends else None
    while place is not None:
        found.append(place)
        place = before[place]
    return found


def _ref(spot: Spot) -> Ref:
    return ref_of(spot.kind, spot.node, spot.section)
