"""Shapes as closures: the evaluator of one report, which means exactly what `engine.evaluate` means.

A closure is called with the figures of a report and the arguments of an instance. Figures are one list: the
value of each slot, then the values of the givens in a list of their own, then the `Figures` they came from,
which `sai số tự động` asks for the same figures as intervals.
"""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from operator import eq, ge, gt, le, lt, ne

from engine.arithmetic import Arithmetic, Bounds, Exact
from engine.compare import (
    Terms,
    Truth,
    can_hold,
    chosen,
    chosen_terms,
    holds,
    not_comparable,
    terms_of,
    without_blanks,
)
from engine.functions import BODIES, MULTIPLIES, entered, fitting, total
from engine.plans import ground
from engine.plans.combinators import (
    IF_BLANK,
    IF_MARK,
    Arguments,
    Judge,
    Run,
    Values,
    all_of,
    choose,
    convert,
    filled,
    guarded,
    negative,
    opposite,
    product,
    sum_of,
    sum_of_cells,
    told,
)
from engine.plans.ground import Ground, Shape, Side
from engine.values import BLANK, MARK, NotApplicable, Value, first_reason

Many = Callable[[Values, Arguments], list[Value]]
GIVENS, FIGURES = -2, -1
"""Where the givens and the `Figures` stand in a list of values."""

_EXACT, _BOUNDS = Exact(), Bounds()
_TESTS: Mapping[str, Callable[[Decimal, Decimal], bool]] = {
    "=": eq,
    "<>": ne,
    "<": lt,
    "<=": le,
    ">": gt,
    ">=": ge,
}


def verdict_of(shape: Shape) -> Callable[[Values, Arguments], str]:
    """The closure that says `pass`, `fail` or `na:<why>` of an instance."""
    asserted = _truth(shape.statement)
    if shape.when is not None:
        asserted = guarded(_truth(shape.when), asserted, None)

    def verdict(values: Values, arguments: Arguments) -> str:
        outcome = asserted(values, arguments)
        if outcome is True:
            return "pass"
        return f"na:{outcome.reason}" if isinstance(outcome, NotApplicable) else "fail"

    return verdict


def value_of(shape: Shape) -> Run:
    """The closure that gives the value of a formula; blank where its `chỉ khi` does not hold."""
    value = _value(shape.statement, _EXACT)
    if shape.when is None:
        return value
    when = _truth(shape.when)
    return lambda values, arguments: value(values, arguments) if when(values, arguments) is True else BLANK


# --- conditions


def _truth(node: Ground) -> Judge:
    match node:
        case ground.Compare():
            return _compare(node)
        case ground.Filled(operand, wanted):
            return filled(_value(operand, _EXACT), wanted)
        case ground.OneOf():
            return _one_of(node)
        case ground.Not(operand):
            return opposite(_truth(operand))
        case ground.Both(operands):
            return all_of([_truth(part) for part in operands], decides=False)
        case ground.Either(operands):
            return all_of([_truth(part) for part in operands], decides=True)
        case ground.Guard(condition, then, otherwise):
            last = None if otherwise is None else _truth(otherwise)
            return guarded(_truth(condition), _truth(then), last)
    return told(_value(node, _EXACT))


def _compare(node: ground.Compare) -> Judge:
    sides = _sides(node.sides)
    pairs = [
        _pair(left, terms_of(left, operator, right, node.tolerance, node.blanks), right)
        for left, operator, right in zip(node.sides, node.operators, node.sides[1:], strict=False)
    ]
    if len(pairs) == 1:
        pair = pairs[0]

        def single(values: Values, arguments: Arguments) -> Truth:
            left, right = sides(values, arguments)
            return pair(left, right, values, arguments)

        return single

    def truth(values: Values, arguments: Arguments) -> Truth:
        found = sides(values, arguments)
        unsettled: NotApplicable | None = None
        for pair, a, b in zip(pairs, found, found[1:], strict=False):
            outcome = pair(a, b, values, arguments)
            if outcome is False:
                return False
            if isinstance(outcome, NotApplicable):
                unsettled = unsettled or outcome
        return unsettled or True

    return truth


Pair = Callable[[Value, Value, Values, Arguments], Truth]


def _pair(left: Side, terms: Terms, right: Side) -> Pair:
    """One comparison of a chain, with every tolerance."""
    if terms.tolerance is None:
        return _plain_pair(terms, _finest(left.operand), _finest(right.operand))
    if terms.tolerance.kind != "auto":
        return lambda a, b, values, arguments: holds(a, b, terms)
    ends = _value(left.operand, _BOUNDS), _value(right.operand, _BOUNDS)

    def pair(a: Value, b: Value, values: Values, arguments: Arguments) -> Truth:
        unsettled = not_comparable(a, b)
        counted = without_blanks(a, b, terms)
        if unsettled or isinstance(counted, NotApplicable):
            return unsettled or counted  # type: ignore[return-value]
        if not all(isinstance(value, Decimal) for value in counted):
            return holds(a, b, terms)
        bounds = values[FIGURES].bounds
        low, high = (
            found if isinstance(found := end(bounds, arguments), tuple) else (value, value)
            for end, value in zip(ends, counted, strict=True)
        )
        return can_hold(low, terms.operator, high)

    return pair


def _plain_pair(terms: Terms, *finest: int | None) -> Pair:
    """Without tolerance; where no side can have more decimals than count, nothing is rounded."""
    is_coarse = terms.decimals is None or all(f is not None and f <= terms.decimals for f in finest)
    if not is_coarse:
        return lambda a, b, values, arguments: holds(a, b, terms)
    stands = _TESTS[terms.operator]

    def pair(a: Value, b: Value, values: Values, arguments: Arguments) -> Truth:
        if type(a) is Decimal and type(b) is Decimal:
            return stands(a, b)
        return holds(a, b, terms)

    return pair


def _finest(node: Ground) -> int | None:
    """How many decimals a sum of cells can have; None where nobody knows beforehand."""
    match node:
        case ground.Cell(_, decimals):
            return decimals
        case ground.Constant(Decimal() as known):
            return max(-int(known.as_tuple().exponent), 0)
        case ground.Negative(operand):
            return _finest(operand)
        case ground.Sum(terms):
            found = [_finest(term) for term in terms]
            return None if None in found else max(each for each in found if each is not None)
    return None


def _sides(sides: Sequence[Side]) -> Many:
    """The values of both sides of a comparison or more. Beside a text an attribute is a text."""
    runs = [_value(side.operand, _EXACT) for side in sides]
    texts = [
        (i, side.operand.as_text)
        for i, side in enumerate(sides)
        if isinstance(side.operand, ground.Given) and side.operand.as_text is not None
    ]
    if not texts:
        if len(runs) == 2:
            left, right = runs
            return lambda values, arguments: [left(values, arguments), right(values, arguments)]
        return lambda values, arguments: [run(values, arguments) for run in runs]

    def found(values: Values, arguments: Arguments) -> list[Value]:
        told = [run(values, arguments) for run in runs]
        if any(isinstance(value, str) for value in told):
            for i, at in texts:
                told[i] = values[GIVENS][arguments[at]]
        return told

    return found


def _one_of(node: ground.OneOf) -> Judge:
    sides = _sides((node.operand, *node.choices))
    terms = [terms_of(node.operand, "=", choice, None, node.blanks) for choice in node.choices]

    def truth(values: Values, arguments: Arguments) -> Truth:
        operand, *choices = sides(values, arguments)
        if operand is BLANK and node.blanks != "zero":
            return IF_BLANK
        outcomes = [holds(operand, choice, on) for choice, on in zip(choices, terms, strict=True)]
        if True in outcomes:
            return not node.negated
        return first_reason(outcomes) or node.negated

    return truth


# --- values


def _value(node: Ground, numbers: Arithmetic) -> Run:
    """The value of an expression in one of the two arithmetics; conditions in it are always exact."""
    match node:
        case ground.Negative(operand):
            return negative(_value(operand, numbers), numbers)
        case ground.Sum(terms, signs):
            cells = [term.at for term in terms if isinstance(term, ground.Cell)]
            if numbers is _EXACT and len(cells) == len(terms):
                return sum_of_cells(cells, signs)
            return sum_of([_value(term, numbers) for term in terms], signs, numbers)
        case ground.Product(factors, divides):
            return product([_value(factor, numbers) for factor in factors], divides, numbers)
        case ground.Call():
            return _call(node, numbers)
        case ground.Chosen():
            return _chosen(node, numbers)
        case ground.Choose(condition, then, otherwise):
            branches = _value(then, numbers), _value(otherwise, numbers)
            return choose(_exactly(condition, numbers), *branches)
        case ground.Convert(operand, times, divided_by):
            factor = numbers.literal(times), numbers.literal(divided_by)
            return convert(_value(operand, numbers), *factor, numbers)
        case ground.YearToDate():
            return _year_to_date(node, numbers)
    return _leaf(node, numbers) or _exactly(node, numbers)


def _leaf(node: Ground, numbers: Arithmetic) -> Run | None:
    match node:
        case ground.Constant(constant):
            known = numbers.literal(constant) if isinstance(constant, Decimal) else constant
            return lambda values, arguments: known
        case ground.Cell(at):
            return lambda values, arguments: values[arguments[at]]
        case ground.Given(at):
            return lambda values, arguments: values[GIVENS][arguments[at]]
    return None


def _exactly(node: Ground, numbers: Arithmetic) -> Judge:
    """A condition within an expression: exact also where the expression is counted with bounds."""
    truth = _truth(node)
    if numbers is _EXACT:
        return truth
    return lambda values, arguments: truth(values[FIGURES].values, arguments)


# --- sets and functions


def _set(node: Ground, numbers: Arithmetic) -> Many:
    """The values of a set, or the one value of an expression."""
    if isinstance(node, ground.Cells):
        at = node.at
        return lambda values, arguments: [values[slot] for slot in arguments[at]]
    if isinstance(node, ground.Givens):
        at = node.at

        def found(values: Values, arguments: Arguments) -> list[Value]:
            given = values[GIVENS][arguments[at]]
            return given if isinstance(given, list) else [given]

        return found
    value = _value(node, numbers)
    return lambda values, arguments: [value(values, arguments)]


def _call(node: ground.Call, numbers: Arithmetic) -> Run:
    body, multiplies = node.body or BODIES[node.name], node.name in MULTIPLIES
    if node.sets:
        sets = [_set(argument, numbers) for argument in node.arguments]

        def of_sets(values: Values, arguments: Arguments) -> Value:
            found = [
                fitting(kind, value)
                for many, kind in zip(sets, node.kinds, strict=True)
                for value in many(values, arguments)
            ]
            return first_reason(found) or body(numbers, found)

        return of_sets
    runs = [
        _value(argument, _EXACT if kind == "digits" else numbers)
        for argument, kind in zip(node.arguments, node.kinds, strict=True)
    ]

    def of_values(values: Values, arguments: Arguments) -> Value:
        found = [fitting(kind, run(values, arguments)) for run, kind in zip(runs, node.kinds, strict=True)]
        told = [IF_MARK if value is MARK else value for value in found] if multiplies else found
        return first_reason(told) or body(numbers, *found)

    return of_values


def _chosen(node: ground.Chosen, numbers: Arithmetic) -> Run:
    tested, wanted = _set(node.tested, _EXACT), _value(node.wanted.operand, _EXACT)
    terms = chosen_terms(node.operator, node.wanted, node.blanks)
    summed = None if node.summed is None else _set(node.summed, numbers)

    def value(values: Values, arguments: Arguments) -> Value:
        exact = values if numbers is _EXACT else values[FIGURES].values
        found, limit = tested(exact, arguments), wanted(exact, arguments)
        reason = first_reason([*found, limit])
        if reason:
            return reason
        picked = chosen(found, limit, terms)
        if summed is None:
            return numbers.literal(Decimal(len(picked)))
        parts = summed(values, arguments)
        there = [fitting("number", parts[i]) for i in picked if i < len(parts)]
        return first_reason(there) or total(numbers, there)

    return value


def _year_to_date(node: ground.YearToDate, numbers: Arithmetic) -> Run:
    at, current = node.earlier.at, _set(node.current, numbers)

    def value(values: Values, arguments: Arguments) -> Value:
        earlier = values[GIVENS][arguments[at]]
        if isinstance(earlier, NotApplicable):
            return earlier
        now = current(values, arguments)
        if node.latest:
            return total(numbers, now if entered(now) else earlier)
        return first_reason(now) or total(numbers, [*earlier, *now])

    return value
