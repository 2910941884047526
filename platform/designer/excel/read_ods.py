"""An .ods: the one part of the package that holds the tables, read with defusedxml."""

import io
import re
import unicodedata
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import fromstring

from designer.excel.grid import Box, Cell, Sheet, Value, without_overlaps
from designer.excel.legacy_fonts import to_unicode
from designer.excel.read_xlsx import INDENT, value_of
from engine.findings import Finding

MOST_ROWS, MOST_COLUMNS = 20_000, 2_000

_OFFICE, _TABLE, _TEXT, _STYLE, _FO = (
    "{urn:oasis:names:tc:opendocument:xmlns:" + name + "}"
    for name in ("office:1.0", "table:1.0", "text:1.0", "style:1.0", "xsl-fo-compatible:1.0")
)
_ADDRESS = re.compile(
    r"\[(?:\$?(?P<sheet>'[^']+'|[^\].:$']+))?\.(?P<first>[^\]:]+)(?::\.(?P<last>[^\]]+))?\]"
)


@dataclass(frozen=True)
class _Look:
    font: str = ""
    bold: bool = False
    indent: int = 0
    percent: bool = False


def read_ods(data: bytes) -> tuple[list[Sheet], list[Finding]]:
    """The sheets; raises whatever is wrong with the package."""
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        content = fromstring(packed.read("content.xml"))
    looks = {style.get(f"{_STYLE}name", ""): _look(style) for style in content.iter(f"{_STYLE}style")}
    hidden = {
        style.get(f"{_STYLE}name")
        for style in content.iter(f"{_STYLE}style")
        for told in style.iter(f"{_STYLE}table-properties")
        if told.get(f"{_TABLE}display") == "false"
    }
    tables = [t for t in content.iter(f"{_TABLE}table") if t.get(f"{_TABLE}style-name") not in hidden]
    return [_Reader(looks).sheet(table) for table in tables], []


def _look(style: Element) -> _Look:
    told: dict[str, str] = {}
    for part in style:
        told |= part.attrib
    margin = re.match(r"([\d.]+)(mm|cm|pt|in)", told.get(f"{_FO}margin-left", ""))
    millimetres = float(margin[1]) * {"mm": 1, "cm": 10, "pt": 0.353, "in": 25.4}[margin[2]] if margin else 0
    return _Look(
        font=told.get(f"{_STYLE}font-name", ""),
        bold=told.get(f"{_FO}font-weight") == "bold",
        indent=round(millimetres / 3.5 * INDENT),
        percent="percent" in style.get(f"{_STYLE}data-style-name", "").lower(),
    )


class _Reader:
    def __init__(self, looks: dict[str, _Look]) -> None:
        self.looks = looks
        self.cells: dict[tuple[int, int], Cell] = {}
        self.boxes: list[Box] = []
        self.hidden_rows: set[int] = set()

    def sheet(self, table: Any) -> Sheet:
        row = 1
        for line in table.iter(f"{_TABLE}table-row"):
            times = _times(line, "number-rows-repeated")
            if line.get(f"{_TABLE}visibility") in ("collapse", "filter"):
                self.hidden_rows.update(range(row, min(row + times, MOST_ROWS)))
            if self._row(line, row):
                for again in range(row + 1, min(row + times, MOST_ROWS)):
                    self._row(line, again)
            row += times
            if row > MOST_ROWS:
                break
        hidden = {
            c for c, told in enumerate(_columns(table), 1) if told.get(f"{_TABLE}visibility") == "collapse"
        }
        name = table.get(f"{_TABLE}name", "")
        merges = without_overlaps(self.boxes)[0]
        return Sheet(name, self.cells, merges, frozenset(self.hidden_rows), frozenset(hidden))

    def _row(self, line: Element, row: int) -> bool:
        """Whether anything stands in it."""
        column, found = 1, False
        for cell in line:
            times = _times(cell, "number-columns-repeated")
            if cell.tag == f"{_TABLE}table-cell" and (made := self._cell(cell)):
                found = True
                for place in range(column, min(column + times, MOST_COLUMNS)):
                    self.cells[row, place] = made
                down, across = _times(cell, "number-rows-spanned"), _times(cell, "number-columns-spanned")
                if down > 1 or across > 1:
                    self.boxes.append(Box(row, column, row + down - 1, column + across - 1))
            column += times
        return found

    def _cell(self, cell: Element) -> Cell | None:
        look = self.looks.get(cell.get(f"{_TABLE}style-name", ""), _Look())
        formula = _formula(cell.get(f"{_TABLE}formula"))
        value = _value(cell)
        if isinstance(value, str):
            value = to_unicode(unicodedata.normalize("NFC", value), look.font)
        if value is None and formula is None:
            return None
        blanks = len(value) - len(value.lstrip(" \xa0\t")) if isinstance(value, str) else 0
        percent = look.percent or cell.get(f"{_OFFICE}value-type") == "percentage"
        return Cell(value, formula, "0.00%" if percent else "", look.indent + blanks, look.bold)


def _times(node: Element, name: str) -> int:
    told = node.get(f"{_TABLE}{name}", "1")
    return int(told) if told.isdecimal() else 1


def _columns(table: Element) -> Iterator[Element]:
    for told in table.iter(f"{_TABLE}table-column"):
        yield from [told] * min(_times(told, "number-columns-repeated"), MOST_COLUMNS)


def _value(cell: Element) -> Value:
    kind, told = cell.get(f"{_OFFICE}value-type"), cell.get(f"{_OFFICE}value")
    if kind in ("float", "percentage", "currency") and told is not None:
        try:
            number = Decimal(told)
        except InvalidOperation:
            return None
        return number if number.is_finite() else None
    if kind == "date":
        try:
            return date.fromisoformat(cell.get(f"{_OFFICE}date-value", "")[:10])
        except ValueError:
            return None
    return value_of("\n".join(_text(part) for part in cell.findall(f"{_TEXT}p")))


def _text(node: Element) -> str:
    """A paragraph; runs of blanks are written as elements."""
    pieces = [node.text or ""]
    for part in node:
        if part.tag == f"{_TEXT}s":
            pieces.append(" " * min(int(part.get(f"{_TEXT}c", "1")), 100))
        else:
            pieces.append(_text(part))
        pieces.append(part.tail or "")
    return "".join(pieces)


def _formula(text: str | None) -> str | None:
    """As Excel would write it: `of:=SUM([.B2:.B5];[.C1])` is `=SUM(B2:B5,C1)`."""
    if text is None:
        return None

    def cells(found: re.Match[str]) -> str:
        sheet = f"{found['sheet']}!" if found["sheet"] else ""
        return sheet + found["first"] + (f":{found['last']}" if found["last"] else "")

    return _ADDRESS.sub(cells, re.sub(r"^\w+:", "", text)).replace(";", ",")
