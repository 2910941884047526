"""Working days of Vietnam: weekends, public holidays, Tết by the lunar calendar, the yearly swaps.

The `holidays` library knows the days that the Labour Code names and most swaps; what the Prime Minister
decides each year is kept beside it, a day a row.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Mapped, Session, mapped_column

from core import audit
from core.db import Base
from core.errors import Invalid, NotFound
from engine.findings import Finding

if TYPE_CHECKING:
    from holidays import HolidayBase

Swaps = Mapping[date, bool]
"""Days decided otherwise than the library says: whether offices are open."""
NONE: Swaps = {}
LONGEST_NAME = 200


class SwappedDay(Base):
    """A day that was decided to be worked, or not to be; `name` says by which decision or for what."""

    __tablename__ = "swapped_day"

    day: Mapped[date] = mapped_column(primary_key=True)
    works: Mapped[bool]
    name: Mapped[str]
    actor: Mapped[str]
    at: Mapped[datetime]


def is_working_day(day: date, swaps: Swaps = NONE) -> bool:
    """Whether offices are open."""
    return swaps[day] if day in swaps else _vietnam().is_working_day(day)


def after_working_days(day: date, count: int, swaps: Swaps = NONE) -> date:
    """The day on which `count` working days have passed since `day`, which itself is not counted."""
    while count > 0:
        day += timedelta(days=1)
        count -= is_working_day(day, swaps)
    return day


def working_days_between(first: date, last: date, swaps: Swaps = NONE) -> int:
    """How many working days come after `first` up to `last`; below nought where `last` came before."""
    if last < first:
        return -working_days_between(last, first, swaps)
    days = (first + timedelta(days=number) for number in range(1, (last - first).days + 1))
    return sum(is_working_day(day, swaps) for day in days)


def read_swaps(session: Session) -> Swaps:
    """What was decided otherwise than the library says."""
    return {row.day: row.works for row in session.execute(select(SwappedDay.day, SwappedDay.works))}


def list_swaps(session: Session) -> list[SwappedDay]:
    """Those days with why, the latest first."""
    return list(session.scalars(select(SwappedDay).order_by(SwappedDay.day.desc())))


def swap_day(session: Session, day: date, *, works: bool, name: str, actor: str, now: datetime) -> None:
    """Have a day be worked, or not, whatever it was; said again, the last counts."""
    name = name.strip()
    if not name or len(name) > LONGEST_NAME:
        raise Invalid([Finding("working_day.name", facts={"most": LONGEST_NAME})])
    session.merge(SwappedDay(day=day, works=works, name=name, actor=actor, at=now))
    session.flush()
    audit.record(session, actor, "working_day.swap", day.isoformat(), now=now, works=works, name=name)


def unswap_day(session: Session, day: date, *, actor: str, now: datetime) -> None:
    """Have a day be what the library says."""
    found = session.get(SwappedDay, day)
    if found is None:
        raise NotFound("working_day.unknown", day=day)
    session.delete(found)
    session.flush()
    audit.record(session, actor, "working_day.unswap", day.isoformat(), now=now)


@cache
def _vietnam() -> "HolidayBase":
    from holidays import country_holidays  # here: it knows every country and takes its time

    return country_holidays("VN")
