"""What a template file names: codes and ids that must differ, trees that may not be deeper or wider than a
form can be, and references to rows and columns that must exist.

It walks the JSON value as it was read, so that one wrong value does not hide the faults of its neighbours.
References name ids; where no id is given the code is the id.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from engine.findings import Finding
from template_library.fields import near_misses
from template_library.jsontext import path_to

MAX_LEVELS = 6
MAX_COLUMNS = 1_000
MAX_ROWS = 10_000

_CELL = re.compile(r"(?P<section>[A-Za-z0-9_.]+)\[(?P<row>[^;\[\]]+);(?P<column>[^;\[\]]+)\]")
_MERGE_FIELD = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
_OTHER_FORM = re.compile(r'"[^"]+"\[[^;\[\]]+;[^;\[\]]+\]')


def check_names(data: dict[str, Any]) -> Iterator[Finding]:
    """Every fault of the names of a template."""
    sections = [
        (path, _SectionNames(path, item)) for path, item in _objects(data.get("sections"), "sections")
    ]
    yield from _duplicates((path, names.section) for path, names in sections)
    yield from _duplicates(
        item for path, names in sections for item in _objects(names.section.get("rules"), f"{path}.rules")
    )
    for _, names in sections:
        yield from names.check()
    yield from _check_cells(data, [names for _, names in sections])


@dataclass
class _Tree:
    """Rows or columns by id and by code."""

    where: str
    kind: str
    limit: int
    items: list[tuple[str, dict[str, Any], int]]
    ids: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for _, item, _ in self.items:
            code = item.get("code")
            if isinstance(code, str):
                self.ids.setdefault(_id(item), code)

    def check(self) -> Iterator[Finding]:
        """Doubles, depth and number."""
        yield from _duplicates((path, item) for path, item, _ in self.items)
        for path, _, level in self.items:
            if level == MAX_LEVELS + 1:
                yield _limit(path, f"{self.kind}_levels", level, MAX_LEVELS)
        count = sum(1 for _, item, _ in self.items if self.kind == "row" or not item.get("children"))
        if count > self.limit:
            yield _limit(self.where, f"{self.kind}s", count, self.limit)

    def refer(self, name: Any, where: str) -> Iterator[Finding]:
        """Nothing when `name` is the id of one of them."""
        if isinstance(name, str) and name not in self.ids:
            near = [key for key, code in self.ids.items() if code == name] or near_misses(name, self.ids)
            yield _unknown(where, self.kind, name, near)


class _SectionNames:
    def __init__(self, where: str, section: dict[str, Any]) -> None:
        self.where = where
        self.section = section
        rows = section.get("rows")
        items = rows.get("items") if isinstance(rows, dict) else None
        self.columns = _Tree(
            f"{where}.columns", "column", MAX_COLUMNS, list(_walk(section.get("columns"), f"{where}.columns"))
        )
        self.rows = _Tree(f"{where}.rows.items", "row", MAX_ROWS, list(_walk(items, f"{where}.rows.items")))
        self.parts = list(_walk(section.get("parts"), f"{where}.parts"))

    def check(self) -> Iterator[Finding]:
        """Every fault within the section."""
        yield from self.columns.check()
        yield from self.rows.check()
        yield from _duplicates((path, part) for path, part, _ in self.parts)
        for path, item, _ in self.columns.items + self.rows.items:
            yield from self._weights(item.get("aggregation"), f"{path}.aggregation")
            revises = item.get("revises")
            if isinstance(revises, dict):
                yield from self.columns.refer(revises.get("column"), f"{path}.revises.column")
        seen: dict[tuple[str, str], str] = {}
        for path, cell in _objects(self.section.get("cells"), f"{self.where}.cells"):
            yield from self.rows.refer(cell.get("row"), f"{path}.row")
            yield from self.columns.refer(cell.get("column"), f"{path}.column")
            yield from self._weights(cell.get("aggregation"), f"{path}.aggregation")
            place = (str(cell.get("row")), str(cell.get("column")))
            if seen.setdefault(place, path) != path:
                yield _double(path, "[{};{}]".format(*place), seen[place])
        yield from self._aggregations()
        for key in ("key", "group_by"):
            names = self.section.get(key)
            for index, name in enumerate(names if isinstance(names, list) else ()):
                yield from self.columns.refer(name, f"{self.where}.{key}[{index}]")

    def _aggregations(self) -> Iterator[Finding]:
        aggregation = self.section.get("aggregation")
        if not isinstance(aggregation, dict):
            return
        where = f"{self.where}.aggregation"
        yield from self._weights(aggregation.get("default"), f"{where}.default")
        for key, tree in (("columns", self.columns), ("rows", self.rows)):
            table = aggregation.get(key)
            for name, rule in table.items() if isinstance(table, dict) else ():
                yield from tree.refer(name, path_to(f"{where}.{key}", name))
                yield from self._weights(rule, path_to(f"{where}.{key}", name))

    def _weights(self, aggregation: Any, where: str) -> Iterator[Finding]:
        if isinstance(aggregation, dict):
            yield from self.columns.refer(aggregation.get("by"), f"{where}.by")


def _check_cells(data: dict[str, Any], sections: list[_SectionNames]) -> Iterator[Finding]:
    known = {name: names for names in sections for name in _names_of(names.section)}
    headline = data.get("headline")
    for index, text in enumerate(headline if isinstance(headline, list) else ()):
        if isinstance(text, str):
            yield from _check_cell(text, f"headline[{index}]", known)
    for names in sections:
        for path, part, _ in names.parts:
            text = part.get("text")
            for merge_field in _MERGE_FIELD.findall(text) if isinstance(text, str) else ():
                if not _OTHER_FORM.fullmatch(merge_field.strip()):
                    yield from _check_cell(merge_field.strip(), f"{path}.text", known)


def _check_cell(text: str, where: str, sections: dict[str, _SectionNames]) -> Iterator[Finding]:
    """`A[THU;3]` names a section, a row and a column of this template, by code or id."""
    match = _CELL.fullmatch(text)
    if not match:
        yield Finding("file.cell", where=where, facts={"value": text[:100]})
    elif match["section"] not in sections:
        near = near_misses(match["section"], sections)
        yield _unknown(where, "section", match["section"], near)
    else:
        names = sections[match["section"]]
        for tree, name in ((names.rows, match["row"].strip()), (names.columns, match["column"].strip())):
            if name not in tree.ids.values():
                yield from tree.refer(name, where)


def _objects(value: Any, where: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for index, item in enumerate(value if isinstance(value, list) else ()):
        if isinstance(item, dict):
            yield f"{where}[{index}]", item


def _walk(value: Any, where: str, level: int = 1) -> Iterator[tuple[str, dict[str, Any], int]]:
    for path, item in _objects(value, where):
        yield path, item, level
        yield from _walk(item.get("children"), f"{path}.children", level + 1)


def _id(item: dict[str, Any]) -> str:
    own = item.get("id")
    return own if isinstance(own, str) else str(item.get("code"))


def _names_of(item: dict[str, Any]) -> set[str]:
    return {_id(item), str(item.get("code"))}


def _duplicates(items: Iterable[tuple[str, dict[str, Any]]]) -> Iterator[Finding]:
    codes: dict[str, str] = {}
    ids: dict[str, str] = {}
    for path, item in items:
        code = item.get("code")
        if not isinstance(code, str):
            continue
        if codes.setdefault(code, path) != path:
            yield _double(f"{path}.code", code, codes[code])
        elif ids.setdefault(_id(item), path) != path:
            yield _double(f"{path}.id" if "id" in item else path, _id(item), ids[_id(item)])


def _unknown(where: str, kind: str, value: str, near: list[str]) -> Finding:
    facts = {"value": value[:100], "suggestions": near}
    return Finding("file.reference", where=where, facts=facts, variant=f"{kind}.near" if near else kind)


def _double(where: str, value: str, first: str) -> Finding:
    return Finding("file.duplicate", where=where, facts={"value": value[:100], "first": first})


def _limit(where: str, what: str, count: int, limit: int) -> Finding:
    return Finding("file.limit", where=where, facts={"count": count, "limit": limit}, variant=what)
