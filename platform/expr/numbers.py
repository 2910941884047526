"""Numbers in rule texts: Vietnamese and plain style, and the refusal to guess between two readings."""

import re
from decimal import Context, Decimal

MAX_DIGITS = 34
_ALL = Context(prec=2 * MAX_DIGITS)

_PLAIN = re.compile(r"[0-9]+([.,][0-9]+)?")
_GROUPED = re.compile(r"[1-9][0-9]{0,2}([.][0-9]{3})+(,[0-9]+)?")
_EITHER = re.compile(r"[1-9][0-9]{0,2}([.,])[0-9]{3}")
_ENGLISH = re.compile(r"[1-9][0-9]{0,2}(,[0-9]{3})+([.][0-9]+)?")


class BadNumber(ValueError):
    """The digits do not give one number; `readings` holds what may have been meant."""

    def __init__(self, detail: str, readings: tuple[str, ...] = ()) -> None:
        super().__init__(detail)
        self.detail = detail
        self.readings = readings


def read_number(text: str) -> Decimal:
    """The exact value of a number literal such as `12`, `0,5`, `0.5`, `1.000.000,5`."""
    if sum(c.isdigit() for c in text) > MAX_DIGITS:
        raise BadNumber("digits")
    if _EITHER.fullmatch(text):
        whole, part = re.split("[.,]", text)
        raise BadNumber("ambiguous", (whole + part, f"{whole},{part}0"))
    if _PLAIN.fullmatch(text):
        return Decimal(text.replace(",", "."))
    if _GROUPED.fullmatch(text):
        return Decimal(text.replace(".", "").replace(",", "."))
    if _ENGLISH.fullmatch(text):
        raise BadNumber("english", (text.replace(",", "").replace(".", ","),))
    raise BadNumber("form")


def print_number(value: Decimal) -> str:
    """The literal that reads back as `value`: decimal comma, no grouping, never three decimals alone."""
    digits = format(value.normalize(_ALL) if value else Decimal(0), "f")
    whole, _, part = digits.partition(".")
    if len(part) == 3 and len(whole) <= 3 and whole != "0":
        part += "0"
    return f"{whole},{part}" if part else whole
