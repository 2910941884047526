"""What happens by itself as time goes on: rooms register what the clock asks; workers ask, keeping house.

What is asked may be asked twice at once, by two workers: it changes nothing the second time.
"""

import logging
from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from sqlalchemy.orm import Session

from core.db import unit_of_work
from core.errors import Refusal

LOG = logging.getLogger(__name__)
Tick = Callable[[Session, datetime], object]
Kind = TypeVar("Kind", bound=Tick)
TICKS: list[Tick] = []


def on_tick(function: Kind) -> Kind:
    """Have a function be asked, in a unit of work of its own, again and again."""
    TICKS.append(function)
    return function


def tick(now: datetime) -> None:
    """Ask all; a refusal of one stops no other."""
    for function in TICKS:
        try:
            with unit_of_work() as session:
                function(session, now)
        except Refusal as refused:
            LOG.warning("%s was refused: %s %s", function.__name__, refused.code, refused.facts)
