"""Bounds that no values satisfy: found, smallest, and never where values exist."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from engine.review.feasible import Bound, conflict

TERMS = st.dictionaries(st.sampled_from("abcd"), st.integers(-3, 3).filter(bool), min_size=1, max_size=3)
SYSTEMS = st.lists(st.tuples(TERMS, st.integers(-6, 6)), min_size=1, max_size=8)


def bound(terms: dict[str, int], most: int) -> Bound:
    return Bound({name: Fraction(value) for name, value in terms.items()}, Fraction(most))


@given(SYSTEMS, st.lists(st.integers(-9, 9), min_size=4, max_size=4))
def test_where_values_exist_there_is_no_conflict(
    system: list[tuple[dict[str, int], int]], point: list[int]
) -> None:
    at = dict(zip("abcd", point, strict=True))
    bounds = [bound(terms, abs(spare) + sum(c * at[v] for v, c in terms.items())) for terms, spare in system]
    assert conflict(bounds) == []


@given(SYSTEMS)
def test_none_of_a_conflict_can_be_spared(system: list[tuple[dict[str, int], int]]) -> None:
    bounds = [bound(terms, most) for terms, most in system]
    found = [bounds[position] for position in conflict(bounds)]
    assert all(conflict(found[:i] + found[i + 1 :]) == [] for i in range(len(found)))
    assert not found or conflict(found) == list(range(len(found)))


def test_a_sum_of_parts_larger_than_its_limit() -> None:
    parts = [bound({"a": -1}, -4), bound({"b": -1}, -7)]
    whole = [bound({"c": 1, "a": -1, "b": -1}, 0), bound({"c": -1, "a": 1, "b": 1}, 0)]
    assert conflict([*parts, *whole, bound({"c": 1}, 11)]) == []
    assert conflict([*parts, *whole, bound({"c": 1}, 10)]) == [0, 1, 3, 4]


def test_what_has_no_unknown_is_decided_at_once() -> None:
    assert conflict([bound({"a": 1}, 3), Bound({}, Fraction(-1))]) == [1]
    assert conflict([]) == []
