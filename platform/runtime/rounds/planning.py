"""What a schedule plans: which periods are asked for, when their rounds open, by when each level answers.

A periodic report counts its deadlines in working days after its window closed. What is asked by the day, once
or for spans of its own is urgent or about one theme: its days are the calendar's, and nothing is shifted.
One period may have a closing day, an opening and deadlines of its own.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from agencies.listing import LEVELS
from core.clock import VIETNAM
from core.errors import Invalid
from core.working_days import NONE, Swaps, after_working_days
from engine.findings import Finding
from runtime.periods import (
    EXAMPLES,
    LAST_YEAR,
    NUMBERED,
    Period,
    days,
    number_before,
    numbers_of,
    period_of,
)
from runtime.typed_periods import find_windows

MOST_DAYS = 60
MOST_SPANS = 60
LONGEST_LOCK = 60 * 24 * MOST_DAYS
DOWNWARDS = ("nation", "province", "department", "district", "commune", "organisation")
"""Levels as reports come up through them: a department sums up communes for its province."""
APART = ("nine_months", "ten_months")
"""Frequencies whose periods do not follow one another."""


@dataclass(frozen=True)
class Own:
    """What one period has in place of the rule."""

    end: date | None = None
    opens_at: datetime | None = None
    due: Mapping[str, datetime] = field(default_factory=dict)


@dataclass(frozen=True)
class Order:
    """What a schedule says, as a value.

    A round opens `opens` days after its window closed (below nought: before), at `opens_at`. `due` are
    days after the closing by level, at `due_at` or the level's own time; levels that are not told answer when
    the last does. `own` is by `key_of` a period; `spans` are the periods where they have no numbers; `locks`
    minutes after its deadline in which each level's reports are locked; `versions` numbers of the template's,
    by the period from which on each is used.
    """

    template: str
    frequency: str
    windows: str
    opens: int
    opens_at: time
    due: Mapping[str, int]
    due_at: time
    scope: str
    flow: str
    steps: str
    active_from: date
    active_to: date | None = None
    due_times: Mapping[str, time] = field(default_factory=dict)
    own: Mapping[str, Own] = field(default_factory=dict)
    spans: Sequence[tuple[date, date]] = ()
    locks: Mapping[str, int] = field(default_factory=dict)
    missing: str = "note"
    versions: Mapping[str, int] = field(default_factory=dict)

    @property
    def is_periodic(self) -> bool:
        """Whether its deadlines are counted in working days."""
        return self.frequency in NUMBERED


@dataclass(frozen=True)
class Planned:
    """One period of a schedule: when its round opens, by when levels answer, the round if it is there.

    `version` is the number of the template's that the schedule names; none where the one in force is taken.
    """

    period: Period
    opens_at: datetime
    deadlines: Mapping[str, datetime]
    round: int | None = None
    is_own: bool = False
    version: int | None = None

    @property
    def due_at(self) -> datetime:
        """When the last level answers."""
        return max(self.deadlines.values())

    @property
    def key(self) -> str:
        """By which the period is named in a schedule."""
        return key_of(self.period)


def key_of(period: Period) -> str:
    """A period of one frequency, by year and number."""
    return f"{period.year}-{period.number}"


def _numbers(key: str) -> tuple[int, int]:
    """The year and number of a period by its key."""
    year, _, number = key.partition("-")
    return int(year), int(number)


def planned(order: Order, first: date, swaps: Swaps = NONE) -> Iterator[Planned]:
    """The periods of an order whose windows close on a day or later, without end but its last day."""
    return (plan(order, period, swaps) for period in periods(order, first))


def plan(order: Order, period: Period, swaps: Swaps = NONE) -> Planned:
    """When the round of a period opens and by when each level answers."""
    own = order.own.get(key_of(period), Own())

    def due(level: str) -> datetime:
        after = order.due[level]
        shifted = after_working_days(period.end, after, swaps)
        day = shifted if order.is_periodic else period.end + timedelta(days=after)
        return datetime.combine(day, order.due_times.get(level, order.due_at), VIETNAM)

    deadlines = {level: own.due.get(level) or due(level) for level in order.due}
    version = version_from(order, period)
    return Planned(period, opening(order, period), deadlines, is_own=own != Own(), version=version)


def version_from(order: Order, period: Period) -> int | None:
    """The version that is named from a period on or from the last one before it that names any."""
    named = sorted((_numbers(key), number) for key, number in order.versions.items())
    found = [number for since, number in named if since <= (period.year, period.number)]
    return found[-1] if found else None


def opening(order: Order, period: Period) -> datetime:
    """When the round of a period opens."""
    own = order.own.get(key_of(period), Own())
    return own.opens_at or datetime.combine(period.end + timedelta(days=order.opens), order.opens_at, VIETNAM)


def periods(order: Order, first: date) -> Iterator[Period]:
    """Periods from the one that closes on or next after a day, one after the other, while the order holds."""
    first = max(first, order.active_from)
    for period in _all(order, first):
        if order.active_to and period.end >= order.active_to:
            return
        if period.end >= first:
            yield period


def back_planned(levels: Iterable[str], last: int, each: int) -> Mapping[str, int]:
    """Working days for each level where the highest has `last` and each takes `each` for what is below it."""
    downwards = sorted(levels, key=DOWNWARDS.index)
    found = {level: last - each * number for number, level in enumerate(downwards)}
    if min(found.values(), default=0) < 1:
        raise Invalid([Finding("schedule.no_room", facts={"last": last, "each": each})])
    return found


def faults(order: Order, swaps: Swaps = NONE) -> Iterator[Finding]:
    """What no schedule may say."""
    wrong = list(_misshapen(order))
    yield from wrong
    if wrong:
        return
    if order.active_to and order.active_to <= order.active_from:
        yield Finding("schedule.dates")
    first = next(planned(order, order.active_from, swaps), None)
    for each in (*([first] if first else []), *_with_own(order, swaps)):
        yield from _untimely(order, each, swaps)


def _misshapen(order: Order) -> Iterator[Finding]:
    """What is no frequency, level or number at all."""
    if order.frequency not in EXAMPLES:
        yield Finding("schedule.frequency", facts={"frequency": order.frequency})
        return
    try:
        find_windows(order.windows)
    except Invalid as refused:
        yield from refused.findings
    if not order.due or set(order.due) - set(LEVELS):
        yield Finding("schedule.no_deadline")
    least = 1 if order.is_periodic else 0
    days_due = order.due.values()
    if abs(order.opens) > MOST_DAYS or any(not least <= number <= MOST_DAYS for number in days_due):
        yield Finding("schedule.days", facts={"least": least, "most": MOST_DAYS})
    if any(not 0 <= minutes <= LONGEST_LOCK for minutes in order.locks.values()):
        yield Finding("schedule.days", facts={"least": 0, "most": MOST_DAYS})
    yield from _spans_wrong(order)


def _spans_wrong(order: Order) -> Iterator[Finding]:
    wanted = {"once": range(1, 2), "custom": range(1, MOST_SPANS + 1)}.get(order.frequency, range(1))
    if len(order.spans) not in wanted or len({end for _, end in order.spans}) < len(order.spans):
        yield Finding("schedule.spans", facts={"least": wanted.start, "most": wanted.stop - 1})
    for start, end in order.spans:
        if start > end:
            yield Finding("period.days", facts={"start": start, "end": end})


def _untimely(order: Order, each: Planned, swaps: Swaps) -> Iterator[Finding]:
    """No level answers before those below it, nobody sooner than a working day after the window."""
    facts: dict[str, object] = {"period": each.period.label}
    levels = sorted(each.deadlines, key=DOWNWARDS.index)
    for above, below in zip(levels, levels[1:], strict=False):
        if each.deadlines[above] < each.deadlines[below]:
            yield Finding("schedule.crossed", facts={"above": LEVELS[above], "below": LEVELS[below]} | facts)
    soonest = min(each.deadlines.values())
    if each.opens_at >= soonest:
        yield Finding("schedule.opens_late", facts={"opens": each.opens_at, "due": soonest} | facts)
    if each.period.start > each.period.end:
        yield Finding("period.days", facts={"start": each.period.start, "end": each.period.end})
    elif order.is_periodic and soonest.astimezone(VIETNAM).date() < after_working_days(
        each.period.end, 1, swaps
    ):
        yield Finding("schedule.too_soon", facts=facts)


def _with_own(order: Order, swaps: Swaps) -> Iterator[Planned]:
    """The periods that have something of their own."""
    if not order.own:
        return
    years = [int(key.partition("-")[0]) for key in order.own]
    last = date(max(years) + 1, 1, 31)
    for period in _all(order, date(min(years), 1, 1)):
        if period.end > last:
            return
        if key_of(period) in order.own:
            yield plan(order, period, swaps)


def _all(order: Order, first: date) -> Iterator[Period]:
    """The periods of an order in time, from some before a day on, whether it holds then or not."""
    if order.frequency == "daily":
        number = 0
        while (day := first + timedelta(days=number)).year <= LAST_YEAR:
            yield days("daily", day, day)
            number += 1
    elif order.frequency in NUMBERED:
        for year in range(first.year - 1, LAST_YEAR + 1):
            for number in range(1, numbers_of(order.frequency, year) + 1):
                yield _numbered(order, year, number)
    else:
        for start, end in sorted(order.spans, key=lambda span: span[1]):
            yield days(order.frequency, start, end)


def _numbered(order: Order, year: int, number: int) -> Period:
    """A period by the rule of closing, unless it or the one before it closes on a day of its own."""
    frequency = order.frequency
    period = period_of(frequency, year, number, find_windows(order.windows))
    own = order.own.get(f"{year}-{number}", Own())
    earlier_year, earlier_number = number_before(frequency, year, number)
    earlier = order.own.get(f"{earlier_year}-{earlier_number}", Own())
    start = period.start
    if earlier.end and frequency not in APART:
        start = earlier.end + timedelta(days=1)
    return Period(frequency, year, number, start, own.end or period.end)
