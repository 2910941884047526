"""Summing up: each rule against plain Python, whatever the order of the reports."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.figures import read_figures, write_figures
from engine.form import Aggregation, Column, Properties
from engine.layout import Layout
from engine.rollup.aggregate import Child, aggregate
from engine.rollup.imputation import as_imputed, imputed_places
from engine.rollup.trace import trace
from engine.sheet import LARGEST, Sheet
from tests.grids import Grid, form_of, read_grid

MARKS = st.sampled_from(["", "-", "x", "..."])
SMALL = st.integers(-1000, 1000).map(str)
LARGE = st.integers(-LARGEST, LARGEST).map(str)
FIGURE = st.one_of(MARKS, SMALL, LARGE)


def layout_for(rule: str) -> Layout:
    by = Aggregation("weighted_mean", by="2") if rule == "weighted_mean" else Aggregation(rule)  # type: ignore[arg-type]
    grid = read_grid("| 1 | 2\nA |\n")
    columns = (Column("1", "1", "", "1", Properties(type="integer", aggregation=by)), grid.section.columns[1])
    changed = type(grid.section)(**{**vars(grid.section), "columns": columns})
    return Layout(form_of(Grid(changed, {})))


def sheets(layout: Layout, figures: Sequence[tuple[str, str]]) -> list[Child]:
    made = []
    for i, (one, two) in enumerate(figures):
        sheet, findings = read_figures(layout, {"A": {"A": {"1": one, "2": two}}})
        assert not findings
        made.append(Child(f"X{i}", sheet))
    return made


def plain(rule: str, figures: Sequence[tuple[str, str]]) -> str:
    """The figure as anybody would compute it."""
    entered = [one for one, _ in figures if one not in ("", "x", "...")]
    numbers = [0 if one == "-" else int(one) for one in entered]
    if rule == "count":
        return str(len(entered))
    if not numbers:
        return "x" if any(one == "x" for one, _ in figures) else ""
    if rule == "sum":
        return "-" if set(entered) == {"-"} else _fits(sum(numbers))
    if rule == "weighted_mean":
        pairs = [
            (0 if a == "-" else int(a), 0 if b == "-" else int(b))
            for a, b in figures
            if a not in ("", "x", "...") and b not in ("", "x", "...")
        ]
        whole = sum(weight for _, weight in pairs)
        if not whole:
            return ""
        mean = Decimal(sum(value * weight for value, weight in pairs)) / Decimal(whole)
        return _fits(int(mean.quantize(Decimal(1), ROUND_HALF_UP)))
    return str({"min": min, "max": max, "last": lambda found: found[-1]}[rule](numbers))  # type: ignore[operator]


def _fits(total: int) -> str:
    return str(total) if abs(total) <= LARGEST else ""


@pytest.mark.parametrize("rule", ["sum", "min", "max", "last", "count"])
@given(figures=st.lists(st.tuples(FIGURE, SMALL), min_size=1, max_size=8))
def test_each_rule_equals_plain_python(rule: str, figures: list[tuple[str, str]]) -> None:
    layout = layout_for(rule)
    made = aggregate(layout, sheets(layout, figures))
    found = write_figures(made.sheet).get("A", {}).get("A", {}).get("1", "")
    assert found == plain(rule, figures)
    assert made.reports == len(figures)
    assert int(made.entered["A"][0]) == sum(one not in ("", "x", "...") for one, _ in figures)


@given(figures=st.lists(st.tuples(st.one_of(MARKS, SMALL), st.one_of(MARKS, SMALL)), min_size=1, max_size=8))
def test_weighted_mean_equals_plain_python(figures: list[tuple[str, str]]) -> None:
    layout = layout_for("weighted_mean")
    found = (
        write_figures(aggregate(layout, sheets(layout, figures)).sheet).get("A", {}).get("A", {}).get("1", "")
    )
    assert found == plain("weighted_mean", figures)


@given(figures=st.lists(st.tuples(FIGURE, FIGURE), min_size=2, max_size=8), seed=st.randoms())
def test_sums_do_not_depend_on_the_order(figures: list[tuple[str, str]], seed: object) -> None:
    layout = layout_for("sum")
    children = sheets(layout, figures)
    mixed = sorted(children, key=lambda child: seed.random())  # type: ignore[attr-defined]
    assert aggregate(layout, children).sheet.block("A") == aggregate(layout, mixed).sheet.block("A")


def test_sums_beyond_int64_are_told() -> None:
    layout = layout_for("sum")
    made = aggregate(layout, sheets(layout, [(str(LARGEST), "1"), (str(LARGEST), "2")]))
    assert made.too_large == (("A", "A", "1"),)
    assert write_figures(made.sheet) == {"A": {"A": {"2": "3"}}}
    back = aggregate(layout, sheets(layout, [(str(LARGEST), ""), (str(LARGEST), ""), (str(-LARGEST), "")]))
    assert write_figures(back.sheet) == {"A": {"A": {"1": str(LARGEST)}}}


@pytest.mark.parametrize("rule", ["recompute", "none"])
def test_what_is_not_summed_stays_blank(rule: str) -> None:
    layout = layout_for(rule)
    assert write_figures(aggregate(layout, sheets(layout, [("5", "1"), ("6", "1")])).sheet) == {
        "A": {"A": {"2": "2"}}
    }


def test_no_reports_give_a_blank_sheet() -> None:
    layout = layout_for("sum")
    made = aggregate(layout, [])
    assert (write_figures(made.sheet), made.reports) == ({}, 0)


def test_versions_align_by_ids_and_decimals() -> None:
    new = Layout(form_of(read_grid("| 2 .1 | 1 .1 | 3 .2\nB |\nA |\n")))
    old = Layout(form_of(read_grid("| 1 .1 | 2 .1 | 3 .1\nA |\nB |\n")))
    data = {"A": {"A": {"1": "1.5", "2": "2.5", "3": "7.0"}}}
    children = [Child(str(i), read_figures(layout, data)[0]) for i, layout in enumerate((new, old, new))]
    made = write_figures(aggregate(new, children).sheet)
    assert made == {
        "A": {"A": {"2": "7.5", "1": "4.5", "3": "14.00"}}
    }  # column 3 has other decimals in the old one


def test_open_rows_meet_by_key() -> None:
    layout = Layout(form_of(read_grid("| 1 | 2 text\n", kind="list")))
    sheets_ = [
        read_figures(layout, {"A": data})[0]
        for data in ({"a": {"1": "1", "2": "x"}, "b": {"1": "2"}}, {"b": {"1": "3"}})
    ]
    made = aggregate(layout, [Child(str(i), sheet) for i, sheet in enumerate(sheets_)])
    assert write_figures(made.sheet) == {"A": {"a": {"1": "1", "2": "x"}, "b": {"1": "5"}}}


def test_trace_tells_the_largest_first() -> None:
    layout = layout_for("sum")
    children = [*sheets(layout, [("5", ""), ("-70", ""), ("", ""), ("x", "")]), Child("X9", Sheet(layout))]
    assert [part.key for part in trace(children, ("A", "A", "1"))] == ["X1", "X0", "X3"]


def test_what_an_imputed_figure_goes_into_is_imputed() -> None:
    layout = layout_for("sum")
    first, second = sheets(layout, [("2", "3"), ("4", "-")])
    whole = aggregate(layout, [first, Child("X1", as_imputed(second.sheet))]).sheet
    assert write_figures(whole) == {"A": {"A": {"1": "6", "2": "3"}}}
    assert imputed_places(whole) == {("A", "A", "1")}  # that nothing was there is no number
    above = aggregate(layout, [Child("X", whole), first]).sheet
    assert imputed_places(above) == {("A", "A", "1")}
