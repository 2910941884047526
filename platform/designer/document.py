"""The document of a draft: the JSON value of its template's file, with the id of everything written out.

Containers (`children`, `rules`, …) are absent when they are empty; `sections` alone always stands. Things
are known by their kind and id; rows, columns, rules and parts of an outline within their section, cells by
their row and column, examples by their name.
"""

import re
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from engine.form import Form
from template_library.fields import plain_text
from template_library.fileformat import template_to_data

Document = dict[str, Any]
Node = dict[str, Any]
Ref = Mapping[str, Any]
Name = tuple[str, str, str]
"""Kind, section where it counts, id."""

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


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a node stands: below which parent, in which list of siblings."""

    node: Node
    kind: str
    section: str | None
    parent: Node
    parent_ref: Ref
    siblings: list[Node]

    @property
    def index(self) -> int:
        """Its place among its siblings, looked for from the end, where most is changed."""
        places = range(len(self.siblings) - 1, -1, -1)
        return next(place for place in places if self.siblings[place] is self.node)

    @property
    def after(self) -> str | None:
        """What the sibling before it is known by, None for the first."""
        index = self.index
        return key_of(self.kind, self.siblings[index - 1]) if index else None


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


def name_of(ref: Ref) -> Name:
    """The same for every way to name a thing."""
    kind = str(ref.get("kind"))
    known = key_of("cell", ref) if kind == "cell" and "row" in ref else ref.get("id")
    return kind, str(ref.get("section")) if kind in IN_SECTION or kind == "cell" else "", str(known)


def walk(document: Document) -> Iterator[tuple[str, Node, str | None]]:
    """Each thing of a document with its kind and the id of the section it stands in."""
    yield from ((spot.kind, spot.node, spot.section) for spot in spots(document))


def spots(document: Document) -> Iterator[Spot]:
    """Where each thing of a document stands, in the order of the file."""
    yield from spots_below(document, "template", TEMPLATE)


def spots_below(parent: Node, parent_kind: str, parent_ref: Ref) -> Iterator[Spot]:
    """Where each thing below another stands, at any depth."""
    section = parent_ref.get("id" if parent_kind == "section" else "section")
    for kind in _BELOW.get(parent_kind, {}):
        siblings = children_of(parent, parent_kind, kind)
        for node in siblings:
            if isinstance(node, dict):
                yield Spot(node, kind, section, parent, parent_ref, siblings)
                if kind in _BELOW:
                    yield from spots_below(node, kind, ref_of(kind, node, section))


class Index:
    """The things of a document by name. Whoever puts a thing in or takes one out says so."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self._spots: dict[Name, Spot] = {}
        for spot in spots(document):
            self._spots.setdefault(name_of(ref_of(spot.kind, spot.node, spot.section)), spot)

    def find(self, ref: Ref) -> Spot | None:
        """Where the thing of that name stands."""
        return self._spots.get(name_of(ref))

    def all(self, kind: str) -> list[Spot]:
        """Where the things of a kind stand, in the order they came in."""
        return [spot for spot in self._spots.values() if spot.kind == kind]

    def node(self, ref: Ref) -> tuple[Node, str] | None:
        """The node of that name with its kind; the document itself is that of the template."""
        if ref.get("kind") == "template":
            return self.document, "template"
        spot = self.find(ref)
        return (spot.node, spot.kind) if spot else None

    def add(self, spot: Spot) -> None:
        """Know a thing that was put in, with all that is below it."""
        ref = ref_of(spot.kind, spot.node, spot.section)
        self._spots[name_of(ref)] = spot
        for below in spots_below(spot.node, spot.kind, ref):
            self._spots[name_of(ref_of(below.kind, below.node, below.section))] = below

    def forget(self, spot: Spot) -> None:
        """Forget a thing that is taken out, with all that is below it."""
        ref = ref_of(spot.kind, spot.node, spot.section)
        for below in spots_below(spot.node, spot.kind, ref):
            self._spots.pop(name_of(ref_of(below.kind, below.node, below.section)), None)
        self._spots.pop(name_of(ref), None)


def find(document: Document, ref: Ref) -> Spot | None:
    """Where the thing of that name stands, for one question; for many, make an index."""
    return Index(document).find(ref)


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


def size_of(document: Document) -> int:
    """About how many cells a document has."""
    counts: dict[tuple[str, str | None], int] = {}
    for kind, _node, section in walk(document):
        counts[kind, section] = counts.get((kind, section), 0) + 1
    return sum(
        count * counts.get(("column", home), 0) for (kind, home), count in counts.items() if kind == "row"
    )


def first_free(code: str, taken: Container[str]) -> str:
    """A code like `code` that nothing has: its number is counted up."""
    stem = code.rstrip("0123456789")
    number = int(code[len(stem) :][-9:] or 1)
    while f"{stem}{number}" in taken:
        number += 1
    return f"{stem}{number}"
