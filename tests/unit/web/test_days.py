from datetime import UTC, date, datetime

import pytest

from core.errors import Invalid
from web.days import read_day, read_moment


@pytest.mark.parametrize("text", ["5/10/2026", " 05/10/2026 ", "5-10-2026", "5.10.2026", "2026-10-05"])
def test_the_day_stands_before_the_month(text: str) -> None:
    assert read_day(text) == date(2026, 10, 5)


@pytest.mark.parametrize("text", ["", "31/2/2026", "10/2026", "5/10/26", "hôm nay", "2026-13-01"])
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_day(text)
    assert refused.value.code == "day.unknown"


@pytest.mark.parametrize(
    ("at", "hour", "minute"), [("", 10, 0), (" 9h30 ", 2, 30), ("23:59", 16, 59), ("7.05", 0, 5)]
)
def test_a_moment_is_told_in_vietnams_time(at: str, hour: int, minute: int) -> None:
    assert read_moment("5/10/2026", at) == datetime(2026, 10, 5, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize("at", ["25:00", "9", "chiều", "12:60"])
def test_what_is_no_time_is_refused(at: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_moment("5/10/2026", at)
    assert refused.value.code == "day.bad_time"
