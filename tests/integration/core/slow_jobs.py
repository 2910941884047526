"""A job for workers of tests: slow enough to be killed in the middle."""

import time
from collections.abc import Iterator
from datetime import datetime

from core.db import Session, insert_new
from core.jobs import Job, Progress, job


@job("test.slow")
def insert_slowly(
    session: Session, checkpoint: int | None, size: int, *, now: datetime
) -> Iterator[Progress]:
    """One row a step, under ids of its own."""
    for done in range(checkpoint or 0, size):
        values = {"id": 1000 + done, "function": "row", "arguments": [], "requested_at": now, "state": "done"}
        assert insert_new(session, Job, [values]) == 1  # no step is ever done twice
        time.sleep(0.005)
        yield Progress(done + 1, done + 1, size)
