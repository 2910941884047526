"""A cell that a correction changed, and how much that is."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")


@dataclass(frozen=True)
class Changed:
    """A cell that is another now, as exchange texts; numbers also by how much, and in percent of what was."""

    section: str
    row: str
    column: str
    old: str
    new: str

    @property
    def difference(self) -> Decimal | None:
        """New less old; a blank counts as nothing."""
        old, new = _number(self.old), _number(self.new)
        return None if old is None or new is None else new - old

    @property
    def percent(self) -> Decimal | None:
        """Of the old figure; nothing where there was none."""
        old = _number(self.old)
        return abs(self.difference / old * 100) if old and self.difference is not None else None


def _number(text: str) -> Decimal | None:
    """A figure; of a mark or of words none."""
    if text in ("", "-"):
        return Decimal(0)
    return Decimal(text) if NUMBER.fullmatch(text) else None


def is_material(cells: Sequence[Changed], materiality: int) -> bool:
    """Whether a change asks for a new signature: by more hundredths of a percent than these, or of words."""
    percents = [cell.percent for cell in cells]
    return any(percent is None or percent * 100 > materiality for percent in percents)
