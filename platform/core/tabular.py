"""Tables people hand in, as .xlsx or CSV: rows under known headings, read with limits, all faults at once.

Titles may stand above the headings and columns nobody asked for between them; headings are known in any
spelling people type in a hurry.
"""

import csv
import io
import unicodedata
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from core.archives import is_bomb
from engine.findings import Finding
from expr.text import fold

MAX_BYTES = 5_000_000
MAX_UNPACKED = 60_000_000
MAX_RATIO = 200
HEADING_WITHIN = 10  # titles may stand above the headings
WIDEST = 60  # columns

Cells = Mapping[str, object]


@dataclass(frozen=True)
class Columns:
    """The fields of a table with the headings each may stand under, the first one ours.

    A row that holds the headings of all of `telling` is the row of headings; `needed` must be there then.
    """

    headings: Mapping[str, Sequence[str]]
    telling: frozenset[str]
    needed: frozenset[str]
    max_rows: int = 20_000

    @property
    def ours(self) -> list[str]:
        """The headings as we write them."""
        return [names[0] for names in self.headings.values()]


def read_table(data: bytes, columns: Columns) -> tuple[list[tuple[int, Cells]], list[Finding]]:
    """The rows that hold anything, with their numbers, or why the file cannot be read."""
    if len(data) > MAX_BYTES:
        return [], [Finding("table.too_large", facts={"limit": MAX_BYTES // 1_000_000})]
    most = columns.max_rows + HEADING_WITHIN + 1
    try:
        packed = zipfile.is_zipfile(io.BytesIO(data))
        if packed and is_bomb(zipfile.ZipFile(io.BytesIO(data)), most=MAX_UNPACKED, ratio=MAX_RATIO):
            return [], [Finding("table.bomb")]
        rows = _from_xlsx(data, most) if packed else _from_csv(data, most)
    except Exception:  # the library raises whatever a broken part makes it stumble over
        return [], [Finding("table.unreadable")]
    return _under_headings(rows, columns)


def cell_text(cell: object) -> str:
    """A cell as one line; numbers without the .0 that spreadsheets add."""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return unicodedata.normalize("NFC", " ".join(str(cell if cell is not None else "").split()))


def _under_headings(
    rows: Sequence[Sequence[object]], columns: Columns
) -> tuple[list[tuple[int, Cells]], list[Finding]]:
    heads = ((place, _heading(row, columns)) for place, row in enumerate(rows[:HEADING_WITHIN]))
    found = next(((place, at) for place, at in heads if columns.telling <= at.keys()), None)
    if found is None:
        return [], [Finding("table.no_heading", facts={"columns": columns.ours})]
    heading, at = found
    if missing := [
        columns.headings[name][0] for name in columns.headings if name in columns.needed - set(at)
    ]:
        return [], [Finding("table.missing_column", facts={"columns": missing})]
    if len(rows) - heading - 1 > columns.max_rows:
        return [], [Finding("table.too_many_rows", facts={"limit": columns.max_rows})]
    read: list[tuple[int, Cells]] = []
    for number, row in enumerate(rows[heading + 1 :], heading + 2):
        cells = {name: row[place] if place < len(row) else None for name, place in at.items()}
        if any(cell not in (None, "") for cell in cells.values()):
            read.append((number, cells))
    return read, [] if read else [Finding("table.empty")]


def _heading(row: Sequence[object], columns: Columns) -> Mapping[str, int]:
    """Where each field stands, as far as this row tells."""
    known = {fold(heading): name for name, headings in columns.headings.items() for heading in headings}
    at: dict[str, int] = {}
    for place, cell in enumerate(row):
        if (name := known.get(fold(cell_text(cell)))) is not None:
            at.setdefault(name, place)
    return at


def _from_xlsx(data: bytes, most: int) -> Sequence[Sequence[object]]:
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    sheet = book.worksheets[0]
    sheet.reset_dimensions()  # what the file says of its size need not be true
    return list(islice(sheet.iter_rows(max_row=most, max_col=WIDEST, values_only=True), most))


def _from_csv(data: bytes, most: int) -> Sequence[Sequence[object]]:
    """The lines of a text; Excel of a Vietnamese Windows parts them by semicolons."""
    text = data.decode("utf-8-sig")
    if "\0" in text or text.startswith("PK\x03\x04"):
        raise ValueError
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    return list(islice(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), most))
