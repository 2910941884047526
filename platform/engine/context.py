"""What a report is checked against besides itself: earlier reports, other forms, children, attributes.

It is read once, stored with the report, and handed in: server, browser and a later recheck see the same.
"""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from engine.sheet import Sheet
from engine.values import BLANK, Value
from expr.nodes import Attribute, Source
from expr.text import fold
from expr.types import attribute_name

_TRUE, _FALSE = ("true", "dung", "co", "yes"), ("false", "sai", "khong", "no")
_TEXTS = ("ma", "ten", "cap")


@dataclass(frozen=True)
class ChildReport:
    """A report of an agency below, as consolidation sees it."""

    agency: Mapping[str, object]
    sheet: Sheet


@dataclass(frozen=True)
class Context:
    """Sheets are None where there is no such report; `divided` where a predecessor's shares are not known.

    `earlier` holds the reports two and more periods back; `year_to_date` the earlier reports of the year in
    order, None inside for a gap; `forms` other templates of the same agency and period by code.
    """

    previous: Sheet | None = None
    earlier: Mapping[int, Sheet] = field(default_factory=dict)
    same_period_last_year: Sheet | None = None
    last_year: Sheet | None = None
    year_to_date: Sequence[Sheet | None] | None = None
    children: Sequence[ChildReport] = ()
    forms: Mapping[str, Sheet | None] = field(default_factory=dict)
    agency: Mapping[str, object] = field(default_factory=dict)
    period: Mapping[str, object] = field(default_factory=dict)
    divided: bool = False

    def back(self, periods: int) -> Sheet | None:
        """The report so many periods back."""
        return self.previous if periods == 1 else self.earlier.get(periods)

    def sheet(self, source: Source) -> Sheet | str:
        """The figures that a source of this template means, or why there are none."""
        time = source.time
        if time is None:
            return "no_form"
        if time.kind == "previous":
            found = self.back(time.back)
        elif time.kind == "last_year":
            found = self.last_year
        else:
            found = self.same_period_last_year
        if found is None:
            return "divided" if self.divided else "no_period"
        return found

    def attribute(self, attribute: Attribute, *, as_text: bool = False) -> Value:
        """The value of `đơn vị.x` or `kỳ.x`; blank when it is not known."""
        known = self.agency if attribute.owner == "agency" else self.period
        wanted = attribute_name(attribute.name)
        for name, value in known.items():
            if attribute_name(name) == wanted:
                return _value(value, text=as_text or wanted in _TEXTS)
        return BLANK

    @property
    def first_of_year(self) -> bool | None:
        """True in the first period of a year, None when nobody says."""
        value = self.attribute(Attribute("period", "đầu_năm"))
        return value if isinstance(value, bool) else None


def _value(value: object, *, text: bool) -> Value:
    if value is None or (isinstance(value, bool) and not text):
        return BLANK if value is None else value
    plain = str(value).strip()
    if text or not plain:
        return plain or BLANK
    if fold(plain) in _TRUE or fold(plain) in _FALSE:
        return fold(plain) in _TRUE
    try:
        return datetime.date.fromisoformat(plain)
    except ValueError:
        pass
    try:
        number = Decimal(plain)
    except InvalidOperation:
        return plain
    return number if number.is_finite() else plain
