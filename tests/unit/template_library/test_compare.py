"""What changed between two forms, and what it does to figures that were entered before."""

from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any

import pytest

from core.messages import LANGUAGES, catalogue
from engine.form import (
    CellOverride,
    Column,
    Example,
    Form,
    Header,
    OutlinePart,
    Properties,
    Row,
    Rule,
    Section,
)
from template_library.compare import Difference, compare, heaviest
from template_library.fileformat import data_to_template, read_template, template_to_data
from template_library.impacts import ASPECTS
from template_library.shelf import seed_files
from web.shelves.differences import difference_told

KINDS: dict[str, tuple[type, ...]] = {
    "template": (Header, Form),
    "section": (Section,),
    "column": (Column,),
    "row": (Row,),
    "cell": (CellOverride,),
    "rule": (Rule,),
    "part": (OutlinePart,),
    "example": (Example,),
}
ELSEWHERE = {
    "id",
    "header",
    "sections",
    "examples",
    "columns",
    "rows",
    "cells",
    "rules",
    "parts",
    "properties",
}
"""Compared as things of their own, or what things are known by."""


def seed() -> Form:
    form, _ = read_template(seed_files()["II.06a-VPCP-KSTT"])
    assert form
    return form


def edited(change: Callable[[dict[str, Any]], object]) -> list[Difference]:
    data = template_to_data(seed())
    change(data["sections"][0])
    form, findings = data_to_template(data)
    assert form, findings
    return list(compare(seed(), form))


def only(change: Callable[[dict[str, Any]], object]) -> tuple[str, str, str]:
    [found] = edited(change)
    return found.kind, found.what, found.impact


def leaf(section: dict[str, Any], code: str) -> dict[str, Any]:
    def walk(items: list[dict[str, Any]]) -> Any:
        for item in items:
            if item["code"] == code:
                return item
            found = walk(item.get("children", []))
            if found:
                return found
        return None

    found = walk(section["columns"]) or walk(section["rows"]["items"])
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize("name", seed_files())
def test_a_form_does_not_differ_from_itself(name: str) -> None:
    form, _ = read_template(seed_files()[name])
    assert form
    assert compare(form, form) == []


@pytest.mark.parametrize("kind", ASPECTS)
def test_every_aspect_of_a_thing_is_compared(kind: str) -> None:
    told = {name.partition(".")[0] for name in ASPECTS[kind]}
    there = {field.name for each in KINDS[kind] for field in fields(each)} - ELSEWHERE
    apart = {"children"} if kind in ("row", "part") else {"row", "column"} if kind == "cell" else set()
    apart |= {"name"} if kind == "example" else set()
    assert told - {"rows", "properties"} == there - apart
    properties = {name.removeprefix("properties.") for name in ASPECTS[kind] if "properties." in name}
    assert properties in (set(), {field.name for field in fields(Properties)})


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_aspect_has_words(lang: str) -> None:
    known = catalogue(lang)
    for aspects in ASPECTS.values():
        for name in aspects:
            assert f"difference.{name.removeprefix('properties.')}" in known


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda s: leaf(s, "4").update(title="Nộp trực tuyến"), ("column", "title", "cosmetic")),
        (lambda s: leaf(s, "4").update(ordinal="4*"), ("column", "ordinal", "cosmetic")),
        (lambda s: leaf(s, "4").update(type="decimal"), ("column", "type", "compatible")),
        (lambda s: leaf(s, "4").update(type="text"), ("column", "type", "mapping")),
        (lambda s: leaf(s, "4").update(type="date"), ("column", "type", "breaking")),
        (lambda s: leaf(s, "4").update(type="percent"), ("column", "type", "mapping")),
        (lambda s: leaf(s, "4").update(required=True), ("column", "required", "compatible")),
        (lambda s: leaf(s, "I1").update(title="Khác"), ("row", "title", "cosmetic")),
        (lambda s: s["rules"].pop(), ("rule", "removed", "compatible")),
        (lambda s: s["rules"][-1].update(severity="note"), ("rule", "severity", "compatible")),
        (
            lambda s: s["rows"]["items"].append({"code": "moi", "title": "Dòng mới"}),
            ("row", "added", "compatible"),
        ),
        (
            lambda s: s["cells"].append({"row": "I1", "column": "13", "state": "locked"}),
            ("cell", "state", "breaking"),
        ),
    ],
)
def test_what_one_change_does(
    change: Callable[[dict[str, Any]], object], expected: tuple[str, str, str]
) -> None:
    assert only(lambda s: change({**s, "cells": s.setdefault("cells", [])})) == expected


def test_what_is_gone_with_something_of_its_name_in_its_place_can_be_mapped() -> None:
    def change(section: dict[str, Any]) -> None:
        leaf(section, "I1")["id"] = "another"

    [found] = edited(change)
    assert (found.what, found.impact, found.id, found.becomes) == ("replaced", "mapping", "I1", "another")


def test_a_row_that_is_gone_breaks_and_says_so() -> None:
    form = seed()
    first = form.sections[0]
    [group, *others] = first.rows.items
    rows = replace(first.rows, items=(replace(group, children=group.children[1:]), *others))
    found = compare(form, replace(form, sections=(replace(first, rows=rows),)))
    removed = [each for each in found if each.what == "removed" and each.kind == "row"]
    assert [each.impact for each in removed] == ["breaking"]
    assert heaviest(found) == "breaking"
    assert "không còn chỗ" in difference_told(removed[0], "vi")
    assert "loses its place" in difference_told(removed[0], "en")


def test_a_column_that_becomes_a_heading_gives_up_its_figures() -> None:
    def change(section: dict[str, Any]) -> None:
        leaf(section, "13")["children"] = [{"code": "13a", "title": "mới"}]

    found = {(each.what, each.impact) for each in edited(change)}
    assert found == {("children", "mapping"), ("added", "compatible")}


def test_order_and_place_are_told_apart() -> None:
    def turn(section: dict[str, Any]) -> None:
        section["rows"]["items"][0]["children"].reverse()

    assert {(each.what, each.impact) for each in edited(turn)} == {("reordered", "cosmetic")}

    def move(section: dict[str, Any]) -> None:
        items = section["rows"]["items"]
        items.append(items[0]["children"].pop(0))

    assert ("moved", "compatible") in {(each.what, each.impact) for each in edited(move)}


def test_sentences_are_whole() -> None:
    def change(section: dict[str, Any]) -> None:
        leaf(section, "4").update(type="money", unit="đồng", title="Tiền")

    told = [difference_told(each, "vi") for each in edited(change)]
    assert told == [
        "Cột 4 (Tiền): tên đổi từ “Trực tuyến” thành “Tiền”.",
        "Cột 4 (Tiền): kiểu số liệu đổi từ “số nguyên” thành “tiền”.",
        "Cột 4 (Tiền): đơn vị tính đổi từ “–” thành “đồng”.",
    ]
