"""How pages write numbers, days, moments and states: 1.234,5, 05/10/2026, in Vietnam's time."""

import re
from collections.abc import Mapping
from datetime import date as Date
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from flask import Flask
from flask_babel import get_locale, ngettext

from core import messages
from core.clock import VIETNAM
from engine.findings import Finding
from runtime.periods import Period

A_WEEK = 7


def register(app: Flask) -> None:
    """Make the filters known to templates."""
    own = (number, date, day, moment, span, size, period, state, told, sentence, dotted)
    app.jinja_env.filters |= {filter.__name__: filter for filter in own}


def number(value: int | Decimal | None) -> str:
    """1.234,5 in Vietnamese, 1,234.5 in English; nothing where there is no number."""
    return "" if value is None else messages.show(value, _lang())


def date(value: Date | datetime | None) -> str:
    """dd/mm/yyyy."""
    if isinstance(value, datetime):
        value = value.astimezone(VIETNAM)
    return "" if value is None else value.strftime("%d/%m/%Y")


def day(value: str | None) -> str:
    """The day of a file, yyyy-mm-dd, as dd/mm/yyyy."""
    return date(Date.fromisoformat(value)) if value else ""


def moment(value: datetime | None) -> str:
    """hh:mm dd/mm/yyyy."""
    return "" if value is None else value.astimezone(VIETNAM).strftime("%H:%M %d/%m/%Y")


def span(value: timedelta) -> str:
    """How long it is in the two largest units that tell something: 2 ngày 3 giờ."""
    minutes = max(int(value.total_seconds()) // 60, 0)
    days, hours = minutes // 1440, minutes // 60 % 24
    if days:
        parts = [ngettext("%(num)s ngày", "%(num)s ngày", days)]
        parts += [ngettext("%(num)s giờ", "%(num)s giờ", hours)] if hours and days < A_WEEK else []
        return " ".join(parts)
    parts = [ngettext("%(num)s giờ", "%(num)s giờ", hours)] if hours else []
    parts += [ngettext("%(num)s phút", "%(num)s phút", minutes % 60)] if minutes % 60 or not hours else []
    return " ".join(parts)


def size(value: int) -> str:
    """The bytes of a file in kB or MB."""
    large = value >= 1_000_000
    shown = Decimal(value) / (1_000_000 if large else 1_000)
    return f"{number(shown.quantize(Decimal('0.1') if large else Decimal(1)))} {'MB' if large else 'kB'}"


def period(value: Period) -> str:
    """The name of a period."""
    return value.name_in(_lang())


def state(value: str, of: str = "report") -> str:
    """The name of a state of a report, or of something else."""
    return messages.sentence(f"{of}.state.{value}", {}, _lang())


def told(finding: Finding) -> str:
    """A finding as a sentence."""
    return messages.sentence(finding.key, finding.facts, _lang())


def sentence(code: str, facts: Mapping[str, Any] | None = None) -> str:
    """The sentence of a code."""
    return messages.sentence(code, facts or {}, _lang())


def dotted(title: str) -> str:
    """A title on blank paper: where the period or the agency is to stand, dots."""
    return re.sub(r"\{[^{}\s]+\}", "……", title)


def _lang() -> str:
    return str(get_locale())
