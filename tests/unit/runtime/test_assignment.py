"""Who fills which rows, as lines of text."""

from datetime import date

import pytest

from agencies.tree import Node, Tree
from core.errors import Invalid
from engine.layout import Layout
from runtime.rounds.assignment import lines_of, print_assignment, read_assignment, share_out
from template_library.fileformat import read_template
from template_library.shelf import seed_files

ROWS = ("GN", "HN", "IIP", "LUA", "NTM", "THU", "THU_ND", "TNGT", "VL")
CODES = ("31", "31.STC", "31.SNNMT")
TREE = Tree(date(2026, 6, 14), {i: Node(i, code, code, "", "", None, code) for i, code in enumerate(CODES)})


@pytest.fixture(scope="module")
def layout() -> Layout:
    form, _ = read_template(seed_files()["KTXH-01"])
    assert form
    return Layout(form)


def test_rows_by_code_number_title_and_group(layout: Layout) -> None:
    text = "31.STC; THU, thu_nd\n\n31.SNNMT: II\n31.STC\tgiải ngân vốn đầu tư công;\n"
    with pytest.raises(Invalid) as refused:
        read_assignment(TREE, layout, text)
    assert [finding.code for finding in refused.value.findings] == ["assignment.row"]
    given = read_assignment(TREE, layout, text.replace("thu_nd", "THU_ND"))
    assert given == {
        "31.STC": {("A", "THU"), ("A", "THU_ND"), ("A", "GN")},
        "31.SNNMT": {("A", "VL"), ("A", "HN"), ("A", "NTM"), ("A", "TNGT")},
    }
    assert print_assignment(layout, given) == "31.STC; THU, THU_ND, GN\n31.SNNMT; VL, HN, NTM, TNGT"
    assert read_assignment(TREE, layout, print_assignment(layout, given)) == given
    assert share_out(TREE, layout, given, 2)[0] == "codes:31.STC"


def test_a_table_is_read_as_lines(layout: Layout) -> None:
    table = 'Phân công,,\nSTT,Đơn vị,Các dòng\n1,31.STC,"THU, THU_ND"\n2,31.SNNMT,II\n,,\n'
    assert lines_of(table.encode()) == "31.STC; THU, THU_ND\n31.SNNMT; II"
    given = read_assignment(TREE, layout, lines_of(table.encode()))
    assert given["31.STC"] == {("A", "THU"), ("A", "THU_ND")}
    for broken, code in ((b"", "table.no_heading"), (b"a,b\n1,2", "table.no_heading"), (b"PK\x03\x04", "")):
        with pytest.raises(Invalid) as refused:
            lines_of(broken)
        assert refused.value.code.startswith(code or "table.")


def test_the_lead_unit_keeps_what_nobody_was_given(layout: Layout) -> None:
    given = read_assignment(TREE, layout, "31.STC; KT\n31; NTM\n31.SNNMT; NTM, VL")
    scope, stored = share_out(TREE, layout, given, 0)
    assert scope == "codes:31.STC,31.SNNMT"
    assert set(stored) == {"0", "1", "2"}
    assert stored["0"] == {"A": ["HN", "NTM", "TNGT"]}
    assert stored["1"] == {"A": ["GN", "IIP", "LUA", "THU", "THU_ND"]}


def test_columns_of_rows_are_given_too(layout: Layout) -> None:
    given = read_assignment(TREE, layout, "31.STC; THU, A[THU_ND;3], A[THU;4]\n31.SNNMT; A[;3], VL")
    assert given["31.STC"] == {("A", "THU"), ("A", "THU_ND", "3")}
    assert {key for key in given["31.SNNMT"] if key[1] in ("VL", "GN")} == {("A", "VL"), ("A", "GN", "3")}
    assert read_assignment(TREE, layout, print_assignment(layout, given)) == given
    _, stored = share_out(TREE, layout, read_assignment(TREE, layout, "31.STC; A[;3]\n31.SNNMT; A[;2]"), 0)
    assert set(stored["1"]["A"]) == {f"{row};3" for row in ROWS}
    others = [column.id for column in layout.sections["A"].columns if column.id not in ("2", "3")]
    assert set(stored["0"]["A"]) == {f"{row};{column}" for row in ROWS for column in others}


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("", ["assignment.empty"]),
        ("31.STC", ["assignment.line"]),
        ("31.STC; ,", ["assignment.line"]),
        ("31.X; THU\n31.STC; A[THU], B[THU]", ["assignment.agency", "assignment.row"]),
        ("31.STC; THU\n" * 5_001, ["assignment.too_long"]),
    ],
)
def test_every_bad_line_is_told(layout: Layout, text: str, codes: list[str]) -> None:
    with pytest.raises(Invalid) as refused:
        read_assignment(TREE, layout, text)
    assert [finding.code for finding in refused.value.findings] == codes


def test_a_whole_section_by_its_code(layout: Layout) -> None:
    assert len(read_assignment(TREE, layout, "31.STC; A")["31.STC"]) == 9
