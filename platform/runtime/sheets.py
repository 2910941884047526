"""Reading and writing the figures of reports, packed, part by part."""

from collections.abc import Mapping, Sequence

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from engine.aggregate import Child, aggregate
from engine.calculate import calculate
from engine.context import Context
from engine.layout import Layout
from engine.program import Program
from engine.sheet import Block, OpenRow, Sheet
from runtime.models import ReportBlock, ReportRow


def read_sheets(session: Session, layout: Layout, reports: Sequence[int], part: str) -> dict[int, Sheet]:
    """One part of many reports by report id, in two queries; a report without figures has a blank sheet."""
    blocks: dict[int, dict[str, Block]] = {report: {} for report in reports}
    rows: dict[int, dict[str, dict[str, OpenRow]]] = {report: {} for report in reports}
    for block in session.execute(
        select(ReportBlock.report_id, ReportBlock.section, ReportBlock.packed, ReportBlock.texts).where(
            ReportBlock.report_id.in_(reports), ReportBlock.part == part
        )
    ):
        blocks[block.report_id][block.section] = _unpack(block.packed, block.texts)
    for row in session.execute(
        select(
            ReportRow.report_id,
            ReportRow.section,
            ReportRow.key,
            ReportRow.pattern,
            ReportRow.agency,
            ReportRow.packed,
            ReportRow.texts,
        )
        .where(ReportRow.report_id.in_(reports), ReportRow.part == part)
        .order_by(ReportRow.position)
    ):
        open_row = OpenRow(row.key, row.pattern, _unpack(row.packed, row.texts), row.agency)
        rows[row.report_id].setdefault(row.section, {})[row.key] = open_row
    return {report: Sheet(layout, blocks[report], rows[report]) for report in reports}


def read_sheet(session: Session, program: Program, report: int, context: Context) -> Sheet:
    """All figures of a report: its own, with its children's by each cell's rule, then the formulas."""
    own = read_sheets(session, program.layout, [report], "own")[report]
    children = read_sheets(session, program.layout, [report], "children")[report]
    return whole(program, own, children, context)


def whole(program: Program, own: Sheet, children: Sheet, context: Context) -> Sheet:
    """The figures of a report from its two parts."""
    if not _is_filled(children):
        return own
    return calculate(program, _together(program.layout, children, own), context, overwrite=True).sheet


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
        if after.block(section) != before.block(section):
            changed = True
            _write_block(session, report, part, section, after.block(section))
        rows = after.open_rows.get(section, {})
        if rows != before.open_rows.get(section, {}):
            changed = True
            _write_rows(session, report, part, section, rows)
    return changed


def _write_block(session: Session, report: int, part: str, section: str, block: Block) -> None:
    key = {"report_id": report, "part": part, "section": section}
    session.execute(delete(ReportBlock).filter_by(**key))
    session.execute(insert(ReportBlock).values(**key, **_pack(block)))


def _write_rows(session: Session, report: int, part: str, section: str, rows: Mapping[str, OpenRow]) -> None:
    key = {"report_id": report, "part": part, "section": section}
    session.execute(delete(ReportRow).filter_by(**key))
    values = [
        {
            **key,
            **_pack(row.block),
            "key": row.key,
            "position": position,
            "pattern": row.pattern,
            "agency": row.agency,
        }
        for position, row in enumerate(rows.values())
    ]
    if values:
        session.execute(insert(ReportRow), values)


def _pack(block: Block) -> dict[str, object]:
    return {"packed": block.to_bytes(), "texts": {str(at): text for at, text in block.texts.items()}}


def _unpack(packed: bytes, texts: Mapping[str, str]) -> Block:
    return Block.from_bytes(packed, {int(at): text for at, text in texts.items()})


def _is_filled(sheet: Sheet) -> bool:
    return next(sheet.figures(), None) is not None
