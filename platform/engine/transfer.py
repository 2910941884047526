"""The figures of one version of a form in the shape of another: by ids, by what rows and columns became."""

from collections.abc import Mapping
from dataclasses import dataclass

from engine.cells import Cell
from engine.figures import find_cell, parse_figure, print_figure
from engine.layout import Layout
from engine.sheet import LARGEST, MARK_OF, Figure, Place, Sheet, Status
from expr.units import factor

Became = Mapping[str, Mapping[str, Mapping[str, str]]]
"""Of each section the `rows` and `columns` that have another id now; "" where nothing took their place."""


@dataclass(frozen=True)
class Lost:
    """A figure that has no place any more, as exchange text, and why.

    `why` is `gone`, `not_applicable`, `unit`, `decimals` or `kind`.
    """

    place: Place
    text: str
    why: str


@dataclass(frozen=True)
class Transferred:
    """The figures in the new shape; `moved` leads from an old place to the new one where they differ."""

    sheet: Sheet
    kept: int
    moved: Mapping[Place, Place]
    lost: tuple[Lost, ...]


def transfer(sheet: Sheet, layout: Layout, became: Became) -> Transferred:
    """Every figure of `sheet` where `layout` has its cell; nothing is converted, nothing rounded."""
    given: dict[Place, Figure] = {}
    moved: dict[Place, Place] = {}
    lost: list[Lost] = []
    for old, cell, figure in sheet.figures():
        place = place_in(old, became)
        target = _cell(layout, place, is_fixed=old[1] in sheet.layout.sections[old[0]].row_at)
        fitted = fit(cell, target, figure) if target else "gone"
        if isinstance(fitted, str):
            lost.append(Lost(old, print_figure(cell, figure), fitted))
            continue
        given[place] = fitted
        if place != old:
            moved[old] = place
    return Transferred(Sheet(layout).changed(given), len(given), moved, tuple(lost))


def place_in(place: Place, became: Became) -> Place:
    """Where a cell is looked for in the new shape; of an open row, the heading it stands under may be new."""
    section, key, column = place
    names = became.get(section, {})
    rows = names.get("rows", {})
    key = rows[key] if key in rows else "|".join(rows.get(part, part) for part in key.split("|"))
    return section, key, names.get("columns", {}).get(column, column)


def inverse(became: Became) -> Became:
    """The way back."""
    return {
        section: {kind: {new: old for old, new in names.items() if new} for kind, names in kinds.items()}
        for section, kinds in became.items()
    }


def fit(old: Cell, new: Cell, figure: Figure) -> Figure | str:
    """The same figure in another cell, or why it cannot stand there."""
    if new.state == "not_applicable":
        return "not_applicable"
    if figure.number is not None and new.is_numeric:
        ratio = factor(old.unit, new.unit or "")
        if ratio and ratio[0] != ratio[1]:
            return "unit"
        scaled = figure.number.scaleb(new.decimals)
        return figure if scaled == scaled.to_integral_value() and abs(scaled) <= LARGEST else "decimals"
    if figure.status in MARK_OF and new.is_numeric:
        return figure
    read = parse_figure(new, print_figure(old, figure))
    return read if isinstance(read, Figure) and read.status != Status.BLANK else "kind"


def _cell(layout: Layout, place: Place, *, is_fixed: bool) -> Cell | None:
    """The cell of a place; a designed row that is gone does not become one that reporters add."""
    section, row, column = place
    there = layout.sections.get(section)
    if there is None or (row in there.row_at) != is_fixed:
        return None
    return find_cell(there, row, column)
