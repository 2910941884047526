"""The bodies of the language's functions, by canonical name (signatures: `expr.signatures`).

A body gets the arithmetic and its arguments' values: for `cells` one flat list, otherwise one value each. It
never sees n/a: the first reason is handed on before. Functions that look further than their arguments
(conditions, earlier reports, children) live in `engine.evaluate`.
"""

import datetime
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from engine.arithmetic import Arithmetic
from engine.values import BLANK, DIVIDED_BY_ZERO, Missing, NotApplicable, Value
from expr.signatures import Signature

Body = Callable[..., Value]


_FITS: Mapping[str, tuple[type, ...]] = {
    "number": (Decimal, tuple),
    "date": (datetime.date,),
    "text": (str,),
}


def fitting(kind: str, value: Value) -> Value:
    """`value`, or blank where an argument of `kind` cannot be that: what an attribute holds is seen late."""
    wanted = _FITS.get(kind)
    is_fine = wanted is None or isinstance(value, (*wanted, Missing, NotApplicable))
    return value if is_fine else BLANK


def entered(values: Sequence[Value]) -> list[Any]:
    """The values that are there: neither blank nor marked x."""
    return [value for value in values if not isinstance(value, Missing)]


def total(numbers: Arithmetic, values: Sequence[Value]) -> Value:
    """Their sum; x is left out, blanks are skipped, nothing entered is blank."""
    there = entered(values)
    return numbers.add(there) if there else BLANK


def average(numbers: Arithmetic, values: Sequence[Value]) -> Value:
    """Mean of the entered values."""
    there = entered(values)
    return numbers.divide(numbers.add(there), numbers.literal(Decimal(len(there)))) if there else BLANK


def least(numbers: Arithmetic, values: Sequence[Value]) -> Value:
    """Smallest entered value."""
    there = entered(values)
    return numbers.least(there) if there else BLANK


def greatest(numbers: Arithmetic, values: Sequence[Value]) -> Value:
    """Largest entered value."""
    there = entered(values)
    return numbers.greatest(there) if there else BLANK


def count(numbers: Arithmetic, values: Sequence[Value]) -> Value:
    """How many are entered; 0 counts."""
    return numbers.literal(Decimal(len(entered(values))))


def round_to(numbers: Arithmetic, value: Value, digits: Decimal) -> Value:
    """Half away from zero."""
    return value if isinstance(value, Missing) else numbers.round(value, int(digits))


def absolute(numbers: Arithmetic, value: Value) -> Value:
    """Without sign."""
    return value if isinstance(value, Missing) else numbers.absolute(value)


def quotient(numbers: Arithmetic, x: Value, y: Value) -> Value:
    """x / y where both are numbers; n/a by zero."""
    result = numbers.divide(x, y)
    return DIVIDED_BY_ZERO if result is None else result


def ratio(numbers: Arithmetic, part: Value, whole: Value) -> Value:
    """part / whole · 100; 0/0 and blank/blank are blank."""
    if part is BLANK or whole is BLANK:
        return BLANK
    if not isinstance(part, tuple) and part == 0 == whole:
        return BLANK
    result = quotient(numbers, part, whole)
    return result if result is DIVIDED_BY_ZERO else numbers.multiply(result, numbers.literal(Decimal(100)))


def if_blank(numbers: Arithmetic, value: Value, otherwise: Value) -> Value:
    """`otherwise` where `value` is blank."""
    return otherwise if value is BLANK else value


def _of_date(part: Callable[[datetime.date], int]) -> Body:
    def body(numbers: Arithmetic, day: Any) -> Value:
        return BLANK if day is BLANK else numbers.literal(Decimal(part(day)))

    return body


def days(numbers: Arithmetic, first: Any, last: Any) -> Value:
    """Number of days from `first` to `last`."""
    if first is BLANK or last is BLANK:
        return BLANK
    return numbers.literal(Decimal((last - first).days))


def length(numbers: Arithmetic, text: Any) -> Value:
    """Number of characters."""
    return BLANK if text is BLANK else numbers.literal(Decimal(len(text)))


BODIES: Mapping[str, Body] = {
    "tổng": total,
    "trung_bình": average,
    "nhỏ_nhất": least,
    "lớn_nhất": greatest,
    "đếm": count,
    "làm_tròn": round_to,
    "trị_tuyệt_đối": absolute,
    "tỷ_lệ": ratio,
    "nếu_trống": if_blank,
    "năm": _of_date(lambda day: day.year),
    "tháng": _of_date(lambda day: day.month),
    "số_ngày": days,
    "độ_dài": length,
}


def body_of(signature: Signature) -> Body:
    """What a function does: a plug-in's brings it along."""
    return signature.body or BODIES[signature.name]


MULTIPLIES = frozenset({"tỷ_lệ"})
"""Functions that multiply or divide: a mark x among their arguments makes them n/a."""
