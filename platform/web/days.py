"""Days as people type them: 5/10/2026. A browser's own field shows 10/05/2026 where it speaks English."""

import re
from datetime import date

from core.errors import Invalid
from engine.findings import Finding


def read_day(text: str) -> date:
    """The day of a text, day before month, or as a program writes it; Invalid where it is none."""
    typed = re.fullmatch(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", text.strip())
    try:
        if typed:
            return date(int(typed[3]), int(typed[2]), int(typed[1]))
        return date.fromisoformat(text.strip())
    except ValueError:
        raise Invalid([Finding("day.unknown", facts={"text": text})]) from None
