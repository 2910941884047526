# ruff: noqa: E501 (tables are read across)
"""How names find rows and columns, and how references stay when names change."""

from dataclasses import replace

import pytest

from engine.form import CellOverride, Form, Properties, Row
from engine.program import Program, compile_form
from expr.names import Index, RowName
from expr.parser import parse
from expr.printer import print_rule
from expr.resolve import resolve
from expr.text import fold
from tests.grids import faults, form_of, program_of, read_grid, rule

PAPER = """
                        | 1 #A Mã | 2 #3 Kế hoạch | 3 #2 Thực hiện | ty_le % Tỷ lệ | in Trong | 5 text Ghi chú
    TH #I Thu ngân sách |
      1.1 #1 Thu nội địa |
      1.2 #2 Thu khác   |
    CH #II Chi ngân sách |
      2.1 #1 Chi đầu tư  |
      2.2 #2 Thu khác   |
    row #III Đường bộ   |
"""


def rows() -> list[RowName]:
    program = program_of(read_grid(PAPER))
    return list(program.directory.form.sections[0].rows)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("TH", ["TH"]),
        ("1.1", ["1.1"]),
        ("I", ["TH"]),
        ("1", ["1.1", "2.1"]),
        ("Thu ngân sách", ["TH"]),
        ("Thu khác", ["1.2", "2.2"]),
        ("thu ngan sach", ["TH"]),
        ("DUONG BO", ["row"]),
        ("th", ["TH"]),
        ("", []),
        ("Thu", []),
    ],
)
def test_find(text: str, wanted: list[str]) -> None:
    assert Index(rows()).find(text) == wanted


def test_fold() -> None:
    assert fold("  Đường   BỘ \n") == "duong bo"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('dòng "1" = 5', "E_AMBIGUOUS.row"),
        ('dòng "Thu khác" = 5', "E_AMBIGUOUS.row"),
        ("cột 2 = 5", "E_AMBIGUOUS.column"),  # the code of one and the ordinal of another
        ("cột 3 = 5", "E_AMBIGUOUS.column"),
    ],
)
def test_ambiguous_names_are_told_with_their_choices(text: str, code: str) -> None:
    grid = read_grid(PAPER, rules=[rule(text)])
    (finding,) = compile_form(form_of(grid)).findings
    assert finding.key == code
    assert len(finding.facts["suggestions"]) == 2  # type: ignore[arg-type]


PRINTED = [
    ('DÒNG i = dòng "Thu nội địa" + dòng 1.2', "dòng TH = dòng 1.1 + dòng 1.2"),
    ("dòng cha=tổng( dòng con )", "dòng cha = tổng(dòng con)"),
    ("row TH = sum(row 1.1 .. 1.2) in column A tolerance 0.5% warning", "dòng TH = tổng(dòng 1.1 đến 1.2) trong cột 1 sai số 0,5% cảnh báo"),
    ("[TH; A] ≠ 1000000", "ô [TH; 1] ≠ 1000000"),
    ("((cột A + 1)) * 2 - (3 - 4) = -(cột A - 1)", "(cột 1 + 1) * 2 - (3 - 4) = -(cột 1 - 1)"),
    ("cột A * (1 / 2) = cột A / (2 * 3)", "cột 1 * (1 / 2) = cột 1 / (2 * 3)"),
    ("không phải (cột A = 1 và cột A = 2) hoặc cột A = 3", "không phải (cột 1 = 1 và cột 1 = 2) hoặc cột 1 = 3"),
    ("(cột A = 1 hoặc cột A = 2) và cột A = 3", "(cột 1 = 1 hoặc cột 1 = 2) và cột 1 = 3"),
    ("nếu cột A > 0 thì (nếu cột A > 1 thì cột A > 2) ngược lại cột A < 3", "nếu cột 1 > 0 thì (nếu cột 1 > 1 thì cột 1 > 2) ngược lại cột 1 < 3"),
    ("dem_neu(o [TH; A]; > 0) = 1", None),
    ("đem_neu(ô [TH; A]; > 0) = 1", "đếm_nếu(ô [TH; 1]; > 0) = 1"),
    ('dòng "row" = 1 thông báo "nói ""rõ"""', 'dòng "row" = 1 thông báo "nói ""rõ"""'),
    ("cột \"in\" = 1", 'cột "in" = 1'),
    ("ô [TH; A] = ô [TH; A] của kỳ trước (3)", "ô [TH; 1] = ô [TH; 1] của kỳ trước (3)"),
    ("ô [TH; A] thuộc (1,5; 2) bỏ qua nếu trống", "ô [TH; 1] thuộc (1,5; 2) bỏ qua nếu trống"),
    ("ô [TH; A] = 1,500", None),
    ("ô [TH; A] = 1.5000", "ô [TH; 1] = 1,5"),
    ("tháng(kỳ.từ) = 1 chỉ khi đơn vị.cấp = “xã”", 'tháng(kỳ.từ) = 1 chỉ khi đơn vị.cấp = "xã"'),
]  # fmt: skip


@pytest.mark.parametrize(("text", "wanted"), PRINTED)
def test_print_is_canonical_and_stable(text: str, wanted: str | None) -> None:
    program = program_of(read_grid(PAPER))
    section = program.directory.form.sections[0]
    parsed = parse(text)
    if wanted is None:
        assert parsed.rule is None
        return
    assert parsed.rule is not None, parsed.faults
    resolved = resolve(parsed.rule, program.directory, section)
    assert resolved.rule is not None, resolved.faults
    printed = print_rule(resolved.rule, program.directory, section.id)
    assert printed == wanted
    again = parse(printed)
    assert again.rule is not None
    tree = resolve(again.rule, program.directory, section).rule
    assert tree == resolved.rule
    assert tree is not None and print_rule(tree, program.directory, section.id) == printed


def renamed(program: Program, change: dict[str, str]) -> Form:
    """The canonical form with other codes for some rows and columns, ids kept."""
    form = program.canonical()
    section = form.sections[0]

    def row(old: Row) -> Row:
        return replace(old, code=change.get(old.id, old.code), children=tuple(row(c) for c in old.children))

    columns = tuple(replace(c, code=change.get(c.id, c.code)) for c in section.columns)
    rows = replace(section.rows, items=tuple(row(r) for r in section.rows.items))
    return replace(form, sections=(replace(section, rows=rows, columns=columns),))


def test_references_stand_when_names_change() -> None:
    program = program_of(read_grid(PAPER, rules=[rule("dòng TH = dòng 1.1 + dòng 1.2 trong cột A")]))
    (compiled,) = program.rules
    new = compile_form(renamed(replace(program, form=program.form), {"1.1": "ND", "1": "KH"}))
    names = new.directory
    assert print_rule(compiled.tree, names, "A") == "dòng TH = dòng ND + dòng 1.2 trong cột KH"


def test_near_misses_name_what_was_meant() -> None:
    grid = read_grid(PAPER, rules=[rule("dòng 1.3 = 5")])
    (finding,) = compile_form(form_of(grid)).findings
    assert finding.key == "E_REF.row_near"
    assert any("Thu nội địa" in str(s) for s in finding.facts["suggestions"])  # type: ignore[attr-defined]
    assert (finding.position, finding.end) == (5, 8)


def test_sections_and_forms_are_found_by_code() -> None:
    a = read_grid("| 1\nA |\n", "A", [rule('ô [A; 1] = ô [B; 1] của biểu "II.06a/VPCP"')])
    other = form_of(read_grid("| 1\nB |\n", "T"), code="II.06a/VPCP")
    program = compile_form(form_of(a), {"II.06a/VPCP": other})
    assert program.is_sound
    assert program.canonical().sections[0].rules[0].text == 'ô [A; 1] = ô [B; 1] của biểu "II.06a/VPCP"'
    twice = form_of(read_grid("| 1\nB |\n", "T"), read_grid("| 1\nB |\n", "U"), code="II.06a/VPCP")
    keys = [f.key for f in compile_form(form_of(a), {"II.06a/VPCP": twice}).findings]
    assert keys == ["E_AMBIGUOUS.section"]


def test_nothing_to_sum_is_told() -> None:
    assert faults("| 1\nA |\nB |\n", "dòng cha = tổng(dòng con)") == ["E_NOKIDS.form", "E_NOKIDS.form"]


def test_a_unit_that_is_wrong_somewhere_is_told_with_the_place() -> None:
    columns = "| 1 (đồng) Thu | 2 (đồng) Chi | 3 (người) Số người"
    grid = read_grid(
        f"{columns}\nA (kg) Thóc |\nB |\n", rules=[rule("cột 1 = cột 3"), rule("dòng A = dòng B", "L")]
    )
    section = replace(grid.section, cells=(CellOverride("B", "2", Properties(unit="tấn")),))
    found = compile_form(form_of(replace(grid, section=section))).findings
    assert [(f.key, f.rule, f.facts.get("at")) for f in found] == [
        ("E_UNIT", "K", None),
        ("E_UNIT.column", "L", "2 (Chi)"),
    ]
