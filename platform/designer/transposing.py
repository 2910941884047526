"""A table turned: its rows become columns and its columns rows, with the same ids, cells, rules and examples.

Refused where the turned table would not mean the same: what only rows or only columns can be, cells whose
properties would come out otherwise, rules that would run elsewhere.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from typing import Any

from designer.document import Document, Index, Node, Ref, ref_of
from designer.edits import Op, Refused, apply
from designer.programs import Compiler
from engine.formulas import fills
from engine.program import CompiledRule, Program
from engine.related import cells_read
from expr import nodes
from expr.printer import print_rule

Places = Mapping[str, tuple[set[tuple[str, str, str]], set[tuple[str, str, str]]]]


def transpose(document: Document, section: str, compiler: Compiler) -> Sequence[Op]:
    """The edit that turns a table; raises Refused with the reason where it cannot be turned."""
    ref: Ref = {"kind": "section", "id": section}
    spot = Index(document).find(ref)
    if spot is None:
        raise Refused("edit.gone", ref)
    if spot.node["kind"] != "table" or spot.node.get("rows", {}).get("kind", "fixed") != "fixed":
        raise Refused("edit.not_turned", ref, "kind")
    ops = [*_frame(spot.node, section), *_figures(document, section)]
    before, turned = compiler.names(document), compiler.names(apply(document, ops).document)
    if before is None or turned is None:
        raise Refused("edit.not_turned", ref, "frame")
    ops += _rules(document, before, turned, section)
    _demand_same(document, apply(document, ops).document, section, compiler)
    return ops


# --- rows, columns, cells


def _frame(table: Node, section: str) -> Iterator[Op]:
    columns, rows = table.get("columns", []), table.get("rows", {}).get("items", [])
    home: Ref = {"kind": "section", "id": section}
    for cell in table.get("cells", []):
        yield {"op": "delete", **ref_of("cell", cell, section)}
    for kind, items in (("column", columns), ("row", rows)):
        for item in items:
            yield {"op": "delete", **ref_of(kind, item, section)}
    stated = table.get("aggregation", {})
    for key, other in (("columns", "rows"), ("rows", "columns")):
        if stated.get(key) != stated.get(other):
            yield {"op": "set", "at": home, "key": f"aggregation.{key}", "value": stated.get(other)}
    turned = [("column", [_as_column(row, section) for row in rows])]
    turned += [("row", [_as_row(column, section) for column in columns])]
    for kind, made in turned:
        for node in reversed(made):
            yield {"op": "insert", "kind": kind, "parent": home, "after": None, "node": node}
    for cell in reversed(table.get("cells", [])):
        node = {**cell, "row": cell["column"], "column": cell["row"]}
        yield {"op": "insert", "kind": "cell", "parent": home, "after": None, "node": node}


def _as_column(row: Node, section: str) -> Node:
    """A row as a column; its label in the number line is its ordinal, also where it has none."""
    kind, children = row.get("kind", "data"), row.get("children", [])
    if kind == "open" or (kind == "group") != bool(children):
        raise Refused("edit.not_turned", ref_of("row", row, section), "row", name=row["title"])
    column = {key: value for key, value in row.items() if key not in ("kind", "children")}
    column.setdefault("ordinal", "")
    return column | ({"children": [_as_column(child, section) for child in children]} if children else {})


def _as_row(column: Node, section: str) -> Node:
    if "revises" in column or "repeat" in column:
        raise Refused("edit.not_turned", ref_of("column", column, section), "column", name=column["title"])
    children = [_as_row(child, section) for child in column.get("children", [])]
    row = {key: value for key, value in column.items() if key != "children"}
    if row.get("type") == "by_row":
        del row["type"]  # what was the row states it now as the column
    row.setdefault("ordinal", row["code"])
    return row | ({"kind": "group", "children": children} if children else {})


# --- what names cells by row and column


def _figures(document: Document, section: str) -> Iterator[Op]:
    """Headline cells, merge fields and examples."""
    code = next(each["code"] for each in document["sections"] if each["id"] == section)
    place = re.compile(
        rf"\b({re.escape(code)}|{re.escape(section)})\[\s*([^;\[\]]+?)\s*;\s*([^;\[\]]+?)\s*\]"
    )
    headline = document.get("headline", [])
    turned = [place.sub(r"\1[\3;\2]", text) for text in headline]
    if turned != headline:
        yield {"op": "set", "at": {"kind": "template"}, "key": "headline", "value": turned}
    for spot in Index(document).all("part"):
        text = spot.node.get("text") or ""
        if place.search(text):
            anew = re.sub(r"\{\{.*?\}\}", lambda found: place.sub(r"\1[\3;\2]", found[0]), text, flags=re.S)
            yield {"op": "set", "at": ref_of("part", spot.node, spot.section), "key": "text", "value": anew}
    for example in document.get("examples", []):
        if example.get("context"):
            raise Refused("edit.not_turned", ref_of("example", example), "example", name=example["name"])
        figures = example["figures"]
        if section in figures:
            anew = figures | {section: _turned(figures[section])}
            yield {"op": "set", "at": ref_of("example", example), "key": "figures", "value": anew}


def _turned(table: Mapping[str, Mapping[str, Any]]) -> Mapping[str, Mapping[str, Any]]:
    turned: dict[str, dict[str, Any]] = {}
    for row, figures in table.items():
        for column, figure in figures.items():
            turned.setdefault(column, {})[row] = figure
    return turned


# --- rules


def _rules(document: Document, before: Program, turned: Program, section: str) -> Iterator[Op]:
    """The rules that speak of the table, each axis the other."""
    known = {(rule.section, rule.rule.id): rule for rule in before.rules}
    for spot in Index(document).all("rule"):
        ref = ref_of("rule", spot.node, spot.section)
        rule = known.get((str(spot.section), spot.node["id"]))
        if rule is None:
            raise Refused("edit.not_turned", ref, "rule", name=spot.node["code"])
        if section not in {rule.section, *(each.section for each in _own(rule))}:
            continue
        if not all(_turns(each, rule, section) for each in _own(rule)):
            raise Refused("edit.not_turned", ref, "rule", name=spot.node["code"])
        text = print_rule(_swapped(rule.tree, section, rule.section), turned.directory, rule.section)
        yield {"op": "set", "at": ref, "key": "text", "value": text}


def _own(rule: CompiledRule) -> list[nodes.Reference]:
    return [each for each in nodes.references(rule.tree) if each.source.form is None]


def _turns(reference: nodes.Reference, rule: CompiledRule, section: str) -> bool:
    """Rows alone have children and parents; a rule of another table may only name cells of this one."""
    if reference.section != section:
        return rule.section != section or reference.kind == "cell"
    picks_tree = isinstance(reference.rows, nodes.Children | nodes.Parent)
    return not picks_tree and (rule.section == section or reference.kind == "cell")


def _swapped(value: Any, section: str, home: str) -> Any:
    if isinstance(value, tuple):
        return tuple(_swapped(item, section, home) for item in value)
    if isinstance(value, nodes.Reference) and value.section == section and value.source.form is None:
        return replace(value, rows=value.columns, columns=value.rows)
    if isinstance(value, nodes.Narrowing) and home == section:
        return replace(value, axis="row" if value.axis == "column" else "column")
    if is_dataclass(value) and not isinstance(value, type):
        changed = {
            each.name: _swapped(getattr(value, each.name), section, home)
            for each in fields(value)
            if each.init
            and isinstance(getattr(value, each.name), tuple) | is_dataclass(getattr(value, each.name))
        }
        return replace(value, **changed) if changed else value
    return value


# --- the same in the end


def _demand_same(document: Document, anew: Document, section: str, compiler: Compiler) -> None:
    """Every cell comes out alike, every rule touches and fills the same cells."""
    before, after = compiler.program(document), compiler.program(anew)
    ref: Ref = {"kind": "section", "id": section}
    if before is None or after is None:
        raise Refused("edit.not_turned", ref, "frame")
    old, new = before.layout.sections[section], after.layout.sections[section]
    for i, row in enumerate(old.rows):
        for j, column in enumerate(old.columns):
            if old.cells[i * len(old.columns) + j] != new.cells[j * len(old.rows) + i]:
                place = {"kind": "cell", "section": section, "row": row.id, "column": column.id}
                raise Refused("edit.not_turned", place, "cell", row=row.title, column=column.title)
    there, here = _places(before, section), _places(after, "")
    for rule in before.rules:
        if there[rule.rule.id] != here.get(rule.rule.id):
            where: Ref = {"kind": "rule", "section": rule.section, "id": rule.rule.id}
            raise Refused("edit.not_turned", where, "rule", name=rule.rule.code)


def _places(program: Program, turned: str) -> Places:
    """The cells that each rule touches and fills, those of a section with row and column exchanged."""
    return {
        rule.rule.id: (
            {_place(each, turned) for each in cells_read(program, rule)},
            {_place(each, turned) for each in fills([rule], program.directory)},
        )
        for rule in program.rules
    }


def _place(place: tuple[str, str, str], turned: str) -> tuple[str, str, str]:
    section, row, column = place
    return (section, column, row) if section == turned else place
