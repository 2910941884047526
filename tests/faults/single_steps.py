"""Run before a worker: a round is opened one report a step, so that a kill falls in the middle of it."""

from runtime.rounds import opening as rounds

rounds.CHUNK = 1
