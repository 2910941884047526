"""How long the product takes to start, and its application to be imported.

    python -m tests.benchmarks.bench_start

Goal P13: ≤ 3 s from the command to the first page over a database that is there, ≤ 1.5 s to import.
"""

import os
import platform as machine
import socket
import statistics
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Mapping
from importlib.metadata import version
from time import perf_counter, sleep

REPEATS, LONG = 5, 60
IMPORTS = {
    "import web.app": "import web.app",
    "import all pages": "import web.app; [import_module(f'web.{name}') for name in web.app.PAGES]",
}


TIMED = """from importlib import import_module
from time import perf_counter, process_time
start, before = perf_counter(), process_time()
{}
print(perf_counter() - start, process_time() - before)"""


def seconds_of(code: str) -> list[float]:
    """How long a fresh Python takes to run some code: by the clock, and of a core."""
    command = [sys.executable, "-c", TIMED.format(code)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return [float(seconds) for seconds in done.stdout.split()]


def first_page(environment: Mapping[str, str], *options: str) -> float:
    """Seconds from the command to the sign-in page."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "web.cli", "serve", "--port", str(port), *options]
    start = perf_counter()
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, env=environment, stdout=quiet, stderr=quiet) as server:
        try:
            while perf_counter() < start + LONG:
                try:
                    with urllib.request.urlopen(f"http://127.0.0.1:{port}/sign-in", timeout=LONG):
                        return perf_counter() - start
                except OSError:
                    sleep(0.01)
            raise TimeoutError(command)
        finally:
            server.terminate()


def main() -> None:
    """Prints medians with machine and versions."""
    print(f"{machine.platform()}, {os.cpu_count()} cores, Python {machine.python_version()}", end=", ")
    print(", ".join(f"{name} {version(name)}" for name in ("Flask", "SQLAlchemy", "numpy")))
    for name, code in IMPORTS.items():
        taken, used = zip(*(seconds_of(code) for _ in range(REPEATS)), strict=True)
        print(f"{name:32} {statistics.median(taken):6.2f} s, {statistics.median(used):6.2f} s of a core")
    with tempfile.TemporaryDirectory(prefix="bm-") as data:
        environment = os.environ | {"BIEUMAU_DATA": data}
        print(f"{'first start, database made':32} {first_page(environment):6.2f} s")
        for options in ((), ("--server", "gunicorn")):
            whole = [first_page(environment, *options) for _ in range(REPEATS)]
            print(f"{' '.join(('start to first page', *options)):32} {statistics.median(whole):6.2f} s")


if __name__ == "__main__":
    main()
