"""Periods as people type them: III/2026, Q3/2026, quý III/2026, 9/2026, 6T/2026, 9 tháng 2026, 2026."""

import re
from datetime import date

from core.errors import Invalid
from engine.findings import Finding
from expr.text import fold
from runtime.periods import (
    DECREE_09,
    END_OF_MONTH,
    EXAMPLES,
    ROMAN,
    SUNDAY,
    WINDOWS,
    Period,
    Windows,
    closing_on,
    days,
    period_of,
    unknown,
)

_YEAR = r"\s*(?:/|-|\s|nam)\s*(?:nam\s*)?(?P<year>\d{4})"
_PATTERNS = {  # over folded text
    "week": re.compile(rf"(?:tuan\s*|w)?(?P<number>\d{{1,2}}){_YEAR}"),
    "half_month": re.compile(rf"nua\s*(?P<half>dau|cuoi)\s*(?:thang\s*)?(?P<number>\d{{1,2}}){_YEAR}"),
    "month": re.compile(rf"(?:thang\s*|t)?(?P<number>\d{{1,2}}){_YEAR}"),
    "quarter": re.compile(rf"(?:quy\s*|q)?(?P<number>[1-4]|i{{1,3}}|iv){_YEAR}"),
    "half_year": re.compile(
        rf"(?:(?:6\s*t(?:hang)?\s*(?P<half>dau|cuoi)?)|h?(?P<number>[12]|i{{1,2}})){_YEAR}"
    ),
    "nine_months": re.compile(rf"(?:9\s*t(?:hang)?(?:\s*dau)?){_YEAR}"),
    "ten_months": re.compile(rf"(?:10\s*t(?:hang)?(?:\s*dau)?){_YEAR}"),
    "year": re.compile(r"(?:nam\s*)?(?P<year>\d{4})"),
}
_DAY = r"(\d{4})-(\d{1,2})-(\d{1,2})|(\d{1,2})/(\d{1,2})/(\d{4})"
_RANGE = re.compile(rf"(?:tu\s*)?(?P<start>{_DAY})\s*(?:-|\.\.|den)\s*(?P<end>{_DAY})")


def parse_period(frequency: str, text: str, windows: Windows = DECREE_09) -> Period:
    """The period of a frequency that `text` names; Invalid says which writings are understood."""
    folded = fold(text)
    if frequency not in EXAMPLES:
        facts = {"frequency": frequency, "frequencies": list(EXAMPLES)}
        raise Invalid([Finding("period.frequency", facts=facts)])
    try:
        if frequency in _PATTERNS:
            return _numbered(frequency, folded, windows)
        return _dated(frequency, folded)
    except ValueError:
        raise unknown(frequency, text) from None


def find_windows(code: str) -> Windows:
    """The rule of closing of a code; `day:20` closes months on the 20th, `weekday:4` weeks on Thursdays."""
    own = re.fullmatch(r"(day|weekday):([1-9]\d?)", code)
    if own and own[1] == "day" and int(own[2]) <= END_OF_MONTH:
        return closing_on(code, int(own[2]))
    if own and own[1] == "weekday" and int(own[2]) <= SUNDAY:
        return closing_on(code, END_OF_MONTH, int(own[2]))
    if code not in WINDOWS:
        facts = {"code": code, "known": [*WINDOWS, "day:20", "weekday:4"]}
        raise Invalid([Finding("period.windows", facts=facts)])
    return WINDOWS[code]


def _numbered(frequency: str, text: str, windows: Windows) -> Period:
    match = _PATTERNS[frequency].fullmatch(text)
    if not match or not text.isascii():
        raise ValueError
    found = match.groupdict()
    half = 2 if found.get("half") == "cuoi" else 1
    number = found.get("number") or str(half)
    value = int(number) if number.isdigit() else ROMAN.index(number.upper()) + 1
    if frequency == "half_month":
        value = 2 * value - 2 + half
    return period_of(frequency, int(found["year"]), value, windows)


def _dated(frequency: str, text: str) -> Period:
    match = _RANGE.fullmatch(text)
    start, end = (match["start"], match["end"]) if match else (text, text)
    return days(frequency, _date(start), _date(end))


def _date(text: str) -> date:
    match = re.fullmatch(_DAY, text.removeprefix("ngay ").strip())
    if not match or not text.isascii():
        raise ValueError
    year, month, day, day_, month_, year_ = match.groups()
    return date(int(year or year_), int(month or month_), int(day or day_))
