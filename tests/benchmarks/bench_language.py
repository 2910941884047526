"""Compiling, checking and editing with 1,000 rules on a form of 200×20, and the commands without a database.

    python -m tests.benchmarks.bench_language

The work is that of `tests.benchmarks.workload`. `bench_rivals` puts other engines beside it.
"""

import json
import os
import platform as machine
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path
from time import perf_counter

import numpy as np

from engine.bulk.many import Bulk
from engine.bulk.reports import AT_ONCE, Piece, piece
from engine.calculate import calculate
from engine.check import check_form
from engine.context import Context
from engine.figures import read_figures, write_figures
from engine.form import Rule
from engine.plans.plan import Plan
from engine.plans.running import Running
from engine.program import Program, compile_form
from engine.sheet import Sheet
from engine.stored import restore, store
from template_library.fileformat import write_template
from tests.benchmarks.workload import (
    COLUMNS,
    FORMS,
    ROWS,
    SEED,
    constraints,
    figures,
    form_with,
    formulas,
    rule_texts,
)

REPEATS = 5


def median(work: Callable[[], object], repeats: int = REPEATS) -> float:
    """Milliseconds, after one run that warms up."""
    work()
    times = []
    for _ in range(repeats):
        start = perf_counter()
        work()
        times.append(perf_counter() - start)
    return statistics.median(times) * 1000


def one_form() -> tuple[Program, Sheet]:
    """The form with its 1,000 rules, and figures with blanks and every mark."""
    program = compile_form(constraints())
    assert program.is_sound and len(program.rules) == 1000
    sheet, findings = read_figures(program.layout, figures())
    assert not findings
    return program, sheet


def many_forms(plan: Plan) -> list[Piece]:
    """10,000 forms with figures of all kinds."""
    numbers = np.random.default_rng(SEED)
    kinds = np.array([0, 1, 1, 1, 2, 1, 3, 1, 4, 1], dtype=np.uint8)
    pieces = []
    for first in range(0, FORMS, AT_ONCE):
        shape = (min(AT_ONCE, FORMS - first), len(plan.decimals))
        status = kinds[numbers.integers(0, 10, shape)]
        status[:, -1] = 0  # nowhere
        pieces.append(piece(numbers.integers(0, 1000, shape), status))
    return pieces


def measured() -> Iterator[tuple[str, float]]:
    """(what, milliseconds) of each measurement."""
    program, sheet = one_form()
    yield "compile 1,000 rules", median(lambda: compile_form(program.form), 3)
    stored = store(program)
    assert stored
    yield "load them compiled", median(lambda: restore(program.form, program.functions, stored), 20)
    running = Running(program, sheet, Context())
    yield "evaluate 1,000 rules of one form", median(running.verdicts, 50)
    yield (
        "the same, and read the form's figures",
        median(lambda: Running(program, sheet, Context()).verdicts(), 50),
    )
    yield "check 1,000 rules and word 600 failures", median(lambda: check_form(program, sheet, Context()), 3)
    pieces = many_forms(running.plan)
    bulk = Bulk(running.plan, run=16)
    yield "evaluate 1,000 rules of 10,000 forms", median(lambda: [bulk.check(each) for each in pieces])
    yield from _computing(sheet)
    yield from _commands(program, json.dumps(write_figures(sheet)))


def _computing(sheet: Sheet) -> Iterator[tuple[str, float]]:
    program = compile_form(formulas())
    start, _ = read_figures(program.layout, {"A": {f"r{i}": {"c1": str(i)} for i in range(1, ROWS + 1)}})
    yield "compute 753 cells", median(lambda: calculate(program, start, Context()))
    two = [Rule("R", "R", "cột 1 = cột 2 + cột 3"), Rule("S", "S", "cột 20 = cột 2 / cột 3", computed=True)]
    columns = compile_form(form_with(two))
    yield "compute 200 cells, check 400 targets", median(lambda: check_form(columns, sheet, Context()))
    chain = [Rule(f"F{j}", f"F{j}", f"cột {j} = cột {j - 1} + 1", computed=True) for j in range(2, COLUMNS)]
    filled = compile_form(form_with(chain))
    yield "compute 3,600 cells one after another", median(lambda: calculate(filled, start, Context()))


def _commands(program: Program, figures_text: str) -> Iterator[tuple[str, float]]:
    def run(*arguments: str) -> Callable[[], object]:
        command = [sys.executable, "-m", "web.cli", *arguments]
        return lambda: subprocess.run(command, capture_output=True, check=False, env=os.environ)

    some = form_with([Rule(f"K{i}", f"K{i}", text) for i, text in enumerate(rule_texts())][:500:5])
    with tempfile.TemporaryDirectory() as folder:
        template, given = Path(folder) / "template.json", Path(folder) / "figures.json"
        template.write_text(write_template(some), encoding="utf-8")
        given.write_text(figures_text, encoding="utf-8")
        yield "bieumau --help", median(run("--help"))
        check = run("form", "check", "--template", str(template), "--figures", str(given), "--json")
        yield "bieumau form check, 4,000 cells, 100 rules", median(check)


def main() -> None:
    """Prints medians with machine and versions."""
    print(f"{machine.platform()}, {os.cpu_count()} cores, Python {machine.python_version()}", end=", ")
    print(
        ", ".join(f"{name} {version(name)}" for name in ("lark", "numpy")), f"load {os.getloadavg()[0]:.1f}"
    )
    for what, milliseconds in measured():
        print(f"{what:45} {milliseconds:10.3f} ms")


if __name__ == "__main__":
    main()
