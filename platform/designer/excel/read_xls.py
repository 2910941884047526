"""An .xls of before 2007, read by xlrd: looks and values; the library does not tell formulas."""

import io
import unicodedata
from typing import Any

import xlrd
from xlrd.biffh import XLRDError

from designer.excel.grid import Box, Cell, Sheet, without_overlaps
from designer.excel.legacy_fonts import to_unicode
from designer.excel.read_xlsx import INDENT, value_of
from engine.findings import Finding

_CENTRED_OVER = 6  # alignment "centre across selection"


def read_xls(data: bytes) -> tuple[list[Sheet], list[Finding]]:
    """The visible sheets; raises whatever the library stumbles over."""
    try:
        book = xlrd.open_workbook(file_contents=data, formatting_info=True, logfile=io.StringIO())
    except XLRDError as error:
        if "encrypted" in str(error).lower():
            return [], [Finding("workbook.encrypted")]
        raise
    sheets = [_sheet(book, sheet) for sheet in book.sheets() if sheet.visibility == 0]
    return sheets, [Finding("workbook.no_formulas", "note")]


def _sheet(book: Any, sheet: Any) -> Sheet:
    cells = {
        (row + 1, column + 1): made
        for row in range(sheet.nrows)
        for column in range(sheet.row_len(row))
        if (made := _cell(book, sheet, row, column))
    }
    boxes = [Box(top + 1, left + 1, bottom, right) for top, bottom, left, right in sheet.merged_cells]
    return Sheet(
        name=sheet.name,
        cells=cells,
        merges=without_overlaps(boxes)[0],
        hidden_rows=frozenset(row + 1 for row, told in sheet.rowinfo_map.items() if told.hidden),
        hidden_columns=frozenset(column + 1 for column, told in sheet.colinfo_map.items() if told.hidden),
        levels={row + 1: told.outline_level for row, told in sheet.rowinfo_map.items() if told.outline_level},
    )


def _cell(book: Any, sheet: Any, row: int, column: int) -> Cell | None:
    cell = sheet.cell(row, column)
    look = book.xf_list[cell.xf_index]
    font = book.font_list[look.font_index]
    value = (
        None
        if cell.ctype in (xlrd.XL_CELL_ERROR, xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK)
        else value_of(cell.value)
    )
    if cell.ctype == xlrd.XL_CELL_DATE:
        value = xlrd.xldate_as_datetime(cell.value, book.datemode).date()
    elif cell.ctype == xlrd.XL_CELL_NUMBER and cell.value == int(cell.value):
        value = value_of(int(cell.value))
    if value is None:
        return None
    if isinstance(value, str):
        value = to_unicode(unicodedata.normalize("NFC", value), font.name)
    blanks = len(value) - len(value.lstrip(" \xa0\t")) if isinstance(value, str) else 0
    return Cell(
        value=value,
        number_format=book.format_map[look.format_key].format_str,
        indent=look.alignment.indent_level * INDENT + blanks,
        bold=bool(font.bold or font.weight >= 700),
        spread=look.alignment.hor_align == _CENTRED_OVER,
    )
