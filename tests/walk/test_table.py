"""Random walks over the table of moves: it allows what the reference allows, and leads where it leads."""

from random import Random

import pytest

from runtime.steps import MOVES, PATHS, STATES, accepts_by_itself, allows, begun, path_of
from tests.slices import sliced
from tests.walk import reference
from tests.walk.reference import Paper

TRIES = 50
WALKS = sliced(range(200), range(20_000))  # 10,000 moves are tried, 1,000,000 in full


def test_the_ways_are_the_same() -> None:
    assert sorted(PATHS) == sorted(reference.ways())
    assert set(MOVES) == set(reference.MOVES)
    assert {name for name, step in MOVES.items() if step.wants_reason} == set(reference.WITH_REASON)


@pytest.mark.parametrize("way", reference.ways())
@pytest.mark.parametrize("has_receiver", [True, False])
def test_every_stop_of_every_way(way: str, has_receiver: bool) -> None:
    path = path_of(way, has_receiver=has_receiver)
    stops = len(Paper(way, has_receiver).stops)
    for paper in (
        *(Paper(way, has_receiver, at) for at in range(stops + 1)),
        Paper(way, has_receiver, 0, True),
        Paper(way, has_receiver, begun=True),
    ):
        assert paper.state in STATES
        told = {name for name, step in MOVES.items() if allows(step, paper.state, path)}
        assert told == {name for name in reference.MOVES if paper.may(name)}, paper


def test_walks() -> None:
    made = set()
    for seed in WALKS:
        random = Random(seed)
        way, has_receiver = random.choice(reference.ways()), random.random() < 0.8
        paper, path, state = Paper(way, has_receiver), path_of(way, has_receiver=has_receiver), "assigned"
        for _ in range(TRIES):
            name, is_clean = random.choice(reference.MOVES), random.random() < 0.5
            if random.random() < 0.1:  # somebody looks at it
                paper.begun, state = True, begun(state)
            step = MOVES[name]
            assert allows(step, state, path) == paper.may(name), (seed, paper, name)
            if not paper.may(name):
                continue
            made.add((way, state, name))
            paper.make(name, is_clean=is_clean)
            state = step.end
            if has_receiver and name in reference.STOPS and accepts_by_itself(way, state) and is_clean:
                state = "accepted"
            assert state == paper.state, (seed, paper, name)
    assert len(made) > 200
