"""What a schedule plans: when rounds open, by when each level answers, over Tết too."""

from dataclasses import replace
from datetime import date, time
from itertools import islice

import pytest

from core.clock import VIETNAM
from runtime.rounds.planning import Order, faults, planned

MONTHLY = Order(
    template="KTXH-01",
    frequency="month",
    windows="decree_09",
    opens=1,
    opens_at=time(8),
    due={"commune": 2, "province": 5},
    due_at=time(17),
    scope="level:commune",
    flow="direct",
    steps="submit,accept",
    active_from=date(2026, 1, 1),
)


def test_periods_follow_one_another_with_their_deadlines() -> None:
    lines = [
        (
            f"{each.period.end:%d/%m}",
            f"{each.opens_at.astimezone(VIETNAM):%d/%m %H:%M}",
            *(f"{each.deadlines[level].astimezone(VIETNAM):%d/%m}" for level in ("commune", "province")),
        )
        for each in islice(planned(MONTHLY, date(2026, 9, 1)), 3)
    ]
    assert lines == [
        ("14/09", "15/09 08:00", "16/09", "21/09"),  # 19 and 20 September are a weekend
        ("14/10", "15/10 08:00", "16/10", "21/10"),
        ("14/11", "15/11 08:00", "17/11", "20/11"),  # the window closes on a Saturday
    ]


def test_tet_is_no_working_time() -> None:
    (february,) = islice(planned(MONTHLY, date(2026, 2, 1)), 1)
    assert february.period.end == date(2026, 2, 14)
    assert min(february.deadlines.values()).date() > date(2026, 2, 20)


def test_a_schedule_ends() -> None:
    ended = replace(MONTHLY, active_to=date(2026, 3, 14))
    assert [each.period.number for each in planned(ended, date(2026, 1, 1))] == [1, 2]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"frequency": "season"}, "schedule.frequency"),
        ({"due": {}}, "schedule.no_deadline"),
        ({"due": {"commune": 0}}, "schedule.days"),  # at least one working day after the window
        ({"due": {"commune": 5, "province": 2}}, "schedule.crossed"),
        ({"opens": 30}, "schedule.opens_late"),
        ({"active_to": date(2025, 1, 1)}, "schedule.dates"),
    ],
)
def test_what_no_schedule_may_say(change: dict[str, object], code: str) -> None:
    assert next(faults(replace(MONTHLY, **change))).code == code  # type: ignore[arg-type]


def test_a_good_one_has_no_faults() -> None:
    assert list(faults(MONTHLY)) == []
