"""The rows that several agencies filled of one form become one report.

A row in one agency's hand is not summed up: it stands in the whole as that agency typed it. A row that
several fill is summed by its cells' rules.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from agencies.tree import Tree
from engine.findings import Finding
from engine.layout import Layout
from engine.rollup.share import RowKey, Rows
from engine.sheet import Sheet, pattern_of
from runtime.models import Report

Cells = dict[str, dict[str, dict[str, int]]]
"""How many reports gave a figure, by section, row and column."""


def rows_of(report: Report) -> Rows:
    """The rows that a report's agency fills of a shared form."""
    return frozenset((section, row) for section, keys in (report.rows or {}).items() for row in keys)


def part_rows(report: Report) -> Rows | None:
    """The rows of a report that is only a part of a shared form; None of a whole one."""
    return None if report.rows is None or report.receiver_id is None else rows_of(report)


def gathered(layout: Layout, summed: Sheet, reports: Sequence[Report], sheets: Mapping[int, Sheet]) -> Sheet:
    """`summed`, but each row that one of all `reports` fills alone as it stands in that report's sheet."""
    hands = Counter(key for report in reports for key in rows_of(report))
    changes = {
        place: figure
        for report in reports
        if report.id in sheets
        for place, _, figure in sheets[report.id].figures()
        if hands[row_key(layout, place[0], place[1])] == 1
    }
    return summed.changed(changes)


def as_others(report: Report, layout: Layout, finding: Finding) -> Finding:
    """A finding about a cell that cannot be typed in, saying so where the row is another agency's."""
    if report.rows is None or finding.code not in ("figure.not_applicable", "figure.locked"):
        return finding
    code, _, rest = finding.where.partition("[")  # the row's name may hold any sign
    section = layout.form.section_by_code.get(code) or layout.form.section_by_id[code]
    mine = row_key(layout, section.id, rest.rpartition(";")[0]) in rows_of(report)
    return finding if mine else replace(finding, code="figure.others_row")


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
    for report in reports:
        for section, row in rows_of(report):
            told = rows.setdefault(section, {}).setdefault(row, {"counted": 0, "expected": 0, "lacking": []})
            told["expected"] += 1
            told["counted"] += report.id in counted
            agency = tree[report.agency_id]
            told["lacking"] += [] if report.id in counted else [{"code": agency.code, "name": agency.name}]
    fewer: Cells = {}
    for section, by_row in cells.items():
        for row, by_column in by_row.items():
            most = rows.get(section, {}).get(row, {"counted": 0})["counted"]
            less = {column: number for column, number in by_column.items() if number < most}
            if less:
                fewer.setdefault(section, {})[row] = less
    return {"rows": rows, "cells": fewer}
