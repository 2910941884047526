"""The document of a draft: the JSON value of its template's file, with the id of everything written out.

Containers (`children`, `rules`, …) are absent when they are empty; `sections` alone always stands. Things
are known by their kind and id; rows, columns, rules and parts of an outline within their section, cells by
their row and column, examples by their name.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from engine.form import Form
from template_library.fields import plain_text
from template_library.fileformat import template_to_data

Document = dict[str, Any]
Node = dict[str, Any]
Ref = Mapping[str, Any]

TEMPLATE: Ref = {"kind": "template"}
IN_SECTION = frozenset({"row", "column", "part", "rule"})
"""Kinds that are named with their section; ids of rules are different in the whole document nevertheless."""
_BELOW: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "template": {"section": ("sections",), "example": ("examples",)},
    "section": {
        "column": ("columns",),
        "row": ("rows", "items"),
        "cell": ("cells",),
        "rule": ("rules",),
        "part": ("parts",),
    },
    "column": {"column": ("children",)},
    "row": {"row": ("children",)},
    "part": {"part": ("children",)},
}
"""Where the things of a kind stand below a thing of another."""
KINDS = tuple(dict.fromkeys(kind for below in _BELOW.values() for kind in below))
_STEP = re.compile(r"\.?([^.\[\]]+)|\[(\d+)\]")


@dataclass(frozen=True)
class Spot:
    """Where a node stands: its parent, the list of its siblings and its place in it."""

    node: Node
    kind: str
    section: str | None
    parent: Node
    parent_ref: Ref
    siblings: list[Node]
    index: int

    @property
    def after(self) -> str | None:
        """What the sibling before it is known by, None for the first."""
        return key_of(self.kind, self.siblings[self.index - 1]) if self.index else None


def document_of(form: Form) -> Document:
    """The document of a form."""
    return with_ids(template_to_data(form))


def with_ids(data: Any) -> Document:
    """The JSON value of a template's file as a document; the code is the id where none is written."""
    document: Document = plain(data)
    for _kind, node, _section in walk(document):
        if "code" in node:
            node.setdefault("id", node["code"])
    return document


def plain(value: Any) -> Any:
    """A copy that holds texts, whole numbers, truth values and nothing; a fraction becomes its text."""
    match value:
        case dict():
            return {key: plain(item) for key, item in value.items()}
        case list():
            return [plain(item) for item in value]
        case Decimal() | float():
            return plain_text(Decimal(value) if isinstance(value, Decimal) else Decimal(repr(value)))
    return value


def key_of(kind: str, node: Mapping[str, Any]) -> Any:
    """What a node is known by among its siblings."""
    if kind == "cell":
        return f"{node.get('row')}/{node.get('column')}"
    return node.get("name" if kind == "example" else "id")


def ref_of(kind: str, node: Node, section: str | None = None) -> Ref:
    """How a node is named."""
    if kind == "cell":
        return {"kind": kind, "section": section, "row": node.get("row"), "column": node.get("column")}
    own = {"section": section} if kind in IN_SECTION else {}
    return {"kind": kind, **own, "id": key_of(kind, node)}


def path_below(parent_kind: str, kind: str) -> tuple[str, ...] | None:
    """The keys that lead from a thing to those of another kind below it; None where there can be none."""
    return _BELOW.get(parent_kind, {}).get(kind)


def children_of(parent: Node, parent_kind: str, kind: str) -> list[Node]:
    """The things of a kind below a node; an empty list that is not the node's own where there are none."""
    found: Any = parent
    for key in path_below(parent_kind, kind) or ("",):
        found = found.get(key, {}) if isinstance(found, dict) else {}
    return found if isinstance(found, list) else []


def walk(document: Document) -> Iterator[tuple[str, Node, str | None]]:
    """Each thing of a document with its kind and the id of the section it stands in."""
    yield from ((spot.kind, spot.node, spot.section) for spot in spots(document))


def spots(document: Document) -> Iterator[Spot]:
    """Where each thing of a document stands, in the order of the file."""
    yield from _spots(document, "template", TEMPLATE, None)


def _spots(parent: Node, parent_kind: str, parent_ref: Ref, section: str | None) -> Iterator[Spot]:
    for kind in _BELOW.get(parent_kind, {}):
        siblings = children_of(parent, parent_kind, kind)
        for index, node in enumerate(siblings):
            if isinstance(node, dict):
                yield Spot(node, kind, section, parent, parent_ref, siblings, index)
                own = node.get("id") if kind == "section" else section
                yield from _spots(node, kind, ref_of(kind, node, section), own)


def find(document: Document, ref: Ref) -> Spot | None:
    """Where the thing of that name stands."""
    kind, section = ref.get("kind"), ref.get("section")
    for spot in _candidates(document, str(kind), section):
        if spot.kind == kind and _names(ref, spot):
            return spot
    return None


def _candidates(document: Document, kind: str, section: Any) -> Iterator[Spot]:
    for index, node in enumerate(document["sections"]):
        spot = Spot(node, "section", None, document, TEMPLATE, document["sections"], index)
        if kind == "section":
            yield spot
        elif kind in _BELOW["section"] and node.get("id") == section:
            yield from _of_kind(node, "section", ref_of("section", node), node.get("id"), kind)
    if kind == "example":
        yield from _of_kind(document, "template", TEMPLATE, None, kind)


def _of_kind(parent: Node, parent_kind: str, parent_ref: Ref, section: Any, kind: str) -> Iterator[Spot]:
    siblings = children_of(parent, parent_kind, kind)
    for index, node in enumerate(siblings):
        yield Spot(node, kind, section, parent, parent_ref, siblings, index)
        yield from _of_kind(node, kind, ref_of(kind, node, section), section, kind)


def _names(ref: Ref, spot: Spot) -> bool:
    known = key_of("cell", ref) if spot.kind == "cell" and "row" in ref else ref.get("id")
    return bool(known == key_of(spot.kind, spot.node))


def find_node(document: Document, ref: Ref) -> tuple[Node, str] | None:
    """The node of that name with its kind; the document itself is that of the template."""
    if ref.get("kind") == "template":
        return document, "template"
    spot = find(document, ref)
    return (spot.node, spot.kind) if spot else None


def ref_at(document: Document, path: str) -> Ref | None:
    """The innermost thing on a path of the file (`sections[0].rules[2].text`); None for the file itself."""
    value: Any = document
    kind, section, ref = "template", None, None
    keys: list[str] = []
    for name, index in _STEP.findall(path):
        if not index:
            keys.append(name)
            value = value.get(name) if isinstance(value, dict) else None
            continue
        value = value[int(index)] if isinstance(value, list) and int(index) < len(value) else None
        below = next((each for each, way in _BELOW.get(kind, {}).items() if way == tuple(keys)), None)
        if below is None or not isinstance(value, dict):
            break
        ref, kind, keys = ref_of(below, value, section), below, []
        section = value.get("id") if kind == "section" else section
    return ref


def first_free(code: str, taken: Sequence[str] | set[str]) -> str:
    """A code like `code` that nothing has: its number is counted up."""
    stem = code.rstrip("0123456789")
    number = int(code[len(stem) :][-9:] or 1)
    while f"{stem}{number}" in taken:
        number += 1
    return f"{stem}{number}"
