"""What no figure shows: agencies where nobody may do the work, deadlines on days off."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.orm import Session

from agencies.access import Role
from agencies.people import list_people
from agencies.tree import Node
from core.clock import VIETNAM
from rehearsal.models import Rehearsal
from runtime.periods import NUMBERED, Period, numbers_of, period_of

SATURDAY = 5
AHEAD = 4
"""Later periods whose deadline, as many days after their end, is looked at too."""


@dataclass(frozen=True)
class DayOff:
    """A deadline on a weekend or a holiday, `name` empty on a weekend, and the next working day."""

    day: date
    name: str
    next: date


def nobody_for(session: Session, agencies: Sequence[Node], on: date) -> Iterator[tuple[str, str]]:
    """(agency, role) of those where no account may enter figures, or none approve them."""
    there: dict[int, set[str]] = {}
    for person in list_people(session, [node.id for node in agencies], on):
        if person.locked_at is None:
            there.setdefault(person.agency, set()).update(person.roles)
    for node in agencies:
        for role in (Role.ENTRY, Role.APPROVER):
            if role not in there.get(node.id, ()):
                yield node.name, role.value


def days_off(asked: Rehearsal, period: Period) -> list[DayOff]:
    """The deadline and those of the next periods, as far as they are no working days."""
    if asked.due_at is None:
        return []
    due = asked.due_at.astimezone(VIETNAM).date()
    after = due - period.end
    return [each for each in map(day_off, [due, *(end + after for end in _next_ends(period))]) if each]


def day_off(day: date) -> DayOff | None:
    """What makes a day none to work on, if anything does."""
    name = _holiday(day)
    if name is None and day.weekday() < SATURDAY:
        return None
    working = day + timedelta(days=1)
    while working.weekday() >= SATURDAY or _holiday(working) is not None:
        working += timedelta(days=1)
    return DayOff(day, name or "", working)


def _holiday(day: date) -> str | None:
    from holidays import country_holidays  # a tenth of a second, needed nowhere else

    found: str | None = country_holidays("VN", years=day.year, language="vi").get(day)
    return found


def _next_ends(period: Period) -> Iterator[date]:
    """The last days of the periods that follow."""
    if period.frequency not in NUMBERED:
        return
    year, number = period.year, period.number
    for _ in range(AHEAD):
        year, number = (year, number + 1) if number < numbers_of(period.frequency, year) else (year + 1, 1)
        yield period_of(period.frequency, year, number).end
