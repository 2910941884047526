"""Reading and writing the figures of reports, packed, part by part."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, delete, insert, select
from sqlalchemy.orm import Session

from engine.calculate import calculate
from engine.context import Context
from engine.layout import Layout
from engine.program import Program
from engine.rollup.aggregate import Child, aggregate
from engine.rollup.imputation import carried
from engine.sheet import Block, OpenRow, Sheet
from runtime.models import PARTS, ReportBlock, ReportRow


def read_sheets(session: Session, layout: Layout, reports: Sequence[int], part: str) -> dict[int, Sheet]:
    """One part of many reports by report id, in two queries; a report without figures has a blank sheet."""
    return _read(session, layout, reports, (part,))[part]


def read_parts(session: Session, layout: Layout, report: int) -> tuple[Sheet, Sheet]:
    """What a report's agency typed, and what was summed up from its children, in two queries."""
    own, children = (sheets[report] for sheets in _read(session, layout, [report], PARTS).values())
    return own, children


def _read(
    session: Session, layout: Layout, reports: Sequence[int], parts: Sequence[str]
) -> dict[str, dict[int, Sheet]]:
    blocks: dict[tuple[str, int], dict[str, Block]] = {}
    rows: dict[tuple[str, int], dict[str, dict[str, OpenRow]]] = {}
    asked = {"reports": reports, "parts": parts}
    for block in session.execute(_BLOCKS, asked):
        of_part = blocks.setdefault((block.part, block.report_id), {})
        of_part[block.section] = unpack(block.packed, block.texts)
    for row in session.execute(_ROWS, asked):
        open_row = OpenRow(row.key, row.pattern, unpack(row.packed, row.texts), row.agency)
        of_section = rows.setdefault((row.part, row.report_id), {}).setdefault(row.section, {})
        of_section[row.key] = open_row
    return {
        part: {
            report: Sheet(layout, blocks.get((part, report), {}), rows.get((part, report), {}))
            for report in reports
        }
        for part in parts
    }


def _of(kind: type[ReportBlock] | type[ReportRow]) -> Select[Any]:
    """Rows without objects around them, of `reports` and `parts`."""
    reports: ColumnElement[int] = bindparam("reports", expanding=True)
    parts: ColumnElement[str] = bindparam("parts", expanding=True)
    return select(*kind.__table__.columns).where(kind.report_id.in_(reports), kind.part.in_(parts))


_BLOCKS, _ROWS = _of(ReportBlock), _of(ReportRow).order_by(ReportRow.position)


def read_sheet(session: Session, program: Program, report: int, context: Context) -> Sheet:
    """All figures of a report: its own, with its children's by each cell's rule, then the formulas."""
    return whole(program, *read_parts(session, program.layout, report), context)


def whole(program: Program, own: Sheet, children: Sheet, context: Context) -> Sheet:
    """The figures of a report from its two parts."""
    if not is_filled(children):
        return own
    sheet = calculate(program, _together(program.layout, children, own), context, overwrite=True).sheet
    return carried(program, sheet, context)


def _together(layout: Layout, children: Sheet, own: Sheet) -> Sheet:
    """Each cell by its rule where both parts have a figure, else as it stands in the one that has."""
    typed = {place: figure for place, _, figure in own.figures()}
    if not typed:
        return children
    there = {place: figure for place, _, figure in children.figures()}
    alone = {place: there.get(place) or typed[place] for place in there.keys() ^ typed.keys()}
    return aggregate(layout, [Child("children", children), Child("own", own)]).sheet.changed(alone)


def write_sheet(session: Session, report: int, part: str, before: Sheet, after: Sheet) -> bool:
    """Replace one part of a report's figures where it changed; whether it did. The caller holds its row."""
    changed = False
    for section in after.layout.sections:
        key = {"report_id": report, "part": part, "section": section}
        if after.block(section) != before.block(section):
            changed = True
            session.execute(delete(ReportBlock).filter_by(**key))
            session.execute(insert(ReportBlock).values(**key, **_pack(after.block(section))))
        rows, rows_before = after.open_rows.get(section, {}), before.open_rows.get(section, {})
        if rows != rows_before:
            changed = True
            _write_rows(session, key, rows_before, rows)
    return changed


def clear_sheet(session: Session, report: int, part: str, layout: Layout) -> None:
    """Forget one part of a report's figures, which have this layout. The caller holds its row."""
    for kind in (ReportBlock, ReportRow):
        figures = delete(kind).filter_by(report_id=report, part=part)
        session.execute(figures.where(kind.section.in_(list(layout.sections))))


def _write_rows(
    session: Session, key: Mapping[str, object], before: Mapping[str, OpenRow], after: Mapping[str, OpenRow]
) -> None:
    """Rows that are as they were stay, as long as none before them came or went."""
    old = delete(ReportRow).filter_by(**key)
    kept = {name for name, row in before.items() if after.get(name) == row}
    if list(after)[: len(before)] != list(before):
        kept = set()
    elif kept:
        old = old.where(ReportRow.key.in_([name for name in before if name not in kept]))
    session.execute(old)
    values = [
        {
            **key,
            **_pack(row.block),
            "key": row.key,
            "position": position,
            "pattern": row.pattern,
            "agency": row.agency,
        }
        for position, row in enumerate(after.values())
        if row.key not in kept
    ]
    if values:
        session.execute(insert(ReportRow.__table__), values)  # type: ignore[arg-type]


def _pack(block: Block) -> dict[str, object]:
    return {"packed": block.to_bytes(), "texts": {str(at): text for at, text in block.texts.items()}}


def unpack(packed: bytes, texts: Mapping[str, str]) -> Block:
    """A block as it is stored."""
    return Block.from_bytes(packed, {int(at): text for at, text in texts.items()})


def is_filled(sheet: Sheet) -> bool:
    """Whether any figure stands in a part."""
    return next(sheet.figures(), None) is not None
