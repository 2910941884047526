"""Periods: from when to when the figures of a report are counted.

Decree 09/2019/NĐ-CP, article 12, closes figures on the 14th, so a quarter runs from the 15th of the month
before it to the 14th of its last month. Other regimes close on other days: a rule of closing is data.
A period begins the day after the one before it closed; month windows therefore tile, and a quarter is the
union of its months.
"""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from core.errors import Invalid
from core.messages import sentence
from engine.findings import Finding

MONTHS = {"month": 1, "quarter": 3, "half_year": 6, "nine_months": 9, "ten_months": 10, "year": 12}
NUMBERED = ("week", "half_month", *MONTHS)
"""Frequencies whose periods are counted within a year."""
BULLETIN, FINAL = "event", "event_final"
"""Frequencies of what is asked of an event as long as it goes on, and at its end: opened by `events` only."""
_DAYS = ("15/6/2026-14/9/2026", "2026-06-15..2026-09-14")
EXAMPLES = {
    "week": ("38/2026", "tuần 38/2026"),
    "half_month": ("nửa đầu tháng 9/2026", "nửa cuối tháng 9/2026"),
    "month": ("9/2026", "tháng 9/2026"),
    "quarter": ("III/2026", "Q3/2026", "quý III/2026"),
    "half_year": ("6T/2026", "6 tháng cuối năm 2026"),
    "nine_months": ("9T/2026",),
    "ten_months": ("10T/2026",),
    "year": ("2026",),
    "daily": ("15/9/2026", "2026-09-15"),
    "custom": _DAYS,
    "once": _DAYS,
}
"""Each frequency with periods as people write them."""
ROMAN = ("I", "II", "III", "IV")
END_OF_MONTH = 31
SUNDAY = 7
FIRST_YEAR, LAST_YEAR = 1900, 2200


@dataclass(frozen=True)
class Windows:
    """On which day of its last month each frequency closes; a short month closes on its last day.

    A week closes on a day of the week, from Monday's 1. Half a month closes half a month before the month.
    """

    code: str
    closing_day: Mapping[str, int]


def closing_on(code: str, day: int, weekday: int = SUNDAY) -> Windows:
    """The rule that closes everything on one day of the month, weeks on one of the week."""
    return Windows(code, {**dict.fromkeys(NUMBERED, day), "week": weekday})


# The decree is silent about weeks, nine and ten months; its clauses for the year are carried over, as
# provinces do, and a week is the calendar's.
DECREE_09 = closing_on("decree_09", 14)
CALENDAR = closing_on("calendar", END_OF_MONTH)
WINDOWS = {windows.code: windows for windows in (DECREE_09, CALENDAR)}


@dataclass(frozen=True)
class Period:
    """The window of one asking, both days included. `number` counts within the year, from 1."""

    frequency: str
    year: int
    number: int
    start: date
    end: date

    def name_in(self, lang: str) -> str:
        """The name people give it: quý III/2026, quarter III/2026."""
        roman = ROMAN[self.number - 1] if self.frequency == "quarter" else ""
        facts = {"number": str(self.number), "roman": roman, "year": str(self.year)}
        days = {"start": _day(self.start), "end": _day(self.end)}
        named = self.number
        if self.frequency == "half_month":
            facts["month"], named = str((self.number + 1) // 2), 2 - self.number % 2
        return sentence(f"period.name.{self.frequency}.{named}", {**facts, **days}, lang)

    @property
    def label(self) -> str:
        """The name in the language of the forms."""
        return self.name_in("vi")

    @property
    def attributes(self) -> Mapping[str, object]:
        """What the constraint language reads as `kỳ.tháng`, `kỳ.đầu_năm` and so on."""
        month = last_month(self.frequency, self.number) if self.frequency in MONTHS else self.end.month
        first = self.number == 1 if self.frequency in (*NUMBERED, BULLETIN) else False
        return {
            "tháng": month,
            "quý": (month + 2) // 3,
            "năm": self.year,
            "đầu_năm": first,
            "từ": self.start.isoformat(),
            "đến": self.end.isoformat(),
        }


def period_of(frequency: str, year: int, number: int, windows: Windows = DECREE_09) -> Period:
    """The `number`th week, month … of a year; days, custom and single periods have no number."""
    if not FIRST_YEAR <= year <= LAST_YEAR or not 1 <= number <= numbers_of(frequency, year):
        raise unknown(frequency, f"{number}/{year}")
    day = windows.closing_day[frequency]
    start = _closing(frequency, year, number - 1, day) + timedelta(days=1)
    return Period(frequency, year, number, start, _closing(frequency, year, number, day))


def days(frequency: str, start: date, end: date) -> Period:
    """A period given by its days: daily, custom or once."""
    if start > end or (frequency == "daily" and start != end):
        raise Invalid([Finding("period.days", facts={"start": start, "end": end})])
    return Period(frequency, end.year, end.timetuple().tm_yday, start, end)


def unknown(frequency: str, text: str) -> Invalid:
    """The refusal of a text that names no period of a frequency, with texts that would."""
    facts = {"text": text, "frequency": frequency, "examples": EXAMPLES[frequency]}
    return Invalid([Finding("period.unknown", facts=facts)])


def numbers_of(frequency: str, year: int) -> int:
    """How many periods of a frequency a year has; none where they are not numbered."""
    if frequency == "week":
        return date(year, 12, 28).isocalendar().week
    if frequency == "half_month":
        return 24
    return 12 // MONTHS[frequency] if frequency in MONTHS else 0


def last_month(frequency: str, number: int) -> int:
    """The month a period closes in."""
    return number * MONTHS[frequency]


def number_before(frequency: str, year: int, number: int) -> tuple[int, int]:
    """Year and number of the period before one."""
    return (year, number - 1) if number > 1 else (year - 1, numbers_of(frequency, year - 1))


def previous(period: Period, windows: Windows = DECREE_09) -> Period | None:
    """The period whose window ends the day before this one begins; None where the frequency leaves gaps."""
    if period.frequency == "daily":
        return days("daily", period.start - timedelta(days=1), period.start - timedelta(days=1))
    if period.frequency not in NUMBERED:
        return None
    before = period_of(
        period.frequency, *number_before(period.frequency, period.year, period.number), windows
    )
    return before if before.end + timedelta(days=1) == period.start else None


def same_period_last_year(period: Period, windows: Windows = DECREE_09) -> Period | None:
    """The period of the same number a year earlier; None where that year has none."""
    if period.number > numbers_of(period.frequency, period.year - 1):
        return None
    return period_of(period.frequency, period.year - 1, period.number, windows)


def _closing(frequency: str, year: int, number: int, day: int) -> date:
    """The last day of the `number`th period of a year; the 0th is the last of the year before."""
    if frequency == "week":
        return date.fromisocalendar(year, 1, min(day, SUNDAY)) + timedelta(weeks=number - 1)
    if frequency != "half_month":
        return _in_month(year, number * MONTHS[frequency], day)
    month = (number + 1) // 2
    if number % 2 == 0:
        return _in_month(year, month, day)
    if day > 15:
        return _in_month(year, month, 15 if day == END_OF_MONTH else day - 15)
    return _in_month(year, month - 1, day + 15 if day < 14 else END_OF_MONTH)


def _in_month(year: int, month: int, day: int) -> date:
    """A day of a month or its last; month 0 and below count back into the year before."""
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    return date(year, month, min(day, monthrange(year, month)[1]))


def _day(day: date) -> str:
    return f"{day.day}/{day.month}/{day.year}"
