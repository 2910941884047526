"""Run before a worker: its clock is an hour ahead, and a round is opened one report a step."""

from datetime import timedelta

from core import clock
from runtime.rounds import opening

opening.CHUNK = 1
right = clock.now
clock.now = lambda: right() + timedelta(hours=1)
