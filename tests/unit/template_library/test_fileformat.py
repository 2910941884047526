"""Every kind of fault has a code and the path of the place; what is read is written back the same."""

import json
from typing import Any

import pytest

from engine.form import Aggregation, CellOverride, Column, Properties, Revision, Row
from template_library.fileformat import data_to_template, read_template, template_to_data, write_template


def template(**changes: Any) -> dict[str, Any]:
    section = {
        "code": "A",
        "kind": "table",
        "columns": [{"code": "1", "title": "Số lượng", "type": "integer"}, {"code": "2", "title": "Tỷ lệ"}],
        "rows": {
            "items": [
                {"code": "I", "title": "Nhóm", "kind": "group", "children": [{"code": "I1", "title": "x"}]}
            ]
        },
    }
    section |= changes.pop("section", {})
    return {"format": "bieumau-template/1", "code": "B01", "name": "Biểu", "sections": [section], **changes}


def column(**changes: Any) -> dict[str, Any]:
    return template(section={"columns": [{"code": "1", "title": "Cột", **changes}]})


def nested(key: str, levels: int) -> dict[str, Any]:
    item: dict[str, Any] = {"code": f"{key}{levels}", "title": ""}
    for level in range(levels - 1, 0, -1):
        item = {"code": f"{key}{level}", "title": "", "children": [item]}
    return item


C = "sections[0].columns"
R = "sections[0].rows.items"

FAULTS: list[tuple[str, Any, str, str]] = [
    ("not an object", [], "file.type.object", ""),
    ("another format", template(format="bieumau-template/9"), "file.format", "format"),
    ("a missing key", template(name=None), "file.missing", "name"),
    ("an unknown key", template(nmae="x"), "file.unknown_key.near", "nmae"),
    ("an unknown key without a likeness", template(qqq=1), "file.unknown_key", "qqq"),
    ("an odd unknown key", template(**{"a b": 1}), "file.unknown_key", '"a b"'),
    ("a key below", column(tpye="text"), "file.unknown_key.near", f"{C}[0].tpye"),
    ("text for a list", template(frequencies="month"), "file.type.list", "frequencies"),
    ("a number for text", column(title=3), "file.type.text", f"{C}[0].title"),
    ("text for a flag", column(required="true"), "file.type.flag", f"{C}[0].required"),
    ("a whole with a point", column(decimals=1.0), "file.type.whole", f"{C}[0].decimals"),
    ("a flag for a whole", column(decimals=True), "file.type.whole", f"{C}[0].decimals"),
    ("a list for an object", template(layout=[]), "file.type.object", "layout"),
    ("ten decimals", column(decimals=10), "file.range", f"{C}[0].decimals"),
    ("a comma", column(min="1,5"), "file.number", f"{C}[0].min"),
    ("an exponent", column(max="1e400"), "file.number", f"{C}[0].max"),
    ("full-width digits", column(max="１２"), "file.number", f"{C}[0].max"),
    ("a list for a number", column(max=[]), "file.type.number", f"{C}[0].max"),
    ("an unknown type", column(type="int"), "file.choice", f"{C}[0].type"),
    (
        "a row by row",
        template(section={"rows": {"items": [{"code": "a", "title": "", "type": "by_row"}]}}),
        "file.choice",
        f"{R}[0].type",
    ),
    ("a code with a space", column(code="1 2"), "file.code", f"{C}[0].code"),
    ("a code of other letters", column(code="cột"), "file.code", f"{C}[0].code"),
    ("a frequency", template(frequencies=["Tháng"]), "file.code", "frequencies[0]"),
    ("an aggregation", column(aggregation="mean"), "file.choice", f"{C}[0].aggregation"),
    (
        "an aggregation with more",
        column(aggregation={"rule": "sum", "of": 1}),
        "file.type.aggregation",
        f"{C}[0].aggregation",
    ),
    ("a mean without weights", column(aggregation="weighted_mean"), "file.weight", f"{C}[0].aggregation"),
    (
        "a mean by nothing known",
        column(aggregation={"rule": "weighted_mean", "by": "9"}),
        "file.reference.column",
        f"{C}[0].aggregation.by",
    ),
    (
        "a date",
        template(legal_basis=[{"number": "1", "date": "2026-02-30"}]),
        "file.date",
        "legal_basis[0].date",
    ),
    ("a control character", template(name="a\0b"), "file.text", "name"),
    ("half a surrogate pair", template(name="\ud800"), "file.text", "name"),
    ("a long text", template(notes="x" * 1_000_000), "file.limit.text", "notes"),
    (
        "a code twice",
        template(section={"columns": [{"code": "1", "title": ""}, {"code": "1", "title": ""}]}),
        "file.duplicate",
        f"{C}[1].code",
    ),
    (
        "an id twice",
        template(section={"columns": [{"code": "1", "title": ""}, {"code": "2", "id": "1", "title": ""}]}),
        "file.duplicate",
        f"{C}[1].id",
    ),
    (
        "a row twice",
        template(
            section={
                "rows": {"items": [{"code": "a", "title": "", "children": [{"code": "a", "title": ""}]}]}
            }
        ),
        "file.duplicate",
        f"{R}[0].children[0].code",
    ),
    (
        "a section twice",
        template(sections=[{"code": "A", "kind": "attachment"}] * 2),
        "file.duplicate",
        "sections[1].code",
    ),
    (
        "a rule twice in the template",
        template(
            sections=[{"code": code, "kind": "list", "rules": [{"code": "K", "text": ""}]} for code in "AB"]
        ),
        "file.duplicate",
        "sections[1].rules[0].code",
    ),
    (
        "a cell twice",
        template(section={"cells": [{"row": "I1", "column": "1"}] * 2}),
        "file.duplicate",
        "sections[0].cells[1]",
    ),
    (
        "a part twice",
        template(sections=[{"code": "A", "kind": "outline", "parts": [{"code": "I", "title": ""}] * 2}]),
        "file.duplicate",
        "sections[0].parts[1].code",
    ),
    (
        "seven levels of header",
        template(section={"columns": [nested("c", 7)]}),
        "file.limit.column_levels",
        f"{C}[0]" + ".children[0]" * 6,
    ),
    (
        "seven levels of rows",
        template(section={"rows": {"items": [nested("r", 7)]}}),
        "file.limit.row_levels",
        f"{R}[0]" + ".children[0]" * 6,
    ),
    (
        "ten thousand columns",
        template(section={"columns": [{"code": str(n), "title": ""} for n in range(10_000)]}),
        "file.limit.columns",
        C,
    ),
    (
        "a cell of no row",
        template(section={"cells": [{"row": "I9", "column": "1"}]}),
        "file.reference.row.near",
        "sections[0].cells[0].row",
    ),
    (
        "a cell of no column",
        template(section={"cells": [{"row": "I1", "column": "x"}]}),
        "file.reference.column",
        "sections[0].cells[0].column",
    ),
    (
        "a rule for no column",
        template(section={"aggregation": {"columns": {"x": "sum"}}}),
        "file.reference.column",
        "sections[0].aggregation.columns.x",
    ),
    (
        "a rule for no row",
        template(section={"aggregation": {"rows": {"x": "sum"}}}),
        "file.reference.row",
        "sections[0].aggregation.rows.x",
    ),
    (
        "a revision of nothing",
        column(revises={"column": "x"}),
        "file.reference.column",
        f"{C}[0].revises.column",
    ),
    (
        "a key of nothing",
        template(sections=[{"code": "A", "kind": "list", "key": ["x"]}]),
        "file.reference.column",
        "sections[0].key[0]",
    ),
    ("a headline of nothing", template(headline=["A[I1;9]"]), "file.reference.column", "headline[0]"),
    ("a headline elsewhere", template(headline=["Q[I1;1]"]), "file.reference.section", "headline[0]"),
    ("a headline that is no cell", template(headline=["I1"]), "file.cell", "headline[0]"),
    (
        "a merge field of nothing",
        template(
            sections=[
                {
                    "code": "A",
                    "kind": "outline",
                    "parts": [{"code": "I", "title": "", "text": "{{A[I;1]}} {{x}}"}],
                }
            ]
        ),
        "file.cell",
        "sections[0].parts[0].text",
    ),
    (
        "rows of an attachment",
        template(sections=[{"code": "A", "kind": "attachment", "rows": {}}]),
        "file.kind",
        "sections[0].rows",
    ),
    (
        "a figure that is a list",
        template(examples=[{"name": "x", "figures": {"A": {"I1": {"1": []}}}}]),
        "file.type.figure",
        "examples[0].figures.A.I1.1",
    ),
    (
        "figures of no depth",
        template(examples=[{"name": "x", "figures": {"A": 3}}]),
        "file.type.object",
        "examples[0].figures.A",
    ),
]


@pytest.mark.parametrize(
    ("data", "code", "where"), [fault[1:] for fault in FAULTS], ids=[fault[0] for fault in FAULTS]
)
def test_each_fault_has_a_code_and_a_path(data: Any, code: str, where: str) -> None:
    form, findings = data_to_template(data)
    assert form is None
    assert (code, where) in {(finding.key, finding.where) for finding in findings}


TEXTS = [
    ("", "file.syntax.end", {"line": 1, "column": 1, "near": ""}),
    ('{\n "code": 1,,\n}', "file.syntax", {"line": 2, "column": 12, "near": ","}),
    ('{"a": [1, NaN]}', "file.constant", {"line": 1, "column": 11, "near": "NaN]}", "value": "NaN"}),
    (
        '{"a": -Infinity}',
        "file.constant",
        {"line": 1, "column": 7, "near": "-Infinity}", "value": "-Infinity"},
    ),
    ("[" * 10_000, "file.limit.depth", {"line": 1, "column": 61, "near": "[" * 20, "limit": 60}),
    ('"' + '\\"' * 100_000, "file.syntax", {"line": 1, "column": 1, "near": '"' + '\\"' * 9 + "\\"}),
    ('{"a": 1, "b": {"c": 1, "c": 2}}', "file.duplicate_key", {"key": "c"}),
    (" " * 5_000_001, "file.limit.size", {"count": 5_000_001, "limit": 5_000_000}),
    ("[" + "9" * 5_000 + "]", "file.type.object", {}),
    ("[1e99999999999999999999]", "file.type.object", {}),
]


@pytest.mark.parametrize(("text", "code", "facts"), TEXTS, ids=range(len(TEXTS)))
def test_broken_json_is_told_with_its_place(text: str, code: str, facts: dict[str, Any]) -> None:
    form, findings = read_template(text)
    assert form is None
    assert [(finding.key, finding.facts) for finding in findings] == [(code, facts)]


def test_a_file_is_utf_8_with_or_without_a_mark() -> None:
    text = json.dumps(template())
    assert read_template(text.encode("utf-8-sig"))[0] == read_template("\ufeff" + text)[0] is not None
    assert [finding.code for finding in read_template(text.encode("utf-16"))[1]] == ["file.encoding"]


def test_all_faults_come_at_once() -> None:
    data = template(nmae=1, frequencies=3, headline=["A[1;1]"], section={"kind": "tabel", "title": 1})
    _, findings = data_to_template(data)
    assert {finding.where for finding in findings} == {
        "nmae", "frequencies", "headline[0]", "sections[0].kind", "sections[0].title"
    }  # fmt: skip


def test_what_is_read() -> None:
    data = column(
        id="c1", type="percent", decimals=1, min=0, revises={"column": "c1"}, part="of_which", choices=[]
    )
    data["sections"][0] |= {
        "rows": {"items": [{"code": "a", "title": "A", "unit": "ha"}]},
        "cells": [{"row": "a", "column": "c1", "state": "locked", "max": 0.50}],
        "aggregation": {"default": "last", "columns": {"c1": {"rule": "weighted_mean", "by": "c1"}}},
    }
    form, findings = read_template(json.dumps(data))
    assert form and not findings
    (section,) = form.sections
    properties = Properties(type="percent", decimals=1, min="0", choices=())
    assert section.columns == (
        Column("c1", "1", "Cột", "1", properties, part="of_which", revises=Revision("c1")),
    )
    assert section.rows.items == (Row("a", "a", "A", properties=Properties(unit="ha")),)
    assert section.cells == (CellOverride("a", "c1", Properties(max="0.5"), "locked"),)
    assert section.default_aggregation == Aggregation("last")
    assert section.column_aggregation == {"c1": Aggregation("weighted_mean", "c1")}


NOTHING: dict[str, Any] = {"cells": None, "print": True, "aggregation": {"columns": None}}


def test_defaults_are_not_written_and_null_states_nothing() -> None:
    form, findings = data_to_template(template(regime_code=None, layout={"heading": None}, section=NOTHING))
    assert form and not findings
    assert template_to_data(form) == template()


def test_text_is_composed() -> None:
    form, _ = data_to_template(template(name="Biê\u0309u"))
    assert form and form.header.name == "Biểu"


def test_figures_are_exact() -> None:
    text = json.dumps(template()).removesuffix("}") + (
        ', "examples": [{"name": "x", "figures": {"A": {"I1": {"1": 0.10000000000000000001, "2": null}}},'
        ' "context": {"agency": {"dân_số": 1.50}}}]}'
    )
    form, findings = read_template(text)
    assert form and not findings
    assert form.examples[0].figures == {"A": {"I1": {"1": "0.10000000000000000001", "2": None}}}
    assert form.examples[0].context == {"agency": {"dân_số": "1.50"}}
    assert read_template(write_template(form)) == (form, [])
