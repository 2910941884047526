"""Working days of Vietnam."""

from datetime import date

import pytest

from core.working_days import after_working_days, is_working_day, working_days_between


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 11, 20), True),
        (date(2026, 11, 21), False),  # a Saturday
        (date(2026, 2, 17), False),  # Tết
        (date(2026, 4, 26), False),
        (date(2026, 9, 2), False),
    ],
)
def test_weekends_and_holidays_are_no_working_days(day: date, works: bool) -> None:
    assert is_working_day(day) == works


def test_working_days_are_counted_forwards_and_backwards() -> None:
    friday = date(2026, 11, 20)
    assert after_working_days(friday, 0) == friday
    assert after_working_days(friday, 5) == date(2026, 11, 27)
    assert working_days_between(friday, date(2026, 11, 27)) == 5
    assert working_days_between(date(2026, 11, 27), friday) == -5
    assert after_working_days(date(2026, 2, 13), 1) > date(2026, 2, 20)
