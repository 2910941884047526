"""A form that several agencies fill: what each of them may type, and which rules wait for the whole."""

import pytest

from engine.check import check_form
from engine.context import Context
from engine.figures import read_figures
from engine.form import CellState, Form
from engine.program import Program, compile_form
from engine.rollup.share import Rows, part_of, rest_of, row_keys, whole_for
from template_library.fileformat import data_to_template

FORM = {
    "format": "bieumau-template/1",
    "code": "T",
    "name": "T",
    "sections": [
        {
            "code": "A",
            "kind": "table",
            "title": "A",
            "columns": [
                {"code": "1", "title": "Một", "type": "integer", "required": True},
                {"code": "2", "title": "Hai", "type": "integer"},
                {"code": "3", "title": "Cộng", "type": "integer"},
            ],
            "rows": {
                "items": [
                    {"code": "T", "title": "Tổng", "kind": "total"},
                    {
                        "code": "X",
                        "title": "X",
                        "children": [
                            {"code": "X1", "title": "Trong đó", "part": "of_which"},
                            {"code": "X2", "title": "Chia ra", "part": "loại"},
                            {"code": "X3", "title": "Chia ra", "part": "loại"},
                        ],
                    },
                    {"code": "Y", "title": "Y"},
                    {"code": "O", "title": "Khác", "kind": "open"},
                ]
            },
            "rules": [
                {"code": "K1", "text": "cột 3 = cột 1 + cột 2", "computed": True},
                {"code": "K2", "text": "dòng T = dòng X + dòng Y trong cột (1; 2)", "computed": True},
                {"code": "K3", "text": "dòng X1 <= dòng X"},
                {"code": "K4", "text": "dòng Y <= dòng X"},
            ],
        },
        {
            "code": "B",
            "kind": "list",
            "title": "B",
            "columns": [{"code": "1", "title": "Tên", "type": "text"}],
        },
    ],
}


@pytest.fixture(scope="module")
def program() -> Program:
    form, findings = data_to_template(FORM)
    assert form, findings
    return compile_form(form)


def rows(*names: str) -> Rows:
    return frozenset(("A", name) for name in names)


def states(form: Form, column: str) -> dict[str, CellState]:
    layout = compile_form(form).layout.sections["A"]
    at = layout.column_at[column]
    fixed = {row.id: layout.cells[i * 3 + at].state for i, row in enumerate(layout.rows)}
    return fixed | {key: cells[at].state for key, cells in layout.pattern_cells.items()}


def test_every_row_can_be_given(program: Program) -> None:
    sections = program.layout.sections.values()
    given = [row for section in sections for _, row in row_keys(section)]
    assert given == ["T", "X", "X1", "X2", "X3", "Y", "O", ""]


def test_in_a_part_the_rows_of_others_hold_nothing(program: Program) -> None:
    form = part_of(program, rows("X", "X1", "O"))
    na = "not_applicable"
    assert states(form, "1") == {
        "T": na, "X": "open", "X1": "open", "X2": na, "X3": na, "Y": na, "O": "open",
    }  # fmt: skip
    part = compile_form(form)
    assert part.layout.sections["B"].pattern_cells[""][0].state == na
    assert [rule.rule.code for rule in part.rules] == ["K1", "K3"]
    sheet, refused = read_figures(part.layout, {"A": {"X": {"1": "2"}, "X1": {"1": "3"}, "Y": {"1": "9"}}})
    assert [finding.code for finding in refused] == ["figure.not_applicable"]
    checked = check_form(part, sheet, Context())
    told = {(finding.code, finding.rule, finding.where) for finding in checked.findings}
    assert told == {("rule.failed", "K3", "1"), ("rule.failed", "K3", "3"), ("part.of_which", "", "A[X;1]"),
                    ("part.of_which", "", "A[X;3]")}  # fmt: skip
    assert checked.sheet.figure("A", "X", "3").number == 2


def test_a_row_may_be_shared_by_its_columns(program: Program) -> None:
    mine = rows("X") | {("A", "Y", "1")}
    form = part_of(program, mine)
    assert (states(form, "1")["Y"], states(form, "2")["Y"]) == ("open", "not_applicable")
    assert [rule.rule.code for rule in compile_form(form).rules] == []  # each reads a cell of somebody else
    assert states(form, "3")["X"] == "locked"
    assert states(whole_for(program, mine), "2")["Y"] == "locked"
    rest = rest_of(program.layout, mine)
    assert ("A", "Y", "2") in rest and not {("A", "Y"), ("A", "Y", "1"), ("A", "X")} & rest


def test_what_a_formula_fills_from_others_waits_for_the_whole(program: Program) -> None:
    form = part_of(program, rows("T", "X"))
    assert states(form, "1")["T"] == "locked"
    assert states(form, "3")["T"] == "open"  # K1 fills it from this row alone


def test_a_breakdown_in_several_hands_is_not_compared(program: Program) -> None:
    def parts(*names: str) -> list[str | None]:
        return [row.part for row in part_of(program, rows(*names)).sections[0].row_by_id["X"].children]

    assert parts("X", "X1", "X2") == ["of_which", None, None]
    assert parts("X", "X1", "X2", "X3") == ["of_which", "loại", "loại"]
    assert parts("X1") == [None, "loại", "loại"]  # nobody compares what has no cells


def test_where_it_is_gathered_every_rule_runs_and_the_rows_of_others_are_locked(program: Program) -> None:
    whole = compile_form(whole_for(program, rows("Y")))
    assert len(whole.rules) == len(program.rules)
    assert states(whole.form, "1") | {"Y": "?"} == dict.fromkeys(
        ["T", "X", "X1", "X2", "X3", "O"], "locked"
    ) | {"Y": "?"}
    assert states(whole.form, "1")["Y"] == "open"


def test_the_layout_is_the_same(program: Program) -> None:
    part = compile_form(part_of(program, rows("X")))
    for key, section in program.layout.sections.items():
        assert [row.id for row in part.layout.sections[key].rows] == [row.id for row in section.rows]
        assert list(part.layout.sections[key].decimals) == list(section.decimals)
