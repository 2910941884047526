"""Tables as files for spreadsheets, xlsx and CSV; a text that would run as a formula is kept a text."""

import csv
from collections.abc import Iterable, Sequence
from decimal import Decimal
from io import BytesIO, StringIO

from flask import Response

DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Value = str | Decimal

Table = Iterable[Sequence[Value]]


def harmless(value: Value) -> Value:
    """A text with an apostrophe before what would start a formula; a single mark such as - starts none."""
    if isinstance(value, str) and len(value) > 1 and value.startswith(DANGEROUS):
        return f"'{value}"
    return value


def xlsx(rows: Table, name: str) -> Response:
    """A workbook of one sheet; numbers are numbers."""
    from openpyxl import Workbook
    from openpyxl.styles import Font

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.freeze_panes = "C2"
    for row in rows:
        sheet.append([harmless(value) for value in row])
    for line in sheet.iter_rows():
        for cell in line:
            cell.font = Font(bold=cell.row == 1)
            if cell.data_type == "n":
                cell.number_format = "#,##0.#########"
    sheet.column_dimensions["B"].width = 36
    file = BytesIO()
    book.save(file)
    return _download(file.getvalue(), XLSX, f"{name}.xlsx")


def delimited(rows: Table, name: str) -> Response:
    """CSV in UTF-8 with its mark, so that spreadsheets read the Vietnamese."""
    file = StringIO()
    csv.writer(file).writerows([str(harmless(value)) for value in row] for row in rows)
    return _download(("\ufeff" + file.getvalue()).encode(), "text/csv; charset=utf-8", f"{name}.csv")


def _download(data: bytes, kind: str, name: str) -> Response:
    return Response(
        data, headers={"Content-Type": kind, "Content-Disposition": f'attachment; filename="{name}"'}
    )
