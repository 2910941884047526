"""Titles with the period and the agency in them: `Thực hiện tháng {kỳ.tháng-1}` is read as of a report."""

import re
from collections.abc import Mapping

from runtime.periods import Period

_FIELD = re.compile(r"\{([^{}\s]+?)(?:-(\d+))?\}")


def title_in(title: str, period: Period) -> str:
    """`title` with the fields of a period filled in."""
    return read_title(title, {f"kỳ.{name}": value for name, value in period.attributes.items()})


def read_title(title: str, attributes: Mapping[str, object]) -> str:
    """`title` with its fields filled in; a field that is not known stays as it is written."""

    def filled(match: re.Match[str]) -> str:
        value = str(attributes.get(match[1], match[0]))
        if match[2] and value.isdecimal():
            back = int(value) - int(match[2])
            return str(back if back > 0 or match[1] != "kỳ.tháng" else back + 12)
        return value

    return _FIELD.sub(filled, title)
