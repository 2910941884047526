"""Fields in texts: cut out, read as references, filled with what stands there."""

from collections.abc import Mapping

import pytest

from engine.context import Context
from engine.figures import read_figures
from engine.form import Column, Form, Header, OutlinePart, Properties, Row, Rows, Section
from engine.layout import Layout
from engine.merging import cite, fields_of, named_forms, pieces
from engine.program import Program, compile_form

TEXT = 'Thu {{A[THU;3]}} tỷ, {{ "B 02"[THU; 3] }} tỷ; {{A[THU;3]}}.'


def form(code: str, *sections: Section) -> Form:
    columns = (
        Column("3", "3", "Ước", "3", properties=Properties(type="decimal", decimals=1)),
        Column("4", "4", "Kế hoạch", "4"),
    )
    rows = Rows(items=(Row("r1", "THU", "Thu ngân sách", "1"), Row("r2", "CHI", "Chi ngân sách", "2")))
    return Form(Header(code, code), (Section("a", "A", "table", columns=columns, rows=rows), *sections))


@pytest.fixture
def program() -> Program:
    outline = Section("c", "C", "outline", parts=(OutlinePart("I", "I", "Thu", text=TEXT),))
    return compile_form(form("B 01", outline), {"B 02": form("B 02")})


def told(
    program: Program, field: str, figures: Mapping[str, str], other: Mapping[str, str] | None = None
) -> object:
    sheet, _ = read_figures(program.layout, {"a": {"r1": figures}})
    there = None
    if other is not None:
        there, _ = read_figures(Layout(form("B 02")), {"a": {"r1": other}})
    found = cite(program, sheet, Context(forms={"B 02": there}), field)
    return found.fault.code if found.fault else found.value


def test_fields_are_cut_out() -> None:
    assert fields_of(TEXT) == ["A[THU;3]", '"B 02"[THU; 3]']
    assert list(pieces("a {{x}} b{{y}}")) == [("a ", False), ("x", True), (" b", False), ("y", True)]
    assert list(pieces("không có trường {nào}")) == [("không có trường {nào}", False)]


def test_forms_that_prepared_texts_name(program: Program) -> None:
    assert set(named_forms(program.form)) == {"A", "B 02"}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("A[THU;3]", "12.5"),
        ("A[1;3]", "12.5"),
        ("A[Thu ngân sách;3]", "E_SYNTAX"),
        ('A["Thu ngân sách";3]', "12.5"),
        ('"A"[thu;3]', "12.5"),
        ("A[THU;4]", ""),
        ("A[CHI;3]", ""),
        ('"B 02"[THU;3]', "7.0"),
        ("A[XX;3]", "E_REF"),
        ("A[THU;9]", "E_REF"),
        ("A[THU]", "E_SYNTAX"),
        ("A[(THU;CHI);3]", "E_SET"),
        ("A[mọi dòng;3]", "E_SET"),
        ("B 03[THU;3]", "E_FORM"),
        ("", "E_SYNTAX"),
        ("1 + 1", "E_SYNTAX"),
        ("A[THU;3] > 0", "E_SYNTAX"),
    ],
)
def test_a_field_is_what_stands_in_its_cell(program: Program, field: str, value: str) -> None:
    assert told(program, field, {"3": "12.5"}, {"3": "7"}) == value


def test_a_form_that_was_not_reported_gives_nothing(program: Program) -> None:
    assert told(program, '"B 02"[THU;3]', {"3": "1"}) == ""


def test_marks_are_told_as_they_are(program: Program) -> None:
    assert told(program, "A[THU;3]", {"3": "-"}) == "-"
