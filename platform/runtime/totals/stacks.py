"""The figures of many reports, stacked: read packed, by two queries, and unpacked a section at once.

Only for reports below one receiver that have no children themselves: what was typed is all they hold.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from engine.layout import Layout, SectionLayout
from engine.rollup.aggregate import Aggregated, Figures, OpenRows, alignment, sum_up, unpack_many
from engine.sheet import OpenRow, Sheet
from engine.transfer import transfer
from runtime.models import Report, ReportBlock, ReportRow
from runtime.programs import program_of
from runtime.sheets import unpack

REPORT, BLOCK, ROW = Report.__table__, ReportBlock.__table__, ReportRow.__table__
"""Thousands of rows, read without objects around them."""

Found = dict[tuple[str, int], tuple[list[int], list[bytes]]]
"""By section and version: where reports stand in the stack, and their blocks."""


SPREAD = 2
"""Reports opened together have numbers that follow each other; so many times as many may lie among them."""


class ChildRow(NamedTuple):
    """A report below a receiver, without its figures."""

    id: int
    agency_id: int
    version_id: int
    state: str
    revision: int


def children_of(session: Session, report: Report) -> list[ChildRow]:
    """All reports that go to this one's agency, in their order."""
    columns = (REPORT.c.id, REPORT.c.agency_id, REPORT.c.version_id, REPORT.c.state, REPORT.c.revision)
    below = select(*columns).where(*_below(report)).order_by(REPORT.c.id)
    return [ChildRow._make(row) for row in session.execute(below).all()]


def are_typed(session: Session, report: Report, children: Sequence[ChildRow]) -> bool:
    """Whether no child of a report receives reports itself."""
    receivers = select(REPORT.c.receiver_id).where(REPORT.c.round_id == report.round_id).distinct()
    return set(session.scalars(receivers)).isdisjoint(child.agency_id for child in children)


def sum_up_typed(session: Session, layout: Layout, report: Report, counted: Sequence[ChildRow]) -> Aggregated:
    """The children that count, summed up in the shape of `layout`."""
    place = {child.id: number for number, child in enumerate(counted)}
    blocks = _blocks(session, report, place, [child.version_id for child in counted])
    versions = {child.id: child.version_id for child in counted}
    stacks = {}
    for key, section in layout.sections.items():
        of_section = [
            (program_of(session, version).layout.sections[key], *found)
            for (name, version), found in blocks.items()
            if name == key
        ]
        stacks[key] = _stack(section, len(counted), of_section)
    return sum_up(layout, len(counted), stacks, _rows(session, layout, report, versions))


def _below(report: Report) -> tuple[ColumnElement[bool], ...]:
    return REPORT.c.round_id == report.round_id, REPORT.c.receiver_id == report.agency_id


def _blocks(session: Session, report: Report, place: Mapping[int, int], versions: Sequence[int]) -> Found:
    typed = select(BLOCK.c.report_id, BLOCK.c.section, BLOCK.c.packed).where(BLOCK.c.part == "own")
    # Reports that were opened together stand together: read as a stretch of the table, nothing is joined.
    if place and max(place) - min(place) < SPREAD * len(place):
        typed = typed.where(BLOCK.c.report_id.between(min(place), max(place)))
    else:
        typed = typed.join(REPORT).where(*_below(report))
    blocks: Found = {}
    for report_id, section, figures in session.execute(typed).all():
        at = place.get(report_id)
        if at is not None:
            places, found = blocks.setdefault((section, versions[at]), ([], []))
            places.append(at)
            found.append(figures)
    return blocks


def _stack(
    section: SectionLayout, reports: int, blocks: Sequence[tuple[SectionLayout, list[int], list[bytes]]]
) -> Figures:
    """The blocks of all versions where their reports stand, in the shape of one."""
    if [(theirs, places) for theirs, places, _ in blocks] == [(section, [*range(reports)])] and section.size:
        return unpack_many(blocks[0][2], section.size)
    all_values = np.zeros((reports, section.size), np.int64)
    all_status = np.zeros((reports, section.size), np.uint8)
    for theirs, places, packed in blocks:
        if theirs.size:
            values, status = unpack_many(packed, theirs.size)
            here, there = alignment(section, theirs)
            at = np.ix_(np.array(places), here)
            all_values[at], all_status[at] = values[:, there], status[:, there]
    return all_values, all_status


def _rows(
    session: Session, layout: Layout, report: Report, versions: Mapping[int, int]
) -> dict[str, OpenRows]:
    """The open rows of all reports that count, given with their versions, by section and key."""
    if not any(section.patterns for section in layout.sections.values()):
        return {}
    query = select(
        ROW.c.report_id, ROW.c.section, ROW.c.key, ROW.c.pattern, ROW.c.agency, ROW.c.packed, ROW.c.texts
    )
    typed = query.join(REPORT).where(*_below(report), ROW.c.part == "own")
    first: dict[str, dict[str, OpenRow]] = {}
    packed: dict[tuple[str, str], list[bytes]] = {}
    for report_id, section, key, pattern, agency, figures, texts in session.execute(
        typed.order_by(ROW.c.report_id, ROW.c.position)
    ):
        if report_id not in versions or section not in layout.sections:
            continue
        rows = first.setdefault(section, {})
        if versions[report_id] != report.version_id:
            row = OpenRow(key, pattern, unpack(figures, texts), agency)
            theirs = Sheet(program_of(session, versions[report_id]).layout, {}, {section: {key: row}})
            here = transfer(theirs, layout, {}).sheet.open_rows.get(section, {}).get(key)
            if here is None:
                continue
            figures = here.block.to_bytes()
            rows.setdefault(key, here)
        packed.setdefault((section, key), []).append(figures)
        if key not in rows:
            rows[key] = OpenRow(key, pattern, unpack(figures, texts), agency)
    return {
        section: {
            key: (row, unpack_many(packed[section, key], len(layout.sections[section].columns)))
            for key, row in rows.items()
        }
        for section, rows in first.items()
    }
