"""An edit made on an earlier revision, put on top of what others did since.

What both changed is refused; a sibling that is gone and a code that was given twice are mended, so that
nothing is lost for them.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from designer.document import (
    Document,
    Node,
    Ref,
    children_of,
    find_node,
    first_free,
    key_of,
    ref_of,
    walk,
)
from designer.edits import Op, Refused, parent_of, ref_named, section_of, value_at
from designer.models import Step

Name = tuple[str, str, str]


def rebase(
    ops: Sequence[Op], seen: Document | None, document: Document, others: Sequence[Step]
) -> list[dict[str, Any]]:
    """`ops`, made by an author who saw `seen`, as they fit `document`, which holds the steps of others too.

    `seen` is None for operations that carry what they expect themselves, as those of an undoing do.
    """
    return [_fit(op, seen, document, others) for op in ops]


def _fit(op: Op, seen: Document | None, document: Document, others: Sequence[Step]) -> dict[str, Any]:
    kind = op["op"]
    fitted = dict(op)
    if kind in ("set", "delete"):
        ref = ref_named(op)
        if not _touches(others, ref, op.get("key"), seen or document):
            fitted.pop("old", None)
        elif seen is not None:
            found = find_node(seen, ref)
            if found:
                fitted["old"] = value_at(found[0], op["key"]) if kind == "set" else found[0]
        return fitted
    if kind == "move" and any(each["op"] == "move" and _name(each) == _name(op) for each in _made(others)):
        raise Refused("edit.moved", ref_named(op))
    fitted["after"] = _neighbour(op, seen, document)
    if kind == "insert" and seen is not None:
        fitted["node"] = _with_free_codes(op, document)
    return fitted


def who_touched(others: Sequence[Step], ref: Ref, key: object, document: Document) -> Step | None:
    """The last step by which others changed, moved or deleted a thing, or something below it."""
    names = {_ref_name(ref)} | (_below(document, ref) if key is None else set())
    for step in reversed(others):
        if any(_overlaps(op, name, key) for op in step.ops for name in names):
            return step
        for op in step.inverse:  # what was deleted stands in what brings it back
            if op["op"] == "insert" and _ref_name(ref) in _names_in(op):
                return step
    return None


def _touches(others: Sequence[Step], ref: Ref, key: object, seen: Document) -> bool:
    """Whether others changed what an operation replaces: a key, or anything in what it deletes."""
    names = {_ref_name(ref)}
    if key is None:
        names |= _below(seen, ref)
    return any(_overlaps(op, name, key) for op in _made(others) for name in names)


def _made(others: Sequence[Step]) -> Iterator[Op]:
    """What others did themselves, without what followed from it."""
    return (op for step in others for op in step.ops if not op.get("derived"))


def _overlaps(op: Op, name: Name, key: object) -> bool:
    if key is None and op["op"] in ("insert", "move") and name == _ref_name(parent_of(op)):
        return True
    if op["op"] == "insert":
        return name in _names_in(op)
    if _ref_name(ref_named(op)) != name:
        return False
    if op["op"] != "set" or key is None:
        return op["op"] == "set" or key is None
    mine, theirs = f"{key}.", f"{op['key']}."
    return mine.startswith(theirs) or theirs.startswith(mine)


def _below(document: Document, ref: Ref) -> set[Name]:
    """The names of all that stands below a thing."""
    found = find_node(document, ref)
    if found is None:
        return set()
    node, kind = found
    home = node.get("id") if kind == "section" else ref.get("section")
    return {_ref_name(ref_of(each, item, section)) for each, item, section in _items(node, kind, home)}


def _items(node: Node, kind: str, section: Any) -> Iterator[tuple[str, Node, Any]]:
    """What stands below a node, at any depth."""
    for below in ("section", "column", "row", "cell", "rule", "part", "example"):
        for item in children_of(node, kind, below):
            yield below, item, section
            yield from _items(item, below, item.get("id") if below == "section" else section)


def _names_in(op: Op) -> set[Name]:
    """The names of an inserted node and of all below it."""
    kind, node, parent = op["kind"], op["node"], parent_of(op)
    section = section_of(parent)
    home = node.get("id") if kind == "section" else section
    below = {_ref_name(ref_of(each, item, where)) for each, item, where in _items(node, kind, home)}
    return {_ref_name(ref_of(kind, node, section)), *below}


def _name(op: Op) -> Name:
    return _ref_name(ref_named(op))


def _ref_name(ref: Ref) -> Name:
    kind = str(ref.get("kind"))
    known = key_of("cell", ref) if kind == "cell" and "row" in ref else ref.get("id")
    return kind, "" if kind in ("rule", "section", "example") else str(ref.get("section")), str(known)


def _neighbour(op: Op, seen: Document | None, document: Document) -> str | None:
    """The sibling it goes after: the one meant, else the nearest before it that is still there."""
    kind, after, ref = op["kind"], op["after"], parent_of(op)
    now = _siblings(document, ref, kind)
    if after is None or after in now or seen is None:
        last: str | None = now[-1] if now else None
        return after if after is None or after in now else last
    then = _siblings(seen, ref, kind)
    before = then[: then.index(after)] if after in then else []
    return next((each for each in reversed(before) if each in now), None)


def _siblings(document: Document, parent: Ref, kind: str) -> list[str]:
    found = find_node(document, parent)
    return [str(key_of(kind, item)) for item in children_of(*found, kind)] if found else []


def _with_free_codes(op: Op, document: Document) -> Node:
    """The node, its codes counted up where others gave the same in the meantime."""
    kind, node = op["kind"], op["node"]
    section = section_of(parent_of(op))
    taken: dict[tuple[str, str], set[str]] = {}
    for each, item, home in walk(document):
        taken.setdefault(_space(each, home), set()).add(str(item.get("code")))
    return _recoded(kind, node, section, taken)


def _recoded(kind: str, node: Node, section: Any, taken: Mapping[tuple[str, str], set[str]]) -> Node:
    code = node.get("code")
    used = taken.get(_space(kind, section), set())
    fresh: Node = {"code": first_free(code, used)} if isinstance(code, str) and code in used else {}
    used.add(str(fresh.get("code", code)))
    children = node.get("children")
    if isinstance(children, list):
        fresh |= {"children": [_recoded(kind, child, section, taken) for child in children]}
    return {**node, **fresh}


def _space(kind: str, section: Any) -> tuple[str, str]:
    """Where codes of a kind must differ."""
    return kind, "" if kind in ("section", "rule", "example") else str(section)
