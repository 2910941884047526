"""A table turned means the same, and turned again it is what it was; what cannot be turned is told."""

from copy import deepcopy
from typing import Any

import pytest

from designer.document import Document, with_ids
from designer.edits import Refused, apply
from designer.programs import Compiler
from designer.restating import follow
from designer.transposing import transpose
from template_library.fileformat import data_to_template


def table(**more: Any) -> Document:
    rows = [
        {
            "code": "T",
            "title": "Nhóm",
            "kind": "group",
            "children": [{"code": "1", "title": "Một", "ordinal": "a"}],
        },
        {"code": "2", "title": "Hai"},
    ]
    columns = [
        {"code": "A", "title": "Nam", "type": "integer", "unit": "người"},
        {"code": "B", "title": "Nữ", "type": "integer", "ordinal": ""},
        {"code": "C", "title": "Chung", "type": "integer"},
    ]
    section = {
        "code": "S",
        "kind": "table",
        "columns": columns,
        "rows": {"items": rows},
        "cells": [{"row": "2", "column": "B", "state": "locked"}],
        "rules": [
            {"code": "K1", "text": "cột C = cột A + cột B", "computed": True},
            {"code": "K2", "text": "dòng 1 <= dòng 2 trong cột A"},
            {"code": "K3", "text": "ô [1; A] >= ô [2; B]", "severity": "warning"},
        ],
        "aggregation": {"columns": {"A": "sum"}},
    }
    examples = [{"name": "đúng", "figures": {"S": {"1": {"A": "1"}, "2": {"A": "2", "B": "0"}}}}]
    whole = {"format": "bieumau-template/1", "code": "X", "name": "X", "headline": ["S[1;A]"]}
    return with_ids({**whole, "sections": [section | more], "examples": examples})


def turned(document: Document) -> Document:
    ops = transpose(document, "S", Compiler())
    done = follow(document, apply(document, ops), Compiler()).document
    assert data_to_template(done)[0], data_to_template(done)[1]
    return done


def test_everything_turns() -> None:
    done = turned(table())
    [section] = done["sections"]
    assert [column["title"] for column in section["columns"]] == ["Nhóm", "Hai"]
    assert [row["title"] for row in section["rows"]["items"]] == ["Nam", "Nữ", "Chung"]
    assert [rule["text"] for rule in section["rules"]] == [
        "dòng C = dòng A + dòng B",
        "cột 1 <= cột 2 trong dòng A",
        "ô [A; 1] >= ô [B; 2]",
    ]
    assert section["cells"] == [{"row": "B", "column": "2", "state": "locked"}]
    assert section["aggregation"] == {"rows": {"A": "sum"}}
    assert done["headline"] == ["S[A;1]"]
    assert done["examples"][0]["figures"] == {"S": {"A": {"1": "1", "2": "2"}, "B": {"2": "0"}}}


def test_turned_twice_it_is_the_same_form() -> None:
    assert data_to_template(turned(turned(table())))[0] == data_to_template(table())[0]


def changed(path: tuple[Any, ...], value: Any) -> Document:
    document = deepcopy(table())
    place: Any = document["sections"][0]
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    return document


@pytest.mark.parametrize(
    ("document", "key"),
    [
        (changed(("kind",), "list") | {"sections": [{"code": "S", "id": "S", "kind": "list"}]}, "kind"),
        (changed(("rows", "kind"), "agencies"), "kind"),
        (changed(("rows", "items", 1, "kind"), "open"), "row"),
        (changed(("rows", "items", 0, "kind"), "data"), "row"),
        (changed(("columns", 2, "revises"), {"column": "A"}), "column"),
        (changed(("rows", "items", 1, "unit"), "hộ"), "cell"),
        (changed(("rules", 1, "text"), "dòng cha = tổng(dòng con)"), "rule"),
        (changed(("rules", 1, "text"), "chưa xong"), "rule"),
        (changed(("aggregation", "columns", "A"), "max"), "rule"),  # sums down rows want summed figures
    ],
)
def test_what_cannot_be_turned_is_told(document: Document, key: str) -> None:
    with pytest.raises(Refused) as refused:
        transpose(document, "S", Compiler())
    assert refused.value.finding.key == f"edit.not_turned.{key}"
