"""Every state, move and path of a report, against rules said another way."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Conflict
from runtime.steps import EDITABLE, LONG, MOVES, PATHS, SHORT, STATES, demand_editable, moves_from, path_of

WAYS = [path_of(steps, has_receiver=receiver) for steps in PATHS for receiver in (True, False)]
REACHES = {"submit": "submitted", "approve": "approved", "send": "sent", "accept": "accepted"}

TABLE = """
       entering  submitted              approved            sent                  accepted  returned
short  submit    accept return recall   -                   -                     return    submit
long   submit    approve refuse recall  send refuse recall  accept return recall  return    submit
"""


def reference(way: tuple[str, ...], state: str) -> set[str]:
    """The allowed moves, from the line of states that the way leads through."""
    line = ["entering", *(REACHES[name] for name in way)]
    if state == "returned":
        return {way[0]}
    if state not in line:
        return set()
    at = line.index(state)
    allowed = set(way[at : at + 1])
    if at > 0 and state != "accepted":
        allowed.add("recall")
    if "approve" in way and state in ("submitted", "approved"):
        allowed.add("refuse")
    if "accept" in way and at >= len(line) - 2 and at > 0:
        allowed.add("return")
    return allowed


def reachable(way: tuple[str, ...]) -> set[str]:
    return {"entering", "returned", *(REACHES[name] for name in way)}


@pytest.mark.parametrize("way", WAYS)
def test_every_state_of_every_way(way: tuple[str, ...]) -> None:
    for state in STATES:
        if state in reachable(way):
            assert {step.name for step in moves_from(state, way)} == reference(way, state), state


def test_the_two_ways_that_people_use() -> None:
    lines = [line for line in TABLE.splitlines() if line.strip()][1:]
    for line, steps in zip(lines, (SHORT, LONG), strict=True):
        way = path_of(steps, has_receiver=True)
        words = line.split()[1:]
        told = [step.name for state in STATES if state in reachable(way) for step in moves_from(state, way)]
        assert sorted(told) == sorted(word for word in words if word != "-")


def test_only_giving_back_wants_a_reason() -> None:
    assert {step.name for step in MOVES.values() if step.wants_reason} == {"refuse", "return"}
    assert all((step.end == "returned") == step.wants_reason for step in MOVES.values())


@pytest.mark.parametrize("state", STATES)
def test_figures_are_written_in_two_states(state: str) -> None:
    if state in EDITABLE:
        demand_editable(state)
        return
    with pytest.raises(Conflict) as refused:
        demand_editable(state)
    assert refused.value.code == f"report.closed.{state}"


@given(st.sampled_from(WAYS), st.lists(st.sampled_from([*MOVES]), min_size=100, max_size=100))
def test_random_walks(way: tuple[str, ...], tries: list[str]) -> None:
    """100 examples of 100 tries: the report is never where its way does not lead, and never stuck."""
    state = "entering"
    for name in tries:
        step = next((step for step in moves_from(state, way) if step.name == name), None)
        assert (step is not None) == (name in reference(way, state))
        state = step.end if step else state
        assert state in reachable(way)
        assert moves_from(state, way) or way[-1] not in ("accept",)
