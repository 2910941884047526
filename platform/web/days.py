"""Days as people type them: 5/10/2026. A browser's own field shows 10/05/2026 where it speaks English."""

import re
from datetime import date, datetime, time

from core.clock import VIETNAM
from core.errors import Invalid
from engine.findings import Finding

END_OF_WORK = "17:00"


def read_day(text: str) -> date:
    """The day of a text, day before month, or as a program writes it; Invalid where it is none."""
    typed = re.fullmatch(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", text.strip())
    try:
        if typed:
            return date(int(typed[3]), int(typed[2]), int(typed[1]))
        return date.fromisoformat(text.strip())
    except ValueError:
        raise Invalid([Finding("day.unknown", facts={"text": text})]) from None


def read_moment(day: str, at: str) -> datetime:
    """A moment in Vietnam's time to the minute, the end of the working day where no time is told."""
    text = at.strip() or END_OF_WORK
    match = re.fullmatch(r"(\d{1,2})[:h.](\d{2})", text)
    try:
        told = time(int(match[1]), int(match[2])) if match else None
    except ValueError:
        told = None
    if told is None:
        raise Invalid([Finding("day.bad_time", facts={"text": text})])
    return datetime.combine(read_day(day), told, VIETNAM)
