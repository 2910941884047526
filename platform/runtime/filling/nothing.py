"""Nothing to report ("không phát sinh"), said in every open cell that stands blank; and taken back again."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.cells import Cell
from engine.form import NUMERIC_TYPES
from engine.layout import SectionLayout
from engine.presence import state_at
from engine.rollup.share import holds
from engine.sheet import Place, Status, pattern_of
from runtime.filling.desk import Desk, lay_out
from runtime.filling.entry import Change, save
from runtime.gathering import part_rows
from runtime.models import Journal, Report, Save

NIL = "-"


def fill_with_nothing(session: Session, report_id: int, *, actor: str, now: datetime) -> None:
    """Write `-` into the open cells that nobody filled, as one save."""
    desk = lay_out(session, report_id)
    changes = [Change(*place, NIL) for place in _blank(desk)]
    revision = desk.report.revision
    if changes:
        key = _key(revision)
        save(session, report_id, base=revision, idempotency_key=key, changes=changes, actor=actor, now=now)


def take_nothing_back(session: Session, report: Report, *, actor: str, now: datetime) -> None:
    """Make those cells blank again, where the last save was this one."""
    if session.get(Save, (report.id, _key(report.revision - 1))) is None:
        return
    query = select(Journal.section, Journal.row, Journal.column).filter_by(
        report_id=report.id, revision=report.revision, old="", new=NIL, how="typed"
    )
    changes = [Change(section, row, column, None) for section, row, column in session.execute(query)]
    key = f"back-{_key(report.revision)}"
    save(session, report.id, base=report.revision, idempotency_key=key, changes=changes, actor=actor, now=now)


def _key(revision: int) -> str:
    return f"nothing-{revision}"


def _blank(desk: Desk) -> Iterator[Place]:
    """The cells of figures that the agency fills and has not filled."""
    mine = part_rows(desk.report)
    for section, layout in desk.sheet.layout.sections.items():
        for row, cells in _rows(desk, layout):
            for column, cell in zip(layout.columns, cells, strict=True):
                place = (section, row, column.id)
                if mine is not None and not holds(mine, *place):
                    continue
                if _is_open(desk, layout, place, cell) and desk.sheet.figure(*place).status == Status.BLANK:
                    yield place


def _rows(desk: Desk, layout: SectionLayout) -> Iterator[tuple[str, tuple[Cell, ...]]]:
    """Rows with their cells: those of the form, those that were added, the agency's own."""
    width = len(layout.columns)
    for key, at in layout.row_at.items():
        yield key, layout.cells[at * width : (at + 1) * width]
    there = {key: row.pattern for key, row in desk.sheet.open_rows.get(layout.section.id, {}).items()}
    if layout.section.rows.kind == "agencies":
        own = desk.agency.code
        several = len(layout.pattern_cells) > 1
        there |= {f"{own}|{pattern}" if several else own: pattern for pattern in layout.pattern_cells}
    for key, pattern in there.items():
        yield key, layout.pattern_cells[pattern]


def _is_open(desk: Desk, layout: SectionLayout, place: Place, cell: Cell) -> bool:
    section, row, column = place
    found = None if row in layout.row_at else pattern_of(layout, row)
    shut = state_at(desk.closed, section, found[0] if found else row, column)
    return cell.type in NUMERIC_TYPES and (shut or cell.state) == "open" and place not in desk.computed
