"""What a schedule plans: when rounds open, by when each level answers, over Tết too."""

from dataclasses import replace
from datetime import date, datetime, time
from itertools import islice

import pytest

from core.clock import VIETNAM
from core.errors import Invalid
from runtime.rounds.planning import Order, Own, back_planned, faults, planned

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


def test_one_period_has_days_of_its_own() -> None:
    morning = datetime(2026, 10, 19, 9, 15, tzinfo=VIETNAM)
    own = {"2026-9": Own(end=date(2026, 9, 10)), "2026-10": Own(due={"commune": morning})}
    september, october = islice(planned(replace(MONTHLY, own=own), date(2026, 9, 1)), 2)
    assert (september.period.end, october.period.start) == (date(2026, 9, 10), date(2026, 9, 11))
    assert september.deadlines["commune"].date() == date(2026, 9, 14)
    assert (october.deadlines["commune"], october.is_own) == (morning, True)


def test_what_is_urgent_is_not_shifted() -> None:
    saturday = date(2026, 9, 19)
    once = {"frequency": "once", "spans": ((saturday, saturday),), "opens": 0, "due": {"commune": 1}}
    (only,) = planned(replace(MONTHLY, **once), saturday)  # type: ignore[arg-type]
    assert only.deadlines["commune"] == datetime(2026, 9, 20, 17, tzinfo=VIETNAM)  # a Sunday


def test_swapped_days_move_deadlines() -> None:
    swaps = {date(2026, 9, 15): False, date(2026, 9, 19): True}
    (september,) = islice(planned(MONTHLY, date(2026, 9, 1), swaps), 1)
    assert [due.date().day for due in september.deadlines.values()] == [17, 21]


def test_deadlines_are_planned_back_through_the_levels() -> None:
    assert back_planned(["commune", "province", "department"], 7, 2) == {
        "province": 7,
        "department": 5,
        "commune": 3,
    }
    with pytest.raises(Invalid):
        back_planned(["commune", "province", "department"], 4, 2)


@pytest.mark.parametrize(
    ("own", "code"),
    [
        (Own(due={"commune": datetime(2026, 9, 14, 17, tzinfo=VIETNAM)}), "schedule.too_soon"),
        (Own(due={"commune": datetime(2026, 9, 30, 17, tzinfo=VIETNAM)}), "schedule.crossed"),
        (Own(opens_at=datetime(2026, 9, 30, 17, tzinfo=VIETNAM)), "schedule.opens_late"),
        (Own(end=date(2026, 8, 1)), "period.days"),
    ],
)
def test_own_days_keep_the_rules(own: Own, code: str) -> None:
    assert code in {found.code for found in faults(replace(MONTHLY, own={"2026-9": own}))}
