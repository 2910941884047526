"""A few cells of many reports: read out of their blocks as they stand, whole only where one is a total."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.figures import find_cell, print_figure
from engine.layout import Layout
from engine.naming import open_key
from engine.sheet import BLANK, Block, Place, Sheet, Status
from runtime.filling.contexts import whole_sheets
from runtime.models import Report, ReportBlock
from runtime.programs import program_of

EVERY = "*"
"""Names the row of each agency where a form has one row an agency, without a code of its own."""


class Of(NamedTuple):
    """A report whose cells are asked for, with the code of its agency."""

    id: int
    version_id: int
    agency: str
    is_total: bool


class Values(NamedTuple):
    """Exchange texts in the order of the cells, and which of them are imputed."""

    texts: Sequence[str]
    imputed: Sequence[bool]


def read_columns(session: Session, reports: Sequence[Of], cells: Sequence[Place]) -> Mapping[int, Values]:
    """The cells of each report, in a fixed number of queries where none of them is a total."""
    layouts = {
        version: program_of(session, version).layout for version in {each.version_id for each in reports}
    }
    fixed = all(_index(layout, place) is not None for layout in layouts.values() for place in cells)
    typed = [each for each in reports if fixed and not each.is_total]
    rest = [each for each in reports if each.is_total or not fixed]
    found = dict(_out_of_blocks(session, typed, layouts, cells))
    if rest:
        there = session.scalars(select(Report).where(Report.id.in_([each.id for each in rest]))).all()
        sheets = whole_sheets(session, there)
        found |= {each.id: values_of(sheets[each.id], cells, each.agency) for each in rest}
    return found


def _out_of_blocks(
    session: Session, reports: Sequence[Of], layouts: Mapping[int, Layout], cells: Sequence[Place]
) -> Iterator[tuple[int, Values]]:
    """The cells of fixed rows that people typed, without unpacking the others."""
    columns = ReportBlock.report_id, ReportBlock.section, ReportBlock.packed, ReportBlock.texts
    blocks = select(*columns).where(
        ReportBlock.part == "own", ReportBlock.section.in_({s for s, _, _ in cells})
    )
    ids = [each.id for each in reports]
    packed = {
        (report, section): (figures, texts)
        for report, section, figures, texts in session.execute(blocks.where(ReportBlock.report_id.in_(ids)))
    }
    for each in reports:
        texts = []
        layout = layouts[each.version_id]
        for place in cells:
            block, index = packed.get((each.id, place[0])), _index(layout, place)
            if block is None or index is None:
                texts.append("")
                continue
            cell = layout.sections[place[0]].cells[index]
            words = {int(at): text for at, text in block[1].items()}
            texts.append(print_figure(cell, Block.figure_in(block[0], words, index, cell)))
        yield each.id, Values(texts, [False] * len(cells))


def _index(layout: Layout, place: Place) -> int | None:
    """Where a fixed cell stands in its block."""
    section, row, column = place
    return layout.sections[section].index(row, column) if section in layout.sections else None


def values_of(sheet: Sheet | None, cells: Sequence[Place], agency: str) -> Values:
    """The cells of a sheet; of rows that repeat for agencies, the agency's own."""
    texts, imputed = [], []
    for place in cells:
        section, row, column = own_place(sheet.layout, place, agency) if sheet else place
        layout = sheet.layout.sections.get(section) if sheet else None
        cell = find_cell(layout, row, column) if layout else None
        figure = sheet.figure(section, row, column) if sheet and cell else BLANK
        texts.append(print_figure(cell, figure) if cell else "")
        imputed.append(figure.status is Status.IMPUTED)
    return Values(texts, imputed)


def own_place(layout: Layout, place: Place, agency: str) -> Place:
    """A cell of the sheet in the report of one agency: of rows that repeat for agencies, its own."""
    section, row, column = place
    of = layout.sections.get(section)
    if of is None or of.section.rows.kind != "agencies":
        return place
    return section, open_key(of, "" if row == EVERY else row, agency), column
