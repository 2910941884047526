"""Cells and columns that are named outside of rules: by headlines, by narratives, by other columns.

They follow renaming. What names something deleted says nothing any more: a headline is left out, a figure in
a narrative becomes words that say it is gone. All of it is part of the edit, so that undoing brings it back.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from designer.document import TEMPLATE, Document, Node, Ref, ref_of, spots
from designer.edits import Op

_CELL = re.compile(r"([A-Za-z0-9_.]+)\[([^;\[\]]+);([^;\[\]]+)\]")
_FIELD = re.compile(r"\{\{\s*(.*?)\s*\}\}", re.DOTALL)
Names = Mapping[tuple[str | None, str], Mapping[str, str]]
"""Codes by id of the sections, and of the rows and columns of each section."""


@dataclass(frozen=True)
class Renaming:
    """What things were called, and what they are called now."""

    before: Names
    after: Names

    def cell(self, text: str) -> str | None:
        """A cell in the names of now, None where it is gone; what named nothing before stays as it is."""
        match = _CELL.fullmatch(text)
        section = match and _id(self.before, None, "section", match[1])
        if not match or section is None:
            return text
        named = ((None, "section", section), (section, "row", match[2]), (section, "column", match[3]))
        ids = [_id(self.before, home, kind, name.strip()) for home, kind, name in named]
        if None in ids:
            return text
        now = [
            self.after.get((home, kind), {}).get(str(id_))
            for (home, kind, _name), id_ in zip(named, ids, strict=True)
        ]
        return None if None in now else "{}[{};{}]".format(*now)

    def has(self, section: str | None, column: str) -> bool:
        """Whether a column is still there."""
        return column in self.after.get((section, "column"), {})


def cite(before: Document, document: Document, gone: str) -> Iterator[Op]:
    """The operations by which names of cells and columns follow an edit; `gone` is said of deleted ones."""
    renaming = Renaming(_names(before), _names(document))
    if renaming.before == renaming.after:
        return
    headline = document.get("headline")
    if isinstance(headline, list):
        kept = [name for name in (renaming.cell(str(each)) for each in headline) if name is not None]
        if kept != headline:
            yield _set(TEMPLATE, "headline", kept or None)
    for spot in spots(document):
        if spot.kind == "part" and isinstance(spot.node.get("text"), str):
            text = _FIELD.sub(lambda match: _field(renaming, match, gone), spot.node["text"])
            if text != spot.node["text"]:
                yield _set(ref_of("part", spot.node, spot.section), "text", text)
        elif spot.kind in ("section", "column", "row", "cell"):
            home = spot.node.get("id") if spot.kind == "section" else spot.section
            for key in _lost(spot.node, home, renaming):
                yield _set(ref_of(spot.kind, spot.node, spot.section), key, None)


def _field(renaming: Renaming, match: re.Match[str], gone: str) -> str:
    now = renaming.cell(match[1])
    if now == match[1]:
        return match[0]
    return f"{match[1]} {gone}" if now is None else f"{{{{{now}}}}}"


def _lost(node: Node, section: str | None, renaming: Renaming) -> Iterator[str]:
    """The keys of a node that name a column which is gone."""
    for way in (("revises", "column"), ("aggregation", "by"), ("aggregation", "default", "by")):
        value: Any = node
        for step in way:
            value = value.get(step) if isinstance(value, dict) else None
        if isinstance(value, str) and not renaming.has(section, value):
            yield ".".join(way[:-1])


def _names(document: Document) -> Names:
    names: dict[tuple[str | None, str], dict[str, str]] = {}
    for spot in spots(document):
        if spot.kind in ("section", "row", "column"):
            home = None if spot.kind == "section" else spot.section
            names.setdefault((home, spot.kind), {})[str(spot.node.get("id"))] = str(spot.node.get("code"))
    return names


def _id(names: Names, home: str | None, kind: str, name: str) -> str | None:
    """What a code or an id names."""
    known = names.get((home, kind), {})
    return next((id_ for id_, code in known.items() if code == name), name if name in known else None)


def _set(at: Ref, key: str, value: object) -> Op:
    return {"op": "set", "at": at, "key": key, "value": value}
