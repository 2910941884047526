"""The last line of a table with a row for each agency: all of them summed up, each cell by its rule."""

from dataclasses import replace

from engine.calculate import calculate
from engine.context import Context
from engine.naming import open_key
from engine.program import Program
from engine.rollup.aggregate import Child, aggregate
from engine.sheet import OpenRow, Sheet

EVERYBODY = "Σ"
"""In place of an agency's code."""


def with_grand_total(program: Program, sheet: Sheet) -> Sheet:
    """`sheet` with rows of EVERYBODY where several agencies have rows of a section."""
    rows: dict[str, dict[str, dict[str, OpenRow]]] = {}
    for key, layout in program.layout.sections.items():
        if layout.section.rows.kind == "agencies":
            for row in sheet.open_rows.get(key, {}).values():
                total = open_key(layout, row.pattern, EVERYBODY)
                theirs = rows.setdefault(row.agency or "", {}).setdefault(key, {})
                theirs[total] = replace(row, key=total, agency=EVERYBODY)
    if len(rows) < 2:
        return sheet
    parts = [Child(agency, Sheet(program.layout, {}, theirs)) for agency, theirs in rows.items()]
    total_rows = calculate(program, aggregate(program.layout, parts).sheet, Context()).sheet.open_rows
    merged = {key: {**sheet.open_rows.get(key, {}), **found} for key, found in total_rows.items()}
    return replace(sheet, open_rows={**sheet.open_rows, **merged})
