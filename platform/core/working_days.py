"""Working days of Vietnam: weekends, public holidays, Tết by the lunar calendar, the yearly swaps."""

from datetime import date
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from holidays import HolidayBase


def is_working_day(day: date) -> bool:
    """Whether offices are open."""
    return _vietnam().is_working_day(day)


def after_working_days(day: date, count: int) -> date:
    """The day on which `count` working days have passed since `day`, which itself is not counted."""
    return _vietnam().get_nth_working_day(day, count)


def working_days_between(first: date, last: date) -> int:
    """How many working days come after `first` up to `last`; below nought where `last` came before."""
    if last < first:
        return -working_days_between(last, first)
    return _vietnam().get_working_days_count(first, last) - is_working_day(first)


@cache
def _vietnam() -> "HolidayBase":
    from holidays import country_holidays  # here: it knows every country and takes its time

    return country_holidays("VN")
