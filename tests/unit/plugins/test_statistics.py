"""Functions of a plug-in, in rules beside the language's own: the same tables, the same verdicts."""

from decimal import Decimal

import pytest

from core.plugins import functions_of
from engine.arithmetic import Bounds, Exact
from engine.bulk.many import Bulk, words
from engine.bulk.reports import stacked
from engine.check import check_form
from engine.context import Context
from engine.explain import explain_rule
from engine.plans.plan_json import plan_from_json, plan_to_json
from engine.program import Program, compile_form
from engine.report import plan_for
from engine.values import BLANK, DIVIDED_BY_ZERO, MARK, NotApplicable
from plugins.statistics import Statistics, growth, median
from tests.grids import Grid, form_of, numbered, read_grid, sheet_of
from tests.proof import reference

FUNCTIONS = functions_of({"statistics": Statistics()})


def number(text: str) -> Decimal:
    return Decimal(text)


@pytest.mark.parametrize(
    ("present", "before", "found"),
    [
        ("121", "110", "10"),
        ("110", "110", "0"),
        ("55", "110", "-50"),
        ("0", "110", "-100"),
    ],
)
def test_growth(present: str, before: str, found: str) -> None:
    assert growth(Exact(), number(present), number(before)) == number(found)


def test_growth_from_nothing() -> None:
    one, zero = Decimal(1), Decimal(0)
    assert growth(Exact(), one, zero) == DIVIDED_BY_ZERO
    assert growth(Exact(), zero, zero) is BLANK
    assert growth(Exact(), BLANK, one) is BLANK
    assert growth(Exact(), MARK, one) == NotApplicable("mark")


@pytest.mark.parametrize(
    ("values", "found"),
    [(["3", "1", "2"], "2"), (["4", "1", "2", "3"], "2.5"), (["7"], "7"), (["-1", "0.5"], "-0.25")],
)
def test_median(values: list[str], found: str) -> None:
    assert median(Exact(), [*map(number, values), BLANK, MARK]) == number(found)


def test_median_of_nothing_is_blank() -> None:
    assert median(Exact(), [BLANK, MARK]) is BLANK


def test_median_of_intervals_holds_every_median_within() -> None:
    figures = [Bounds().figure(number(text), 0) for text in ("1", "10", "3", "4")]
    assert median(Bounds(), figures) == (Decimal("3.0"), Decimal("4.0"))


RULES = (
    "ô [A1; 3] = tang_truong(ô [A1; 1]; ô [A1; 2])",
    "ô [A2; 3] = growth(ô [A2; 1]; ô [A2; 2])",
    "ô [A3; 3] = tăng_trưởng(ô [A3; 1]; ô [A3; 2])",
    "ô [T; 1] = trung_vị(ô [A1 đến A3; 1])",
    "ô [T; 2] = median(ô [A1 đến A3; 2]) sai số tự động",
    "ô [T; 1] >= ô [A1; 1]",
)
GRID = """
   | 1 .0 | 2 .0 | 3 %
A1 | 121  | 110  | 10
A2 | 5    | 0    |
A3 | x    | 7    |
T  | 100  | 7    |
"""


def world() -> tuple[Program, Grid]:
    drawn = read_grid(GRID, rules=numbered(RULES))
    program = compile_form(form_of(drawn), functions=FUNCTIONS)
    assert not program.findings, program.findings
    return program, drawn


def test_rules_call_them_like_the_languages_own() -> None:
    program, drawn = world()
    checked = check_form(program, sheet_of(program, drawn), Context())
    assert checked.verdicts == {
        "K1": "pass",
        "K2": "na:div0",
        "K3": "na:mark",
        "K4": "fail",  # between 121 and 5 lies 63; x is left out
        "K5": "pass",
        "K6": "fail",
    }


def test_the_plain_evaluator_and_the_closures_agree() -> None:
    program, drawn = world()
    sheet = sheet_of(program, drawn)
    meant = reference.answer(program, sheet, Context()).verdicts
    found = check_form(program, sheet, Context()).verdicts
    assert {rule: verdict for (rule, _), verdict in meant.items()} == found


def test_whole_columns_decline_them_and_only_them() -> None:
    program, drawn = world()
    sheet = sheet_of(program, drawn)
    plan = plan_for(program, sheet, Context())
    (piece,) = stacked(plan, [sheet], [()], 1)
    assert words(Bulk(plan).check(piece)[:, 0]) == [None] * 5 + ["fail"]


def test_the_browser_is_told_their_names_and_leaves_them_to_the_server() -> None:
    program, drawn = world()
    sheet = sheet_of(program, drawn)
    written = plan_to_json(plan_for(program, sheet, Context()), [])
    again = plan_to_json(plan_from_json(written)[0], [])
    assert again == written and "tăng_trưởng" in str(written)


def test_they_are_told_in_words() -> None:
    program, _ = world()
    told = explain_rule(program, program.rules[0], "vi"), explain_rule(program, program.rules[3], "en")
    assert "mức tăng phần trăm của" in told[0] and "the median of" in told[1]


def test_without_the_plug_in_their_names_are_unknown() -> None:
    drawn = read_grid(GRID, rules=numbered(RULES[:1]))
    (finding,) = compile_form(form_of(drawn)).findings
    assert finding.code == "E_FUNC"
