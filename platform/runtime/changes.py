"""What changed in a report since a revision, and the whole history of one cell."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.sheet import Place
from runtime.models import Journal


@dataclass(frozen=True)
class CellChange:
    """One journal entry: who changed a cell, when, how, from what to what."""

    section: str
    row: str
    column: str
    revision: int
    old: str
    new: str
    actor: str
    at: datetime
    how: str


def changed_since(session: Session, report_id: int, base: int) -> list[CellChange]:
    """The last change of each cell after revision `base`, anybody's and the formulas'."""
    entries = session.scalars(
        select(Journal)
        .where(Journal.report_id == report_id, Journal.revision > base)
        .order_by(Journal.revision, Journal.id)
    )
    last = {(entry.section, entry.row, entry.column): entry for entry in entries}
    return [_told(entry) for entry in last.values()]


def history_of(session: Session, report_id: int, place: Place) -> Sequence[CellChange]:
    """All changes of one cell, the newest first."""
    section, row, column = place
    entries = session.scalars(
        select(Journal)
        .filter_by(report_id=report_id, section=section, row=row, column=column)
        .order_by(Journal.revision.desc())
    )
    return [_told(entry) for entry in entries]


def _told(entry: Journal) -> CellChange:
    return CellChange(
        entry.section,
        entry.row,
        entry.column,
        entry.revision,
        entry.old,
        entry.new,
        entry.actor,
        entry.at,
        entry.how,
    )
