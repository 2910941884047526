"""The command `bieumau` as a person calls it: each call a process of its own, forked where all is imported.

Starting Python and importing the product takes longer than most commands; one process does it for all calls.
"""

import os
import runpy
import subprocess
import sys
from collections.abc import Mapping
from io import TextIOWrapper
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path
from tempfile import TemporaryDirectory

from web.cli import COMMANDS, main

FORKS = get_context("forkserver")
FORKS.set_forkserver_preload(["web.app", *(f"web.commands.{name}" for name in COMMANDS)])


def call(arguments: tuple[str, ...], environ: Mapping[str, str]) -> "subprocess.CompletedProcess[str]":
    """The status and the words of one call."""
    with TemporaryDirectory() as folder:
        out, err = Path(folder) / "out", Path(folder) / "err"
        process = start(arguments, environ, out, err)
        process.join()
        assert process.exitcode is not None
        return subprocess.CompletedProcess(
            arguments, process.exitcode, out.read_text(encoding="utf-8"), err.read_text(encoding="utf-8")
        )


def start(
    arguments: tuple[str, ...],
    environ: Mapping[str, str],
    out: Path,
    err: Path,
    first: Path | None = None,
) -> BaseProcess:
    """A call that goes on; `first` is a file of Python it runs before."""
    process = FORKS.Process(target=_run, args=(arguments, dict(environ), out, err, first))
    process.start()
    return process


def _run(
    arguments: tuple[str, ...], environ: Mapping[str, str], out: Path, err: Path, first: Path | None
) -> None:
    os.environ.clear()
    os.environ.update(environ)
    for stream, file, name in ((1, out, sys.stdout), (2, err, sys.stderr)):
        os.dup2(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND), stream)
        assert isinstance(name, TextIOWrapper)
        name.reconfigure(encoding="utf-8")
    sys.argv = ["bieumau", *arguments]
    if first:
        runpy.run_path(str(first))
    main()
