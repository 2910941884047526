"""The table of moves by examples; `tests/walk` puts all of it against rules said another way."""

import pytest

from core.errors import Conflict
from runtime.steps import (
    BACK,
    EDITABLE,
    LONG,
    MOVES,
    PATHS,
    SHORT,
    STATES,
    accepts_by_itself,
    demand_editable,
    moves_from,
    path_of,
)

TABLE = {
    SHORT: {
        "assigned": "submit",
        "entering": "submit",
        "submitted": "accept return recall",
        "accepted": "ask_reopen reopen",
        "returned": "submit",
    },
    LONG: {
        "entering": "submit",
        "submitted": "approve refuse recall",
        "approved": "send refuse to_sign recall",
        "sent": "accept return return_to_sign recall",
        "accepted": "ask_reopen reopen",
        "returned": "submit",
    },
    "verify,submit,approve,issue,send,accept": {
        "assigned": "verify",
        "entering": "verify refuse",
        "verified": "submit refuse recall",
        "submitted": "approve refuse recall",
        "approved": "issue refuse to_sign recall",
        "issued": "send refuse to_sign recall",
        "sent": "accept return return_to_sign recall",
        "accepted": "ask_reopen reopen",
        "returned": "verify",
    },
}


@pytest.mark.parametrize("steps", TABLE)
def test_the_ways_that_people_use(steps: str) -> None:
    path = path_of(steps, has_receiver=True)
    for state, moves in TABLE[steps].items():
        assert {step.name for step in moves_from(state, path)} == set(moves.split()), state


def test_who_gives_back_says_why() -> None:
    assert all(step.wants_reason for step in BACK)
    assert {step.end for step in BACK} == {"returned"}
    assert {name for name, step in MOVES.items() if step.end == "returned"} == {step.name for step in BACK}


def test_ways_are_a_choice_of_gates() -> None:
    assert len(PATHS) == len(set(PATHS)) == 24
    assert {"submit,issue,accept", "submit", "accept,submit", "submit,accept,auto,auto"}.isdisjoint(PATHS)


def test_only_a_report_that_waits_for_its_receiver_is_taken_in_by_itself() -> None:
    way = "submit,approve,accept,auto"
    assert [state for state in STATES if accepts_by_itself(way, state)] == ["approved"]
    assert not any(accepts_by_itself(LONG, state) for state in STATES)


@pytest.mark.parametrize("state", STATES)
def test_figures_are_written_in_two_states(state: str) -> None:
    if state in EDITABLE:
        demand_editable(state)
        return
    with pytest.raises(Conflict) as refused:
        demand_editable(state)
    assert refused.value.code == f"report.closed.{state}"
