from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Invalid
from runtime.periods import (
    CALENDAR,
    DECREE_09,
    MONTHS,
    Period,
    Windows,
    numbers_of,
    period_of,
    previous,
    same_period_last_year,
)
from runtime.typed_periods import parse_period

years = st.integers(1950, 2150)
rules = st.sampled_from([DECREE_09, CALENDAR])


@pytest.mark.parametrize(
    ("frequency", "number", "start", "end"),
    [
        ("month", 1, "2025-12-15", "2026-01-14"),
        ("month", 3, "2026-02-15", "2026-03-14"),
        ("quarter", 1, "2025-12-15", "2026-03-14"),
        ("quarter", 3, "2026-06-15", "2026-09-14"),
        ("half_year", 1, "2025-12-15", "2026-06-14"),
        ("half_year", 2, "2026-06-15", "2026-12-14"),
        ("nine_months", 1, "2025-12-15", "2026-09-14"),
        ("year", 1, "2025-12-15", "2026-12-14"),
    ],
)
def test_windows_of_decree_09(frequency: str, number: int, start: str, end: str) -> None:
    period = period_of(frequency, 2026, number)
    assert (period.start.isoformat(), period.end.isoformat()) == (start, end)


def test_a_calendar_month_ends_with_its_month() -> None:
    february = period_of("month", 2028, 2, CALENDAR)
    assert (february.start, february.end) == (date(2028, 2, 1), date(2028, 2, 29))


def test_a_province_closes_quarters_on_another_day() -> None:
    own = Windows("own", {**DECREE_09.closing_day, "quarter": 6})
    assert period_of("quarter", 2026, 3, own).end == date(2026, 9, 6)


@given(years, rules, st.sampled_from([f for f in MONTHS if f != "nine_months"]), st.data())
def test_windows_tile(year: int, windows: Windows, frequency: str, data: st.DataObject) -> None:
    number = data.draw(st.integers(1, numbers_of(frequency)))
    period = period_of(frequency, year, number, windows)
    before = previous(period, windows)
    assert before is not None
    assert before.end + timedelta(days=1) == period.start <= period.end


@given(years, rules, st.sampled_from(list(MONTHS)), st.data())
def test_a_longer_window_is_the_union_of_its_months(
    year: int, windows: Windows, frequency: str, data: st.DataObject
) -> None:
    number = data.draw(st.integers(1, numbers_of(frequency)))
    period, length = period_of(frequency, year, number, windows), MONTHS[frequency]
    months = [period_of("month", year, (number - 1) * length + i, windows) for i in range(1, length + 1)]
    assert (period.start, period.end) == (months[0].start, months[-1].end)


@given(years, rules, st.sampled_from(list(MONTHS)))
def test_a_year_earlier_has_the_same_number(year: int, windows: Windows, frequency: str) -> None:
    period = period_of(frequency, year, 1, windows)
    earlier = same_period_last_year(period, windows)
    assert earlier == period_of(frequency, year - 1, 1, windows)


def test_nine_months_leave_a_gap() -> None:
    assert previous(period_of("nine_months", 2026, 1)) is None


def test_attributes() -> None:
    attributes = period_of("quarter", 2026, 3).attributes
    assert attributes == {
        "tháng": 9,
        "quý": 3,
        "năm": 2026,
        "đầu_năm": False,
        "từ": "2026-06-15",
        "đến": "2026-09-14",
    }
    assert period_of("month", 2026, 1).attributes["đầu_năm"] is True


@pytest.mark.parametrize(
    ("frequency", "texts", "label"),
    [
        (
            "quarter",
            ["III/2026", "Q3/2026", "q3 2026", "quý III/2026", "Quý 3 năm 2026", "3/2026"],
            "quý III/2026",
        ),
        ("month", ["9/2026", "09/2026", "tháng 9/2026", "T9/2026", "Tháng 9 năm 2026"], "tháng 9/2026"),
        ("year", ["2026", "năm 2026"], "năm 2026"),
        (
            "half_year",
            ["6T/2026", "6 tháng 2026", "6 tháng đầu năm 2026", "H1/2026", "I/2026"],
            "6 tháng đầu năm 2026",
        ),
        ("half_year", ["6 tháng cuối năm 2026", "2/2026", "H2/2026"], "6 tháng cuối năm 2026"),
        ("nine_months", ["9T/2026", "9 tháng 2026", "9 tháng đầu năm 2026"], "9 tháng năm 2026"),
        ("daily", ["2026-09-05", "5/9/2026", "ngày 5/9/2026"], "ngày 5/9/2026"),
        ("custom", ["2026-06-15..2026-09-14", "từ 15/6/2026 đến 14/9/2026"], "từ 15/6/2026 đến 14/9/2026"),
    ],
)
def test_periods_as_typed(frequency: str, texts: list[str], label: str) -> None:
    assert {parse_period(frequency, text).label for text in texts} == {label}


@pytest.mark.parametrize(
    ("frequency", "text"),
    [
        ("quarter", "V/2026"),
        ("quarter", "5/2026"),
        ("month", "13/2026"),
        ("month", "0/2026"),
        ("month", "9/26"),
        ("month", "\uff19/2026"),
        ("year", "1e400"),
        ("year", "9999"),
        ("daily", "31/2/2026"),
        ("custom", "15/9/2026-1/9/2026"),
        ("weekly", "1/2026"),
        ("quarter", ""),
    ],
)
def test_what_names_no_period_is_told(frequency: str, text: str) -> None:
    with pytest.raises(Invalid) as refused:
        parse_period(frequency, text)
    assert refused.value.findings[0].code.startswith("period.")


@given(st.sampled_from([f for f in MONTHS]), st.integers(1950, 2150), st.data())
def test_labels_are_read_back(frequency: str, year: int, data: st.DataObject) -> None:
    period = period_of(frequency, year, data.draw(st.integers(1, numbers_of(frequency))))
    assert parse_period(frequency, period.label) == period


def test_a_period_is_a_value() -> None:
    assert period_of("year", 2026, 1) == Period("year", 2026, 1, date(2025, 12, 15), date(2026, 12, 14))
