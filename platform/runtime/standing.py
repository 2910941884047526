"""How far a report is: cells to fill and filled, errors and warnings of the last check."""

from collections import Counter
from collections.abc import Iterator

from engine.calculate import evaluator
from engine.check import Checked
from engine.context import Context
from engine.program import Program
from engine.sheet import Sheet, Status
from engine.touched import computed_places


def standing(program: Program, checked: Checked) -> dict[str, int]:
    """Counts kept with a report, so that lists of reports need not check them."""
    typed = list(_typed(program, checked.sheet))
    severities = Counter(finding.severity for finding in checked.findings)
    return {
        "cells": len(typed),
        "filled": sum(typed),
        "errors": severities["error"],
        "warnings": severities["warning"],
    }


def _typed(program: Program, sheet: Sheet) -> Iterator[bool]:
    """For each cell that people fill, whether something stands in it."""
    computed = computed_places(program, evaluator(program, sheet, Context()).directory)
    for section, layout in sheet.layout.sections.items():
        blocks = [([row.id for row in layout.rows], layout.cells, sheet.block(section))]
        for key, row in sheet.open_rows.get(section, {}).items():
            blocks.append(([key], layout.pattern_cells[row.pattern], row.block))
        for keys, cells, block in blocks:
            for index, cell in enumerate(cells):
                row_at, column_at = divmod(index, len(layout.columns))
                place = (section, keys[row_at], layout.columns[column_at].id)
                if cell.state == "open" and place not in computed:
                    yield bool(block.status[index] != Status.BLANK)
