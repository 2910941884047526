"""What differs between two states of one report, cell by cell, found over whole blocks."""

from collections.abc import Iterator

import numpy as np

from engine.cells import Cell
from engine.sheet import Block, Figure, Place, Sheet


def differences(before: Sheet, after: Sheet) -> Iterator[tuple[Place, Cell, Figure, Figure]]:
    """Each cell that holds another figure `after`, with both; a row that is not there is blank."""
    for section, layout in after.layout.sections.items():
        old, new = before.block(section), after.block(section)
        for index in _differing(old, new):
            row, column = divmod(index, len(layout.columns))
            cell = layout.cells[index]
            place = (section, layout.rows[row].id, layout.columns[column].id)
            yield place, cell, old.figure(index, cell), new.figure(index, cell)
        was, now = before.open_rows.get(section, {}), after.open_rows.get(section, {})
        blank = Block.blank(len(layout.columns))
        for key in {**was, **now}:
            old, new = (rows[key].block if key in rows else blank for rows in (was, now))
            cells = layout.pattern_cells[(now.get(key) or was[key]).pattern]
            for index in _differing(old, new):
                place = (section, key, layout.columns[index].id)
                yield place, cells[index], old.figure(index, cells[index]), new.figure(index, cells[index])


def _differing(old: Block, new: Block) -> list[int]:
    if old is new:
        return []
    found: list[int] = np.flatnonzero((old.values != new.values) | (old.status != new.status)).tolist()
    if old.texts or new.texts:
        places = old.texts.keys() | new.texts.keys()
        texts = {at for at in places if old.texts.get(at) != new.texts.get(at)}
        found = sorted(texts.union(found))
    return found
