"""What changed in a report since a revision: what a page that is open has to hear of."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from runtime.models import Journal


@dataclass(frozen=True)
class CellChange:
    """A cell and what stands in it now, as exchange text."""

    section: str
    row: str
    column: str
    value: str


def changed_since(session: Session, report_id: int, base: int) -> list[CellChange]:
    """Every cell that was changed after revision `base`, by anybody or by a formula."""
    entries = session.execute(
        select(Journal.section, Journal.row, Journal.column, Journal.new)
        .where(Journal.report_id == report_id, Journal.revision > base)
        .order_by(Journal.revision, Journal.id)
    )
    last = {(entry.section, entry.row, entry.column): entry.new for entry in entries}
    return [CellChange(*place, value) for place, value in last.items()]
