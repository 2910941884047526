"""Sheets as offices lay them out, of forms that do not ship, with what a person would read there.

A file of `offices` is one workbook, typed as it looks: `|` between cells. Then of each table: the titles
down to each column (`>`), the rows set in under those they belong to (`*` where they are agencies), and the
cells that are reckoned though no formula stands there.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Font

from tests.corpus.writer import encoded

FOLDER = Path(__file__).parent / "offices"


@dataclass
class Part:
    """One table as a person reads it."""

    heads: list[tuple[str, ...]]
    rows: list[str]
    told: list[str]


@dataclass(frozen=True)
class Office:
    """One workbook: the blocks of its file by what they are, in order."""

    name: str
    blocks: tuple[tuple[str, list[str]], ...]

    def texts(self, kind: str) -> Iterator[str]:
        """What stands in the blocks of a kind."""
        return (" ".join(lines) for its, lines in self.blocks if its.split()[0] == kind)

    @property
    def parts(self) -> list[Part]:
        """The tables."""
        found: list[Part] = []
        for kind, lines in self.blocks:
            if kind == "heads":
                found.append(Part([tuple(line.split(" > ")) for line in lines], [], []))
            elif kind == "rows":
                found[-1].rows += lines
            elif kind == "told":
                found[-1].told += " ".join(lines).split()
        return found

    def write(self) -> bytes:
        """The bytes of the workbook."""
        book = Workbook()
        book.remove(book.worksheets[0])
        font = next(self.texts("font"), "Times New Roman")
        bold = next(self.texts("bold"), "").split()
        for kind, lines in self.blocks:
            if kind.split()[0] == "sheet":
                sheet: Any = book.create_sheet(kind.removeprefix("sheet").strip() or "Biểu")
                _fill(sheet, lines, font, bold)
        first: Any = book.worksheets[0]
        for merge in " ".join(self.texts("merges")).split():
            first.merge_cells(merge)
        for told in self.texts("format"):
            block, shown = told.split()
            for cell in (cell for line in first[block] for cell in line):
                cell.number_format = shown
        for column in next(self.texts("hidden"), "").split():
            first.column_dimensions[column].hidden = True
        kept = io.BytesIO()
        book.save(kept)
        return kept.getvalue()


def _fill(sheet: Any, lines: list[str], font: str, bold: list[str]) -> None:
    for row, line in enumerate(lines, 1):
        for column, told in enumerate(line.split("|"), 1):
            if told.strip():
                cell = sheet.cell(row, column, _value(told, font))
                cell.font = Font(name=font, bold=str(row) in bold)


def _value(told: str, font: str) -> object:
    if told.startswith("=") or (told[0] == "0" and told.isdecimal() and told != "0"):
        return told
    try:
        return float(told) if "." in told else int(told)
    except ValueError:
        return encoded(told, font)


def offices() -> list[Office]:
    """All of them."""
    return [_read(path) for path in sorted(FOLDER.glob("*.txt"))]


def _read(path: Path) -> Office:
    blocks: list[tuple[str, list[str]]] = []
    for line in path.read_text().splitlines()[1:]:
        if line.startswith("== "):
            blocks.append((line[3:], []))
        else:
            blocks[-1][1].append(line)
    return Office(path.stem, tuple(blocks))
