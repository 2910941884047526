"""The figures of one version of a form in the shape of another: by ids, by what rows and columns became."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from engine.cells import Cell
from engine.figures import find_cell, parse_figure, print_figure
from engine.form import Column, Row
from engine.layout import Layout, SectionLayout
from engine.merging import parts
from engine.sheet import LARGEST, MARK_OF, Figure, Place, Sheet, Status
from expr.units import factor

Became = Mapping[str, Mapping[str, Mapping[str, str]]]
"""Of each section the `rows` and `columns` that have another id now; "" where nothing took their place."""


@dataclass(frozen=True)
class Lost:
    """A figure that has no place any more, as exchange text, and why.

    `why` is `gone`, `taken` by another figure, `not_applicable`, `unit`, `decimals` or `kind`.
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
        if place in given:
            fitted = "taken"
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


def adds_only(old: Layout, new: Layout) -> bool:
    """Whether every cell and every heading is still there and can hold what it held: nothing can be lost."""
    headings, there = ({(section, part.id) for section, part in parts(layout.form)} for layout in (old, new))
    if not headings <= there:
        return False
    if not old.form.section_by_id.keys() <= new.form.section_by_id.keys():
        return False
    return all(_holds(section, new.sections.get(key)) for key, section in old.sections.items())


def _holds(old: SectionLayout, new: SectionLayout | None) -> bool:
    if new is None or not old.patterns.keys() <= new.patterns.keys():
        return False
    pairs = [(cell, new.index(row.id, column.id)) for row, column, cell in _fixed(old)]
    if any(at is None for _, at in pairs):
        return False
    found = [(cell, new.cells[at]) for cell, at in pairs if at is not None]
    for pattern, cells in old.pattern_cells.items():
        for column, cell in zip(old.columns, cells, strict=True):
            at = new.column_at.get(column.id)
            if at is None:
                return False
            found.append((cell, new.pattern_cells[pattern][at]))
    return all(_takes(cell, other) for cell, other in found)


def _fixed(layout: SectionLayout) -> Iterator[tuple[Row, Column, Cell]]:
    places = ((row, column) for row in layout.rows for column in layout.columns)
    yield from ((row, column, cell) for (row, column), cell in zip(places, layout.cells, strict=True))


def _takes(old: Cell, new: Cell) -> bool:
    """Whether a cell takes every figure that another one can hold."""
    if new.state == "not_applicable":
        return old.state == "not_applicable"
    if old.is_numeric and new.is_numeric:
        return new.decimals >= old.decimals and not _other_size(old, new)
    return new.type in (old.type, "text", "long_text")


def _other_size(old: Cell, new: Cell) -> bool:
    ratio = factor(old.unit, new.unit or "")
    return ratio is not None and ratio[0] != ratio[1]


def fit(old: Cell, new: Cell, figure: Figure) -> Figure | str:
    """The same figure in another cell, or why it cannot stand there."""
    if new.state == "not_applicable":
        return "not_applicable"
    if figure.number is not None and new.is_numeric:
        if _other_size(old, new):
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
