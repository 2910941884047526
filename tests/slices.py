"""Which part of the big numbers runs: a slice with each change, all of them in `make soak`."""

import os
from collections.abc import Sequence
from typing import TypeVar

Item = TypeVar("Item")
IS_SOAK = bool(os.environ.get("BIEUMAU_SOAK"))


def sliced(few: Sequence[Item], full: Sequence[Item]) -> Sequence[Item]:
    """`few` of `full`, unless the full numbers were asked for."""
    return full if IS_SOAK else few
