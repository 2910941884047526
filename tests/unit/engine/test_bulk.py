"""Many reports at once: what whole columns say is what one report says, also where int64 has no room."""

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest

from engine.bulk.many import Bulk, words
from engine.bulk.numbers import add, constant
from engine.bulk.reports import stacked
from engine.context import Context
from engine.plans.running import Running
from engine.sheet import LARGEST
from tests.grids import program_of, read_grid, rule, sheet_of

HUGE = str(LARGEST)
CASES = [
    ("cột 1 = cột 2 + cột 3", "3 | 1 | 2", "pass"),
    ("cột 1 = cột 2 + cột 3", f"{HUGE} | {HUGE} | {HUGE}", "fail"),
    ("cột 1 * cột 2 = cột 2 * cột 1", f"{HUGE} | {HUGE} | 1", "pass"),
    ("cột 1 * cột 1 * cột 1 > cột 2", f"-{HUGE} | {HUGE} | 1", "fail"),
    ("cột 1 = cột 2 / cột 3", "3 | 5 | 2", "pass"),
    ("cột 1 = cột 2 / cột 3", "-3 | -5 | 2", "pass"),
    ("cột 1 = cột 2 / cột 3 * 100", "33 | 1 | 3", "pass"),
    ("cột 1 = cột 2 / cột 3 - 1", "1 | 7 | 3", "pass"),
    ("cột 1 = cột 2 / cột 3", "3 | 5 | 0", "na:div0"),
    ("cột 1 = cột 2 / cột 3", "3 | x | 0", "na:mark"),
    ("cột 1 = cột 2 / cột 3", " | | 0", "na:blank"),
    ("cột 1 = trung_bình(cột (2; 3))", "3 | 2 | 3", "pass"),
    ("cột 1 = cột 2", "| - | ", "pass"),
    ("cột 1 = cột 2 bỏ qua nếu trống", "| - | ", "na:blank"),
    ("cột 1 = cột 2 sai số 0,5%", "1000 | 1005 |", "pass"),
    ("cột 1 = cột 2 sai số tự động", "1 | 2 |", "pass"),
    ("cột 1 = cột 2 + cột 3 sai số tự động", f"{HUGE} | {HUGE} | 1", "pass"),
    ("nếu cột 1 > 0 thì cột 2 > 0 ngược lại cột 3 > 0", "0 | | 1", "pass"),
    ("nếu cột 1 > 0 thì cột 2 > 0", "0 | | 1", "na:guard"),
]


def told(text: str, figures: str, run: int = 0) -> list[str | None]:
    """The outcomes on a form of three such rows, stacked as two reports."""
    rows = "\n".join(f"R{i} | {figures}" for i in range(1, 4))
    grid = read_grid(f"| 1 | 2 | 3\n{rows}", rules=[rule(text)])
    program = program_of(grid)
    work = Running(program, sheet_of(program, grid), Context())
    (piece,) = stacked(work.plan, [work.sheet, work.sheet], [work.givens] * 2)
    found = Bulk(work.plan, run=run).check(piece)
    assert np.array_equal(found[:, 0], found[:, 1])
    assert [work.verdict(i) for i in range(3)] == words(found[:, 0])
    return words(found[:, 0])


@pytest.mark.parametrize(("text", "figures", "verdict"), CASES)
def test_whole_columns_say_what_one_report_says(text: str, figures: str, verdict: str) -> None:
    assert told(text, figures) == [verdict] * 3


def test_cells_that_stand_evenly_are_read_where_they_are() -> None:
    assert told("cột 1 = cột 2 + cột 3", "3 | 1 | 2", run=2) == ["pass"] * 3


def test_what_is_beyond_numbers_is_left_to_others() -> None:
    grid = read_grid("| 1 text | 2\nA | a | 1", rules=[rule('cột 1 = "a"'), rule("cột 1 phải nhập", "L")])
    program = program_of(grid)
    work = Running(program, sheet_of(program, grid), Context())
    (piece,) = stacked(work.plan, [work.sheet])
    assert words(Bulk(work.plan).check(piece)[:, 0]) == [None, "pass"]
    assert work.verdicts() == ["pass", "pass"]


def test_a_sum_takes_in_terms_wider_than_their_bounds() -> None:
    plain = constant(Decimal(5))
    wider = replace(plain, units=plain.units.astype(object))
    assert add([plain, plain, wider, plain]).units.tolist() == [[20]]


def test_equal_numbers_are_one_constant_however_they_are_written() -> None:
    """A cache takes 1 and 1.00 for the same key, and digits to round to are read as they stand."""
    assert [constant(Decimal(text)).scale for text in ("1.00", "1", "10", "1.50", "0.00")] == [0, 0, 0, 1, 0]
