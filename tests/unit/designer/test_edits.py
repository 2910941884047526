"""Operations on a document: the cases for both sides, and laws over any operations."""

import json
from collections.abc import Sequence
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from designer.document import Document, Ref, document_of, ref_at, spots, walk, with_ids
from designer.edits import Op, Refused, apply
from template_library.fileformat import data_to_template, read_template
from template_library.shelf import seed_files

VECTORS = json.loads((Path(__file__).parents[2] / "vectors/edits.json").read_text(encoding="utf-8"))
SMALL: Document = VECTORS["document"]
SECTION = {"kind": "section", "id": "A"}


def new(ident: str, **keys: Any) -> dict[str, Any]:
    return {"id": ident, "code": ident, "title": "Mới", **keys}


def insert(kind: str, parent: Ref, node: dict[str, Any]) -> Op:
    return {"op": "insert", "kind": kind, "parent": parent, "after": None, "node": node}


@pytest.mark.parametrize("case", VECTORS["cases"], ids=lambda case: case["name"])
def test_cases(case: dict[str, Any]) -> None:
    before = deepcopy(SMALL)
    if "refused" in case:
        with pytest.raises(Refused) as refused:
            apply(SMALL, case["ops"])
        assert refused.value.finding.code == case["refused"]
    else:
        applied = apply(SMALL, case["ops"])
        assert applied.document == case["after"]
        assert apply(applied.document, applied.inverse).document == SMALL
    assert before == SMALL


@pytest.mark.parametrize(
    ("op", "code"),
    [
        (insert("row", SECTION, new("r2")), "edit.id_taken"),
        (insert("row", SECTION, new("n", children=[new("n")])), "edit.id_taken"),
        (insert("example", {"kind": "template"}, {"name": "đúng"}), "edit.id_taken"),
        (insert("row", SECTION, {"code": "n", "title": ""}), "edit.no_id"),
        (insert("row", {"kind": "column", "section": "A", "id": "c1"}, new("n")), "edit.parent"),
        (insert("section", SECTION, new("n")), "edit.parent"),
        ({"op": "set", "at": SECTION, "key": "id", "value": "n"}, "edit.key"),
        ({"op": "set", "at": SECTION, "key": "columns", "value": None}, "edit.key"),
        ({"op": "set", "at": SECTION, "key": "rows.items", "value": []}, "edit.key"),
        ({"op": "set", "at": SECTION, "key": "kind", "value": "list"}, "edit.key"),
        ({"op": "set", "at": {"kind": "template"}, "key": "code", "value": "Y"}, "edit.key"),
        ({"op": "set", "at": {"kind": "template"}, "key": "a..b", "value": "Y"}, "edit.key"),
        ({"op": "delete", "kind": "row", "section": "A", "id": "c1"}, "edit.gone"),
    ],
)
def test_what_only_the_server_refuses(op: Op, code: str) -> None:
    with pytest.raises(Refused) as refused:
        apply(SMALL, [op])
    assert refused.value.finding.code == code


def test_columns_and_rows_stay_in_their_section() -> None:
    document = apply(SMALL, [insert("section", {"kind": "template"}, new("D", kind="table"))]).document
    move = {"op": "move", "kind": "row", "section": "A", "id": "r4", "after": None}
    with pytest.raises(Refused) as refused:
        apply(document, [{**move, "parent": {"kind": "section", "id": "D"}}])
    assert refused.value.finding.code == "edit.other_section"


@pytest.mark.parametrize("name", seed_files())
def test_the_document_of_a_seed_is_its_form_and_its_paths_lead_to_things(name: str) -> None:
    form, _ = read_template(seed_files()[name])
    assert form
    document = document_of(form)
    assert data_to_template(document)[0] == form
    assert with_ids(document) == document
    for kind, node, section in walk(document):
        assert kind in ("cell", "example") or node["id"]
        assert section is None or kind not in ("section", "example")


def test_paths_of_findings() -> None:
    assert ref_at(SMALL, "sections[0].rules[0].text") == {"kind": "rule", "section": "A", "id": "K1"}
    assert ref_at(SMALL, "sections[0].columns[0].children[1].unit") == {
        "kind": "column",
        "section": "A",
        "id": "c2",
    }
    assert ref_at(SMALL, "sections[0].rows.items[0].children[0]") == {
        "kind": "row",
        "section": "A",
        "id": "r2",
    }
    assert ref_at(SMALL, "sections[0].cells[0].when") == {
        "kind": "cell",
        "section": "A",
        "row": "r2",
        "column": "c1",
    }
    assert ref_at(SMALL, "examples[0].figures.A") == {"kind": "example", "id": "đúng"}
    assert ref_at(SMALL, "sections[1]") == {"kind": "section", "id": "B"}
    for path in ("name", "sections", "sections[9].title", "rubbish[", ""):
        assert ref_at(SMALL, path) is None


# --- laws


@st.composite
def edits(draw: st.DrawFn, document: Document, number: int) -> list[Op]:
    """Operations that fit the document, each on what the ones before left."""
    ops: list[Op] = []
    for count in range(number):
        op = draw(operations(document, f"new{count}"))
        try:
            document = apply(document, [op]).document
        except Refused:
            continue
        ops.append(op)
    return ops


@st.composite
def operations(draw: st.DrawFn, document: Document, ident: str) -> Op:
    there = list(spots(document))
    if not there:
        return insert("section", {"kind": "template"}, new(ident))
    spot = draw(st.sampled_from(there))
    ref = _ref(spot.kind, spot.node, spot.section)
    verb = draw(st.sampled_from(["set", "set", "insert", "move", "delete"]))
    if verb == "set":
        key = draw(st.sampled_from(["title", "unit", "aggregation.by", "layout.heading.unit_line", "text"]))
        value = draw(st.sampled_from([None, "a", "b", 7, True, ["a"]]))
        return {"op": "set", "at": ref, "key": key, "value": value}
    beside = draw(st.sampled_from([each for each in there if each.kind == spot.kind]))
    after = draw(st.sampled_from([None, beside.after]))
    if verb == "delete":
        return {"op": "delete", **ref}
    if verb == "move":
        return {"op": "move", **ref, "parent": beside.parent_ref, "after": after}
    node = {"name": ident} if spot.kind == "example" else new(ident)
    if spot.kind == "cell":
        node = {"row": ident, "column": "c1"}
    return {"op": "insert", "kind": spot.kind, "parent": beside.parent_ref, "after": after, "node": node}


def _ref(kind: str, node: dict[str, Any], section: str | None) -> dict[str, Any]:
    if kind == "cell":
        return {"kind": kind, "section": section, "id": f"{node['row']}/{node['column']}"}
    own = {"section": section} if section is not None else {}
    return {"kind": kind, **own, "id": node.get("name" if kind == "example" else "id")}


def plain(document: Document) -> Document:
    """With cells in one order: what they state does not hang on it."""
    document = deepcopy(document)
    for section in document["sections"]:
        if "cells" in section:
            section["cells"].sort(key=lambda cell: (cell["row"], cell["column"]))
    return document


@given(edits(SMALL, 5))
def test_what_was_applied_can_be_taken_back(ops: Sequence[Op]) -> None:
    applied = apply(SMALL, ops)
    back = apply(applied.document, applied.inverse)
    assert plain(back.document) == plain(SMALL)
    again = apply(back.document, back.inverse)
    assert plain(again.document) == plain(applied.document)


@given(st.data())
def test_steps_are_undone_one_by_one_and_done_again(data: st.DataObject) -> None:
    documents, inverses = [SMALL], []
    for _ in range(3):
        applied = apply(documents[-1], data.draw(edits(documents[-1], 2)))
        documents.append(applied.document)
        inverses.append(applied.inverse)
    document, redos = documents[-1], []
    for inverse, before in zip(reversed(inverses), reversed(documents[:-1]), strict=True):
        undone = apply(document, inverse)
        assert plain(undone.document) == plain(before)
        document = undone.document
        redos.append(undone.inverse)
    for redo in reversed(redos):
        document = apply(document, redo).document
    assert plain(document) == plain(documents[-1])


@given(edits(SMALL, 5))
def test_ids_stay_unique(ops: Sequence[Op]) -> None:
    seen = set()
    for kind, node, section in walk(apply(SMALL, ops).document):
        name = json.dumps(_ref(kind, node, section), sort_keys=True)
        assert name not in seen
        seen.add(name)
