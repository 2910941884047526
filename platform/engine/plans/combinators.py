"""Closures made of closures: what conditions and arithmetic do with the parts below them."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from engine.arithmetic import ZERO, Arithmetic
from engine.compare import Truth
from engine.functions import fitting, quotient
from engine.values import BLANK, EXACT, MARK, Missing, NotApplicable, Value, first_reason

Values = list[Any]
Arguments = tuple[Any, ...]
Run = Callable[[Values, Arguments], Value]
Judge = Callable[[Values, Arguments], Truth]

IF_GUARD, IF_BLANK, IF_MARK = NotApplicable("guard"), NotApplicable("blank"), NotApplicable("mark")


def told(value: Run) -> Judge:
    """What a value says where a condition is asked for."""

    def truth(values: Values, arguments: Arguments) -> Truth:
        found = value(values, arguments)
        if isinstance(found, Missing):
            return IF_MARK if found is MARK else IF_BLANK
        return found if isinstance(found, NotApplicable) else bool(found)

    return truth


def opposite(inner: Judge) -> Judge:
    """`không phải`."""

    def truth(values: Values, arguments: Arguments) -> Truth:
        outcome = inner(values, arguments)
        return outcome if isinstance(outcome, NotApplicable) else not outcome

    return truth


def all_of(parts: Sequence[Judge], *, decides: bool) -> Judge:
    """Kleene's and (False decides) and or (True decides)."""

    def truth(values: Values, arguments: Arguments) -> Truth:
        unsettled: NotApplicable | None = None
        for part in parts:
            outcome = part(values, arguments)
            if outcome is decides:
                return decides
            if isinstance(outcome, NotApplicable):
                unsettled = unsettled or outcome
        return unsettled or (not decides)

    return truth


def guarded(condition: Judge, then: Judge, otherwise: Judge | None) -> Judge:
    """`nếu … thì …` and `chỉ khi`."""

    def truth(values: Values, arguments: Arguments) -> Truth:
        guard = condition(values, arguments)
        if guard is True:
            return then(values, arguments)
        if guard is False:
            return IF_GUARD if otherwise is None else otherwise(values, arguments)
        return guard

    return truth


def filled(value: Run, wanted: bool) -> Judge:
    """`phải nhập` and `để trống`."""

    def truth(values: Values, arguments: Arguments) -> Truth:
        found = value(values, arguments)
        return found if isinstance(found, NotApplicable) else (found is not BLANK) is wanted

    return truth


def negative(operand: Run, numbers: Arithmetic) -> Run:
    """Minus in front."""

    def value(values: Values, arguments: Arguments) -> Value:
        inner = fitting("number", operand(values, arguments))
        return inner if isinstance(inner, NotApplicable | Missing) else numbers.negate(inner)

    return value


def sum_of(terms: Sequence[Run], signs: Sequence[int], numbers: Arithmetic) -> Run:
    """n-ary + and −: what is missing is left out."""

    pairs = list(zip(terms, signs, strict=True))

    def value(values: Values, arguments: Arguments) -> Value:
        there: list[Any] = []
        reasons: list[NotApplicable] = []
        for term, sign in pairs:
            found = term(values, arguments)
            if type(found) is Decimal or type(found) is tuple:
                there.append(found if sign > 0 else numbers.negate(found))
            elif type(found) is NotApplicable:
                reasons.append(found)
        if reasons:
            return first_reason(reasons)
        return numbers.add(there) if there else BLANK

    return value


def sum_of_cells(positions: Sequence[int], signs: Sequence[int]) -> Run:
    """The most frequent sum of all: of cells of this report, exactly."""
    pairs = [
        (at, EXACT.add if sign > 0 else EXACT.subtract) for at, sign in zip(positions, signs, strict=True)
    ]

    def value(values: Values, arguments: Arguments) -> Value:
        total = None
        for at, join in pairs:
            found = values[arguments[at]]
            if type(found) is Decimal:
                total = join(ZERO if total is None else total, found)
        return BLANK if total is None else total

    return value


def product(factors: Sequence[Run], divides: Sequence[bool], numbers: Arithmetic) -> Run:
    """n-ary × and ÷, left to right."""

    rest = list(zip(range(1, len(factors)), divides[1:], strict=True))

    def value(values: Values, arguments: Arguments) -> Value:
        found = [fitting("number", factor(values, arguments)) for factor in factors]
        reason = first_reason(IF_MARK if value is MARK else value for value in found)
        if reason or BLANK in found:
            return reason or BLANK
        result: Any = found[0]
        for i, is_divided in rest:
            result = quotient(numbers, result, found[i]) if is_divided else numbers.multiply(result, found[i])
            if isinstance(result, NotApplicable):
                return result
        return result

    return value


def choose(condition: Judge, then: Run, otherwise: Run) -> Run:
    """`chọn`."""

    def value(values: Values, arguments: Arguments) -> Value:
        outcome = condition(values, arguments)
        if isinstance(outcome, NotApplicable):
            return outcome
        return then(values, arguments) if outcome else otherwise(values, arguments)

    return value


def convert(operand: Run, times: Any, divided_by: Any, numbers: Arithmetic) -> Run:
    """`đổi`."""

    def value(values: Values, arguments: Arguments) -> Value:
        found = fitting("number", operand(values, arguments))
        if isinstance(found, NotApplicable | Missing):
            return IF_MARK if found is MARK else found
        return quotient(numbers, numbers.multiply(found, times), divided_by)

    return value
