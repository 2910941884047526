"""Small worlds drawn by hypothesis, which looks for the simplest one in which two evaluators differ."""

import os
from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.proof.evaluators import EVALUATORS, plain
from tests.proof.prove import differences
from tests.proof.worlds import world

TIMES = 10 if os.environ.get("BIEUMAU_SOAK") else 1
ON_SERVER = {name: evaluator for name, evaluator in EVALUATORS.items() if name != "browser"}


@settings(
    max_examples=TIMES * 10,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)
@given(st.randoms(use_true_random=False))
def test_no_small_world_tells_them_apart(pick: Random) -> None:
    drawn = world(pick, "drawn", rules=2, cases=2)
    meant = plain(drawn)
    for name, evaluator in ON_SERVER.items():
        assert not list(differences(name, meant, evaluator(drawn, meant)))
