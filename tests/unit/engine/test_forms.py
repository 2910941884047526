# ruff: noqa: E501 (tables are read across)
"""What happens on whole forms: formulas and claims, open rows, parts, presence, revisions, properties of cells."""

from dataclasses import replace
from typing import Any

import pytest

from engine.calculate import calculate
from engine.cells import resolve_cell
from engine.check import Checked, check_form
from engine.context import Context
from engine.figures import read_figures, write_figures
from engine.form import Aggregation, CellOverride, Column, Properties, Revision, Row, Rows
from engine.program import Program, compile_form
from tests.grids import (
    Grid,
    checked,
    context_of,
    faults,
    filled,
    form_of,
    program_of,
    read_grid,
    rule,
    sheet_of,
    verdict,
)

SMALL = """
      | 1 .1 | 2 .1 | 3 .1
    A | 1    | 2    |
    B | 3    | 5    |
"""


def run(program: Program, data: Any, context: Context | None = None) -> Checked:
    sheet, findings = read_figures(program.layout, data)
    assert not findings, findings
    return check_form(program, sheet, context or Context())


def findings_of(made: Checked) -> list[tuple[str, str]]:
    return [(f.code, f.where) for f in made.findings]


# --- formulas


def test_formula_fills_and_passes() -> None:
    made = checked(SMALL, rule("cột 3 = cột 1 / cột 2", computed=True))
    assert made.verdicts["K"] == {"A": "pass", "B": "pass"}
    assert write_figures(made.sheet)["A"]["A"] == {"1": "1.0", "2": "2.0", "3": "0.5"}


def test_claim_is_kept_and_judged() -> None:
    grid = SMALL.replace("2    |\n", "2    | 0.7\n", 1)
    made = checked(grid, rule("cột 3 = cột 1 / cột 2", computed=True), rule("ô [A; 3] = 0,7", "L"))
    assert made.verdicts == {"K": {"A": "fail", "B": "pass"}, "L": "pass"}


def test_save_replaces_a_claim_and_says_so() -> None:
    grid = read_grid(
        SMALL.replace("2    |\n", "2    | 0.7\n", 1), rules=[rule("cột 3 = cột 1 / cột 2", computed=True)]
    )
    program = program_of(grid)
    saved = calculate(program, sheet_of(program, grid), Context(), overwrite=True)
    assert write_figures(saved.sheet)["A"]["A"]["3"] == "0.5"
    assert [(f.code, f.where, dict(f.facts)) for f in saved.findings] == [
        ("figure.replaced", "A[A;3]", {"given": "0.7", "computed": "0.5"})
    ]


def test_a_cell_whose_earlier_figure_is_missing_is_typed() -> None:
    grid = read_grid(
        SMALL.replace("2    |\n", "2    | 0.7\n", 1),
        rules=[
            rule("cột 3 = lũy_kế(cột 1)", computed=True),
            rule("ô [A; 3] = 0,7", "L"),
        ],
    )
    program = program_of(grid)
    typed = sheet_of(program, grid)
    saved = calculate(program, typed, Context(), overwrite=True)
    assert saved.opened == {("A", "A", "3"): "no_period", ("A", "B", "3"): "no_period"}
    assert write_figures(saved.sheet)["A"]["A"]["3"] == "0.7"
    assert not saved.findings
    assert check_form(program, typed, Context()).verdicts == {
        "K": {"A": "na:no_period", "B": "na:no_period"},
        "L": "pass",
    }
    first = calculate(program, typed, Context(year_to_date=[], period={"đầu_năm": True}), overwrite=True)
    assert not first.opened
    assert write_figures(first.sheet)["A"]["A"]["3"] == "1.0"


def test_a_sum_over_children_is_no_cycle() -> None:
    program = program_of(read_grid(SMALL, rules=[rule("dòng A = tổng_đơn_vị_con(dòng A)", computed=True)]))
    assert program.is_sound


def test_formulas_run_in_the_order_they_need() -> None:
    made = filled(SMALL, "ô [B; 3] = ô [A; 3] * 2", "ô [A; 3] = ô [A; 2] + 1")
    assert (made["A"]["3"], made["B"]["3"]) == ("3.0", "6.0")


def test_cell_before_column_before_row() -> None:
    made = checked(
        SMALL,
        rule("dòng B = dòng A + 10", "R", computed=True),
        rule("cột 3 = cột 2 + 1", "C", computed=True),
        rule("ô [A; 3] = 42", "X", computed=True),
    )
    assert {row: cells["3"] for row, cells in write_figures(made.sheet)["A"].items()} == {
        "A": "42.0",
        "B": "6.0",
    }
    assert made.verdicts["C"] == {"A": "fail", "B": "pass"}
    assert made.verdicts["R"] == {"1": "fail", "2": "fail", "3": "fail"}


def test_condition_of_a_formula() -> None:
    guarded = "cột 3 = cột 1 chỉ khi cột 2 > 3"
    assert {r: c.get("3") for r, c in filled(SMALL, guarded).items()} == {"A": None, "B": "3.0"}


@pytest.mark.parametrize(
    ("figures", "wanted"),
    [("| 5 | 0", None), ("| x | 2", "x"), ("| | 2", None), ("| - | 2", "0.0")],
    ids=["div0", "mark", "blank", "nil"],
)
def test_what_a_formula_fills_without_a_number(figures: str, wanted: str | None) -> None:
    grid = f"""
          | 1 .1 | 2 .1 | 3 .1
        A {figures} |
    """
    assert filled(grid, "cột 3 = cột 1 / cột 2").get("A", {}).get("3") == wanted


def test_too_large_result_is_a_finding() -> None:
    grid = """
          | 1 | 2
        A | 9200000000000000000 |
    """
    made = checked(grid, rule("cột 2 = cột 1 * 2", computed=True))
    assert ("E_LIMIT", "A[A;2]") in findings_of(made)
    assert (
        write_figures(checked(grid, rule("cột 2 = cột 1 * 1", computed=True)).sheet)["A"]["A"]["2"]
        == "9" + "2" + "0" * 17
    )


@pytest.mark.parametrize(
    ("value", "wanted"), [("0.125", "0.13"), ("-0.125", "-0.13"), ("0.135", "0.14"), ("2.005", "2.01")]
)
def test_computed_figures_round_half_away_from_zero(value: str, wanted: str) -> None:
    grid = f"""
          | 1 .3 | 2 .2
        A | {value} |
    """
    assert filled(grid, "cột 2 = cột 1")["A"]["2"] == wanted


def test_cycle_names_its_cells_also_across_sections() -> None:
    one = read_grid("| 1\nA |\n", "S1", [rule("ô [A; 1] = ô [A; 1] của biểu S2 + 1", "K1", computed=True)])
    two = read_grid("| 1\nA |\n", "S2", [rule("ô [A; 1] = ô [A; 1] của biểu S1", "K2", computed=True)])
    (finding,) = compile_form(form_of(one, two)).findings
    assert (finding.code, finding.rule, finding.where) == ("E_CYCLE", "K2", "sections[1].rules[0].text")
    assert finding.facts["rules"] == ["K1", "K2"]
    assert set(finding.facts["cells"]) == {"S1[A;1]", "S2[A;1]"}  # type: ignore[call-overload]


@pytest.mark.parametrize(
    "text",
    [
        "cột 1 <= cột 2",
        "cột 1 = cột 2 = cột 3",
        "cột 1 + cột 2 = cột 3",
        "nếu cột 1 > 0 thì cột 2 = 1",
        "cột 1 của kỳ trước = cột 2",
    ],
)
def test_not_every_rule_is_a_formula(text: str) -> None:
    grid = read_grid(SMALL, rules=[rule(text, computed=True)])
    assert [f.key for f in compile_form(form_of(grid)).findings] == ["E_SCOPE.formula"]


# --- open rows, agencies, lists, sections


def test_open_rows_are_summed_and_checked_each() -> None:
    grid = read_grid(
        """
                  | 1 | 2
        T kind=total |   |
          O kind=open |
        """,
        rules=[rule("dòng T = tổng(dòng con của O)"), rule("cột 1 <= cột 2", "L")],
    )
    program = program_of(grid)
    made = run(
        program, {"A": {"T": {"1": "3", "2": "9"}, "O|x": {"1": "1", "2": "4"}, "O|y": {"1": "2", "2": "1"}}}
    )
    assert made.verdicts == {
        "K": {"1": "pass", "2": "fail"},
        "L": {"T": "pass", "O|x": "pass", "O|y": "fail"},
    }


def test_list_section_runs_for_each_row() -> None:
    grid = read_grid("| ma text | von (đồng) | giai_ngan (đồng) | ty_le %\n", kind="list", key=("ma",), rules=[
        rule("cột giai_ngan <= cột von"),
        rule("cột ty_le = tỷ_lệ(cột giai_ngan; cột von)", "F", computed=True),
        rule("tổng(ô [mọi dòng; von]) <= 100", "S"),
    ])  # fmt: skip
    program = program_of(grid)
    made = run(
        program, {"A": {"r1": {"von": "80", "giai_ngan": "20"}, "r2": {"von": "30", "giai_ngan": "31"}}}
    )
    assert made.verdicts == {
        "K": {"r1": "pass", "r2": "fail"},
        "F": {"r1": "pass", "r2": "pass"},
        "S": "fail",
    }
    assert write_figures(made.sheet)["A"]["r1"]["ty_le"] == "25.00"
    assert run(program, {}).verdicts == {"K": {}, "F": {}, "S": "na:blank"}


def test_agency_rows_with_one_item_and_with_two() -> None:
    one = Rows("agencies", (Row("i", "i", "Xã"),))
    program = program_of(read_grid("| 1 | 2\n", rows=one, rules=[rule("cột 1 <= cột 2")]))
    assert run(program, {"A": {"X1": {"1": "1", "2": "2"}, "X2": {"1": "2", "2": "1"}}}).verdicts["K"] == {
        "X1": "pass",
        "X2": "fail",
    }
    two = Rows("agencies", (Row("kh", "kh", "Kế hoạch"), Row("th", "th", "Thực hiện")))
    program = program_of(read_grid("| 1 | 2\n", rows=two, rules=[rule("dòng th <= dòng kh")]))
    data = {
        "X1|kh": {"1": "5", "2": "5"},
        "X1|th": {"1": "4", "2": "6"},
        "X2|kh": {"1": "1"},
        "X2|th": {"1": "2"},
    }
    assert run(program, {"A": data}).verdicts["K"] == {
        "X1/1": "pass",
        "X1/2": "fail",
        "X2/1": "fail",
        "X2/2": "na:blank",
    }


def test_other_sections_are_read_and_ambiguity_is_told() -> None:
    a = read_grid("| 1\nR | 5\n", "A", [rule("ô [R; 1] = ô [Q; 1] của biểu B")])
    b = read_grid("| 1\nQ | 5\n", "B")
    program = program_of(a, b)
    assert run(program, {"A": a.figures, "B": b.figures}).verdicts["K"] == "pass"
    program = compile_form(form_of(a, b, read_grid("| 1\nQ | 5\n", "C"), code="F"))
    assert not program.findings


def test_a_column_rule_leaves_out_rows_of_another_kind_where_rows_state_it() -> None:
    grid = """
          | 1 by_row | 2 by_row
        A .1 | 5 | 6
        B text | tốt | tốt
        C date | 2026-01-02 | 2026-01-01
    """
    assert verdict(grid, "cột 1 <= cột 2") == {"A": "pass", "C": "fail"}
    assert verdict(grid, "cột 1 = cột 2") == {"A": "fail", "B": "pass", "C": "fail"}
    assert verdict(grid, "cột 1 >= 0") == {"A": "pass"}
    assert verdict(grid, "cột 1 = cột 2 + 1") == {"A": "fail"}
    assert verdict(grid, 'cột 1 thuộc ("tốt"; "xấu")') == {"B": "pass"}
    assert verdict(grid, "độ_dài(cột 1) <= 100 trong dòng B") == {"B": "pass"}
    assert faults(grid, "cột 1 = 5 trong dòng B") == ["E_TYPE.compare"]


# --- parts, required, min, max, choices


def test_columns_that_are_parts_stand_under_the_column_before_them() -> None:
    grid = """
          | 1 | 2 part=of_which Nữ | 3 part=vùng | 4 part=vùng | 5 | 6 part=of_which
        A | 10 | 11 | 4 | 6 | 3 | 3
        B | 10 | 10 | 4 | 7 | 3 | 4
        C |    | 10 | 4 | 7 |   | 4
    """
    made = checked(grid)
    assert findings_of(made) == [
        ("part.of_which", "A[A;1]"),
        ("part.breakdown", "A[B;1]"),
        ("part.of_which", "A[B;5]"),
    ]
    assert made.findings[0].facts["part"] == "Nữ"


def test_columns_below_a_heading_that_is_a_part_are_parts() -> None:
    total, women, men = (Column(code, code, code, code, Properties(type="integer")) for code in "123")
    heading = Column("g", "g", "Chia theo giới", "", children=(women, men), part="giới")
    outer = Column("h", "h", "Dân số", "", children=(total, heading))
    elsewhere = Column("k", "k", "Khác", "", children=(replace(men, id="4", code="4", part="of_which"),))
    section = replace(read_grid("| 1\nA |\n").section, columns=(outer, elsewhere))
    program = compile_form(form_of(Grid(section, {})))
    sheet, _ = read_figures(program.layout, {"A": {"A": {"1": "9", "2": "5", "3": "5", "4": "99"}}})
    assert findings_of(check_form(program, sheet, Context())) == [("part.breakdown", "A[A;1]")]


def test_part_of_which_is_at_most_its_whole() -> None:
    grid = """
              | 1 (đồng) | 2 %
        T     | 10       | 10
          P part=of_which | 11 | 50
          Q part=of_which | 10 |
    """
    assert findings_of(checked(grid)) == [("part.of_which", "A[T;1]")]


def test_each_breakdown_adds_up_to_the_whole() -> None:
    grid = """
              | 1
        T     | 10
          N1 part=giới | 4
          N2 part=giới | 6
          V1 part=vùng | 5
          V2 part=vùng | 6
    """
    made = checked(grid, rule("dòng cha = tổng(dòng con)"))
    assert findings_of(made) == [("part.breakdown", "A[T;1]")]
    assert made.verdicts["K"] == {"T/1": "pass"}


def test_cells_say_what_they_want() -> None:
    grid = """
          | 1 required=1 | 2 min=0 max=10 | 3 choice choices=a,b
        A |              | -1             | a
        B | ...          | 11             | c
        C | -            | 10             |
    """
    assert findings_of(checked(grid)) == [
        ("cell.required", "A[A;1]"),
        ("cell.min", "A[A;2]"),
        ("cell.required", "A[B;1]"),
        ("cell.max", "A[B;2]"),
        ("cell.choices", "A[B;3]"),
    ]


# --- presence


def present(grid: Grid, **agency: str) -> Checked:
    program = program_of(grid)
    return check_form(program, sheet_of(program, grid), Context(agency=agency))


def test_absent_rows_and_columns_have_no_cells() -> None:
    grid = read_grid(
        """
            | 1  | 2 | 3 when=đơn_vị.cấp_=_"tỉnh"
        T   | 3  |   | 1
          A | 3  |   |
          B when=đơn_vị.cấp_=_"tỉnh" required=1 |  | 1 |
        """.replace("đơn_vị", "đơn vị").replace("đơn vị.cấp", "unit.cấp"),
        rules=[rule("dòng cha = tổng(dòng con)"), rule("ô [B; 1] phải nhập", "B"), rule("dòng T = 3", "R")],
    )
    commune = present(grid, cấp="xã")
    assert commune.verdicts == {
        "K": {"T/1": "pass", "T/2": "na:blank"},
        "B": "na:guard",
        "R": {"1": "pass", "2": "na:blank"},
    }
    assert findings_of(commune) == []
    province = present(grid, cấp="tỉnh")
    assert province.verdicts["B"] == "fail" and set(province.verdicts["R"]) == {"1", "2", "3"}
    assert ("cell.required", "A[B;1]") in findings_of(province)


def test_cells_may_not_apply_for_some() -> None:
    cells = (CellOverride("A", "1", state="not_applicable", when='đơn vị.cấp = "xã"'),)
    grid = read_grid("| 1 | 2\nA | 1 | 2\n", cells=cells, rules=[rule("cột 1 = cột 2")])
    assert present(grid, cấp="xã").verdicts["K"] == {}
    assert present(grid, cấp="tỉnh").verdicts["K"] == {"A": "fail"}


def test_absent_section_runs_no_rule() -> None:
    grid = read_grid("| 1\nA | 1\n", when="kỳ.tháng = 12", rules=[rule("dòng A = 2")])
    program = program_of(grid)
    sheet = sheet_of(program, grid)
    assert check_form(program, sheet, Context(period={"tháng": "11"})).verdicts["K"] == {}
    assert check_form(program, sheet, Context(period={"tháng": "12"})).verdicts["K"] == {"1": "fail"}


@pytest.mark.parametrize(
    ("when", "code"),
    [
        ("dòng A = 1", "E_SCOPE.condition"),
        ("kỳ.tháng = 1 cảnh báo", "E_SCOPE.condition"),
        ("kỳ.tháng", "E_TYPE.condition"),
        ("kỳ.tháng =", "E_SYNTAX.end"),
        ("năm(1; 2) = 3", "E_ARITY.exact"),
    ],
)
def test_bad_conditions_are_findings_with_their_place(when: str, code: str) -> None:
    grid = read_grid("| 1\nA | 1\n", rows=Rows(items=(Row("A", "A", ""), Row("B", "B", "", when=when))))
    (finding, *_) = compile_form(form_of(grid)).findings
    assert (finding.key, finding.where) == (code, "sections[0].rows.items[1].when")


# --- properties


def test_properties_come_from_cell_column_row_section_template() -> None:
    override = CellOverride("B", "1", Properties(unit="ô", decimals=3))
    grid = read_grid(
        """
                       | 1 decimal  | 2 by_row | 3 .1 (cột) | 4 percent
        A .2 (dòng)    |
        B (dòng)       |
        C percent (%)  |
        D date         |
        """,
        cells=(override,),
        properties=Properties(decimals=4),
    )
    form = form_of(grid, unit="biểu")
    section = form.sections[0]

    def told(row: str, column: str) -> tuple[str, str | None, int]:
        cell = resolve_cell(form, section, section.row_by_id[row], section.column_by_id[column])
        return cell.type, cell.unit, cell.decimals

    assert told("A", "1") == ("decimal", "dòng", 2)
    assert told("B", "1") == ("decimal", "ô", 3)
    assert told("A", "2") == ("decimal", "dòng", 2)
    assert told("C", "2") == ("percent", "%", 4)
    assert told("D", "2") == ("date", None, 0)
    assert told("A", "3") == ("decimal", "cột", 1)
    assert told("A", "4") == ("percent", "%", 2)
    assert told("B", "4") == ("percent", "%", 4)


def test_defaults_of_types() -> None:
    grid = read_grid("| 1 integer | 2 money | 3 decimal | 4 percent | 5 integer aggregation=recompute\nA |\n")
    form = form_of(grid)
    section = form.sections[0]
    cells = [resolve_cell(form, section, section.row_by_id["A"], column) for column in section.leaves]
    assert [cell.decimals for cell in cells] == [0, 0, 2, 2, 0]
    assert [cell.is_summed for cell in cells] == [True, True, True, False, False]
    assert cells[3].aggregation == Aggregation("recompute")


# --- revised columns


def test_time_references_read_the_revised_figure() -> None:
    grid = read_grid("| 1 | 2 | 3\nA | 5 | 7 | 16\n", rules=[
        rule("ô [A; 3] = lũy_kế(ô [A; 1])"),
        rule("ô [A; 1] <= ô [A; 1] của kỳ trước (2)", "L"),
    ])  # fmt: skip
    columns = list(grid.section.columns)
    columns[1] = type(columns[1])("2", "2", "Chính thức kỳ trước", "2", revises=Revision("1"))
    changed = type(grid.section)(**{**vars(grid.section), "columns": tuple(columns)})
    program = program_of(Grid(changed, grid.figures))
    context = context_of(
        program,
        year_to_date=["| 1 | 2\nA | 4 |\n", "| 1 | 2\nA | 6 | 4\n"],
        previous="| 1 | 2\nA | 6 | 4\n",
        earlier={2: "| 1 | 2\nA | 9 |\n"},
    )
    made = check_form(program, sheet_of(program, grid), context)
    # 4 (kept, revised by 4) + 7 (revised this month) + 5 = 16; two back 9 was revised to 4
    assert made.verdicts == {"K": "pass", "L": "fail"}


def test_stocks_take_the_last() -> None:
    grid = "| 1 nature=stock | 2\nA | 7 | 7\n"
    assert verdict(grid, "ô [A; 2] = lũy_kế(ô [A; 1])", year_to_date=["| 1 | 2\nA | 4 |\n"]) == "pass"


def test_checking_twice_is_checking_once() -> None:
    grid = read_grid(SMALL, rules=[rule("cột 3 = cột 1 / cột 2", computed=True), rule("cột 1 <= cột 2", "L")])
    program = program_of(grid)
    once = check_form(program, sheet_of(program, grid), Context())
    twice = check_form(program, once.sheet, Context())
    assert (once.verdicts, once.findings) == (twice.verdicts, twice.findings)
    assert once.sheet.block("A") == twice.sheet.block("A")
