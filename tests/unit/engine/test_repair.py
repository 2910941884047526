"""One cell that would repair a report."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.calculate import evaluator
from engine.check import check_form
from engine.context import Context
from engine.form import CellOverride, Rule
from engine.program import Program
from engine.repair import Suggestion, suggest
from engine.sheet import Figure, Place, Sheet, Status
from expr.targets import Target
from tests.grids import context_of, numbered, program_of, read_grid, rule, sheet_of

Recent = Sequence[Place]


def repairs(
    text: str, *rules: Rule | str, recent: Recent = (), **context: Any
) -> list[tuple[str, str, str, str]]:
    """(row, column, what stands there, what should) of each suggestion; each is checked once more."""
    grid = read_grid(text, rules=numbered(rules))
    program = program_of(grid)
    sheet, around = sheet_of(program, grid), context_of(program, **context)
    found = suggest(program, around, check_form(program, sheet, around), recent)
    return [(s.place[1], s.place[2], s.was, s.value) for s in found]


TREE = """
    | 3  | 4
TH  | 300 | 10
  A | 150 | 4
  B | 200 | 6
"""


def test_a_total_or_one_of_its_parts() -> None:
    assert repairs(TREE, "dòng cha = tổng(dòng con)") == [
        ("TH", "3", "300", "350"),  # by a seventh
        ("B", "3", "200", "150"),  # by a quarter
        ("A", "3", "150", "100"),  # by a third
    ]


def test_of_equal_changes_the_one_typed_last() -> None:
    form = "  | 3 | 4\nI | 10 | 12"
    assert repairs(form, "cột 3 = cột 4") == [("I", "3", "10", "12"), ("I", "4", "12", "10")]
    typed = repairs(form, "cột 3 = cột 4", recent=[("A", "I", "3"), ("A", "I", "4")])
    assert typed == [("I", "4", "12", "10"), ("I", "3", "10", "12")]


CASES = [
    # rows of one column, the rules, what is suggested (cell, value)
    ("I | 5\nII | 7\nIII | 9", ["dòng I = dòng II", "dòng I = dòng III"], []),
    ("I | 5\nII | 7\nIII | 7", ["dòng I = dòng II", "dòng I = dòng III"], [("I", "7")]),
    ("I | 5\nII | 7", ["dòng I >= dòng II"], [("I", "7"), ("II", "5")]),
    ("I | 5\nII | 5", ["dòng I > dòng II"], [("I", "6"), ("II", "4")]),
    (
        "I | 5\nII | 9",
        ["dòng I >= dòng II", "dòng I = dòng II - 4"],
        [],
    ),  # what would repair one breaks the other
    ("I | 5\nII | 9", ["dòng I * 2 = dòng II"], [("II", "10")]),  # no whole number would do for I
    ("I | 5\nII |", ["dòng I = dòng II"], [("I", "0"), ("II", "5")]),
    ("I | 5\nII | x", ["dòng I = dòng II + 1"], [("I", "1")]),
    ("I | 5\nII | -", ["dòng I = dòng II"], [("I", "0"), ("II", "5")]),
    ("I | 5\nII | 9 ", ["nếu dòng I > 0 thì dòng II = 8"], [("II", "8")]),
    ("I | 5\nII | 9 ", ["dòng II = 8 chỉ khi dòng I > 0"], [("II", "8")]),
    ("I | 5\nII | 9 ", ["nếu dòng I > 9 thì dòng II = 8 ngược lại dòng II = 7"], [("II", "7")]),
    ("I | 5\nII | 9 ", ["dòng I <= dòng II / 2 và dòng I = 4"], [("I", "4")]),
    ("I | 5\nII | 9 ", ["dòng I = 4 hoặc dòng II = 8"], []),  # not linear
    ("I | 5\nII | 9 ", ["dòng I * dòng II = 40"], []),
    ("I | 5\nII | 9 ", ["dòng I = dòng II của kỳ trước"], [("I", "30")]),
    ("I | 5\nII | 9 ", ["dòng I = 6", "dòng I * dòng II = 45"], []),  # one repaired, another broken
    ("I | 5\nII | 9 ", ["dòng I = dòng II", "dòng II = 5 cảnh báo", "dòng I = 5"], [("II", "5")]),
    ("I | 5\nII | 9 ", ["dòng I = dòng II", "dòng II = 3 cảnh báo", "dòng I = 5"], [("II", "5")]),
    ("I min=0 max=6 | 5\nII | 9 ", ["dòng I = dòng II"], [("II", "5")]),
    ("I min=0 max=6 | 5\nII min=8 | 9 ", ["dòng I = dòng II"], []),
    (
        "I | 5\nII | 9\nIII | 9",
        ["dòng I + tổng(dòng II đến III) = 24"],
        [("I", "6"), ("II", "10"), ("III", "10")],
    ),
]


@pytest.mark.parametrize(("rows", "rules", "expected"), CASES)
def test_what_is_suggested(rows: str, rules: list[str], expected: list[tuple[str, str]]) -> None:
    found = repairs(f"   | 3\n{rows}", *rules, previous="  | 3\nI | 20\nII | 30")
    assert sorted((row, value) for row, _, _, value in found) == expected


def test_decimals_of_the_cell_are_kept() -> None:
    form = "  | 3 | 4 | 5 .1\nI | 2 | 3 | 9"
    assert ("I", "5", "9.0", "0.7") in repairs(form, "cột 5 = cột 3 / cột 4 trong dòng I", "cột 5 = 0,7")
    assert repairs(form, "cột 5 = cột 3 / 4") == [("I", "5", "9.0", "0.5"), ("I", "3", "2", "36")]


def test_computed_cells_are_seen_through() -> None:
    formula = rule("cột 3 = cột 4 + cột 5", "F", computed=True)
    form = "  | 3 | 4 | 5 | 6\nI |  | 10 | 20 | 31"
    found = repairs(form, formula, "cột 3 = cột 6")
    assert found == [("I", "6", "31", "30"), ("I", "5", "20", "21"), ("I", "4", "10", "11")]


def test_a_claim_stays_what_it_is() -> None:
    formula = rule("cột 3 = cột 4 + cột 5", "F", computed=True)
    assert repairs("  | 3 | 4 | 5\nI | 31 | 10 | 20", formula) == [
        ("I", "5", "20", "21"),
        ("I", "4", "10", "11"),
    ]


def test_locked_cells_and_rows_of_others_stay() -> None:
    grid = read_grid(
        "  | 3 | 4\nI | 5 | 6",
        rules=numbered(["cột 3 = cột 4"]),
        cells=(CellOverride("I", "3", state="locked"),),
    )
    program = program_of(grid)
    sheet = sheet_of(program, grid)
    found = suggest(program, Context(), check_form(program, sheet, Context()))
    assert [s.place for s in found] == [("A", "I", "4")]


def test_nothing_failed_nothing_suggested() -> None:
    assert repairs("  | 3 | 4\nI | 5 | 5", "cột 3 = cột 4") == []


# --- against trying everything

CELLS = [("A", row, column) for row in ("I", "II") for column in ("3", "4")]
TERMS = ("ô [I; 3]", "ô [I; 4]", "ô [II; 3]", "ô [II; 4]")


@st.composite
def linear_rules(draw: st.DrawFn) -> str:
    sides = []
    for _ in range(2):
        terms = draw(st.lists(st.sampled_from([*TERMS, "2 * ô [I; 3]", "3"]), min_size=1, max_size=2))
        sides.append(draw(st.sampled_from([" + ", " - "])).join(terms))
    return f" {draw(st.sampled_from(['=', '<=', '>=', '<', '>', '=']))} ".join(sides)


@given(
    st.lists(linear_rules(), min_size=1, max_size=3),
    st.lists(st.integers(-3, 3), min_size=4, max_size=4),
)
def test_a_repair_is_found_where_there_is_one(rules: list[str], numbers: list[int]) -> None:
    text = "   | 3 | 4\nI  | {} | {}\nII | {} | {}".format(*numbers)
    grid = read_grid(text, rules=numbered(rules))
    program = program_of(grid)
    sheet = sheet_of(program, grid)
    checked = check_form(program, sheet, Context())
    found = suggest(program, Context(), checked)
    assert all(not failures(program, changed(sheet, s)) for s in found)
    if not failures(program, sheet):
        assert not found
        return
    plain = evaluator(program, sheet, Context())
    # four terms of at most 6, one of which is the cell itself: no repair is farther away
    tried = (
        replace(plain, sheet=sheet.changed({cell: Figure(Status.VALUE, Decimal(number))}))
        for cell, number in product(CELLS, range(-24, 25))
    )
    kept = any(all(w.verdict(r.tree, Target()) != "fail" for r in program.rules) for w in tried)
    assert bool(found) == kept


def changed(sheet: Sheet, suggestion: Suggestion) -> Sheet:
    return sheet.changed({suggestion.place: Figure(Status.VALUE, Decimal(suggestion.value))})


def failures(program: Program, sheet: Sheet) -> list[str]:
    return [f.rule for f in check_form(program, sheet, Context()).findings if f.verdict == "fail"]
