"""The work that engines are measured by: 1,000 rules on a form of 200×20, and one edit with 753 dependants.

Rules are positions of cells, row-major, so that each engine writes them in its own words.
"""

import random
from collections.abc import Iterator
from typing import Any

from engine.form import Column, Form, Header, Properties, Row, Rows, Rule, Section

ROWS, COLUMNS = 200, 20
SEED, FORMS = 20261122, 10_000


def at(row: int, column: int) -> int:
    """The position of a cell; rows and columns count from 1."""
    return (row - 1) * COLUMNS + column - 1


SUMS = [
    (total, [total + k * COLUMNS for k in range(1, 6)])
    for total in (at(1 + i % 180, 1 + i // 180 * 4) for i in range(500))
]
RATIOS = [(at(1 + i, 2), at(1 + i, 3), at(1 + i, 20)) for i in range(200)]
PAIRS = [(at(1 + i, 6), at(1 + i, 7)) for i in range(200)]
GUARDS = [(at(1 + i, 8), at(1 + i, 9)) for i in range(100)]


def cell(position: int) -> str:
    """A cell in the constraint language."""
    row, column = divmod(position, COLUMNS)
    return f"ô [r{row + 1}; c{column + 1}]"


def rule_texts() -> Iterator[str]:
    """500 sums, 200 ratios rounded to two decimals, 200 ≤, 100 if-then."""
    for total, parts in SUMS:
        yield f"{cell(total)} = {' + '.join(map(cell, parts))}"
    for part, whole, result in RATIOS:
        yield f"làm_tròn({cell(part)} / {cell(whole)} * 100; 2) = {cell(result)}"
    for less, more in PAIRS:
        yield f"{cell(less)} <= {cell(more)}"
    for first, then in GUARDS:
        yield f"nếu {cell(first)} > 0 thì {cell(then)} > 0"


def form_with(rules: list[Rule]) -> Form:
    """A form of 200 rows and 20 columns, whole numbers but for the last column."""
    whole, ratio = Properties(type="integer"), Properties(type="decimal", decimals=2)
    columns = tuple(
        Column(f"c{j}", f"c{j}", f"Cột {j}", str(j), ratio if j == COLUMNS else whole)
        for j in range(1, COLUMNS + 1)
    )
    rows = tuple(Row(f"r{i}", f"r{i}", f"Dòng {i}", str(i)) for i in range(1, ROWS + 1))
    section = Section("A", "A", "table", columns=columns, rows=Rows(items=rows), rules=tuple(rules))
    return Form(Header("B", "B"), (section,))


def constraints() -> Form:
    """The form with its 1,000 rules."""
    return form_with([Rule(f"K{i}", f"K{i}", text) for i, text in enumerate(rule_texts())])


def edits() -> Iterator[tuple[int, str]]:
    """753 cells that hang on the first one: (position, the formula in spreadsheet words)."""
    for row in range(1, ROWS + 1):
        yield at(row, 2), f"A{row}+A1"
        yield at(row, 3), f"B{row}*2"
        yield at(row, 4), f"C{row}+B{row}"
    for row in range(1, 154):
        yield at(row, 5), f"D{row}-A{row}"


def formulas() -> Form:
    """The same 753 formulas in the constraint language."""
    texts = [f"ô [r{r}; c2] = ô [r{r}; c1] + ô [r1; c1]" for r in range(1, ROWS + 1)]
    texts += [f"ô [r{r}; c3] = ô [r{r}; c2] * 2" for r in range(1, ROWS + 1)]
    texts += [f"ô [r{r}; c4] = ô [r{r}; c3] + ô [r{r}; c2]" for r in range(1, ROWS + 1)]
    texts += [f"ô [r{r}; c5] = ô [r{r}; c4] - ô [r{r}; c1]" for r in range(1, 154)]
    return form_with([Rule(f"F{i}", f"F{i}", text, computed=True) for i, text in enumerate(texts)])


KINDS = ("", "{n}", "{n}", "{n}", "-", "{n}", "x", "{n}", "...", "{n}")
"""How often a figure is blank, a number, or a mark."""


def figures() -> dict[str, dict[str, dict[str, str]]]:
    """Figures of one form: a tenth each blank, nil, not applicable and not yet known, the rest numbers."""
    pick = random.Random(SEED)
    return {
        "A": {
            f"r{i}": {
                f"c{j}": pick.choice(KINDS).format(n=pick.randrange(1000)) for j in range(1, COLUMNS + 1)
            }
            for i in range(1, ROWS + 1)
        }
    }


def as_json() -> dict[str, Any]:
    """The work for engines that know no blanks and no marks: all figures are numbers."""
    pick = random.Random(SEED)
    return {
        "figures": [pick.randrange(1, 1000) for _ in range(ROWS * COLUMNS)],
        "columns": COLUMNS,
        "sums": SUMS,
        "ratios": RATIOS,
        "pairs": PAIRS,
        "guards": GUARDS,
        "forms": FORMS,
        "seed": SEED,
        "edit": list(edits()),
    }
