# ruff: noqa: E501 (tables are read across)
"""What every operator and function gives for a number, a blank, each mark and each reason not to apply.

The table is the meaning of the language. `docs/language/truth-table.md` shows it: after a change of the table
run this module (`python tests/unit/engine/test_truth_table.py`) to write the page anew.
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from engine.calculate import evaluator
from engine.context import Context
from engine.evaluate import At
from engine.figures import read_figures
from engine.program import compile_rule
from engine.values import Missing, NotApplicable
from expr import nodes
from expr.targets import Target
from tests.grids import form_of, program_of, read_grid, rule

PAGE = Path(__file__).parents[3] / "docs" / "language" / "truth-table.md"
TABLE = """
    A                      | 6        | 0        | blank    | -        | x        | ...      | no_form    | no_period    | no_children    | divided    | div0
    A + 2                  | 8        | 2        | 2        | 2        | 2        | 2        | na:no_form | na:no_period | na:no_children | na:divided | na:div0
    2 - A                  | -4       | 2        | 2        | 2        | 2        | 2        | na:no_form | na:no_period | na:no_children | na:divided | na:div0
    A * 2                  | 12       | 0        | blank    | 0        | na:mark  | blank    | na:no_form | na:no_period | na:no_children | na:divided | na:div0
    A / 2                  | 3        | 0        | blank    | 0        | na:mark  | blank    | na:no_form | na:no_period | na:no_children | na:divided | na:div0
    2 / A                  | 0.3333   | na:div0  | blank    | na:div0  | na:mark  | blank    | na:no_form | na:no_period | na:no_children | na:divided | na:div0
    -A                     | -6       | 0        | blank    | 0        | x        | blank    | na:no_form | na:no_period | na:no_children | na:divided | na:div0
    A = 6                  | pass     | fail     | na:blank | fail     | na:mark  | na:blank | na:no_form | na:no_period | na:no_children | na:divided | na:div0
    A = B                  | pass     | fail     | fail     | fail     | na:mark  | fail     | na:no_form | na:no_period | na:no_children | na:divided | na:div0
    A >= 0                 | pass     | pass     | na:blank | pass     | na:mark  | na:blank | na:no_form | na:no_period | na:no_children | na:divided | na:div0
    A = E                  | fail     | pass     | na:blank | pass     | na:mark  | na:blank | na:no_form | na:no_period | na:no_children | na:divided | na:div0
    A + E = E              | fail     | pass     | na:blank | pass     | na:blank | na:blank | na:no_form | na:no_period | na:no_children | na:divided | na:div0
    A = E trống là 0       | fail     | pass     | pass     | pass     | na:mark  | pass     | na:no_form | na:no_period | na:no_children | na:divided | na:div0
    A = B bỏ qua nếu trống | pass     | fail     | na:blank | fail     | na:mark  | na:blank | na:no_form | na:no_period | na:no_children | na:divided | na:div0
    A phải nhập            | pass     | pass     | fail     | pass     | pass     | fail     | na:no_form | na:no_period | na:no_children | na:divided | na:div0
    A để trống             | fail     | fail     | pass     | fail     | fail     | pass     | na:no_form | na:no_period | na:no_children | na:divided | na:div0
    A thuộc (0; 6)         | pass     | pass     | na:blank | pass     | na:mark  | na:blank | na:no_form | na:no_period | na:no_children | na:divided | na:div0
    A không thuộc (0; 6)   | fail     | fail     | na:blank | fail     | na:mark  | na:blank | na:no_form | na:no_period | na:no_children | na:divided | na:div0
    không phải A > 0       | fail     | pass     | na:blank | pass     | na:mark  | na:blank | na:no_form | na:no_period | na:no_children | na:divided | na:div0
    A > 0 và B > 0         | pass     | fail     | na:blank | fail     | na:mark  | na:blank | na:no_form | na:no_period | na:no_children | na:divided | na:div0
    A > 0 và B < 0         | fail     | fail     | fail     | fail     | fail     | fail     | fail       | fail         | fail           | fail       | fail
    A > 0 hoặc B > 0       | pass     | pass     | pass     | pass     | pass     | pass     | pass       | pass         | pass           | pass       | pass
    A > 0 hoặc B < 0       | pass     | fail     | na:blank | fail     | na:mark  | na:blank | na:no_form | na:no_period | na:no_children | na:divided | na:div0
    nếu A > 0 thì B > 0    | pass     | na:guard | na:blank | na:guard | na:mark  | na:blank | na:no_form | na:no_period | na:no_children | na:divided | na:div0
    nếu B > 0 thì A > 0    | pass     | fail     | na:blank | fail     | na:mark  | na:blank | na:no_form | na:no_period | na:no_children | na:divided | na:div0
    nếu B < 0 thì A > 0    | na:guard | na:guard | na:guard | na:guard | na:guard | na:guard | na:guard   | na:guard     | na:guard       | na:guard   | na:guard
    B > 0 chỉ khi A > 0    | pass     | na:guard | na:blank | na:guard | na:mark  | na:blank | na:no_form | na:no_period | na:no_children | na:divided | na:div0
    tổng(A; 2)             | 8        | 2        | 2        | 2        | 2        | 2        | na:no_form | na:no_period | na:no_children | na:divided | na:div0
    tổng(A)                | 6        | 0        | blank    | 0        | blank    | blank    | na:no_form | na:no_period | na:no_children | na:divided | na:div0
    trung_bình(A; 2)       | 4        | 1        | 2        | 1        | 2        | 2        | na:no_form | na:no_period | na:no_children | na:divided | na:div0
    nhỏ_nhất(A; 2)         | 2        | 0        | 2        | 0        | 2        | 2        | na:no_form | na:no_period | na:no_children | na:divided | na:div0
    lớn_nhất(A; 2)         | 6        | 2        | 2        | 2        | 2        | 2        | na:no_form | na:no_period | na:no_children | na:divided | na:div0
    đếm(A; 2)              | 2        | 2        | 1        | 2        | 1        | 1        | na:no_form | na:no_period | na:no_children | na:divided | na:div0
    đếm_nếu(A; >= 0)       | 1        | 1        | 0        | 1        | 0        | 0        | na:no_form | na:no_period | na:no_children | na:divided | na:div0
    tổng_nếu(A; >= 0)      | 6        | 0        | blank    | 0        | blank    | blank    | na:no_form | na:no_period | na:no_children | na:divided | na:div0
    làm_tròn(A / 4; 0)     | 2        | 0        | blank    | 0        | na:mark  | blank    | na:no_form | na:no_period | na:no_children | na:divided | na:div0
    trị_tuyệt_đối(A - 9)   | 3        | 9        | 9        | 9        | 9        | 9        | na:no_form | na:no_period | na:no_children | na:divided | na:div0
    tỷ_lệ(A; 2)            | 3e+2     | 0        | blank    | 0        | na:mark  | blank    | na:no_form | na:no_period | na:no_children | na:divided | na:div0
    tỷ_lệ(2; A)            | 33.33    | na:div0  | blank    | na:div0  | na:mark  | blank    | na:no_form | na:no_period | na:no_children | na:divided | na:div0
    tỷ_lệ(A; A)            | 1e+2     | blank    | blank    | blank    | na:mark  | blank    | na:no_form | na:no_period | na:no_children | na:divided | na:div0
    nếu_trống(A; 2)        | 6        | 0        | 2        | 0        | x        | 2        | na:no_form | na:no_period | na:no_children | na:divided | na:div0
    chọn(A > 0; 2; 3)      | 2        | 3        | na:blank | 3        | na:mark  | na:blank | na:no_form | na:no_period | na:no_children | na:divided | na:div0
    đổi(A; "nghìn đồng")   | 0.006    | 0        | blank    | 0        | na:mark  | blank    | na:no_form | na:no_period | na:no_children | na:divided | na:div0
"""
# What stands for A where a column of the table is a reason; the other columns are figures of cell A.
REASONS = {
    "no_form": "ô [A; 3] của biểu F",
    "no_period": "ô [A; 3] của kỳ trước",
    "no_children": "tổng_đơn_vị_con(ô [A; 3])",
    "divided": "ô [A; 3] của năm trước",
    "div0": "(ô [B; 3] / 0)",
}
GRID = read_grid("| 3 .2 (đồng)\nA |\nB |\nE |\n")
PROGRAM = program_of(GRID, others={"F": form_of(GRID, code="F")})
INTRODUCTION = """# Truth table

What each expression gives when A holds a number, nothing, a mark (`-` nil, `x` not applicable, `...` not yet
known), or does not apply for one of the reasons. B is a cell that holds 6, E is an empty cell; all cells are in
đồng. A value is a number, `blank`, `x` or `na:` with its reason; a verdict is `pass`, `fail` or `na:` with its
reason. Where several reasons meet, the first of no_form, no_period, no_children, divided, div0, mark, blank is
told. A tolerance forgives what a rule asserts; what only decides (after `nếu` and `chỉ khi`, in `chọn`, in the
conditions of functions) is compared without it.

"""


def lines() -> list[list[str]]:
    return [[part.strip() for part in line.split(" | ")] for line in TABLE.strip().splitlines()]


def cases() -> Iterator[tuple[str, str, str]]:
    (_, *columns), *rows = lines()
    for text, *wanted in rows:
        for column, expected in zip(columns, wanted, strict=True):
            yield text, column, expected


def outcome(text: str, column: str) -> str:
    """The value or verdict of an expression of the table, with A as the column says."""
    for name, cell in (("A", REASONS.get(column, "ô [A; 3]")), ("B", "ô [B; 3]"), ("E", "ô [E; 3]")):
        text = re.sub(rf"\b{name}\b(?!; 3])", cell, text)
    figure = "" if column in REASONS or column == "blank" else column
    sheet, _ = read_figures(PROGRAM.layout, {"A": {"A": {"3": figure}, "B": {"3": "6"}}})
    work = evaluator(PROGRAM, sheet, Context(divided=column == "divided"))
    for written in (text, f"{text} = 0"):  # what is no condition is the left side of one
        compiled, _, _ = compile_rule(PROGRAM, "A", rule(written))
        if compiled is None:
            continue
        if written == text:
            return work.verdict(compiled.tree, Target())
        assert isinstance(compiled.tree.statement, nodes.Compare)
        return shown(work.value(compiled.tree.statement.operands[0], At(compiled.tree, Target())))
    raise AssertionError(text)


def shown(value: object) -> str:
    match value:
        case Decimal():
            return f"{value.normalize():.4g}"
        case NotApplicable(reason):
            return f"na:{reason}"
        case Missing():
            return value.value
    raise AssertionError(value)


def page() -> str:
    head, *rows = lines()
    made = [[f"`{text}`" for text in head], ["---"] * len(head)]
    made += [[f"`{text}`", *outcomes] for text, *outcomes in rows]
    return INTRODUCTION + "".join(f"| {' | '.join(cells)} |\n" for cells in made)


@pytest.mark.parametrize(("text", "column", "expected"), list(cases()))
def test_operator_by_value(text: str, column: str, expected: str) -> None:
    assert outcome(text, column) == expected


def test_page_shows_the_table() -> None:
    assert PAGE.read_text(encoding="utf-8") == page()


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
