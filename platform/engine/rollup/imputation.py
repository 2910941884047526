"""Figures that stand in for missing ones: a status of their own, which sums and formulas carry on."""

from dataclasses import replace

import numpy as np

from engine.context import Context
from engine.program import Program
from engine.report import plan_for
from engine.sheet import Block, Figure, Place, Sheet, Status


def as_imputed(sheet: Sheet) -> Sheet:
    """The figures of another period as they stand in for those of this one; a mark stays a mark."""
    return replace(
        sheet,
        blocks={section: _as_imputed(block) for section, block in sheet.blocks.items()},
        open_rows={
            section: {key: replace(row, block=_as_imputed(row.block)) for key, row in rows.items()}
            for section, rows in sheet.open_rows.items()
        },
    )


def imputed_places(sheet: Sheet) -> frozenset[Place]:
    """The cells that hold figures which were imputed, in whole or in part."""
    return frozenset(place for place, _, figure in sheet.figures() if figure.status is Status.IMPUTED)


def carried(program: Program, sheet: Sheet, context: Context) -> Sheet:
    """`sheet` with every computed figure imputed that is computed from one."""
    imputed = set(imputed_places(sheet))
    if not imputed:
        return sheet
    plan, found = plan_for(program, sheet, context), dict[Place, Figure]()
    for formula in plan.formulas:  # each after all that it reads
        place = plan.cells[formula.slot]
        figure = sheet.figure(*place)
        if figure.status is Status.VALUE and any(plan.cells[slot] in imputed for slot in plan.reads(formula)):
            imputed.add(place)
            found[place] = replace(figure, status=Status.IMPUTED)
    return sheet.changed(found)


def _as_imputed(block: Block) -> Block:
    status = np.where(block.status == Status.VALUE, Status.IMPUTED, block.status).astype(np.uint8)
    return replace(block, status=status)
