"""Changes of cells: those a save brings, those a page that is open has to hear of."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.sheet import Place
from runtime.models import Journal


@dataclass(frozen=True)
class Change:
    """A cell, by ids, and the text given for it; empty makes it blank."""

    section: str
    row: str
    column: str
    value: str | None


def changed_since(session: Session, report_id: int, base: int) -> dict[Place, str]:
    """What stands now, as exchange text, in every cell changed after revision `base`, also by a formula."""
    entries = session.execute(
        select(Journal.section, Journal.row, Journal.column, Journal.new)
        .where(Journal.report_id == report_id, Journal.revision > base)
        .order_by(Journal.revision, Journal.id)
    )
    return {(section, row, column): new for section, row, column, new in entries}
