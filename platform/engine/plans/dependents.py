"""What hangs on a cell of a plan: the formulas to compute again, the instances to judge again."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from functools import cache, lru_cache

from engine.plans import ground
from engine.plans.ground import Ground
from engine.plans.plan import Formula, Plan

Weights = Mapping[int, Decimal]
"""By argument, how often it goes into a sum."""


class Dependents:
    """Who reads whom in one plan; made once for it."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.formulas: dict[int, list[int]] = {}
        self.instances: dict[int, list[int]] = {}
        _note(self.formulas, (plan.reads(formula) for formula in plan.formulas))
        _note(self.instances, (plan.reads(instance) for instance in plan.instances))
        self._own = {
            (i.rule, i.arguments[left.at]): number
            for number, i in enumerate(plan.instances)
            if (left := _filled_cell(plan.shapes[i.shape])) is not None
        }
        self._downstream: dict[int, Sequence[int]] = {}

    def downstream(self, slot: int) -> Sequence[int]:
        """The formulas that hang on a slot, directly or through others, in computing order."""
        if slot not in self._downstream:
            found: set[int] = set()
            waiting = [slot]
            while waiting:
                for number in self.formulas.get(waiting.pop(), ()):
                    if number not in found:
                        found.add(number)
                        waiting.append(self.plan.formulas[number].slot)
            self._downstream[slot] = sorted(found)
        return self._downstream[slot]

    def own_instance(self, formula: Formula) -> int | None:
        """The instance that compares a computed cell with its own formula, to the decimals of the cell."""
        return self._own.get((formula.rule, formula.slot))

    def weights(self, formula: Formula) -> Mapping[int, Decimal] | None:
        """How often each slot goes into a formula that is a sum without rounding; None for any other."""
        shape = self.plan.shapes[formula.shape]
        by_argument = None if shape.when is not None else _weights(shape.statement)
        if by_argument is None:
            return None
        decimals = self.plan.decimals
        found: dict[int, Decimal] = {}
        for at, weight in by_argument.items():
            argument = formula.arguments[at]
            for slot in argument if isinstance(argument, tuple) else (argument,):
                found[slot] = found.get(slot, Decimal(0)) + weight
                if not fits(weight.scaleb(-decimals[slot]), decimals[formula.slot]):
                    return None
        return found


def _note(readers: dict[int, list[int]], reads: Iterable[Iterable[int]]) -> None:
    for number, slots in enumerate(reads):
        for slot in set(slots):
            readers.setdefault(slot, []).append(number)


@lru_cache(maxsize=64)
def dependents_of(plan: Plan) -> Dependents:
    """Who reads whom in a plan."""
    return Dependents(plan)


def fits(number: Decimal, decimals: int) -> bool:
    """Whether a number needs no more than so many decimals."""
    exponent = number.normalize().as_tuple().exponent
    return isinstance(exponent, int) and -exponent <= decimals


def _filled_cell(shape: ground.Shape) -> ground.Cell | None:
    """The cell on the left of an equality that holds as soon as the right side was rounded into it."""
    statement = shape.statement
    if shape.when is not None or not isinstance(statement, ground.Compare) or statement.operators != ("=",):
        return None
    left, right = statement.sides
    exact = right.is_literal or (right.decimals or 0) > (left.decimals or 0)
    return left.operand if isinstance(left.operand, ground.Cell) and not exact else None


@cache
def _weights(node: Ground) -> Weights | None:
    """How often each argument goes into a sum of cells; None for what is no such sum."""
    match node:
        case ground.Cell(at):
            return {at: Decimal(1)}
        case ground.Constant(Decimal() as known) if fits(known, 0):
            return {}
        case ground.Negative(operand):
            return _times(_weights(operand), Decimal(-1))
        case ground.Sum(terms, signs):
            return _together([_times(_weights(t), Decimal(s)) for t, s in zip(terms, signs, strict=True)])
        case ground.Call("tổng", arguments, _, True):
            return _together(
                [{a.at: Decimal(1)} if isinstance(a, ground.Cells) else _weights(a) for a in arguments]
            )
        case ground.Product((ground.Constant(Decimal() as factor), operand), (False, False)):
            return _times(_weights(operand), factor)
        case ground.Product((operand, ground.Constant(Decimal() as factor)), (False, False)):
            return _times(_weights(operand), factor)
    return None


def _times(weights: Weights | None, factor: Decimal) -> Weights | None:
    return None if weights is None else {at: weight * factor for at, weight in weights.items()}


def _together(parts: Sequence[Weights | None]) -> Weights | None:
    found: dict[int, Decimal] = {}
    for part in parts:
        if part is None:
            return None
        for at, weight in part.items():
            found[at] = found.get(at, Decimal(0)) + weight
    return found
