"""Figures as texts: reading what people and files give, and printing what is stored.

The exchange form is `{"section": {"row": {"column": "value"}}}` with ids; a value is a decimal with a point,
a mark, a text, or a date yyyy-mm-dd. Nothing is guessed: two readings of one text are a finding.
"""

import datetime
import re
import unicodedata
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache
from typing import Any

from engine.cells import Cell
from engine.findings import Finding
from engine.layout import Layout, SectionLayout
from engine.sheet import BLANK, LARGEST, MARK_OF, MARKS, NUMBERED, Figure, Place, Sheet, Status, pattern_of

MAX_TEXT = 10_000
MAX_DIGITS = 34
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_VIETNAMESE = re.compile(r"-?[0-9]{1,3}(\.[0-9]{3})*(,[0-9]+)?|-?[0-9]+,[0-9]+")
_ENGLISH = re.compile(r"-?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?")


def parse_figure(cell: Cell, text: str, where: str = "") -> Figure | Finding:
    """The figure that `text` is in `cell`, or what is wrong with it."""
    text = unicodedata.normalize("NFC", text).strip()
    if not text:
        return BLANK
    if cell.is_numeric:
        return _number(cell, text, where)
    if cell.type == "date":
        return _date(text, where)
    if len(text) > MAX_TEXT:
        return Finding("E_LIMIT", where=where, facts={"limit": MAX_TEXT, "found": len(text)}, variant="text")
    return Figure(Status.VALUE, text=text)


def _number(cell: Cell, text: str, where: str) -> Figure | Finding:
    if text in MARKS:
        return Figure(MARKS[text])
    if not _NUMBER.fullmatch(text):
        return _not_a_number(text, where)
    decimals = len(text.partition(".")[2])
    if decimals > cell.decimals:
        facts = {"found": text, "decimals": cell.decimals}
        return Finding("E_DECIMALS", where=where, facts=facts)
    number = Decimal(text) if len(text) <= MAX_DIGITS else Decimal("Infinity")
    if not number.is_finite() or abs(number.scaleb(cell.decimals)) > LARGEST:
        return Finding("E_LIMIT", where=where, facts={"found": text[:MAX_DIGITS]}, variant="figure")
    return Figure(Status.VALUE, number + 0)


def _not_a_number(text: str, where: str) -> Finding:
    readings = []
    if _VIETNAMESE.fullmatch(text):
        readings.append(text.replace(".", "").replace(",", "."))
    if _ENGLISH.fullmatch(text):
        readings.append(text.replace(",", ""))
    variant = "style" if readings else "figure"
    facts = {"found": text[:60], "readings": list(dict.fromkeys(readings))}
    return Finding("E_NUM", where=where, facts=facts, variant=variant)


def _date(text: str, where: str) -> Figure | Finding:
    try:
        if not re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
            raise ValueError(text)
        datetime.date.fromisoformat(text)
    except ValueError:
        return Finding("E_TYPE", where=where, facts={"found": text[:60]}, variant="date")
    return Figure(Status.VALUE, text=text)


def print_figure(cell: Cell, figure: Figure) -> str:
    """The exchange text of a figure; numbers with all decimals of their cell, blank is empty."""
    if figure.status in MARK_OF:
        return MARK_OF[figure.status]
    if figure.text is not None:
        return figure.text
    if figure.status in NUMBERED and figure.number is not None:
        return format(figure.number.quantize(_step(cell.decimals)), "f")
    return ""


@cache
def _step(decimals: int) -> Decimal:
    return Decimal(1).scaleb(-decimals)


def find_cell(layout: SectionLayout, row: str, column: str) -> Cell | None:
    """The cell at a row key and column id, fixed or open; None when the section has none there."""
    position = layout.column_at.get(column)
    if position is None:
        return None
    index = layout.index(row, column)
    if index is not None:
        return layout.cells[index]
    pattern = pattern_of(layout, row)
    return layout.pattern_cells[pattern[0]][position] if pattern else None


def read_figures(layout: Layout, data: object, where: str = "") -> tuple[Sheet, list[Finding]]:
    """The sheet that figures in exchange form give, and everything that does not fit the form."""
    findings: list[Finding] = []
    changes: dict[Place, Figure] = {}
    for section, row, column, value in _walk(data, where, findings):
        place = f"{where}{section}[{row};{column}]"
        found = find_section(layout, section)
        if found is None:
            facts = {"found": section, "known": sorted(s.section.code for s in layout.sections.values())}
            findings.append(Finding("figure.section", where=f"{where}{section}", facts=facts))
            continue
        figure = read_figure(found, row, column, value, place)
        if isinstance(figure, Finding):
            findings.append(figure)
        elif figure.status != Status.BLANK:
            changes[found.section.id, row, column] = figure
    return Sheet(layout).changed(changes), findings


def _walk(data: object, where: str, findings: list[Finding]) -> Iterator[tuple[str, str, str, object]]:
    """(section, row, column, value) of nested mappings; what is not one is a finding."""
    for section, rows in _pairs(data, where or "figures", findings):
        for row, columns in _pairs(rows, f"{where}{section}", findings):
            for column, value in _pairs(columns, f"{where}{section}[{row}]", findings):
                yield section, row, column, value


def _pairs(data: object, where: str, findings: list[Finding]) -> list[tuple[str, Any]]:
    if isinstance(data, Mapping):
        return [(str(key), value) for key, value in data.items()]
    findings.append(Finding("figure.shape", where=where))
    return []


def find_section(layout: Layout, name: str) -> SectionLayout | None:
    """The section of an id or a code."""
    by_code = layout.form.section_by_code.get(name)
    return layout.sections.get(name) or (layout.sections.get(by_code.id) if by_code else None)


def read_figure(layout: SectionLayout, row: str, column: str, value: object, where: str) -> Figure | Finding:
    """The figure that a value is in a cell named by its ids, or what is wrong with it."""
    if column not in layout.column_at:
        facts: dict[str, object] = {"found": column, "known": list(layout.column_at)[:20]}
        return Finding("figure.column", where=where, facts=facts)
    cell = find_cell(layout, row, column)
    if cell is None:
        known = layout.section.row_by_id.get(row)
        return Finding("figure.no_cells" if known else "figure.row", where=where, facts={"found": row})
    if value is None:
        return BLANK
    if isinstance(value, bool | float) or not isinstance(value, str | int | Decimal):
        return Finding("figure.value", where=where, facts={"found": str(value)[:60]})
    figure = parse_figure(cell, str(value), where)
    if cell.state == "not_applicable" and isinstance(figure, Figure) and figure.status != Status.BLANK:
        return Finding("figure.not_applicable", where=where)
    return figure


def write_figures(sheet: Sheet) -> dict[str, dict[str, dict[str, str]]]:
    """All figures that are not blank, in exchange form."""
    written: dict[str, dict[str, dict[str, str]]] = {}
    for (section, row, column), cell, figure in sheet.figures():
        written.setdefault(section, {}).setdefault(row, {})[column] = print_figure(cell, figure)
    return written
