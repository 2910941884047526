"""Whether linear bounds can hold together, and which of them cannot.

SciPy's HiGHS points at a small set; what is answered is proved in exact fractions (Farkas: a sum of the
bounds, each times a positive number, says 0 ≤ something negative), so that no binary float decides.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from engine.linear import Variable

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
    blamed = _blamed(bounds, wanted) if wanted else []
    for position in reversed(tuple(blamed)):  # of many like sets the first stays
        fewer = [other for other in blamed if other != position]
        if _blamed(bounds, fewer):
            blamed = fewer
    return blamed if _proved([bounds[position] for position in blamed]) else []


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
    """Those of `positions` that carry the conflict: the dual of the least sum of overshoots."""
    from scipy.optimize import linprog  # half a second and many megabytes, needed by few forms
    from scipy.sparse import coo_array, hstack, identity

    if not positions:
        return []
    at: dict[Variable, int] = {}
    entries: list[tuple[float, int, int]] = []
    most: list[float] = []
    for line, position in enumerate(positions):
        bound = bounds[position]
        scale = max(abs(coefficient) for coefficient in bound.terms.values())
        entries += [(float(c / scale), line, at.setdefault(v, len(at))) for v, c in bound.terms.items()]
        most.append(float(bound.most / scale))
    values, lines, columns = zip(*entries, strict=True)
    matrix = coo_array((values, (lines, columns)), shape=(len(positions), len(at)))
    cost = np.concatenate([np.zeros(len(at)), np.ones(len(positions))])
    limits = [(None, None)] * len(at) + [(0, None)] * len(positions)
    overshoot = hstack([matrix, -identity(len(positions))])
    result = linprog(cost, A_ub=overshoot.tocsr(), b_ub=most, bounds=limits, method="highs")
    if not result.success or result.fun <= _NOTHING:
        return []
    weights: NDArray[np.float64] = result.ineqlin.marginals
    return [position for position, weight in zip(positions, weights, strict=True) if weight < -_NOTHING]


def _proved(bounds: Sequence[Bound]) -> bool:
    """Whether positive multiples of the bounds add up to 0 ≤ a negative number."""
    lines = [(dict(bound.terms), {i: Fraction(1)}) for i, bound in enumerate(bounds)]
    for variable in {variable for bound in bounds for variable in bound.terms}:
        pivot = next((line for line in lines if line[0].get(variable)), None)
        if pivot is None:
            continue
        lines.remove(pivot)
        for terms, made_of in lines:
            times = terms.get(variable, Fraction(0)) / pivot[0][variable]
            if times:
                _subtract(terms, pivot[0], times)
                _subtract(made_of, pivot[1], times)
    return any(_refutes(made_of, bounds) for terms, made_of in lines if not any(terms.values()))


def _subtract(vector: dict[Key, Fraction], other: Mapping[Key, Fraction], times: Fraction) -> None:
    for key, value in other.items():
        vector[key] = vector.get(key, Fraction(0)) - times * value


def _refutes(weights: Mapping[int, Fraction], bounds: Sequence[Bound]) -> bool:
    signs = {weight > 0 for weight in weights.values() if weight}
    total = sum((weight * bounds[i].most for i, weight in weights.items()), Fraction(0))
    return len(signs) == 1 and (total < 0 if True in signs else total > 0)
