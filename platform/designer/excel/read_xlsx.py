"""An .xlsx read twice by openpyxl: once for formulas and looks, once for the values the file last saw."""

import io
import re
import unicodedata
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from openpyxl import load_workbook
from openpyxl.worksheet.formula import ArrayFormula

from designer.excel.grid import Box, Cell, Sheet, Value, address, without_overlaps
from designer.excel.legacy_fonts import to_unicode
from engine.findings import Finding

INDENT = 3  # blanks that one step of Excel's indent is worth
MOST_MERGED = 100_000  # cells of one merged block

# Controls no page prints, and the marks that turn a line's direction around.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]|_x000D_"
)


def read_xlsx(data: bytes) -> tuple[list[Sheet], list[Finding]]:
    """The visible sheets; raises whatever the library stumbles over."""
    book = load_workbook(io.BytesIO(data), keep_links=False)
    reckoned = any(cell.data_type == "f" for sheet in book.worksheets for cell in sheet._cells.values())
    values = load_workbook(io.BytesIO(data), keep_links=False, data_only=True) if reckoned else book
    sheets, findings = [], []
    for sheet in book.worksheets:
        if sheet.sheet_state == "visible":
            read, told = _sheet(sheet, values[sheet.title])
            sheets.append(read)
            findings += told
    return sheets, findings


def _sheet(sheet: Any, values: Any) -> tuple[Sheet, list[Finding]]:
    boxes = [Box(m.min_row, m.min_col, m.max_row, m.max_col) for m in sheet.merged_cells.ranges]
    merges, refused = without_overlaps(box for box in boxes if _size(box) <= MOST_MERGED)
    # The sheet's own table of cells: to walk its rows would make a cell for every place up to the last one.
    cells = {
        place: made for place, cell in sheet._cells.items() if (made := _cell(cell, values._cells.get(place)))
    }
    rows, columns = sheet.row_dimensions, sheet.column_dimensions
    return Sheet(
        name=sheet.title,
        cells=cells,
        merges=merges,
        hidden_rows=frozenset(row for row, d in rows.items() if d.hidden),
        hidden_columns=frozenset(c for d in columns.values() if d.hidden for c in _columns_of(d)),
        levels={row: d.outlineLevel for row, d in rows.items() if d.outlineLevel},
        landscape=sheet.page_setup.orientation == "landscape",
    ), [
        Finding("workbook.overlap", "warning", where=f"{sheet.title}!{address(box.top, box.left)}")
        for box in refused
    ]


def _size(box: Box) -> int:
    return (box.bottom - box.top + 1) * (box.right - box.left + 1)


def _columns_of(dimension: Any) -> Iterator[int]:
    """One entry may stand for many neighbours."""
    yield from range(dimension.min or 0, min(dimension.max or 0, 16_384) + 1)


def _cell(cell: Any, cached: Any) -> Cell | None:
    written = cell.value
    if isinstance(written, ArrayFormula):
        written = written.text
    formula = written if cell.data_type == "f" and isinstance(written, str) else None
    value = value_of(cached.value if formula and cached is not None else None if formula else written)
    font = cell.font.name or "" if cell.has_style else ""
    if isinstance(value, str):
        value = to_unicode(unicodedata.normalize("NFC", value), font)
    if formula is None and (value is None or value == ""):
        return None
    blanks = len(value) - len(value.lstrip(" \xa0\t")) if isinstance(value, str) else 0
    aligned = cell.alignment
    return Cell(
        value=value,
        formula=formula,
        number_format=cell.number_format if cell.has_style else "",
        indent=int(aligned.indent or 0) * INDENT + blanks,
        bold=bool(cell.has_style and cell.font.b),
        spread=aligned.horizontal == "centerContinuous",
    )


def value_of(value: object) -> Value:
    """A library's value as ours; floats by their shortest text, as the person typed them."""
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int | float):
        number = Decimal(repr(value))
        return number if number.is_finite() else None
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, time | timedelta):
        return str(value)
    text = _INVISIBLE.sub("", str(value))
    return text if text.strip() else None
