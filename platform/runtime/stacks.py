"""The figures of many reports, stacked: read packed, by two queries, and unpacked a section at once.

Only for reports below one receiver that have no children themselves: what was typed is all they hold.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

import numpy as np
from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import Session

from engine.aggregate import Aggregated, Figures, OpenRows, alignment, sum_up, unpack_many
from engine.layout import Layout, SectionLayout
from engine.sheet import OpenRow
from runtime.models import Report, ReportBlock, ReportRow
from runtime.programs import program_of
from runtime.sheets import unpack

Packed = tuple[str, int, int, bytes]
"""A block: its section, the version, where its report stands in the stack, its figures."""


@dataclass(frozen=True)
class ChildRow:
    """A report below a receiver, without its figures."""

    id: int
    version_id: int
    state: str
    revision: int


def children_of(session: Session, report: Report) -> list[ChildRow]:
    """All reports that go to this one's agency, in their order."""
    columns = (Report.id, Report.version_id, Report.state, Report.revision)
    below = select(*columns).where(*_below(report)).order_by(Report.id)
    return [ChildRow(*row) for row in session.execute(below)]


def are_typed(session: Session, report: Report) -> bool:
    """Whether no child of a report has children of its own."""
    parts = [
        exists().where(kind.report_id == Report.id, kind.part == "children", *_below(report))
        for kind in (ReportBlock, ReportRow)
    ]
    return not session.scalar(select(or_(*parts)))


def sum_up_typed(session: Session, layout: Layout, report: Report, counted: Sequence[ChildRow]) -> Aggregated:
    """The children that count, summed up in the shape of `layout`."""
    place = {child.id: number for number, child in enumerate(counted)}
    stacks = {
        key: (
            np.zeros((len(counted), section.size), np.int64),
            np.zeros((len(counted), section.size), np.uint8),
        )
        for key, section in layout.sections.items()
    }
    blocks = sorted(_blocks(session, report, counted), key=itemgetter(0, 1))
    for (section, version), found in groupby(blocks, key=itemgetter(0, 1)):
        theirs = program_of(session, version).layout.sections[section]
        if section in stacks and theirs.size:
            _put(stacks[section], layout.sections[section], theirs, list(found))
    return sum_up(layout, len(counted), stacks, _rows(session, layout, report, place))


def _below(report: Report) -> tuple[ColumnElement[bool], ...]:
    return Report.round_id == report.round_id, Report.receiver_id == report.agency_id


def _blocks(session: Session, report: Report, counted: Sequence[ChildRow]) -> Iterator[Packed]:
    child = {each.id: (each.version_id, place) for place, each in enumerate(counted)}
    packed = select(ReportBlock.report_id, ReportBlock.section, ReportBlock.packed).join(Report)
    for report_id, section, figures in session.execute(
        packed.where(*_below(report), ReportBlock.part == "own")
    ):
        if report_id in child:
            yield section, *child[report_id], figures


def _put(stack: Figures, section: SectionLayout, theirs: SectionLayout, blocks: Sequence[Packed]) -> None:
    """Unpack the blocks of one version where their reports stand."""
    values, status = unpack_many([packed for *_, packed in blocks], theirs.size)
    places = np.array([place for _, _, place, _ in blocks])
    if theirs is section:
        stack[0][places], stack[1][places] = values, status
        return
    here, there = alignment(section, theirs)
    at = np.ix_(places, here)
    stack[0][at], stack[1][at] = values[:, there], status[:, there]


def _rows(
    session: Session, layout: Layout, report: Report, counted: Mapping[int, int]
) -> dict[str, OpenRows]:
    """The open rows of all reports that count, by section and key."""
    query = select(
        ReportRow.report_id,
        ReportRow.section,
        ReportRow.key,
        ReportRow.pattern,
        ReportRow.agency,
        ReportRow.packed,
        ReportRow.texts,
    ).join(Report)
    ordered = query.where(*_below(report), ReportRow.part == "own").order_by(
        ReportRow.report_id, ReportRow.position
    )
    first: dict[str, dict[str, OpenRow]] = {}
    packed: dict[tuple[str, str], list[bytes]] = {}
    for report_id, section, key, pattern, agency, figures, texts in session.execute(ordered):
        if report_id not in counted or section not in layout.sections:
            continue
        packed.setdefault((section, key), []).append(figures)
        rows = first.setdefault(section, {})
        if key not in rows:
            rows[key] = OpenRow(key, pattern, unpack(figures, texts), agency)
    return {
        section: {
            key: (row, unpack_many(packed[section, key], len(layout.sections[section].columns)))
            for key, row in rows.items()
        }
        for section, rows in first.items()
    }
