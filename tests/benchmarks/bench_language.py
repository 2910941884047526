"""Compiling and checking 1,000 rules on a form of 200×20, and what the commands that need no database take.

    python -m tests.benchmarks.bench_language

The workload is that of the targets: 500 sums, 200 ratios rounded to two decimals, 200 ≤, 100 if-then.
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

from engine.calculate import calculate
from engine.check import check_form
from engine.context import Context
from engine.figures import read_figures, write_figures
from engine.form import Column, Form, Header, Properties, Row, Rows, Rule, Section
from engine.program import compile_form
from template_library.fileformat import write_template

ROWS, COLUMNS = 200, 20
REPEATS = 5


def rule_texts() -> Iterator[str]:
    """The 1,000 rules of the workload, each about one cell or a few."""
    for i in range(500):
        row, column = 1 + i % 180, 1 + i // 180 * 4
        parts = " + ".join(f"ô [r{row + k}; c{column}]" for k in range(1, 6))
        yield f"ô [r{row}; c{column}] = {parts}"
    for i in range(200):
        row = 1 + i % ROWS
        yield f"làm_tròn(ô [r{row}; c2] / ô [r{row}; c3] * 100; 2) = ô [r{row}; c20]"
    for i in range(200):
        yield f"ô [r{1 + i}; c6] <= ô [r{1 + i}; c7]"
    for i in range(100):
        yield f"nếu ô [r{1 + i}; c8] > 0 thì ô [r{1 + i}; c9] > 0"


def form_with(rules: list[Rule]) -> Form:
    """A form of 200 rows and 20 columns."""
    whole, ratio = Properties(type="integer"), Properties(type="decimal", decimals=2)
    columns = tuple(
        Column(f"c{j}", f"c{j}", f"Cột {j}", str(j), ratio if j == COLUMNS else whole)
        for j in range(1, COLUMNS + 1)
    )
    rows = tuple(Row(f"r{i}", f"r{i}", f"Dòng {i}", str(i)) for i in range(1, ROWS + 1))
    return Form(
        Header("B", "B"),
        (Section("A", "A", "table", columns=columns, rows=Rows(items=rows), rules=tuple(rules)),),
    )


def figures() -> dict[str, dict[str, dict[str, str]]]:
    """Figures for every third cell blank, some marks, the rest numbers."""
    kinds = ("", "{n}", "{n}", "{n}", "-", "{n}", "x", "{n}", "...", "{n}")
    return {
        "A": {
            f"r{i}": {
                f"c{j}": kinds[(i * 7 + j) % len(kinds)].format(n=(i * 31 + j * 17) % 1000)
                for j in range(1, COLUMNS + 1)
            }
            for i in range(1, ROWS + 1)
        }
    }


def median(work: Callable[[], object], repeats: int = REPEATS) -> float:
    """Milliseconds, after one run that warms up."""
    work()
    times = []
    for _ in range(repeats):
        start = perf_counter()
        work()
        times.append(perf_counter() - start)
    return statistics.median(times) * 1000


def measured() -> Iterator[tuple[str, float]]:
    """(what, milliseconds) of each measurement."""
    rules = [Rule(f"K{i}", f"K{i}", text) for i, text in enumerate(rule_texts())]
    form = form_with(rules)
    program = compile_form(form)
    assert program.is_sound and len(program.rules) == 1000
    sheet, findings = read_figures(program.layout, figures())
    assert not findings
    yield "compile 1,000 rules", median(lambda: compile_form(form), 3)
    yield "check 1,000 rules", median(lambda: check_form(program, sheet, Context()))
    columns = compile_form(
        form_with(
            [Rule("R", "R", "cột 1 = cột 2 + cột 3"), Rule("S", "S", "cột 20 = cột 2 / cột 3", computed=True)]
        )
    )
    yield "compute 200 cells, check 400 targets", median(lambda: check_form(columns, sheet, Context()))
    filled = compile_form(
        form_with(
            [Rule(f"F{j}", f"F{j}", f"cột {j} = cột {j - 1} + 1", computed=True) for j in range(2, COLUMNS)]
        )
    )
    start, _ = read_figures(filled.layout, {"A": {f"r{i}": {"c1": "1"} for i in range(1, ROWS + 1)}})
    yield "compute 3,600 cells one after another", median(lambda: calculate(filled, start, Context()))
    yield from _commands(form_with(rules[:500:5]), json.dumps(write_figures(sheet)))


def _commands(form: Form, figures_text: str) -> Iterator[tuple[str, float]]:
    def run(*arguments: str) -> Callable[[], object]:
        command = [sys.executable, "-m", "web.cli", *arguments]
        return lambda: subprocess.run(command, capture_output=True, check=False, env=os.environ)

    with tempfile.TemporaryDirectory() as folder:
        template, given = Path(folder) / "template.json", Path(folder) / "figures.json"
        template.write_text(write_template(form), encoding="utf-8")
        given.write_text(figures_text, encoding="utf-8")
        yield "bieumau --help", median(run("--help"))
        check = run("form", "check", "--template", str(template), "--figures", str(given), "--json")
        yield "bieumau form check, 4,000 cells, 100 rules", median(check)


def main() -> None:
    """Prints medians with machine and versions."""
    print(f"{machine.platform()}, {os.cpu_count()} cores, Python {machine.python_version()}", end=", ")
    print(", ".join(f"{name} {version(name)}" for name in ("lark", "numpy")))
    for what, milliseconds in measured():
        print(f"{what:45} {milliseconds:10.1f} ms")


if __name__ == "__main__":
    main()
