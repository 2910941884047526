"""What follows from an edit: rules in the names of now, nothing left that names what is gone.

A rule means rows and columns, whatever they are called: renaming, moving and renumbering write it anew.
Where it names what was deleted, it names it by a word that says so and is told as faulty: nothing is lost,
and undoing the deletion brings the rule back as well.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from designer.citing import cite
from designer.document import Document, find, spots
from designer.edits import Applied, Op, apply, ref_named
from designer.programs import Compiler, read_rule
from engine.program import Program
from engine.restate import restate
from expr import nodes
from expr.names import Directory, FormNames, SectionNames, Thing
from expr.printer import print_rule

NAMING = frozenset({"code", "ordinal", "title", "kind", "part"})
"""Keys of sections, rows and columns by which rules find them."""
GONE = "(đã xoá)"


def follow(before: Document, applied: Applied, compiler: Compiler) -> Applied:
    """The edit with what follows from it, marked `derived`."""
    applied = _with(applied, _dangling(applied.document))
    if any(_renames(op) for op in applied.ops):
        applied = _with(applied, cite(before, applied.document, GONE))
    if not any(spot.kind == "rule" for spot in spots(applied.document)):
        return applied
    return _with(applied, _texts(before, applied, compiler))


def _with(applied: Applied, ops: Iterator[Op]) -> Applied:
    more = apply(applied.document, [{**op, "derived": True} for op in ops])
    return Applied(more.document, more.inverse + applied.inverse, applied.ops + more.ops)


def _dangling(document: Document) -> Iterator[Op]:
    """Take away what is said of cells whose row or column is gone, and names of columns that are."""
    for section in document["sections"]:
        if not isinstance(section, dict):
            continue
        ids = {
            kind: {spot.node.get("id") for spot in spots({"sections": [section]}) if spot.kind == kind}
            for kind in ("row", "column")
        }
        home = {"kind": "section", "id": section.get("id")}
        for cell in section.get("cells", []):
            if cell.get("row") not in ids["row"] or cell.get("column") not in ids["column"]:
                place = {"row": cell.get("row"), "column": cell.get("column")}
                yield {"op": "delete", "kind": "cell", "section": section.get("id"), **place}
        for key in ("key", "group_by"):
            names = section.get(key)
            kept = [name for name in names if name in ids["column"]] if isinstance(names, list) else names
            if kept != names:
                yield {"op": "set", "at": home, "key": key, "value": kept or None}
        for key, kind in (("columns", "column"), ("rows", "row")):
            yield from _aggregations(section, home, key, ids[kind])


def _aggregations(section: Any, home: Any, key: str, ids: set[Any]) -> Iterator[Op]:
    stated = section.get("aggregation")
    table = stated.get(key) if isinstance(stated, dict) else None
    if isinstance(table, dict) and not table.keys() <= ids:
        kept = {name: rule for name, rule in table.items() if name in ids}
        yield {"op": "set", "at": home, "key": f"aggregation.{key}", "value": kept or None}


def _texts(before: Document, applied: Applied, compiler: Compiler) -> Iterator[Op]:
    """The texts of rules that read otherwise now: typed ones in canonical spelling, all after a renaming."""
    now = compiler.names(applied.document)
    if now is None:
        return
    typed = {(each, ident) for op in applied.ops for each, ident in _typed(op, applied.document)}
    renames = any(_renames(op) for op in applied.ops)
    old = compiler.names(before) if renames else None
    restated = _restated(old, now) if old else {}
    for section in now.form.sections:
        for rule in section.rules:
            if (section.id, rule.id) in typed:
                text = translate(rule.text, section.id, now, now)
            else:
                text = restated.get((section.id, rule.id), rule.text)
            if text != rule.text:
                at = {"kind": "rule", "section": section.id, "id": rule.id}
                yield {"op": "set", "at": at, "key": "text", "value": text}


def _restated(old: Program, now: Program) -> Mapping[tuple[str, str], str]:
    """The texts by section and id of all rules."""
    restated = restate(old, now.form)
    gone = {finding.rule for finding in restated.findings if finding.code == "rule.gone"}
    texts = {(section.id, rule.id): rule.text for section in restated.form.sections for rule in section.rules}
    lost = [rule for rule in old.rules if rule.rule.code in gone and (rule.section, rule.rule.id) in texts]
    return texts | {
        (rule.section, rule.rule.id): _with_gone(rule.tree, rule.section, old, now) for rule in lost
    }


def _typed(op: Op, document: Document) -> Iterator[tuple[str, str]]:
    """(section, id) of the rules whose text an operation brings."""
    if op["op"] == "set" and op["at"]["kind"] == "rule" and op["key"] == "text":
        yield op["at"].get("section"), op["at"]["id"]
    elif op["op"] == "insert" and op["kind"] == "rule":
        spot = find(document, {"kind": "rule", "section": op.get("section"), "id": op["node"]["id"]})
        parent = op["parent"] or {}
        yield (spot.section if spot and spot.section else str(parent.get("id"))), op["node"]["id"]
    elif op["op"] == "insert" and op["kind"] == "section":
        yield from ((op["node"]["id"], rule["id"]) for rule in op["node"].get("rules", []))


def _renames(op: Op) -> bool:
    ref = ref_named(op)
    if ref["kind"] not in ("section", "row", "column"):
        return False
    return op["op"] != "set" or op["key"] in NAMING


def retell(ops: Sequence[Op], then: Program | None, now: Program | None) -> Sequence[Op]:
    """Operations with the rules in them written in other names than those their author saw."""
    if then is None or now is None:
        return ops
    return [_retold(op, then, now) for op in ops]


def _retold(op: Op, then: Program, now: Program) -> Op:
    section = str(ref_named(op).get("section"))
    if op["op"] == "set" and op["at"]["kind"] == "rule" and op["key"] == "text":
        return {**op, "value": translate(str(op["value"]), section, then, now)}
    if op["op"] == "insert" and op["kind"] == "rule":
        text = translate(str(op["node"].get("text")), section, then, now)
        return {**op, "node": {**op["node"], "text": text}}
    return op


def translate(text: str, section: str, then: Program, now: Program) -> str:
    """A rule written in the names of one state of a form, in those of another; unread, as it is."""
    tree = read_rule(then, section, text)
    if tree is None or section not in now.directory.form.section:
        return text
    return _with_gone(tree, section, then, now)


def _with_gone(tree: nodes.Rule, section: str, before: Program, now: Program) -> str:
    """The rule in the names of now, what is gone called by its last name with a word that it is gone."""
    then = before.directory.form.sections
    sections = [_haunted(section, before.directory) for section in now.directory.form.sections]
    there = {section.id for section in sections}
    sections += [
        replace(section, code=f"{section.code} {GONE}") for section in then if section.id not in there
    ]
    directory = replace(now.directory, form=FormNames(now.directory.form.code, sections))
    return print_rule(tree, directory, section)


def _haunted(section: SectionNames, before: Directory) -> SectionNames:
    then = before.form.section.get(section.id)
    if then is None:
        return section
    rows = [_ghost(row) for row in then.rows if row.id not in section.row]
    columns = [_ghost(column) for column in then.columns if column.id not in section.column]
    return replace(section, rows=[*section.rows, *rows], columns=[*section.columns, *columns])


def _ghost(thing: Thing) -> Thing:
    label = f"{thing.ordinal or thing.code} {thing.title[:100]}".strip()
    return replace(thing, code="", ordinal="", title=f"{label} {GONE}")
