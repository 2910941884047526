"""Every text gets an answer or a clear error, in bounded memory."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from expr.faults import CODES

ROOT = Path(__file__).parents[2]


def test_hostile_and_generated_texts(scale: Callable[[int, int], int]) -> None:
    """10,000 hostile texts, and 100,000 that the grammar allows or nearly allows under `make soak`."""
    asked = {"hostile": 10_000, "generated": scale(10_000, 100_000)}
    command = [sys.executable, "-m", "tests.vectors.hostile_texts", *map(str, asked.values()), "22"]
    path = os.pathsep.join((str(ROOT / "platform"), str(ROOT)))
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": path}, capture_output=True)
    assert done.returncode == 0, done.stderr.decode()[-3_000:]
    told = json.loads(done.stdout)
    assert {name: sum(found.values()) for name, found in told.items()} == asked
    for found in told.values():
        assert found.keys() <= {"compiled", *CODES}
        assert found["compiled"] > sum(found.values()) / 30  # not everything is turned away at the door
    assert told["generated"].keys() >= set(CODES) - {"E_RANGE", "E_NOKIDS", "E_DECIMALS", "E_AMBIGUOUS"}
