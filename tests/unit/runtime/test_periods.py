from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Invalid
from runtime.periods import (
    CALENDAR,
    DECREE_09,
    MONTHS,
    NUMBERED,
    Period,
    Windows,
    closing_on,
    numbers_of,
    period_of,
    previous,
    same_period_last_year,
)
from runtime.typed_periods import find_windows, parse_period

years = st.integers(1950, 2150)
own_rules = st.builds(closing_on, st.just("own"), st.integers(1, 31), st.integers(1, 7))
rules = st.sampled_from([DECREE_09, CALENDAR]) | own_rules


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
        ("ten_months", 1, "2025-12-15", "2026-10-14"),
        ("year", 1, "2025-12-15", "2026-12-14"),
        ("week", 38, "2026-09-14", "2026-09-20"),
        ("half_month", 1, "2025-12-15", "2025-12-31"),
        ("half_month", 18, "2026-09-01", "2026-09-14"),
    ],
)
def test_windows_of_decree_09(frequency: str, number: int, start: str, end: str) -> None:
    period = period_of(frequency, 2026, number)
    assert (period.start.isoformat(), period.end.isoformat()) == (start, end)


def test_a_calendar_month_ends_with_its_month() -> None:
    february = period_of("month", 2028, 2, CALENDAR)
    assert (february.start, february.end) == (date(2028, 2, 1), date(2028, 2, 29))


def test_weeks_close_on_a_day_of_the_week_and_some_years_have_53() -> None:
    assert period_of("week", 2026, 38, find_windows("weekday:4")).end == date(2026, 9, 17)
    assert (numbers_of("week", 2026), numbers_of("week", 2027)) == (53, 52)
    assert same_period_last_year(period_of("week", 2027, 52)) == period_of("week", 2026, 52)
    assert same_period_last_year(period_of("week", 2026, 53)) is None


@pytest.mark.parametrize("code", ["day:0", "day:32", "weekday:8", "day:", "monthly", "day:1a"])
def test_what_is_no_rule_of_closing_is_told(code: str) -> None:
    with pytest.raises(Invalid):
        find_windows(code)


def test_a_calendar_month_has_its_halves() -> None:
    halves = [period_of("half_month", 2026, number, CALENDAR) for number in (3, 4)]
    assert [(half.start.day, half.end.day) for half in halves] == [(1, 15), (16, 28)]


def test_a_province_closes_quarters_on_another_day() -> None:
    own = Windows("own", {**DECREE_09.closing_day, "quarter": 6})
    assert period_of("quarter", 2026, 3, own).end == date(2026, 9, 6)


@given(
    years, rules, st.sampled_from([f for f in NUMBERED if f not in ("nine_months", "ten_months")]), st.data()
)
def test_windows_tile(year: int, windows: Windows, frequency: str, data: st.DataObject) -> None:
    number = data.draw(st.integers(1, numbers_of(frequency, year)))
    period = period_of(frequency, year, number, windows)
    before = previous(period, windows)
    assert before is not None
    assert before.end + timedelta(days=1) == period.start <= period.end


@given(years, rules, st.sampled_from(list(MONTHS)), st.data())
def test_a_longer_window_is_the_union_of_its_months(
    year: int, windows: Windows, frequency: str, data: st.DataObject
) -> None:
    number = data.draw(st.integers(1, numbers_of(frequency, year)))
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
        ("ten_months", ["10T/2026", "10 tháng đầu năm 2026"], "10 tháng năm 2026"),
        ("week", ["38/2026", "tuần 38/2026", "W38/2026", "Tuần 38 năm 2026"], "tuần 38/2026"),
        ("half_month", ["nửa đầu tháng 9/2026", "nửa đầu 9/2026"], "nửa đầu tháng 9/2026"),
        ("half_month", ["nửa cuối tháng 9/2026"], "nửa cuối tháng 9/2026"),
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


@given(st.sampled_from(NUMBERED), st.integers(1950, 2150), st.data())
def test_labels_are_read_back(frequency: str, year: int, data: st.DataObject) -> None:
    period = period_of(frequency, year, data.draw(st.integers(1, numbers_of(frequency, year))))
    assert parse_period(frequency, period.label) == period


def test_a_period_is_a_value() -> None:
    assert period_of("year", 2026, 1) == Period("year", 2026, 1, date(2025, 12, 15), date(2026, 12, 14))
