from datetime import date

import pytest

from core.errors import Invalid
from web.days import read_day


@pytest.mark.parametrize("text", ["5/10/2026", " 05/10/2026 ", "5-10-2026", "5.10.2026", "2026-10-05"])
def test_the_day_stands_before_the_month(text: str) -> None:
    assert read_day(text) == date(2026, 10, 5)


@pytest.mark.parametrize("text", ["", "31/2/2026", "10/2026", "5/10/26", "hôm nay", "2026-13-01"])
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_day(text)
    assert refused.value.code == "day.unknown"
