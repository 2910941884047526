"""Where a summed figure comes from: each report's part of one cell, largest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from engine.rollup.aggregate import Child
from engine.sheet import Figure, Place, Status


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one report gave to a cell."""

    key: str
    figure: Figure


def trace(children: Sequence[Child], place: Place) -> list[Contribution]:
    """The figures at `place` of all `children` that gave one, largest amounts first, then by key."""
    section, row, column = place
    found = []
    for child in children:
        layout = child.sheet.layout.sections.get(section)
        if layout is not None and column in layout.column_at:
            found.append(Contribution(child.key, child.sheet.figure(section, row, column)))
    given = [c for c in found if c.figure.status != Status.BLANK]
    return sorted(given, key=lambda c: (-abs(c.figure.number or Decimal(0)), c.key))
