"""Run before a worker: each sum takes a while before it is kept, so that a kill falls into it."""

import time

from runtime.totals import consolidate as totals

sum_up = totals.consolidate


def slowly(*arguments: object) -> None:
    """The sum, not kept yet."""
    sum_up(*arguments)  # type: ignore[arg-type]
    time.sleep(0.2)


totals.consolidate = slowly  # type: ignore[assignment]
