"""Processes beside this one: the queue server and a worker, which live no longer than we do."""

import ctypes
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask

from core import valkey
from core.settings import Settings

PR_SET_PDEATHSIG = 1  # linux/prctl.h


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
            worker.wait()


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
