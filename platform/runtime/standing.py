"""How far a report is: cells to fill and filled, errors and warnings of the last check."""

from collections import Counter

from engine.check import Checked
from engine.program import Program
from engine.sheet import Status
from engine.touched import computed_places


def standing(program: Program, checked: Checked) -> dict[str, int]:
    """Counts kept with a report, so that lists of reports need not check them."""
    sheet = checked.sheet
    computed = computed_places(program, sheet)
    cells = filled = 0
    for section, layout in sheet.layout.sections.items():
        blocks = [([row.id for row in layout.rows], layout.cells, sheet.block(section))]
        blocks += [
            ([key], layout.pattern_cells[row.pattern], row.block)
            for key, row in sheet.open_rows.get(section, {}).items()
        ]
        for keys, kinds, block in blocks:
            width = len(layout.columns)
            for index, cell in enumerate(kinds):
                place = (section, keys[index // width], layout.columns[index % width].id)
                if cell.state == "open" and place not in computed:
                    cells += 1
                    filled += int(block.status[index]) != Status.BLANK
    severities = Counter(finding.severity for finding in checked.findings)
    return {
        "cells": cells,
        "filled": filled,
        "errors": severities["error"],
        "warnings": severities["warning"],
    }
