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
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from designer.document import (
    IN_SECTION,
    KINDS,
    TEMPLATE,
    Document,
    Node,
    Ref,
    Spot,
    children_of,
    find,
    find_node,
    key_of,
    path_below,
    plain,
    ref_of,
    walk,
)
from engine.findings import Finding

Op = Mapping[str, Any]
FIXED = frozenset({"id", "format", "sections", "examples", "columns", "cells", "rules", "parts", "children"})
"""Keys that no `set` may name: what is below a thing has operations of its own, and ids stay."""
_UNIQUE = ("section", "rule", "example")


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
    applied = Applied(deepcopy(document))
    for op in ops:
        mark = {"derived": True} if op.get("derived") else {}
        try:
            back = _APPLY[op["op"]](applied.document, op)
        except Refused:
            if mark:
                continue
            raise
        applied.inverse[:0] = [back | mark]
        applied.ops.append({key: plain(value) for key, value in op.items() if key != "old"})
    return applied


def _set(document: Document, op: Op) -> dict[str, Any]:
    ref, key, value = op["at"], op["key"], plain(op["value"])
    keys = key.split(".")
    found = find_node(document, ref)
    if found is None and ref.get("kind") == "cell":
        found = _new_cell(document, ref), "cell"
    node, kind = found or _demand(document, ref)
    below = keys[0] in FIXED or key == "rows" or keys[:2] == ["rows", "items"]
    if below or (kind, key) in SET_ELSEWHERE or not all(keys):
        raise Refused("edit.key", ref, key=key)
    now = value_at(node, key)
    if "old" in op and now not in (op["old"], value):
        raise Refused("edit.changed", ref, key=key, theirs=_told(now), mine=_told(value))
    if kind == "example" and key == "name" and value != now and find(document, {**ref, "id": value}):
        raise Refused("edit.id_taken", ref, id=_told(value))
    _write(node, keys, value)
    if kind == "cell" and node.keys() <= {"row", "column"}:
        _take(_demand_spot(document, ref))
    return {"op": "set", "at": _renamed(ref, kind, key, value), "key": key, "value": now, "old": value}


SET_ELSEWHERE = frozenset({("template", "code"), ("cell", "row"), ("cell", "column"), ("section", "kind")})
"""Keys that name a thing, or decide what stands in it."""


def _new_cell(document: Document, ref: Ref) -> Node:
    section, _kind = _demand(document, {"kind": "section", "id": ref.get("section")})
    node = {"row": ref.get("row"), "column": ref.get("column")}
    section.setdefault("cells", []).append(node)
    return node


def _renamed(ref: Ref, kind: str, key: str, value: Any) -> Ref:
    """An example is known by its name, also by the new one."""
    return {**ref, "id": value} if (kind, key) == ("example", "name") else ref


def _insert(document: Document, op: Op) -> dict[str, Any]:
    kind, node, parent_ref = op["kind"], plain(op["node"]), parent_of(op)
    parent, parent_kind = _demand(document, parent_ref)
    if path_below(parent_kind, kind) is None:
        raise Refused("edit.parent", parent_ref, kind=kind)
    section = section_of(parent_ref)
    _demand_new(document, kind, node, section)
    _place(parent, parent_kind, kind, node, op["after"], parent_ref)
    return {"op": "delete", **ref_of(kind, node, section), "old": deepcopy(node)}


def _move(document: Document, op: Op) -> dict[str, Any]:
    kind, parent_ref = op["kind"], parent_of(op)
    spot = _demand_spot(document, ref_named(op))
    parent, parent_kind = _demand(document, parent_ref)
    if path_below(parent_kind, kind) is None:
        raise Refused("edit.parent", parent_ref, kind=kind)
    if kind in IN_SECTION - {"rule"} and section_of(parent_ref) != spot.section:
        raise Refused("edit.other_section", ref_named(op))
    if any(node is parent for node in _within(spot.node, kind)):
        raise Refused("edit.below_itself", ref_named(op))
    home = section_of(parent_ref)
    back = {"op": "move", **ref_of(kind, spot.node, home), "parent": spot.parent_ref, "after": spot.after}
    node = _take(spot)
    _place(parent, parent_kind, kind, node, op["after"], parent_ref)
    return back


def _delete(document: Document, op: Op) -> dict[str, Any]:
    spot = _demand_spot(document, ref_named(op))
    if "old" in op and spot.node != op["old"]:
        raise Refused("edit.changed", ref_named(op), "below")
    back = {
        "op": "insert",
        "kind": spot.kind,
        "parent": spot.parent_ref,
        "after": spot.after,
        "node": deepcopy(spot.node),
    }
    _take(spot)
    return back


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


def _demand(document: Document, ref: Ref) -> tuple[Node, str]:
    found = find_node(document, ref)
    if found is None:
        raise Refused("edit.gone", ref)
    return found


def _demand_spot(document: Document, ref: Ref) -> Spot:
    spot = find(document, ref)
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


def _demand_new(document: Document, kind: str, node: Node, section: str | None) -> None:
    """Every name in an inserted subtree must be new."""
    inserted = [(kind, node, section), *_inside(kind, node, section)]
    names = set()
    for each, item, home in inserted:
        if each != "cell" and not isinstance(key_of(each, item), str):
            raise Refused("edit.no_id", None, kind=each)
        name = _name(each, item, home)
        if name in names:
            raise Refused("edit.id_taken", None, id=_told(key_of(each, item)))
        names.add(name)
    for each, item, home in walk(document):
        if _name(each, item, home) in names:
            raise Refused("edit.id_taken", ref_of(each, item, home), id=_told(key_of(each, item)))


def _inside(kind: str, node: Node, section: str | None) -> Iterator[tuple[str, Node, str | None]]:
    """What stands below a node that is in no document yet."""
    home = node.get("id") if kind == "section" else section
    for below in KINDS:
        if path_below(kind, below):
            for item in children_of(node, kind, below):
                if isinstance(item, dict):
                    yield below, item, home
                    yield from _inside(below, item, home)


def _name(kind: str, node: Node, section: str | None) -> tuple[str, ...]:
    return (kind, "" if kind in _UNIQUE else str(section), str(key_of(kind, node)))


def _place(parent: Node, parent_kind: str, kind: str, node: Node, after: Any, ref: Ref) -> None:
    """Put a node among its siblings; the list is made where there is none."""
    siblings = children_of(parent, parent_kind, kind)
    keys = [key_of(kind, sibling) for sibling in siblings]
    if after is not None and after not in keys:
        raise Refused("edit.gone", ref)
    path = path_below(parent_kind, kind) or ()
    for key in path[:-1]:
        parent = parent.setdefault(key, {})
    parent.setdefault(path[-1], []).insert(0 if after is None else keys.index(after) + 1, node)


def _take(spot: Spot) -> Node:
    """Take a node out; a list that becomes empty goes with it."""
    del spot.siblings[spot.index]
    path = path_below(str(spot.parent_ref["kind"]), spot.kind) or ()
    if not spot.siblings and path != ("sections",):
        _write(spot.parent, list(path), None)
    return spot.node


def _within(node: Node, kind: str) -> Iterator[Node]:
    yield node
    for child in children_of(node, kind, kind):
        yield from _within(child, kind)


def _told(value: Any) -> str:
    """A value as it can be shown in a sentence."""
    return "" if value is None else str(value)[:200]
