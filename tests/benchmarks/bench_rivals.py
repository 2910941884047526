"""The language beside other engines, over the same work, in turn in one run.

    python -m tests.benchmarks.bench_rivals [FOLDER]

makes an environment of its own in FOLDER (.rivals) when it is not there. Each round measures ours and every
other once, so that all meet the same load; what is told is the median of the rounds.
"""

import json
import os
import platform as machine
import statistics
import subprocess
import sys
from collections.abc import Iterator
from decimal import Decimal
from importlib.util import module_from_spec, spec_from_file_location
from itertools import count
from pathlib import Path
from types import ModuleType

from engine.bulk.many import Bulk
from engine.context import Context
from engine.figures import read_figures
from engine.plans.editing import Editing
from engine.plans.running import Running
from engine.program import compile_form
from engine.sheet import Figure, Status
from tests.benchmarks.bench_language import many_forms, median, one_form
from tests.benchmarks.workload import ROWS, as_json, formulas

HERE = Path(__file__).parent / "rivals"
ROUNDS = 3
COMPARED = {
    "1,000 rules, one form": (
        "ours, one form",
        "datalogic",
        "cel",
        "excel_functions",
        "hyperformula, all figures again",
    ),
    "1,000 rules, 10,000 forms": ("ours, many forms", "memory_pass", "polars", "duckdb"),
    "one edit, 753 dependants": ("ours, one edit", "hyperformula, one edit", "pycel", "ironcalc"),
}


def engines() -> ModuleType:
    """The module that the other environment runs; what it says of spreadsheet formulas serves here too."""
    spec = spec_from_file_location("engines", HERE / "engines.py")
    assert spec is not None and spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def number(value: int) -> Figure:
    """A figure."""
    return Figure(Status.VALUE, Decimal(value))


class Ours:
    """What is measured of the product, made ready once."""

    def __init__(self) -> None:
        program, sheet = one_form()
        self.running = Running(program, sheet, Context())
        self.bulk, self.pieces = Bulk(self.running.plan, run=16), many_forms(self.running.plan)
        self.computing = compile_form(formulas())
        figures = {"A": {f"r{i}": {"c1": str(i)} for i in range(1, ROWS + 1)}}
        given, _ = read_figures(self.computing.layout, figures)
        self.editing = Editing(self.computing, given, Context())

    def measured(self) -> Iterator[tuple[str, float]]:
        """(name, milliseconds) of each."""
        yield "ours, one form", median(self.running.verdicts, 50)
        yield "ours, many forms", median(lambda: [self.bulk.check(each) for each in self.pieces])
        numbers = count(1)
        yield (
            "ours, one edit",
            median(lambda: self.editing.change(("A", "r1", "c1"), number(next(numbers))), 50),
        )


def theirs(folder: Path, work: Path) -> Iterator[tuple[str, float]]:
    """(name, milliseconds) of each of the others."""
    python = [folder / "python/bin/python", HERE / "engines.py", work]
    for command in (python, [Path("node"), folder / "hyperformula.mjs", work]):
        run = subprocess.run(command, capture_output=True, text=True, check=False)
        if run.returncode:
            print(run.stderr[-2000:], file=sys.stderr)
        for line in run.stdout.splitlines():
            if line.startswith("["):
                name, milliseconds = json.loads(line)
                yield name, milliseconds


def main() -> None:
    """Prints medians and ratios with machine and load."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else ".rivals").resolve()
    subprocess.run([HERE / "make.sh", folder], check=True)
    given = as_json()
    work = folder / "work.json"
    work.write_text(json.dumps(given | {"excel": list(engines().excel_texts(given))}), encoding="utf-8")
    ours = Ours()
    found: dict[str, list[float]] = {}
    for _ in range(ROUNDS):
        for name, milliseconds in (*ours.measured(), *theirs(folder, work)):
            found.setdefault(name, []).append(milliseconds)
    print(f"{machine.platform()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, {ROUNDS} rounds")
    for title, names in COMPARED.items():
        print(title)
        own = statistics.median(found.get(names[0], [float("nan")]))
        for name in names:
            if name in found:
                middle = statistics.median(found[name])
                print(f"  {name:35} {middle:10.3f} ms {middle / own:8.1f} ×")


if __name__ == "__main__":
    main()
