"""How far a report is: cells to fill and filled, errors, warnings and failed rules of the last check."""

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.cells import Cell
from engine.check import Checked
from engine.context import Context
from engine.plans.plan import Plan
from engine.program import Program
from engine.report import plan_for
from engine.sheet import Status, pattern_of
from runtime.filling.words import NOTHING, Words, points

Masks = Mapping[tuple[str, str], NDArray[np.bool_]]
"""The cells that people fill, by section and key of an open row; "" for the fixed cells."""


def standing(program: Program, checked: Checked, context: Context, words: Words = NOTHING) -> dict[str, Any]:
    """Counts kept with a report, and which rules failed, so that lists of reports need not check them.

    A required point of a narrative counts as a cell.
    """
    masks, sheet = _typed(program, plan_for(program, checked.sheet, context)), checked.sheet
    filled = 0
    for (section, key), mask in masks.items():
        block = sheet.open_rows[section][key].block if key else sheet.block(section)
        filled += int(np.count_nonzero(block.status[mask]))
    opened = [sheet.figure(*place).status != Status.BLANK for place in checked.opened]  # people type them
    asked, met = points(program, context, words)
    severities = Counter(finding.severity for finding in checked.findings)
    return {
        "cells": sum(int(mask.sum()) for mask in masks.values()) + len(opened) + asked,
        "filled": filled + sum(opened) + met,
        "errors": severities["error"],
        "warnings": severities["warning"],
        "failed": sorted({finding.rule for finding in checked.findings if finding.verdict == "fail"}),
    }


@lru_cache(maxsize=128)
def _typed(program: Program, plan: Plan) -> Masks:
    """Kept for all reports with the same rows."""
    computed = {plan.cells[formula.slot] for formula in plan.formulas}
    masks: dict[tuple[str, str], NDArray[np.bool_]] = {}
    for table in plan.tables:
        layout = program.layout.sections[table.section]
        fixed = [(row.id, column.id) for row in layout.rows for column in layout.columns]
        masks[table.section, ""] = _mask(layout.cells, [(table.section, *at) not in computed for at in fixed])
        for key in table.rows:
            pattern = pattern_of(layout, key) if key not in layout.row_at else None
            if pattern:
                free = [(table.section, key, column.id) not in computed for column in layout.columns]
                masks[table.section, key] = _mask(layout.pattern_cells[pattern[0]], free)
    return masks


def _mask(cells: Sequence[Cell], free: Sequence[bool]) -> NDArray[np.bool_]:
    return np.array(
        [is_free and cell.state == "open" for cell, is_free in zip(cells, free, strict=True)], dtype=bool
    )
