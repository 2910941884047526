"""An edit made on an earlier revision, put on top of what others did since.

What both changed is refused; a sibling that is gone and a code that was given twice are mended, so that
nothing is lost for them.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from designer.document import (
    Document,
    Index,
    Name,
    Node,
    Ref,
    children_of,
    first_free,
    key_of,
    name_of,
    ref_of,
    spots_below,
    walk,
)
from designer.edits import Op, Refused, parent_of, ref_named, section_of, value_at
from designer.models import Step


def rebase(
    ops: Sequence[Op], seen: Document | None, document: Document, others: Sequence[Step]
) -> list[dict[str, Any]]:
    """`ops`, made by an author who saw `seen`, as they fit `document`, which holds the steps of others too.

    `seen` is None for operations that carry what they expect themselves, as those of an undoing do.
    """
    fitting = _Fitting(seen, document, others)
    return [fitting.fit(op) for op in ops]


def who_touched(others: Sequence[Step], ref: Ref, key: object, document: Document) -> Step | None:
    """The last step by which others changed, moved or deleted a thing, or something below it."""
    names = _within(Index(document), ref) if key is None else {name_of(ref)}
    for step in reversed(others):
        if _Touched(step.ops).by_any(names, key):
            return step
        for op in step.inverse:  # what was deleted stands in what brings it back
            if op["op"] == "insert" and name_of(ref) in _names_in(op):
                return step
    return None


class _Touched:
    """What operations changed: keys of things, things as a whole, places where something came in."""

    def __init__(self, ops: Sequence[Op]) -> None:
        self.keys: dict[Name, list[str]] = {}
        self.things: set[Name] = set()
        self.moved: set[Name] = set()
        self.inserted: set[Name] = set()
        for op in ops:
            name = name_of(ref_named(op))
            if op["op"] == "set":
                self.keys.setdefault(name, []).append(f"{op['key']}.")
            else:
                self.things.add(name)
            if op["op"] in ("insert", "move"):
                self.things.add(name_of(parent_of(op)))
            if op["op"] == "insert":
                self.inserted |= _names_in(op)
            elif op["op"] == "move":
                self.moved.add(name)

    def by_any(self, names: set[Name], key: object) -> bool:
        """Whether a key of the one name was changed; without a key, whether any of the things was."""
        if not names.isdisjoint(self.inserted):
            return True
        if key is None:
            return not names.isdisjoint(self.things) or not names.isdisjoint(self.keys)
        mine = f"{key}."
        changed = [each for name in names for each in self.keys.get(name, ())]
        return any(mine.startswith(theirs) or theirs.startswith(mine) for theirs in changed)


class _Fitting:
    def __init__(self, seen: Document | None, document: Document, others: Sequence[Step]) -> None:
        self.seen = Index(seen) if seen is not None else None
        self.now = Index(document)
        # what others did themselves, without what followed from it
        self.touched = _Touched([op for step in others for op in step.ops if not op.get("derived")])
        self.codes = _codes(document)
        self.known = _codes(seen) if seen is not None else {}
        self.coming: set[Name] = set()  # what operations before have put somewhere

    def fit(self, op: Op) -> dict[str, Any]:
        fitted = dict(op)
        ref = ref_named(op)
        if op["op"] in ("set", "delete"):
            self.expect(fitted, ref)
            return fitted
        if op["op"] == "move" and name_of(ref) in self.touched.moved:
            raise Refused("edit.moved", ref)
        fitted["after"] = self.neighbour(op)
        self.coming.add(name_of(ref))
        if op["op"] == "insert" and self.seen is not None:
            fitted["node"] = self.recoded(op["kind"], op["node"], section_of(parent_of(op)))
        return fitted

    def expect(self, op: dict[str, Any], ref: Ref) -> None:
        """Have it expect what its author saw, where others changed that."""
        key = op.get("key")
        names = {name_of(ref)} if key is not None else _within(self.seen or self.now, ref)
        if not self.touched.by_any(names, key):
            op.pop("old", None)
        elif self.seen is not None and (found := self.seen.node(ref)):
            op["old"] = found[0] if key is None else value_at(found[0], key)

    def neighbour(self, op: Op) -> str | None:
        """The sibling it goes after: the one meant, else the nearest before it that is still there."""
        kind, after, parent = op["kind"], op["after"], parent_of(op)
        now = _siblings(self.now, parent, kind)
        comes = name_of({"kind": kind, "section": section_of(parent), "id": after}) in self.coming
        if after is None or after in now or comes:
            known: str | None = after
            return known
        if self.seen is None:
            return now[-1] if now else None
        then = _siblings(self.seen, parent, kind)
        before = then[: then.index(after)] if after in then else now
        return next((each for each in reversed(before) if each in now), None)

    def recoded(self, kind: str, node: Node, section: Any) -> Node:
        """The node, its codes counted up where others gave the same in the meantime."""
        code = node.get("code")
        space = _space(kind, section)
        used = self.codes.setdefault(space, set())
        fresh: Node = {}
        if isinstance(code, str) and code in used - self.known.get(space, set()):
            fresh["code"] = first_free(code, used)
        used.add(str(fresh.get("code", code)))
        children = node.get("children")
        if isinstance(children, list):
            fresh["children"] = [self.recoded(kind, child, section) for child in children]
        return {**node, **fresh}


def _codes(document: Document) -> dict[tuple[str, str], set[str]]:
    """The codes that are taken."""
    codes: dict[tuple[str, str], set[str]] = {}
    for kind, node, section in walk(document):
        codes.setdefault(_space(kind, section), set()).add(str(node.get("code")))
    return codes


def _within(index: Index, ref: Ref) -> set[Name]:
    """The names of a thing and of all that stands below it."""
    found = index.node(ref)
    return {name_of(ref), *(_below(found[0], found[1], ref) if found else ())}


def _names_in(op: Op) -> set[Name]:
    """The names of an inserted node and of all below it."""
    ref = ref_named(op)
    return {name_of(ref), *_below(op["node"], op["kind"], ref)}


def _below(node: Node, kind: str, ref: Ref) -> Iterator[Name]:
    for spot in spots_below(node, kind, ref):
        yield name_of(ref_of(spot.kind, spot.node, spot.section))


def _siblings(index: Index, parent: Ref, kind: str) -> Sequence[str]:
    found = index.node(parent)
    return [str(key_of(kind, item)) for item in children_of(*found, kind)] if found else []


def _space(kind: str, section: Any) -> tuple[str, str]:
    """Where codes of a kind must differ."""
    return kind, "" if kind in ("section", "rule", "example") else str(section)
