"""SUBTOTAL as the sum it is: over its block, each subtotal in it taken once and what that covers left out."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby

from designer.excel.formulas import read_reference
from designer.excel.grid import Box, Cell, Place, Sheet, address

MOST = 2_000  # subtotals of one sheet
MOST_READ = 500_000  # cells they read together

_SUBTOTAL = re.compile(
    r"SUBTOTAL\(\s*(?:9|109)\s*,\s*(\$?([A-Z]{1,3})\$?\d{1,7}:\$?\2\$?\d{1,7})\s*\)", re.IGNORECASE
)


def with_sums(sheet: Sheet) -> Sheet:
    """The sheet with SUM where SUBTOTAL sums."""
    blocks = {
        place: block
        for place, cell in sheet.cells.items()
        if cell.formula and (block := _block(cell.formula)) is not None
    }
    if not blocks or len(blocks) > MOST or sum(b.bottom - b.top for b in blocks.values()) > MOST_READ:
        return sheet
    cells = dict(sheet.cells)
    for place in blocks:
        cells[place] = _summed(cells[place], blocks)
    return replace(sheet, cells=cells)


def _block(formula: str) -> Box | None:
    """The block of one column that it sums."""
    found = _SUBTOTAL.search(formula)
    return read_reference(found[1].upper()).box if found else None


def _summed(cell: Cell, blocks: Mapping[Place, Box]) -> Cell:
    def sum_of(found: re.Match[str]) -> str:
        return f"SUM({','.join(_parts(read_reference(found[1].upper()).box, blocks))})"

    return replace(cell, formula=_SUBTOTAL.sub(sum_of, cell.formula or ""))


def _parts(box: Box, blocks: Mapping[Place, Box]) -> Iterator[str]:
    """The rows that are summed, as references."""
    inner = {
        row: range(its.top, its.bottom + 1)
        for (row, at), its in blocks.items()
        if at == box.left and box.top <= row <= box.bottom
    }
    covered = {row for rows in inner.values() for row in rows}
    if covered and not (box.top <= min(covered) and max(covered) <= box.bottom):
        rows = [row for row in range(box.top, box.bottom + 1) if row not in inner]
    else:
        rows = [row for row in range(box.top, box.bottom + 1) if row not in covered]
    for run in _runs(rows):
        first, last = address(run[0], box.left), address(run[-1], box.left)
        yield first if first == last else f"{first}:{last}"


def _runs(rows: Sequence[int]) -> Iterator[list[int]]:
    for _, run in groupby(enumerate(rows), lambda pair: pair[1] - pair[0]):
        yield [row for _, row in run]
