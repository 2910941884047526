"""Operations on a document, applied all or nothing, each with the operation that takes it back.

    {"op": "set", "at": ref, "key": "layout.orientation", "value": …}     a value of null removes the key
    {"op": "insert", "kind": …, "parent": ref, "after": key, "node": {…}}  `after` null: the first
    {"op": "move", "kind": …, "section": …, "id": …, "parent": ref, "after": key}
    {"op": "delete", "kind": …, "section": …, "id": …}                    with what is below it

`set` at a cell that states nothing yet makes it, and a cell that states nothing any more goes; in `id` and
`after` a cell is `row/column`. An operation that takes another back carries in `old` what it expects to
find. One that only follows from others is marked `derived` and left out where it does not apply. The
browser's part applies the same operations: the cases of `tests/vectors/edits.json` are for both.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from designer.document import (
    IN_SECTION,
    TEMPLATE,
    Document,
    Index,
    Node,
    Ref,
    Spot,
    children_of,
    key_of,
    name_of,
    path_below,
    plain,
    ref_of,
    spots_below,
)
from engine.findings import Finding

Op = Mapping[str, Any]
FIXED = frozenset({"id", "format", "sections", "examples", "columns", "cells", "rules", "parts", "children"})
"""Keys that no `set` may name: what is below a thing has operations of its own, and ids stay."""
MOST_KEYS = 5
"""Parts of a dotted key."""


class Refused(Exception):
    """An operation that does not apply; nothing of its edit does."""

    def __init__(self, code: str, ref: Ref | None = None, variant: str = "", **facts: object) -> None:
        super().__init__(code)
        self.ref = ref
        self.finding = Finding(code, facts=facts, variant=variant)


@dataclass
class Applied:
    """A new document, and the operations that lead back, to be applied in the order given."""

    document: Document
    inverse: list[dict[str, Any]] = field(default_factory=list)
    ops: list[dict[str, Any]] = field(default_factory=list)


def apply(document: Document, ops: Sequence[Op]) -> Applied:
    """The document after `ops`; raises Refused, and the document given stays as it was."""
    index = Index(plain(document))
    done: list[dict[str, Any]] = []
    back: list[dict[str, Any]] = []
    for op in ops:
        mark = {"derived": True} if op.get("derived") else {}
        try:
            back.append(_APPLY[op["op"]](index, op) | mark)
        except Refused:
            if mark:
                continue
            raise
        done.append({key: plain(value) for key, value in op.items() if key != "old"})
    return Applied(index.document, back[::-1], done)


def _set(index: Index, op: Op) -> dict[str, Any]:
    ref, key, value = op["at"], op["key"], plain(op["value"])
    keys = key.split(".")
    if ref.get("kind") == "cell" and index.find(ref) is None:
        _add_cell(index, ref)
    node, kind = _demand(index, ref)
    below = keys[0] in FIXED or key == "rows" or keys[:2] == ["rows", "items"]
    if below or (kind, key) in SET_ELSEWHERE or not all(keys) or len(keys) > MOST_KEYS:
        raise Refused("edit.key", ref, key=key)
    now = value_at(node, key)
    if "old" in op and now not in (op["old"], value):
        raise Refused("edit.changed", ref, key=key, theirs=_told(now), mine=_told(value))
    back = {"op": "set", "at": ref, "key": key, "value": now, "old": value}
    if (kind, key) == ("example", "name"):
        return back | {"at": _rename(index, ref, value)}
    _write(node, keys, value)
    if kind == "cell" and node.keys() <= {"row", "column"}:
        _take(index, _demand_spot(index, ref))
    return back


SET_ELSEWHERE = frozenset({("template", "code"), ("cell", "row"), ("cell", "column"), ("section", "kind")})
"""Keys that name a thing, or decide what stands in it."""


def _add_cell(index: Index, ref: Ref) -> None:
    home = {"kind": "section", "id": ref.get("section")}
    section, kind = _demand(index, home)
    cells = children_of(section, kind, "cell")
    after = key_of("cell", cells[-1]) if cells else None
    _place(index, home, "cell", {"row": ref.get("row"), "column": ref.get("column")}, after)


def _rename(index: Index, ref: Ref, name: Any) -> Ref:
    """An example is known by its name: the same one by its new name."""
    anew = {**ref, "id": name}
    spot = _demand_spot(index, ref)
    if not isinstance(name, str) or index.find(anew) not in (None, spot):
        raise Refused("edit.id_taken", ref, id=_told(name))
    index.forget(spot)
    spot.node["name"] = name
    index.add(spot)
    return anew


def _insert(index: Index, op: Op) -> dict[str, Any]:
    kind, node, parent = op["kind"], plain(op["node"]), parent_of(op)
    ref = ref_named(op)
    if kind == "cell" and node.keys() <= {"row", "column"}:
        raise Refused("edit.empty_cell", ref)  # it would be gone with the next thing it states no more
    _demand_new(index, kind, node, ref)
    _place(index, parent, kind, node, op["after"])
    return {"op": "delete", **ref, "old": plain(node)}


def _move(index: Index, op: Op) -> dict[str, Any]:
    kind, parent = op["kind"], parent_of(op)
    spot = _demand_spot(index, ref_named(op))
    home = section_of(parent)
    if kind in IN_SECTION - {"rule"} and home != spot.section:
        raise Refused("edit.other_section", ref_named(op))
    if name_of(parent) in {name_of(ref) for ref in _refs(kind, spot.node, ref_named(op))}:
        raise Refused("edit.below_itself", ref_named(op))
    back = {"op": "move", **ref_of(kind, spot.node, home), "parent": spot.parent_ref, "after": spot.after}
    _place(index, parent, kind, _take(index, spot), op["after"])
    return back


def _delete(index: Index, op: Op) -> dict[str, Any]:
    spot = _demand_spot(index, ref_named(op))
    if "old" in op and spot.node != op["old"]:
        raise Refused("edit.changed", ref_named(op), "below")
    place = {"kind": spot.kind, "parent": spot.parent_ref, "after": spot.after}
    return {"op": "insert", **place, "node": _take(index, spot)}


_APPLY = {"set": _set, "insert": _insert, "move": _move, "delete": _delete}


# --- parts of the four


def value_at(node: Node, key: str) -> Any:
    """The value under a dotted key, None where there is none."""
    value: Any = node
    for part in key.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    return value


def _write(node: Node, keys: list[str], value: Any) -> None:
    """Objects on the way are made where they are missing, and go when they become empty."""
    head, *rest = keys
    if not rest:
        if value is None:
            node.pop(head, None)
        else:
            node[head] = value
        return
    inner = node.get(head)
    if not isinstance(inner, dict):
        if value is None:
            return
        inner = node[head] = {}
    _write(inner, rest, value)
    if not inner:
        del node[head]


def _demand(index: Index, ref: Ref) -> tuple[Node, str]:
    found = index.node(ref)
    if found is None:
        raise Refused("edit.gone", ref)
    return found


def _demand_spot(index: Index, ref: Ref) -> Spot:
    spot = index.find(ref)
    if spot is None:
        raise Refused("edit.gone", ref)
    return spot


def ref_named(op: Op) -> Ref:
    """The thing that an operation is about; of an insertion, the one inserted."""
    if op["op"] == "set":
        ref: Ref = op["at"]
        return ref
    if op["op"] == "insert":
        return ref_of(op["kind"], op["node"], section_of(parent_of(op)))
    return {key: op[key] for key in ("kind", "section", "id", "row", "column") if key in op}


def parent_of(op: Op) -> Ref:
    """Where it goes; without a parent, below the section it names, else below the template."""
    if op["parent"]:
        parent: Ref = op["parent"]
        return parent
    return {"kind": "section", "id": op["section"]} if op.get("section") is not None else TEMPLATE


def section_of(parent: Ref) -> str | None:
    """The section of what stands directly below a thing."""
    return parent.get("id" if parent.get("kind") == "section" else "section")


def _demand_new(index: Index, kind: str, node: Node, ref: Ref) -> None:
    """Every name in an inserted subtree must be new."""
    names = set()
    for each in _refs(kind, node, ref):
        if each["kind"] != "cell" and not isinstance(each["id"], str):
            raise Refused("edit.no_id")
        if name_of(each) in names or index.find(each):
            raise Refused("edit.id_taken", each, id=_told(each.get("id")))
        names.add(name_of(each))


def _refs(kind: str, node: Node, ref: Ref) -> Iterator[Ref]:
    """The names of a thing and of all that is below it."""
    yield ref
    yield from (ref_of(below.kind, below.node, below.section) for below in spots_below(node, kind, ref))


def _place(index: Index, parent_ref: Ref, kind: str, node: Node, after: Any) -> None:
    """Put a node among its siblings; the list is made where there is none."""
    parent, parent_kind = _demand(index, parent_ref)
    path = path_below(parent_kind, kind)
    if path is None:
        raise Refused("edit.parent", parent_ref)
    siblings = children_of(parent, parent_kind, kind)
    place = 0 if after is None else _place_after(kind, siblings, after)
    if place is None:
        raise Refused("edit.gone", parent_ref)
    if not siblings:
        holder = parent
        for key in path[:-1]:
            holder = holder.setdefault(key, {})
        siblings = holder[path[-1]] = []
    siblings.insert(place, node)
    index.add(Spot(node, kind, section_of(parent_ref), parent, parent_ref, siblings))


def _place_after(kind: str, siblings: list[Node], after: Any) -> int | None:
    """The place behind a sibling, looked for from the end, where most is added."""
    for place in range(len(siblings), 0, -1):
        if key_of(kind, siblings[place - 1]) == after:
            return place
    return None


def _take(index: Index, spot: Spot) -> Node:
    """Take a node out; a list that becomes empty goes with it."""
    del spot.siblings[spot.index]
    index.forget(spot)
    path = path_below(str(spot.parent_ref["kind"]), spot.kind) or ()
    if not spot.siblings and path != ("sections",):
        _write(spot.parent, list(path), None)
    return spot.node


def _told(value: Any) -> str:
    """A value as it can be shown in a sentence."""
    return "" if value is None else str(value)[:200]
