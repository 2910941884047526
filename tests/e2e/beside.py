"""Run before a server or its worker: each is a process of the journey's own, and its clock may go ahead."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from flask import Flask

from core import clock, valkey
from web import processes

right, ahead = clock.now, Path(os.environ["BIEUMAU_DATA"]) / "ahead"


@contextmanager
def queue_beside(app: Flask) -> Iterator[None]:
    """The queue alone: the worker is forked where everything is imported, not started anew."""
    with valkey.serving(app.config["SETTINGS"]):
        yield
        processes._let_go()


processes.worker_beside = queue_beside  # type: ignore[assignment]
clock.now = lambda: right() + timedelta(seconds=float(ahead.read_text() if ahead.exists() else 0))
