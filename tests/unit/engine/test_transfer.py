"""Figures in the shape of another version: kept by id, moved where that is said, lost only with a reason."""

from dataclasses import replace
from decimal import Decimal

import pytest

from engine.form import CellOverride, Column, Form, Header, Properties, Row, Rows, Section
from engine.layout import Layout
from engine.sheet import Figure, Sheet, Status
from engine.transfer import adds_only, inverse, transfer

NUMBER = Properties(type="decimal", decimals=2, unit="triệu đồng")


def form(*columns: Column, rows: tuple[Row, ...] = ()) -> Form:
    rows = rows or (Row("a", "a", "Thu"), Row("b", "b", "Chi"), Row("o", "o", "Khác", kind="open"))
    return Form(Header("F", "F"), (Section("S", "S", "table", columns=columns, rows=Rows(items=rows)),))


def column(code: str, properties: Properties = NUMBER) -> Column:
    return Column(code, code, code, code, properties=properties)


def sheet(**figures: str) -> Sheet:
    """Figures of column 1 by row."""
    found = {
        ("S", row.replace("__", "|"), "1"): Figure(Status.VALUE, Decimal(v)) for row, v in figures.items()
    }
    return Sheet(Layout(form(column("1"), column("2")))).changed(found)


def test_what_is_there_in_both_stays() -> None:
    more = form(
        column("1"), column("2"), column("3"), rows=(Row("n", "n", "Mới"), *form().sections[0].rows.items)
    )
    assert adds_only(sheet().layout, Layout(more)) and not adds_only(Layout(more), sheet().layout)
    moved = transfer(sheet(a="1.5", b="2", o__x="3"), Layout(more), {})
    assert (moved.kept, moved.moved, moved.lost) == (3, {}, ())
    assert {place: figure.number for place, _, figure in moved.sheet.figures()} == {
        ("S", "a", "1"): Decimal("1.5"),
        ("S", "b", "1"): Decimal(2),
        ("S", "o|x", "1"): Decimal(3),
    }


@pytest.mark.parametrize(
    ("after", "why"),
    [
        (form(column("2")), "gone"),
        (form(column("1", replace(NUMBER, unit="đồng"))), "unit"),
        (form(column("1", replace(NUMBER, unit="triệu  Đồng"))), ""),
        (form(column("1", replace(NUMBER, unit="suất"))), ""),
        (form(column("1", replace(NUMBER, decimals=1))), ""),
        (form(column("1", replace(NUMBER, decimals=0))), "decimals"),
        (form(column("1", Properties(type="text"))), ""),
        (form(column("1", Properties(type="date"))), "kind"),
        (form(column("1"), rows=(Row("b", "b", "Chi"), Row("o", "o", "Khác", kind="open"))), "gone"),
    ],
)
def test_a_figure_is_lost_only_with_a_reason(after: Form, why: str) -> None:
    moved = transfer(sheet(a="1.5"), Layout(after), {})
    assert not (why and adds_only(Layout(form(column("1"))), Layout(after)))
    assert [lost.why for lost in moved.lost] == ([why] if why else [])
    assert [lost.text for lost in moved.lost] == (["1.50"] if why else [])
    assert moved.kept == (0 if why else 1)


def test_a_cell_that_does_not_apply_keeps_nothing() -> None:
    plain = form(column("1"))
    closed = replace(plain.sections[0], cells=(CellOverride("a", "1", Properties(), "not_applicable"),))
    moved = transfer(sheet(a="1"), Layout(replace(plain, sections=(closed,))), {})
    assert [lost.why for lost in moved.lost] == ["not_applicable"]


def test_rows_and_columns_lead_on_to_what_took_their_place_and_back() -> None:
    after = Layout(form(column("9"), rows=(Row("z", "z", "Thu"), Row("p", "p", "Khác", kind="open"))))
    became = {"S": {"rows": {"a": "z", "o": "p"}, "columns": {"1": "9"}}}
    before = sheet(a="1", o__x="2")
    moved = transfer(before, after, became)
    assert {place for place, _, _ in moved.sheet.figures()} == {("S", "z", "9"), ("S", "p|x", "9")}
    back = transfer(moved.sheet, before.layout, inverse(became))
    assert {p: f for p, _, f in back.sheet.figures()} == {p: f for p, _, f in before.figures()}


def test_two_figures_never_share_a_cell() -> None:
    moved = transfer(sheet(a="1", b="2"), sheet().layout, {"S": {"rows": {"b": "a"}}})
    assert [(lost.place[1], lost.text, lost.why) for lost in moved.lost] == [("b", "2.00", "taken")]
    assert (moved.kept, moved.moved) == (1, {})


def test_a_section_that_is_gone_takes_its_figures_along() -> None:
    other = replace(form(column("1")).sections[0], id="T", code="T")
    moved = transfer(sheet(a="1"), Layout(Form(Header("F", "F"), (other,))), {})
    assert ([lost.why for lost in moved.lost], moved.kept) == (["gone"], 0)


@pytest.mark.parametrize(
    ("after", "adds"),
    [
        (form(column("1")), True),
        (form(column("1"), column("2")), True),
        (form(column("1", replace(NUMBER, decimals=3))), True),
        (form(column("1", replace(NUMBER, decimals=1))), False),
        (form(column("1", replace(NUMBER, unit="đồng"))), False),
        (form(column("1", Properties(type="text"))), True),
        (form(column("2")), False),
        (form(column("1"), rows=(Row("a", "a", "Thu"), Row("b", "b", "Chi"))), False),
        (form(column("1"), rows=(Row("a", "a", "Thu"), Row("o", "o", "Khác", kind="open"))), False),
    ],
)
def test_whether_a_version_only_adds_is_seen_without_figures(after: Form, adds: bool) -> None:
    assert adds_only(Layout(form(column("1"))), Layout(after)) == adds
