"""References are ids: renaming, inserting and moving break no rule; deleting is told with what is gone."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.form import Column, Form, Row, Section
from engine.program import Program, compile_form
from engine.restate import restate, users
from tests.grids import form_of, numbered, program_of, read_grid
from tests.proof.texts import rule_text

PAPER = """
                        | k1 #1 .0 Kế hoạch | k2 #2 .0 Thực hiện | k3 #3 .0 Ước | k4 #4 text Ghi chú
    TH #I Thu ngân sách |
      a #1 Thu nội địa  |
      b #2 Xuất khẩu    |
      c #3 Thu khác     |
    CH #II Chi          |
"""
RULES = [
    "dòng cha = tổng(dòng con)",
    "dòng TH = dòng a + dòng b + dòng c trong cột k1",
    "dòng TH = tổng(dòng a đến c) trừ cột k2",
    "cột k3 = cột k1 + cột k2 trong dòng (a; b)",
    "ô [CH; k1] <= ô [TH; k2] cảnh báo",
    "dòng TH >= tổng(dòng con của TH)",
    "nếu ô [a; k1] > 0 thì ô [a; k4] phải nhập",
]
GRID = read_grid(PAPER, rules=numbered(RULES))
PROGRAM = program_of(GRID)
NAMES = ("x1", "1", "2", "a", "b", "k1", "k2", "TH", "zz", "row", "đ", "mục 5", "1.1")

Edit = Callable[[Section], Section]


def edited(program: Program, *edits: Edit) -> Form:
    section = program.form.sections[0]
    for edit in edits:
        section = edit(section)
    return replace(program.form, sections=(section,))


def each_row(rows: Sequence[Row], change: Callable[[Row], Row | None]) -> tuple[Row, ...]:
    kept = (change(row) for row in rows)
    return tuple(replace(row, children=each_row(row.children, change)) for row in kept if row)


def row_as(ident: str, **changes: str) -> Edit:
    def edit(section: Section) -> Section:
        items = each_row(section.rows.items, lambda r: replace(r, **changes) if r.id == ident else r)  # type: ignore[arg-type]
        return replace(section, rows=replace(section.rows, items=items))

    return edit


def without_row(ident: str) -> Edit:
    def edit(section: Section) -> Section:
        items = each_row(section.rows.items, lambda r: None if r.id == ident else r)
        return replace(section, rows=replace(section.rows, items=items))

    return edit


def column_as(ident: str, **changes: str) -> Edit:
    def edit(section: Section) -> Section:
        columns = tuple(replace(c, **changes) if c.id == ident else c for c in section.columns)  # type: ignore[arg-type]
        return replace(section, columns=columns)

    return edit


def with_row_first(row: Row) -> Edit:
    def edit(section: Section) -> Section:
        return replace(section, rows=replace(section.rows, items=(row, *section.rows.items)))

    return edit


def with_column_first(column: Column) -> Edit:
    return lambda section: replace(section, columns=(column, *section.columns))


def turned_round(section: Section) -> Section:
    items = tuple(reversed(section.rows.items))
    return replace(section, columns=tuple(reversed(section.columns)), rows=replace(section.rows, items=items))


def texts(form: Form) -> list[str]:
    return [rule.text for rule in form.sections[0].rules]


def test_a_renamed_row_is_written_by_its_new_name() -> None:
    found = restate(PROGRAM, edited(PROGRAM, row_as("a", code="ND"), column_as("k1", code="KH")))
    assert not found.findings
    assert texts(found.form)[1:4] == [
        "dòng TH = dòng ND + dòng b + dòng c trong cột KH",
        "dòng TH = tổng(dòng ND đến c) trừ cột k2",
        "cột k3 = cột KH + cột k2 trong dòng (ND; b)",
    ]


def test_what_is_inserted_may_take_an_old_name() -> None:
    """The text `dòng a` would now mean the new row; the rule means the old one."""
    edits = (row_as("a", code="a2", ordinal="7"), with_row_first(Row("new", "a", "Dòng mới", "1")))
    found = restate(PROGRAM, edited(PROGRAM, *edits))
    assert texts(found.form)[1] == "dòng TH = dòng a2 + dòng b + dòng c trong cột k1"


@pytest.mark.parametrize(
    "edit",
    [turned_round, with_row_first(Row("n", "n", "Mới")), with_column_first(Column("n", "n", "Mới", "9"))],
)
def test_moving_and_inserting_change_no_text(edit: Edit) -> None:
    found = restate(PROGRAM, edited(PROGRAM, edit))
    assert texts(found.form) == texts(PROGRAM.form)
    assert not found.findings


def test_what_is_gone_is_named_rule_by_rule() -> None:
    found = restate(PROGRAM, edited(PROGRAM, without_row("a")))
    assert [(f.key, f.rule, f.facts["gone"], f.where) for f in found.findings] == [
        ("rule.gone.row", f"K{n}", ["1 (Thu nội địa)"], f"sections[0].rules[{n - 1}].text")
        for n in (2, 3, 4, 7)
    ]
    assert texts(found.form) == texts(PROGRAM.form)
    assert [rule.rule.code for rule in users(PROGRAM, "A", "a", "row")] == ["K2", "K3", "K4", "K7"]
    assert [rule.rule.code for rule in users(PROGRAM, "A", "k4", "column")] == ["K7"]
    assert not users(PROGRAM, "A", "a", "column")


def test_a_rule_that_no_name_can_say_is_told() -> None:
    twins = edited(PROGRAM, row_as("b", code="a", ordinal="1", title="Thu nội địa"))
    assert {(f.key, f.rule) for f in restate(PROGRAM, twins).findings} == {
        ("rule.no_name", f"K{n}") for n in (2, 3, 4, 7)
    }


def test_a_rule_that_was_rewritten_stays_as_rewritten() -> None:
    form = edited(PROGRAM, row_as("a", code="ND"))
    (section,) = form.sections
    mine = replace(section.rules[1], text="dòng TH = dòng ND")
    rules = (section.rules[0], mine, *section.rules[2:])
    found = restate(PROGRAM, replace(form, sections=(replace(section, rules=rules),)))
    assert texts(found.form)[1] == "dòng TH = dòng ND"


@given(st.integers(0, 10**9))
def test_any_rule_means_the_same_after_any_renaming(seed: int) -> None:
    pick = Random(seed)
    section = GRID.section
    written = [rule_text(pick, section) for _ in range(2)]
    sound = [t for t in written if compile_form(form_of(read_grid(PAPER, rules=numbered([t])))).is_sound]
    program = program_of(read_grid(PAPER, rules=numbered(sound)))
    idents = [row.id for row in section.row_list]
    codes = pick.sample(NAMES, len(idents))
    edits = [row_as(i, code=c, ordinal=pick.choice(["", c, "9"])) for i, c in zip(idents, codes, strict=True)]
    edits += [column_as(c.id, code=n) for c, n in zip(section.leaves, pick.sample(NAMES, 4), strict=True)]
    found = restate(program, edited(program, *edits, pick.choice([turned_round, lambda same: same])))
    lost = {finding.rule for finding in found.findings}
    assert {finding.code for finding in found.findings} <= {"rule.no_name"}
    again = {rule.rule.code: rule.tree for rule in compile_form(found.form).rules}
    for rule in program.rules:
        code = rule.rule.code
        # a range may have turned round, and a rule may have lost its targets; what reads means the same
        assert code in lost or code not in again or again[code] == rule.tree
