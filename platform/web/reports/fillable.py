"""A report as the fill page takes it: sections with their header tree, rows, kinds of cells, values."""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from flask_babel import gettext as _

from core.messages import sentence
from engine.cells import Cell
from engine.figures import print_figure
from engine.form import Column, Form, Row
from engine.layout import SectionLayout
from engine.naming import ANY_KEY, open_key
from engine.presence import state_at
from engine.program import Program
from engine.rollup.grand_total import EVERYBODY, with_grand_total
from engine.rollup.share import RowKey, row_keys, touched
from engine.sheet import Sheet, Status, pattern_of
from runtime.filling.desk import Desk, Found
from runtime.filling.explanations import target_of
from runtime.filling.narratives import walk
from runtime.gathering import part_rows
from runtime.titles import read_title
from web.reports.words import words_data

Data = dict[str, Any]
TEXTY = ("text", "long_text", "choice", "yes_no", "agency", "file")
STATES = {"open": "open", "locked": "locked", "not_applicable": "na"}


def report_data(desk: Desk, lang: str, *, every_row: bool = False) -> Data:
    """What the page needs to draw and check nothing by itself; addresses and texts are added by the view."""
    return {
        "id": desk.report.id,
        "revision": desk.report.revision,
        "version": desk.report.version_id,
        "lang": lang,
        "sections": sections_data(
            desk, desk.own if desk.report.is_total else desk.sheet, every_row=every_row
        ),
        "words": words_data(desk, lang),
        "findings": [finding_data(desk.program, found, lang) for found in desk.found],
        "standing": desk.standing,
    }


def sections_data(desk: Desk, sheet: Sheet, *, every_row: bool = False) -> list[Data]:
    """The sections of a form with the figures of one sheet; of a shared form the agency's, or every row."""
    sheet = with_grand_total(desk.program, sheet)
    part = None if every_row else part_rows(desk.report)
    rows = None if part is None else touched(part)
    drawn = [_Section(desk, sheet, layout, rows) for layout in sheet.layout.sections.values()]
    return [section.data() for section in drawn if section.concerns]


def finding_data(program: Program, found: Found, lang: str) -> Data:
    """A finding with its sentence after the rule's own words, the row it is about and the cells to mark."""
    finding = found.finding
    rule = program.rule_by_code.get(finding.rule)
    told = sentence(finding.key, finding.facts, lang)
    return {
        "code": finding.code,
        "severity": finding.severity,
        "rule": finding.rule,
        "where": finding.where,
        "spot": _spot(program.form, found),
        "message": f"{rule.message} {told}" if rule and rule.message else told,
        "cells": found.cells,
        "explanation": found.explanation,
        "explained_as": target_of(finding)[0],
    }


def _spot(form: Form, found: Found) -> str:
    """The row of a finding that is about one row, as people call it."""
    rows = {(section, row) for section, row, _column in found.cells}
    if len(rows) != 1:
        return ""
    section, key = rows.pop()
    last = key.rpartition("|")[2]
    of = form.section_by_id[section]
    heading = next((part for _, part in walk(of) if part.id == key), None)
    if heading:
        return str(_("mục %(heading)s", heading=f"{heading.code} {heading.title}"))
    row = of.row_by_id.get(key) or of.row_by_id.get(last)
    name = " ".join(filter(None, (row.ordinal, row.title))) if row else last
    return str(_("dòng %(row)s", row=name))


class _Section:
    """Draws one section; kinds of cells are listed once and named by their position."""

    def __init__(
        self, desk: Desk, sheet: Sheet, layout: SectionLayout, rows: frozenset[RowKey] | None
    ) -> None:
        self.desk, self.sheet, self.layout = desk, sheet, layout
        self.rows = rows
        self.section = layout.section
        self.kinds: dict[tuple[Any, ...], int] = {}
        self.with_units = any(row.properties.unit for row in self.section.row_list)

    @property
    def concerns(self) -> bool:
        """Whether some of it is the agency's to fill."""
        return self.rows is None or not self.rows.isdisjoint(row_keys(self.layout))

    def data(self) -> Data:
        rows = list(self._rows())
        return {
            "id": self.section.id,
            "code": self.section.code,
            "title": self._title(self.section.title or self.section.code),
            "lead": {"names": self._lead_names(), "ordinals": self._lead_ordinals()},
            "header": [self._header(column) for column in self.section.columns],
            "columns": [
                {
                    "id": column.id,
                    "title": self._title(column.title),
                    "ordinal": column.ordinal,
                    "text": column.properties.type in TEXTY,
                }
                for column in self.layout.columns
            ],
            "rows": rows,
            "patterns": list(self._patterns()),
            "kinds": [
                {"type": kind, "decimals": decimals, "state": state, "choices": choices}
                for kind, decimals, state, choices in self.kinds
            ],
        }

    def _title(self, title: str) -> str:
        return read_title(title, self.desk.titles)

    def _lead_names(self) -> list[str]:
        name = {"list": _("Mục")}.get(self.section.kind, _("Chỉ tiêu"))
        if self.section.rows.kind == "agencies":
            name = _("Đơn vị báo cáo")
        return ["STT", name, *([_("Đơn vị tính")] if self.with_units else [])]

    def _lead_ordinals(self) -> list[str]:
        """Numbers where the paper numbers its columns from the first on, else letters."""
        count = 3 if self.with_units else 2
        first = self.layout.columns[0].ordinal
        if first == str(count + 1):
            return [str(at + 1) for at in range(count)]
        return ["A", "B", "C"][:count]

    def _header(self, column: Column) -> Data:
        return {
            "title": self._title(column.title),
            "ordinal": column.ordinal,
            "children": [self._header(child) for child in column.children],
        }

    def _rows(self) -> Iterator[Data]:
        if self.section.kind == "list":
            for number, key in enumerate(self._open(""), start=1):
                yield self._row(key, str(number), "", 0, "data", self.layout.pattern_cells[""], True)
        elif self.section.rows.kind == "agencies":
            yield from self._agency_rows()
        else:
            for item in self.section.rows.items:
                yield from self._tree(item, 0)

    def _tree(self, row: Row, depth: int) -> Iterator[Data]:
        if self.rows is not None and self.rows.isdisjoint((self.section.id, each.id) for each in row.walk()):
            return
        at = self.layout.row_at.get(row.id)
        width = len(self.layout.columns)
        cells = () if at is None else self.layout.cells[at * width : (at + 1) * width]
        title = self._title(row.title)
        yield self._row(row.id, row.ordinal, title, depth, row.kind, cells, unit=self._unit(row, cells))
        for child in row.children:
            yield from self._tree(child, depth + 1)
        if row.kind == "open":
            for key in self._open(row.id):
                name = key.partition("|")[2] or key
                cells = self.layout.pattern_cells[row.id]
                yield self._row(key, "", name, depth + 1, "data", cells, True, self._unit(row, cells))

    def _unit(self, row: Row, cells: tuple[Cell, ...]) -> str:
        units = {cell.unit for cell in cells if cell.unit}
        return row.properties.unit or (units.pop() if len(units) == 1 else "")

    def _agency_rows(self) -> Iterator[Data]:
        """The reporting agency's rows and those of others that stand in the figures; then all together."""
        there = [row.agency or "" for row in self.sheet.open_rows.get(self.section.id, {}).values()]
        own = [] if self.desk.report.is_total else [self.desk.agency.code]
        named = {node.code: node for node in self.desk.tree if node.code in {*own, *there}}
        agencies = sorted(
            {*own, *there} - {EVERYBODY}, key=lambda code: named[code].sort_key if code in named else code
        )
        for number, code in enumerate(agencies, start=1):
            yield from self._rows_of(code, str(number), named[code].name if code in named else code)
        if EVERYBODY in there:
            yield from self._rows_of(EVERYBODY, "", _("Tổng cộng"), "sum")

    def _rows_of(self, agency: str, ordinal: str, name: str, kind: str = "") -> Iterator[Data]:
        """One row of an agency, or one for each item under its name."""
        items = [row for row in self.section.row_list if row.has_cells]
        if len(items) < 2:
            cells = next(iter(self.layout.pattern_cells.values()))
            yield self._row(agency, ordinal, name, 0, kind or "data", cells)
            return
        yield self._row(f"{agency}|", ordinal, name, 0, "group", ())
        for item in items:
            cells = self.layout.pattern_cells[item.id]
            key, unit = f"{agency}|{item.id}", self._unit(item, cells)
            yield self._row(key, item.ordinal, item.title, 1, kind or item.kind, cells, unit=unit)

    def _open(self, pattern: str) -> list[str]:
        rows = self.sheet.open_rows.get(self.section.id, {})
        return [key for key, row in rows.items() if row.pattern == pattern]

    def _row(
        self,
        key: str,
        ordinal: str,
        title: str,
        depth: int,
        kind: str,
        cells: tuple[Cell, ...],
        removable: bool = False,
        unit: str = "",
    ) -> Data:
        columns = [column.id for column in self.layout.columns] if cells else []
        figure = partial(self.sheet.figure, self.section.id, key)
        return {
            "key": key,
            "ordinal": ordinal,
            "title": title,
            "unit": unit,
            "depth": depth,
            "kind": kind,
            "removable": removable,
            "kinds": [self._kind(key, at, cell) for at, cell in zip(columns, cells, strict=True)],
            "values": [print_figure(cell, figure(at)) for at, cell in zip(columns, cells, strict=True)],
            "imputed": [i for i, at in enumerate(columns) if figure(at).status is Status.IMPUTED],
        }

    def _kind(self, row: str, column: str, cell: Cell) -> int:
        pattern = None if row in self.layout.row_at else pattern_of(self.layout, row)
        shut = state_at(self.desk.closed, self.section.id, pattern[0] if pattern else row, column)
        state = "computed" if self._is_computed(row, column) else STATES[shut or cell.state]
        state = "given" if (self.section.id, row, column) in self.desk.given else state
        choices = cell.choices or ((_("có"), _("không")) if cell.type == "yes_no" else None)
        kind = (cell.type, cell.decimals, state, choices)
        return self.kinds.setdefault(kind, len(self.kinds))

    def _is_computed(self, row: str, column: str) -> bool:
        """Formulas of an open row that is not there yet are those of its pattern."""
        pattern = pattern_of(self.layout, row)
        like = open_key(self.layout, pattern[0], ANY_KEY) if pattern else row
        return not self.desk.computed.isdisjoint((self.section.id, key, column) for key in (row, like))

    def _patterns(self) -> Iterator[Data]:
        """Where rows can be added."""
        if self.section.rows.kind == "agencies":
            return
        depths: Mapping[str, int] = dict(_depths(self.section.rows.items, 0))
        for key, row in self.layout.patterns.items():
            cells = self.layout.pattern_cells[key]
            columns = [column.id for column in self.layout.columns]
            like = open_key(self.layout, key, ANY_KEY)
            yield {
                "id": key,
                "title": self._title(row.title),
                "named": bool(key),
                "depth": depths.get(key, -1) + 1,
                "most": row.max_rows or self.section.max_rows,
                "kinds": [self._kind(like, at, cell) for at, cell in zip(columns, cells, strict=True)],
            }


def _depths(rows: tuple[Row, ...], depth: int) -> Iterator[tuple[str, int]]:
    for row in rows:
        yield row.id, depth
        yield from _depths(row.children, depth + 1)
