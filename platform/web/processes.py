"""Processes beside this one: the queue server and a worker, which live no longer than we do."""

import ctypes
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from limits.storage import RedisStorage

from core import valkey
from core.settings import Settings
from web.security import limiter

PR_SET_PDEATHSIG = 1  # linux/prctl.h
PATIENCE = 30
"""Seconds that a worker has to end the step it is at."""


@contextmanager
def worker_beside(app: Flask) -> Iterator["subprocess.Popen[bytes]"]:
    """A queue server and a worker, stopped with us, also when we are killed; nothing they keep is lost."""
    settings: Settings = app.config["SETTINGS"]
    with valkey.serving(settings), (settings.data / "worker.log").open("ab") as log:
        worker = subprocess.Popen(
            [sys.executable, "-m", "web.cli", "worker"], stdout=log, stderr=log, preexec_fn=_die_with_parent
        )
        try:
            yield worker
        finally:
            worker.terminate()
            try:
                worker.wait(timeout=PATIENCE)
            except subprocess.TimeoutExpired:
                worker.kill()  # jobs are rows: who is killed loses nothing
                worker.wait()
            _let_go()  # the queue server stops with its last client


def _let_go() -> None:
    """Close the connections that counting failed sign-ins keeps open."""
    storage = limiter.storage
    if isinstance(storage, RedisStorage):
        storage.storage.connection_pool.disconnect()


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
