"""Summing up many reports, each cell by its own rule. Sums do not depend on the order of the reports.

What an imputed figure goes into is imputed.

Fixed sections are stacked into one array of [reports × cells] and reduced whole; before a sum the bound
max|x| · n < 2^63 is checked, and where it fails the column falls back to Python integers. Versions of a
template are aligned by (row id, column id, decimals). Open rows are kept by key, summed where keys meet.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from engine.cells import Cell
from engine.layout import Layout, SectionLayout
from engine.sheet import LARGEST, NUMBERED, Block, OpenRow, Sheet, Status
from engine.values import QUOTIENT, rounded

Ints = NDArray[np.int64]
_BOUND = 2**63


@dataclass(frozen=True)
class Child:
    """One report to sum up, named by `key`. Reports come in order: the last is what `last` takes."""

    key: str
    sheet: Sheet


@dataclass(frozen=True)
class Aggregated:
    """The summed sheet. `entered` counts per section and cell the reports that gave a figure (`...` is none).

    `marks` counts those that gave nil and those that gave x. `too_large` lists (section, row, column) whose
    sum does not fit a cell and is left blank.
    """

    sheet: Sheet
    reports: int
    entered: Mapping[str, Ints]
    too_large: tuple[tuple[str, str, str], ...] = ()
    marks: Mapping[str, tuple[Ints, Ints]] = field(default_factory=dict)


Figures = tuple[Ints, NDArray[np.uint8]]
"""(values, status) of many reports, both [reports × cells]."""
OpenRows = Mapping[str, tuple[OpenRow, Figures]]
"""Open rows by key: the first of each, and the figures of all reports that have it."""


def aggregate(layout: Layout, children: Sequence[Child]) -> Aggregated:
    """The reports of `children` summed up in the shape of `layout`, before formulas are computed."""
    stacks = {key: _stack(section, children) for key, section in layout.sections.items()}
    return sum_up(layout, len(children), stacks, {key: _open_rows(key, children) for key in stacks})


def sum_up(
    layout: Layout, reports: int, stacks: Mapping[str, Figures], open_rows: Mapping[str, OpenRows]
) -> Aggregated:
    """So many reports summed up whose figures stand stacked, by section."""
    blocks: dict[str, Block] = {}
    rows: dict[str, dict[str, OpenRow]] = {}
    entered: dict[str, Ints] = {}
    marks: dict[str, tuple[Ints, Ints]] = {}
    too_large: list[tuple[str, str, str]] = []
    for key, section in layout.sections.items():
        values, status = stacks[key]
        if not _IS_NUMBERED[status].all():
            values = np.where(_IS_NUMBERED[status], values, 0)
        stack = _Stack(section.cells, values, status, _weights(section, section.cells))
        blocks[key], overflown = _reduce(stack)
        entered[key] = stack.numbers.sum(axis=0)
        marks[key] = (_counted_marks(status, Status.NIL), _counted_marks(status, Status.NOT_APPLICABLE))
        too_large += [(key, *_place(section, index)) for index in overflown]
        if section.patterns:
            rows[key] = _reduce_rows(section, open_rows.get(key, {}))
    return Aggregated(Sheet(layout, blocks, rows), reports, entered, tuple(too_large), marks)


def _counted_marks(status: NDArray[np.uint8], mark: Status) -> Ints:
    counts: Ints = (status == mark).sum(axis=0)
    return counts


def unpack_many(packed: Sequence[bytes], size: int) -> Figures:
    """The figures of many blocks of so many cells that `Block.to_bytes` wrote."""
    raw = np.frombuffer(b"".join(packed), dtype=np.uint8).reshape(len(packed), size * 9)
    return raw[:, : size * 8].copy().view("<i8").astype(np.int64, copy=False), raw[:, size * 8 :]


def _place(section: SectionLayout, index: int) -> tuple[str, str]:
    row, column = divmod(index, len(section.columns))
    return section.rows[row].id, section.columns[column].id


_IS_NUMBERED = np.array([status in NUMBERED for status in Status])
_IS_ENTERED = np.array([status in (*NUMBERED, Status.NIL) for status in Status])


def _stack(section: SectionLayout, children: Sequence[Child]) -> Figures:
    values = np.zeros((len(children), section.size), dtype=np.int64)
    status = np.zeros((len(children), section.size), dtype=np.uint8)
    moves: dict[int, tuple[Ints, Ints]] = {}
    for i, child in enumerate(children):
        theirs = child.sheet.layout.sections.get(section.section.id)
        block = child.sheet.blocks.get(section.section.id)
        if theirs is None or block is None:
            continue
        if theirs is section:
            values[i], status[i] = block.values, block.status
            continue
        if id(theirs) not in moves:
            moves[id(theirs)] = alignment(section, theirs)
        here, there = moves[id(theirs)]
        values[i, here], status[i, here] = block.values[there], block.status[there]
    return values, status


def alignment(section: SectionLayout, theirs: SectionLayout) -> tuple[Ints, Ints]:
    """Positions of the cells both layouts have, here and there: same row, column and decimals."""
    pairs = [
        (here, there)
        for row in section.rows
        for column in section.columns
        if (there := theirs.index(row.id, column.id)) is not None
        and (here := section.index(row.id, column.id)) is not None
        and theirs.cells[there].decimals == section.cells[here].decimals
    ]
    found = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    return found[:, 0], found[:, 1]


@dataclass(frozen=True)
class _Stack:
    """The cells of one section or open row over all reports; the arrays have shape [reports × cells].

    `weight_at` gives for a weighted mean the position of its weight.
    """

    cells: Sequence[Cell]
    values: Ints
    status: NDArray[np.uint8]
    weight_at: Mapping[int, int]

    @cached_property
    def numbers(self) -> NDArray[np.bool_]:
        """Where a report gives a number; nil is one."""
        return _IS_ENTERED[self.status]


def _weights(section: SectionLayout, cells: Sequence[Cell]) -> dict[int, int]:
    width = len(section.columns)
    by_code = {column.code: i for i, column in enumerate(section.columns)} | dict(section.column_at)
    return {
        i: i - i % width + by_code[cell.aggregation.by]
        for i, cell in enumerate(cells)
        if cell.aggregation.by in by_code
    }


def _reduce(stack: _Stack) -> tuple[Block, list[int]]:
    """The block of all cells, each by its rule, and the positions whose result is too large."""
    result = Block.blank(len(stack.cells))
    has_any = stack.numbers.any(axis=0)
    overflown: list[int] = []
    rules = np.array([c.aggregation.rule if c.is_numeric else "none" for c in stack.cells], dtype=object)
    for rule, reducer in _RULES.items():
        where = np.flatnonzero((rules == rule) & (has_any | (rule == "count")))
        if rule == "weighted_mean":
            where = np.array([i for i in where.tolist() if sum(_weighed(stack, i)[1])], dtype=np.int64)
        if not where.size:
            continue
        reduced, large = reducer(stack, where)
        result.values[where] = reduced
        result.status[where] = Status.VALUE
        result.status[where[large]] = Status.BLANK
        overflown += where[large].tolist()
    imputed = stack.status.max(axis=0, initial=0) == Status.IMPUTED  # the largest status
    result.status[imputed & (result.status == Status.VALUE)] = Status.IMPUTED
    # Nothing but nil sums to nil; nothing but x stays x.
    only_nil = has_any & ~(stack.numbers & (stack.status != Status.NIL)).any(axis=0)
    only_x = ~has_any & (stack.status == Status.NOT_APPLICABLE).any(axis=0)
    result.status[only_nil & (rules == "sum")] = Status.NIL
    result.status[only_x & (rules != "none") & (rules != "recompute") & (rules != "count")] = (
        Status.NOT_APPLICABLE
    )
    return result, overflown


Reduced = tuple[Ints, list[int]]
"""Results in smallest units, and the positions among them that are too large for a cell."""


def _summed(stack: _Stack, where: Ints) -> Reduced:
    chosen = stack.values if len(where) == len(stack.cells) else stack.values[:, where]
    largest = max(int(chosen.max(initial=0)), -int(chosen.min(initial=0)))
    if largest * len(chosen) < _BOUND:
        totals = chosen.sum(axis=0)
        return totals, np.flatnonzero(np.abs(totals) > LARGEST).tolist()
    return _fitting([sum(column) for column in chosen.T.tolist()])


def _fitting(exact: Sequence[int]) -> Reduced:
    large = [i for i, total in enumerate(exact) if abs(total) > LARGEST]
    return np.array([t if abs(t) <= LARGEST else 0 for t in exact], dtype=np.int64), large


def _smallest(stack: _Stack, where: Ints) -> Reduced:
    empty = np.iinfo(np.int64).max
    return np.where(stack.numbers[:, where], stack.values[:, where], empty).min(axis=0), []


def _largest(stack: _Stack, where: Ints) -> Reduced:
    empty = np.iinfo(np.int64).min
    return np.where(stack.numbers[:, where], stack.values[:, where], empty).max(axis=0), []


def _last(stack: _Stack, where: Ints) -> Reduced:
    last = len(stack.values) - 1 - stack.numbers[::-1, where].argmax(axis=0)
    return stack.values[last, where], []


def _counted(stack: _Stack, where: Ints) -> Reduced:
    counts = stack.numbers[:, where].sum(axis=0).tolist()
    return _fitting([n * 10 ** stack.cells[i].decimals for n, i in zip(counts, where.tolist(), strict=True)])


def _weighted(stack: _Stack, where: Ints) -> Reduced:
    """Σ value · weight / Σ weight over the reports that give both, rounded half away from zero."""
    means = []
    for index in where.tolist():
        values, weights = _weighed(stack, index)
        products = sum(value * weight for value, weight in zip(values, weights, strict=True))
        mean = QUOTIENT.divide(Decimal(products), Decimal(sum(weights)))
        means.append(int(rounded(mean, 0)))
    return _fitting(means)


def _weighed(stack: _Stack, index: int) -> tuple[list[int], list[int]]:
    """(values, weights) of the reports that give both; without a weight there is no mean."""
    at = stack.weight_at.get(index, index)
    both = stack.numbers[:, index] & stack.numbers[:, at]
    return stack.values[both, index].tolist(), stack.values[both, at].tolist()


_RULES: Mapping[str, Callable[[_Stack, Ints], Reduced]] = {
    "sum": _summed,
    "min": _smallest,
    "max": _largest,
    "last": _last,
    "count": _counted,
    "weighted_mean": _weighted,
}
"""The rules that give a figure; `recompute` waits for the cell's formula and `none` stays blank."""


def _open_rows(section: str, children: Sequence[Child]) -> OpenRows:
    same: dict[str, list[OpenRow]] = {}
    for child in children:
        for key, row in child.sheet.open_rows.get(section, {}).items():
            same.setdefault(key, []).append(row)
    return {
        key: (
            rows[0],
            (np.array([row.block.values for row in rows]), np.array([row.block.status for row in rows])),
        )
        for key, rows in same.items()
    }


def _reduce_rows(section: SectionLayout, rows: OpenRows) -> dict[str, OpenRow]:
    """Open rows by key; rows of several reports under one key are reduced cell by cell."""
    weights = {pattern: _weights(section, cells) for pattern, cells in section.pattern_cells.items()}
    found = {}
    for key, (first, (values, status)) in rows.items():
        if len(values) == 1:
            found[key] = first
            continue
        stack = _Stack(section.pattern_cells[first.pattern], values, status, weights[first.pattern])
        block, _ = _reduce(stack)
        found[key] = replace(first, block=replace(block, texts=first.block.texts))
    return found
