"""When a person is told: now, at the next hour, in the morning, never in quiet hours."""

from datetime import datetime

import pytest

from agencies.reach import Wishes
from core.clock import VIETNAM


def at(hour: int, minute: int = 0, day: int = 22) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=VIETNAM)


@pytest.mark.parametrize(
    ("wishes", "now", "told"),
    [
        (Wishes(), at(9, 12), None),
        (Wishes(), at(21), at(7, day=23)),
        (Wishes(), at(3, 30), at(7)),
        (Wishes(), at(7), None),
        (Wishes(quiet_from=12, quiet_until=14), at(12, 30), at(14)),
        (Wishes(quiet_from=0, quiet_until=0), at(2), None),
        (Wishes(gathered="hourly"), at(9, 12), at(10)),
        (Wishes(gathered="hourly"), at(20, 1), at(7, day=23)),
        (Wishes(gathered="daily"), at(9, 12), at(7, day=23)),
        (Wishes(gathered="daily"), at(5), at(7)),
        (Wishes(gathered="daily", quiet_from=20, quiet_until=8), at(9), at(8, day=23)),
    ],
)
def test_who_wants_it_so_is_told_later(wishes: Wishes, now: datetime, told: datetime | None) -> None:
    assert wishes.held_until(now) == told
