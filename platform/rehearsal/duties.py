"""What no figure shows: agencies where nobody may do the work, deadlines on days off."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from sqlalchemy.orm import Session

from agencies.access import Role
from agencies.people import list_people
from agencies.tree import Node
from core.clock import VIETNAM
from core.working_days import SwappedDay, after_working_days, is_working_day, list_swaps
from rehearsal.models import Rehearsal
from runtime.periods import NUMBERED, Period, numbers_of, period_of

AHEAD = 4
"""Later periods whose deadline, as many days after their end, is looked at too."""


@dataclass(frozen=True)
class DayOff:
    """A deadline on a day off, by which holiday or decision (none on a weekend), and the next working day."""

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


def days_off(session: Session, asked: Rehearsal, period: Period) -> list[DayOff]:
    """The deadline and those of the next periods, as far as they are no working days."""
    if asked.due_at is None:
        return []
    due = asked.due_at.astimezone(VIETNAM).date()
    after = due - period.end
    decided = {row.day: row for row in list_swaps(session)}
    return [
        each for day in (due, *(end + after for end in _next_ends(period))) if (each := day_off(day, decided))
    ]


def day_off(day: date, decided: Mapping[date, SwappedDay] = MappingProxyType({})) -> DayOff | None:
    """What makes a day none to work on, if anything does; `decided` are days swapped against the calendar."""
    swaps = {each: row.works for each, row in decided.items()}
    if is_working_day(day, swaps):
        return None
    name = decided[day].name if day in decided else _holiday(day) or ""
    return DayOff(day, name, after_working_days(day, 1, swaps))


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
