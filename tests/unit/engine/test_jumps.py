"""Ten times more or less than before: is the unit of measure right?"""

from typing import Any

import pytest

from engine.check import check_form
from engine.context import Context
from engine.figures import read_figures
from tests.grids import checked, program_of, read_grid, rule

HEAD = "    | 1 .1 (tỷ đồng) | 2 | 3 % | 4 .1 nature=rate | 5 text\n"


def jumped(now: str, **context: Any) -> list[tuple[str, str]]:
    """(where, which earlier figure) of each warning."""
    given: dict[str, Any] = {name: f"{HEAD}I {row}" for name, row in context.items()}
    found = checked(f"{HEAD}I {now}", rule("cột 2 >= 0"), **given).findings
    assert all(f.severity == "warning" for f in found if f.code == "figure.jump")
    return [(f.where, f.variant) for f in found if f.code == "figure.jump"]


CASES = [
    # figures now, in the previous period, whether it is told
    ("| 100.0", "| 10.0", True),
    ("| 99.9", "| 10.0", False),
    ("| 10.0", "| 100.0", True),
    ("| 10.1", "| 100.0", False),
    ("| -100.0", "| -10.0", True),
    ("| -100.0", "| 10.0", False),
    ("| 100.0", "| 0", False),
    ("| 0", "| 100.0", False),
    ("| 100.0", "| -", False),
    ("| x", "| 100.0", False),
    ("| ", "| 100.0", False),
    ("| 9.9", "| 0.9", False),  # 99 in the smallest unit
    ("| 10.0", "| 1.0", True),
    ("| | 30", "| | 2", False),
    ("| | 300", "| | 2", True),
    ("| | | 90 ", "| | | 1", False),
    ("| | | | 900.0 ", "| | | | 1.0", False),
    ("| | | | | 900", "| | | | | 1", False),
    ("| 920000000000000000.0", "| 0.1", True),
]


@pytest.mark.parametrize(("now", "before", "is_told"), CASES)
def test_ten_times(now: str, before: str, is_told: bool) -> None:
    assert bool(jumped(now, previous=before)) is is_told
    assert bool(jumped(now, same_period_last_year=before)) is is_told


def test_a_cell_is_told_once() -> None:
    assert jumped("| 100.0", previous="| 10.0", same_period_last_year="| 1.0") == [("A[I;1]", "")]
    assert jumped("| 100.0", previous="| 90.0", same_period_last_year="| 1.0") == [("A[I;1]", "last_year")]
    assert jumped("| 100.0", last_year="| 10.0") == []


def test_computed_cells_are_left_to_what_they_are_computed_from() -> None:
    grid = "   | 1 | 2\nI  | {} |\nII | {} |"
    found = checked(
        grid.format(500, 7), rule("cột 2 = cột 1 * 2", computed=True), previous=grid.format(50, 7)
    ).findings
    assert [f.where for f in found] == ["A[I;1]"]


def test_rows_that_reporters_add_are_compared_by_their_key() -> None:
    program = program_of(read_grid("  | 1\n", kind="list"))
    now, before = (
        read_figures(program.layout, {"A": {key: {"1": value} for key, value in rows.items()}})[0]
        for rows in ({"a": "500", "b": "500"}, {"a": "5", "c": "5"})
    )
    found = check_form(program, now, Context(previous=before)).findings
    assert [f.where for f in found] == ["A[a;1]"]
