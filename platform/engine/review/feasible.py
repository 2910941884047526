"""Whether linear bounds can hold together, and which of them cannot.

SciPy's HiGHS points at a small set; what is answered is proved in exact fractions (Farkas: a sum of the
bounds, each times a positive number, says 0 ≤ something negative), so that no binary float decides.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeVar

import numpy as np

from engine.review.linear import Variable

_NOTHING = 1e-9
Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Bound:
    """Σ coefficient · variable ≤ most."""

    terms: Mapping[Variable, Fraction]
    most: Fraction


def conflict(bounds: Sequence[Bound]) -> list[int]:
    """Positions of a set of bounds that no values satisfy, none of which can be spared; empty without one."""
    for position, bound in enumerate(bounds):
        if not bound.terms and bound.most < 0:
            return [position]
    wanted = _reached(bounds, [i for i, bound in enumerate(bounds) if bound.most < 0])
    return _refuted(bounds, _blamed(bounds, wanted)) if wanted else []


def _reached(bounds: Sequence[Bound], start: Iterable[int]) -> list[int]:
    """The bounds that share variables, directly or by others, with those that 0 does not satisfy."""
    by_variable: dict[Variable, list[int]] = {}
    for position, bound in enumerate(bounds):
        for variable in bound.terms:
            by_variable.setdefault(variable, []).append(position)
    waiting, found, met = list(start), set(start), set[Variable]()
    while waiting:
        for variable in bounds[waiting.pop()].terms:
            if variable not in met:
                met.add(variable)
                fresh = [other for other in by_variable[variable] if other not in found]
                found.update(fresh)
                waiting += fresh
    return sorted(found)


def _blamed(bounds: Sequence[Bound], positions: Sequence[int]) -> list[int]:
    """Those of `positions` that a corner of all refutations takes: weights ≥ 0 that add up to 0 ≤ −1."""
    from scipy.optimize import linprog  # half a second and many megabytes, needed by few forms
    from scipy.sparse import coo_array

    at: dict[Variable, int] = {}
    entries: list[tuple[float, int, int]] = []
    for column, position in enumerate(positions):
        bound = bounds[position]
        scale = max(abs(coefficient) for coefficient in bound.terms.values())
        entries.append((float(bound.most / scale), 0, column))
        entries += [(float(c / scale), at.setdefault(v, len(at) + 1), column) for v, c in bound.terms.items()]
    values, lines, columns = zip(*entries, strict=True)
    matrix = coo_array((values, (lines, columns)), shape=(len(at) + 1, len(positions))).tocsc()
    wanted = np.zeros(len(at) + 1)
    wanted[0] = -1
    cost = np.linspace(1, 1.001, len(positions))  # of many like refutations the first
    result = linprog(cost, A_eq=matrix, b_eq=wanted, method="highs-ds")
    if not result.success:
        return []
    return [position for position, weight in zip(positions, result.x, strict=True) if weight > _NOTHING]


def _refuted(bounds: Sequence[Bound], positions: Sequence[int]) -> list[int]:
    """The smallest set found among `positions` of which positive multiples add up to 0 ≤ a negative number.

    Eliminating variables leaves the sets that depend on each other and of which none can be spared.
    """
    lines = [(dict(bounds[position].terms), {position: Fraction(1)}) for position in positions]
    for variable in {variable for position in positions for variable in bounds[position].terms}:
        pivot = next((line for line in lines if line[0].get(variable)), None)
        if pivot is None:
            continue
        lines.remove(pivot)
        for terms, made_of in lines:
            times = terms.get(variable, Fraction(0)) / pivot[0][variable]
            if times:
                _subtract(terms, pivot[0], times)
                _subtract(made_of, pivot[1], times)
    sums = ({at: weight for at, weight in made_of.items() if weight} for _, made_of in lines)
    found = [sorted(weights) for weights in sums if _refutes(weights, bounds)]
    return min(found, key=lambda each: (len(each), each), default=[])


def _subtract(vector: dict[Key, Fraction], other: Mapping[Key, Fraction], times: Fraction) -> None:
    for key, value in other.items():
        vector[key] = vector.get(key, Fraction(0)) - times * value


def _refutes(weights: Mapping[int, Fraction], bounds: Sequence[Bound]) -> bool:
    signs = {weight > 0 for weight in weights.values()}
    total = sum((weight * bounds[i].most for i, weight in weights.items()), Fraction(0))
    return len(signs) == 1 and (total < 0 if True in signs else total > 0)
