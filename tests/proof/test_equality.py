"""One list of cases and every evaluator answers each: all say what the plain one says."""

import os
from concurrent.futures import ProcessPoolExecutor
from functools import partial, reduce
from multiprocessing import get_context
from operator import add

from tests.proof.coverage import CONSTRUCTS, GROUND, OUTCOMES, missing
from tests.proof.prove import Proof, prove

TIMES = 10 if os.environ.get("BIEUMAU_SOAK") else 1
WORLDS, RULES, CASES = 40 * TIMES, 60, 10
FIRST_SEED = 20_261_122


def test_every_evaluator_says_the_same() -> None:
    with ProcessPoolExecutor(os.cpu_count(), get_context("spawn")) as pool:
        seeds = range(FIRST_SEED, FIRST_SEED + WORLDS)
        proof = reduce(add, pool.map(partial(prove, rules=RULES, cases=CASES), seeds), Proof())
    verdicts = proof.verdicts.total()
    declined = proof.declined["bulk"] / verdicts
    print(f"{proof.rules} rules, {verdicts} verdicts, {proof.computed} computed; bulk left {declined:.1%}")
    assert not proof.differences, "\n".join(proof.differences)
    assert proof.rules >= 2_000 * TIMES
    assert verdicts >= 100_000 * TIMES
    assert not missing(proof.verdicts, OUTCOMES)
    assert not missing(proof.met, CONSTRUCTS | GROUND)
    assert proof.declined.keys() <= {"bulk"} and declined < 0.25
