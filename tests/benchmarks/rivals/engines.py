"""What the language is compared with, each over the same work. Run in an environment of its own (`make.sh`).

    python engines.py WORK.json [NAME …]

prints a line of JSON for each: name and milliseconds, the median after one run that warms up. Blank is 0 to
all of these, x and n/a are unknown to them, and all but the memory pass and the integers of DuckDB and polars
count with binary floats.
"""

import importlib
import json
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

Work = dict[str, Any]
"""`figures`: numbers by cell, row-major; `columns`; `sums` (total, parts), `ratios` (part, whole, result),
`pairs` (less, more), `guards` (if this is positive, so is that): positions of cells. `forms` and `seed` for
many forms; `edit` for one edit."""
REPEATS = 5


def library(name: str) -> Any:
    """A library of this environment."""
    return importlib.import_module(name)


def median(work: Callable[[], object], repeats: int = REPEATS) -> float:
    """Milliseconds, after one run that warms up."""
    work()
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times) * 1000


# --- one form


def datalogic(work: Work) -> float:
    """Rust JsonLogic: all rules over one prepared document in one native call."""
    module = library("datalogic_py")
    engine = module.Engine()

    def cell(at: int) -> object:
        return {"val": at}

    def rounded(part: int, whole: int) -> object:
        return {"/": [{"floor": {"+": [{"*": [{"/": [cell(part), cell(whole)]}, 10_000]}, 0.5]}}, 100]}

    texts: list[object] = [{"==": [cell(t), {"+": [cell(p) for p in parts]}]} for t, parts in work["sums"]]
    texts += [{"==": [cell(r), {"if": [cell(b), rounded(a, b), 0]}]} for a, b, r in work["ratios"]]
    texts += [{"<=": [cell(a), cell(b)]} for a, b in work["pairs"]]
    texts += [{"if": [{">": [cell(a), 0]}, {">": [cell(b), 0]}, True]} for a, b in work["guards"]]
    rules = [engine.compile(text) for text in texts]
    data = module.DataHandle(json.dumps(work["figures"]))
    session = engine.session()
    return median(lambda: session.evaluate_many(rules, data), 50)


def cel(work: Work) -> float:
    """C++ CEL: one compiled expression a rule."""
    module = library("cel_expr_python.cel")
    environment = module.NewEnv(variables={"c": module.Type.DYN})
    texts = [f"c[{t}] == " + " + ".join(f"c[{p}]" for p in parts) for t, parts in work["sums"]]
    texts += [
        f"c[{r}] == (c[{b}] == 0.0 ? 0.0 : double(int(c[{a}] / c[{b}] * 10000.0 + 0.5)) / 100.0)"
        for a, b, r in work["ratios"]
    ]
    texts += [f"c[{a}] <= c[{b}]" for a, b in work["pairs"]]
    texts += [f"c[{a}] > 0.0 ? c[{b}] > 0.0 : true" for a, b in work["guards"]]
    rules = [environment.compile(text) for text in texts]
    activation = environment.Activation({"c": [float(x) for x in work["figures"]]})
    return median(lambda: [rule.eval(activation) for rule in rules], 20)


def address(work: Work, at: int) -> str:
    """The spreadsheet address of a cell."""
    row, column = divmod(at, work["columns"])
    return f"{chr(65 + column)}{row + 1}"


def excel_texts(work: Work) -> Iterator[str]:
    """The rules as spreadsheet formulas."""
    name = [address(work, at) for at in range(len(work["figures"]))]
    for total, parts in work["sums"]:
        yield f"={name[total]}={'+'.join(name[p] for p in parts)}"
    for part, whole, result in work["ratios"]:
        yield f"=ROUND({name[part]}/{name[whole]}*100,2)={name[result]}"
    for less, more in work["pairs"]:
        yield f"={name[less]}<={name[more]}"
    for first, then in work["guards"]:
        yield f"=IF({name[first]}>0,{name[then]}>0,TRUE)"


def excel_functions(work: Work) -> float:
    """`formulas`: a compiled function of Python for each."""
    parser = library("formulas").Parser()
    numpy = library("numpy")
    figures = {address(work, at): numpy.array([[x]]) for at, x in enumerate(work["figures"])}
    rules = [parser.ast(text)[1].compile() for text in excel_texts(work)]
    calls = [(rule, [figures[name.split("!")[-1]] for name in rule.inputs]) for rule in rules]
    return median(lambda: [rule(*arguments) for rule, arguments in calls], 3)


# --- many forms


def block(work: Work) -> Any:
    """Figures of all forms, [cells × forms] of int64."""
    numpy = library("numpy")
    numbers = numpy.random.default_rng(work["seed"])
    return numbers.integers(0, 1000, (len(work["figures"]), work["forms"]))


def memory_pass(work: Work) -> float:
    """The limit: every figure read once."""
    figures = block(work)
    return median(lambda: figures.sum())


def polars(work: Work) -> float:
    """Expressions over a frame with a column for each cell; quotients are floats."""
    module = library("polars")
    frame = module.DataFrame({f"c{i}": row for i, row in enumerate(block(work))})
    column = [module.col(f"c{i}") for i in range(len(work["figures"]))]
    rules = [column[t] == sum((column[p] for p in parts[1:]), column[parts[0]]) for t, parts in work["sums"]]
    rules += [(column[a] / column[b] * 100).round(2) == column[r] for a, b, r in work["ratios"]]
    rules += [column[a] <= column[b] for a, b in work["pairs"]]
    rules += [(column[a] <= 0) | (column[b] > 0) for a, b in work["guards"]]
    named = [rule.alias(f"k{i}") for i, rule in enumerate(rules)]
    return median(lambda: frame.select(named), 3)


def duckdb(work: Work) -> float:
    """One SELECT of all rules over a table with a column for each cell."""
    module = library("duckdb")
    frame = library("polars").DataFrame({f"c{i}": row for i, row in enumerate(block(work))})
    connection = module.connect()
    connection.register("frame", frame.to_arrow())
    connection.execute("create table figures as select * from frame")
    rules = [f"c{t} = " + " + ".join(f"c{p}" for p in parts) for t, parts in work["sums"]]
    rules += [f"round(c{a} / nullif(c{b}, 0) * 100, 2) = c{r}" for a, b, r in work["ratios"]]
    rules += [f"c{a} <= c{b}" for a, b in work["pairs"]]
    rules += [f"c{a} <= 0 or c{b} > 0" for a, b in work["guards"]]
    query = "select " + ", ".join(f"count_if({rule})" for rule in rules) + " from figures"
    return median(lambda: connection.execute(query).fetchall(), 3)


# --- one edit


def edited_cells(work: Work) -> dict[str, str | int]:
    """A sheet whose cell A1 has 753 dependants; the formulas of `edit` by address."""
    cells: dict[str, str | int] = {address(work, at): x for at, x in enumerate(work["figures"])}
    return cells | {address(work, at): "=" + text for at, text in work["edit"]}


def pycel(work: Work) -> float:
    """A spreadsheet compiled to Python; each of the dependants is asked after the edit."""
    openpyxl = library("openpyxl")
    book = openpyxl.Workbook()
    for at, value in edited_cells(work).items():
        book.active[at] = value
    compiled = library("pycel").ExcelCompiler(excel=book)
    asked = [f"Sheet!{address(work, at)}" for at, _ in work["edit"]]
    for at in asked:
        compiled.evaluate(at)
    turn = iter(range(1, 1_000_000))

    def edit() -> None:
        compiled.set_value("Sheet!A1", next(turn))
        for at in asked:
            compiled.evaluate(at)

    return median(edit)


def ironcalc(work: Work) -> float:
    """A spreadsheet engine in Rust: it computes the whole sheet after each edit."""
    model = library("ironcalc").create("book", "en", "UTC")
    for at, value in edited_cells(work).items():
        column, row = ord(at[0]) - 64, int(at[1:])
        model.set_user_input(0, row, column, str(value))
    model.evaluate()
    turn = iter(range(1, 1_000_000))

    def edit() -> None:
        model.set_user_input(0, 1, 1, str(next(turn)))
        model.evaluate()

    return median(edit, 20)


ENGINES: dict[str, Callable[[Work], float]] = {
    engine.__name__: engine
    for engine in (datalogic, cel, excel_functions, memory_pass, polars, duckdb, pycel, ironcalc)
}


def main() -> None:
    """Measures the engines named, or all."""
    work = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    for name in sys.argv[2:] or ENGINES:
        print(json.dumps([name, ENGINES[name](work)]), flush=True)


if __name__ == "__main__":
    main()
