"""Whole figures that keep linear bounds, near to wanted ones: a small integer program for SciPy's HiGHS."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from engine.review.feasible import Bound
from engine.sheet import Place

SECONDS = 5.0
FAR = 10**6
"""The largest figure that is tried where a cell names no limit."""


@dataclass(frozen=True)
class Unknown:
    """A cell to find a figure for: decimals, limits, the figure wanted; computed ones want none."""

    place: Place
    decimals: int
    low: Fraction
    high: Fraction
    wanted: float | None


def solve(unknowns: Sequence[Unknown], bounds: Sequence[Bound]) -> Mapping[Place, Fraction] | None:
    """Figures of all unknowns that keep every bound, near to the wanted ones; None where there are none."""
    if not unknowns:
        return {}
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import coo_array, hstack

    at = {unknown.place: number for number, unknown in enumerate(unknowns)}
    steps = [Fraction(1, 10**unknown.decimals) for unknown in unknowns]
    aimed = [number for number, unknown in enumerate(unknowns) if unknown.wanted is not None]
    entries = [
        (float(coefficient * steps[at[place]]), line, at[place])  # type: ignore[index]
        for line, bound in enumerate(bounds)
        for place, coefficient in bound.terms.items()
    ]
    width = len(unknowns)
    kept = _matrix(entries, (len(bounds), width))
    aims = _matrix([(1.0, line, column) for line, column in enumerate(aimed)], (len(aimed), width))
    one = coo_array(np.eye(len(aimed))) if aimed else coo_array((0, 0))
    nothing = coo_array((len(bounds), 2 * len(aimed)))
    scales = np.array([10.0**unknown.decimals for unknown in unknowns])
    wanted = np.array([round((unknowns[n].wanted or 0) * scales[n]) for n in aimed])
    constraints = [
        LinearConstraint(hstack([aims, -one, one]).tocsc(), wanted, wanted),
        LinearConstraint(hstack([kept, nothing]).tocsc(), -np.inf, [float(b.most) + 1e-7 for b in bounds]),
    ]
    found = milp(
        np.concatenate([np.zeros(width), np.tile(1 / scales[aimed], 2)]),
        integrality=np.concatenate([np.ones(width), np.zeros(2 * len(aimed))]),
        bounds=Bounds(
            np.concatenate([_scaled([u.low for u in unknowns], scales), np.zeros(2 * len(aimed))]),
            np.concatenate([_scaled([u.high for u in unknowns], scales), np.full(2 * len(aimed), np.inf)]),
        ),
        constraints=[each for each in constraints if each.A.shape[0]],
        options={"time_limit": SECONDS, "mip_rel_gap": 0.05},
    )
    if found.x is None:
        return None
    return {each.place: round(found.x[number]) * steps[number] for number, each in enumerate(unknowns)}


def _matrix(entries: Sequence[tuple[float, int, int]], shape: tuple[int, int]):  # type: ignore[no-untyped-def]
    from scipy.sparse import coo_array

    if not entries:
        return coo_array(shape)
    values, lines, columns = zip(*entries, strict=True)
    return coo_array((values, (lines, columns)), shape=shape)


def _scaled(limits: Sequence[Fraction], scales: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.array([float(limit) for limit in limits]) * scales
