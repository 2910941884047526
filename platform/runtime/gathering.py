"""The rows and columns that several agencies filled of one form become one report.

A cell in one agency's hand is not summed up: it stands in the whole as that agency typed it. One that several
fill is summed by its rule.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import object_session

from agencies.tree import Tree
from engine.findings import Finding
from engine.layout import Layout
from engine.rollup.share import CellKey, RowKey, Rows, holds, touched
from engine.sheet import Place, Sheet, pattern_of
from runtime.models import Report

Cells = dict[str, dict[str, dict[str, int]]]
"""How many reports gave a figure, by section, row and column."""


def rows_of(report: Report) -> Rows:
    """The rows, and the cells of rows shared by columns, that a report's agency fills of a shared form."""
    return frozenset(read_key(section, key) for section, keys in (report.rows or {}).items() for key in keys)


def read_key(section: str, text: str) -> RowKey | CellKey:
    """A row as `I1`, or a cell of it as `I1;4`: so they are kept with a report, by section."""
    row, column_follows, column = text.partition(";")
    return (section, row, column) if column_follows else (section, row)


def print_key(key: RowKey | CellKey) -> str:
    """What `read_key` reads."""
    return ";".join(key[1:])


def gathers(report: Report) -> bool:
    """Whether parts of a shared form come to a report: the lead unit's, or one split among those below."""
    session = object_session(report)
    if report.receiver_id is None or session is None:
        return report.receiver_id is None
    below = select(Report.id).filter_by(round_id=report.round_id, receiver_id=report.agency_id).limit(1)
    return session.scalars(below).first() is not None


def part_rows(report: Report) -> Rows | None:
    """The rows of a report that is only a part of a shared form; None of a whole one."""
    return None if report.rows is None or gathers(report) else rows_of(report)


def gathered(layout: Layout, summed: Sheet, reports: Sequence[Report], sheets: Mapping[int, Sheet]) -> Sheet:
    """`summed`, but each cell that one of all `reports` fills alone as it stands in that report's sheet."""
    parts = {report.id: rows_of(report) for report in reports}
    hands = Counter(key for part in parts.values() for key in part)

    def is_alone(part: Rows, place: Place) -> bool:
        row = row_key(layout, *place[:2])
        return holds(part, *row, place[2]) and hands[row] + hands[*row, place[2]] == 1

    changes = {
        place: figure
        for report in reports
        if report.id in sheets
        for place, _, figure in sheets[report.id].figures()
        if is_alone(parts[report.id], place)
    }
    return summed.changed(changes)


def as_others(report: Report, layout: Layout, finding: Finding) -> Finding:
    """A finding about a cell that cannot be typed in, saying so where the cell is another agency's."""
    if report.rows is None or finding.code not in ("figure.not_applicable", "figure.locked"):
        return finding
    code, _, rest = finding.where.partition("[")  # the row's name may hold any sign
    section = layout.form.section_by_code.get(code) or layout.form.section_by_id[code]
    row, _, column = rest.removesuffix("]").rpartition(";")
    key, part = row_key(layout, section.id, row), rows_of(report)
    if holds(part, *key, column):
        return finding
    return replace(finding, code="figure.others_column" if key in touched(part) else "figure.others_row")


def row_key(layout: Layout, section: str, row: str) -> RowKey:
    """The row of the form that a row of a sheet stands for: of an added one the heading it was added to."""
    pattern = pattern_of(layout.sections[section], row) if layout.sections[section].patterns else None
    return section, row if pattern is None or row in layout.sections[section].row_at else pattern[0]


def covered(
    tree: Tree, reports: Sequence[Report], counted: Collection[int], cells: Cells
) -> dict[str, dict[str, Any]]:
    """The coverage of a shared form: of each row how many of those who fill it were counted, and who was not.

    `cells` are those that not all counted reports gave a figure for; of a row only those who fill it count.
    """
    rows: dict[str, dict[str, dict[str, Any]]] = {}
    most: Counter[RowKey | CellKey] = Counter()
    for report in reports:
        part = rows_of(report)
        most.update(part if report.id in counted else ())
        for section, row in touched(part):
            told = rows.setdefault(section, {}).setdefault(row, {"counted": 0, "expected": 0, "lacking": []})
            told["expected"] += 1
            told["counted"] += report.id in counted
            agency = tree[report.agency_id]
            told["lacking"] += [] if report.id in counted else [{"code": agency.code, "name": agency.name}]
    fewer: Cells = {}
    for section, by_row in cells.items():
        for row, by_column in by_row.items():
            less = {
                column: number
                for column, number in by_column.items()
                if number < most[section, row] + most[section, row, column]
            }
            if less:
                fewer.setdefault(section, {})[row] = less
    return {"rows": rows, "cells": fewer}
