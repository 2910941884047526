"""A workbook's formulas reckoned by the library `formulas`: a second calculator our rules are held against.

Only what `read_formula` can read is reckoned, so that no function that grows or reaches out is called.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from graphlib import CycleError, TopologicalSorter
from typing import Any

from openpyxl.formula import Tokenizer
from openpyxl.formula.tokenizer import Token

from designer.excel.formulas import Cells, Untranslatable, cells_of, read_formula, read_reference
from designer.excel.grid import Place, Sheet, Value, address
from designer.excel.read_xlsx import value_of
from designer.excel.section import Section
from engine.figures import find_cell, print_figure
from engine.findings import Finding
from engine.sheet import Sheet as Report

MOST_FORMULAS = 5_000
MOST_READ = 500_000  # cells that all formulas of a workbook read together

ALMOST_ONE = Decimal("1.000001")  # floats round a half otherwise than we do

Spot = tuple[str, Place]
"""The name of a sheet and a cell of it."""


def recalculated(sheets: Sequence[Sheet]) -> dict[Spot, Value]:
    """What each formula gives on the typed figures, None for an error; without those it cannot reckon."""
    book = {sheet.name: sheet for sheet in sheets}
    read = dict(_readable(book))
    if (
        len(read) > MOST_FORMULAS
        or sum(_size(cells) for found in read.values() for cells in found) > MOST_READ
    ):
        return {}
    needs = {spot: [s for cells in found for s in _spots(spot, cells)] for spot, found in read.items()}
    try:
        order = list(TopologicalSorter(needs).static_order())
    except CycleError:
        return {}
    values: dict[Spot, Value] = {}
    unknown: set[Spot] = set()
    for spot in order:
        name, place = spot
        cell = book[name].cells.get(place)
        if cell is None or cell.formula is None:
            values[spot] = cell.value if cell else None
        elif spot not in read or unknown.intersection(needs[spot]):
            unknown.add(spot)
        else:
            try:
                values[spot] = _reckon(spot, cell.formula, values)
            except Exception:  # the library raises whatever a formula makes it stumble over
                unknown.add(spot)
    return {spot: value for spot, value in values.items() if spot in read}


def held_against(
    sections: Sequence[Section], ruled: Collection[Spot], made: Report, given: Mapping[Spot, Value]
) -> Iterator[Finding | None]:
    """Of each formula that a rule tells: where our figure is not what the formula gives, None where it is."""
    for section in sections:
        ground, layout = section.ground, made.layout.sections[section.data["code"]]
        for place, written in section.table.sheet.cells.items():
            spot, (row, column) = (ground.sheet, place), place
            if written.formula is None or spot not in ruled or spot not in given:
                continue
            if row not in ground.rows or column not in ground.columns:
                continue
            kind = find_cell(layout, ground.rows[row], ground.columns[column])
            figure = made.figure(layout.section.id, ground.rows[row], ground.columns[column])
            if kind is None or not kind.is_numeric:
                continue
            theirs = _shown(given[spot], hundredfold=written.is_percent and kind.type == "percent")
            if abs((figure.number or 0) - theirs) * 2 * 10**kind.decimals <= ALMOST_ONE:
                yield None
                continue
            facts = {"ours": print_figure(kind, figure), "theirs": f"{theirs:f}"[:40]}
            yield Finding("workbook.differs", "warning", f"{ground.sheet}!{address(*place)}", facts)


def _shown(value: Value, *, hundredfold: bool) -> Decimal:
    """Nothing, an error and a text count as nought: a sum over blanks is 0 there and blank here."""
    number = value if isinstance(value, Decimal) else Decimal(0)
    return number * 100 if hundredfold else number


def _readable(book: Mapping[str, Sheet]) -> Iterator[tuple[Spot, list[Cells]]]:
    for name, sheet in book.items():
        for place, cell in sheet.cells.items():
            try:
                found = list(cells_of(read_formula(cell.formula))) if cell.formula else None
            except Untranslatable:
                continue
            if found is not None and all(cells.sheet in (None, *book) for cells in found):
                yield (name, place), found


def _size(cells: Cells) -> int:
    box = cells.box
    return (box.bottom - box.top + 1) * (box.right - box.left + 1)


def _spots(spot: Spot, cells: Cells) -> Iterator[Spot]:
    return ((cells.sheet or spot[0], place) for place in cells.box.places())


def _reckon(spot: Spot, formula: str, values: Mapping[Spot, Value]) -> Value:
    """The formula with its references numbered, so that alike ones are compiled once."""
    parts, given = ["="], []
    for token in Tokenizer(formula).items:
        if token.type == Token.OPERAND and token.subtype == Token.RANGE:
            given.append(_array(spot, read_reference(token.value), values))
            parts.append(f"A{len(given)}")
        else:
            parts.append(token.value)
    made = _compiled("".join(parts))(*given)
    first = made.ravel()[0] if hasattr(made, "ravel") else made
    first = first.item() if hasattr(first, "item") else first
    return value_of(first) if isinstance(first, bool | int | float | str) else None


def _array(spot: Spot, cells: Cells, values: Mapping[Spot, Value]) -> Any:
    from numpy import empty
    from schedula import EMPTY

    box = cells.box
    found: Any = empty((box.bottom - box.top + 1, box.right - box.left + 1), dtype=object)
    for name, (row, column) in _spots(spot, cells):
        value = values[name, (row, column)]
        known = (
            float(value) if isinstance(value, Decimal) else str(value) if isinstance(value, date) else value
        )
        found[row - box.top, column - box.left] = EMPTY if known is None else known
    return found


@lru_cache(maxsize=1_000)
def _compiled(formula: str) -> Any:
    from formulas import Parser  # a second to import: only who compares waits for it

    return Parser().ast(formula)[1].compile()
