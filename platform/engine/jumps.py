"""Figures ten times what they were, or a tenth: was another unit of measure meant?

Asked of every figure that somebody types, without a rule. Not asked of percentages and rates, of computed or
locked cells, of marks and zeros, where the sign changed, and of small numbers: 2 may well become 30.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from engine.evaluate import Evaluator
from engine.figures import find_cell
from engine.findings import Finding
from engine.formulas import fills
from engine.program import Program
from engine.sheet import NUMBERED, Block, Place, Sheet

TIMES = 10
LEAST = 100
"""The larger of the two figures is at least this, in the smallest unit of its cell."""


def jumps(program: Program, work: Evaluator) -> Iterator[Finding]:
    """A warning for each cell that is far from the previous period's or the same period's of last year."""
    found: dict[Place, tuple[str, Sheet]] = {}
    for when, sheet in (
        ("", work.context.previous),
        ("last_year", work.context.same_period_last_year),
    ):
        if sheet is not None:
            found = {place: (when, sheet) for place in _far(work.sheet, sheet)} | found
    computed = fills(program.rules, work.directory) if found else {}
    for place, (when, sheet) in found.items():
        if place not in computed:
            yield from _told(program, work, place, when, sheet)


def _far(now: Sheet, before: Sheet) -> Iterator[Place]:
    """Cells whose figures in two sheets of one layout are far apart."""
    for section, layout in now.layout.sections.items():
        columns = [column.id for column in layout.columns]
        for at in _apart(now.block(section), before.block(section)):
            row, column = divmod(at, len(columns))
            yield section, layout.rows[row].id, columns[column]
        earlier = before.open_rows.get(section, {})
        for key, added in now.open_rows.get(section, {}).items():
            if key in earlier:
                for at in _apart(added.block, earlier[key].block):
                    yield section, key, columns[at]


def _apart(now: Block, before: Block) -> list[int]:
    """Positions where the larger is ten times the smaller, and large enough to matter."""
    sizes = abs(now.values), abs(before.values)
    larger, smaller = np.maximum(*sizes), np.minimum(*sizes)
    far: NDArray[np.bool_] = (larger // TIMES >= smaller) & (larger >= LEAST) & (smaller > 0)
    far &= np.sign(now.values) == np.sign(before.values)
    far &= np.isin(now.status, NUMBERED) & np.isin(before.status, NUMBERED)
    return np.flatnonzero(far).tolist()


def _told(program: Program, work: Evaluator, place: Place, when: str, before: Sheet) -> Iterator[Finding]:
    section, row, column = place
    cell = find_cell(program.layout.sections[section], row, column)
    if cell is None or cell.state != "open" or cell.unit == "%" or cell.nature == "rate":
        return
    facts = {"found": work.sheet.figure(*place).number, "before": before.figure(*place).number}
    code = program.form.section_by_id[section].code
    where = f"{code}[{row};{column}]"
    yield Finding("figure.jump", "warning", where, facts, section=code, variant=when)
