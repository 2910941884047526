"""Workbooks changed at random: never a traceback, and no figure or formula under another row or column."""

import io
import zipfile
from decimal import Decimal
from functools import cache
from random import Random

import pytest
from openpyxl import load_workbook

from designer.excel.drawing import Drawing, draw
from engine.findings import has_errors
from engine.program import compile_form
from tests.corpus.office import offices
from tests.corpus.samples import seed_samples
from tests.corpus.styles import STYLES
from tests.corpus.writer import write
from tests.slices import IS_SOAK

COUNT = 5_000 if IS_SOAK else 300
BATCHES = 10
SAMPLES = seed_samples()
WAYS = [(sample, style) for sample in SAMPLES for style in STYLES]
OFFICES = offices()
VALUES = (
    None, "", " ", "-", "x", "...", 0, -1, 1.5, 1e300, "1.234,5", "12%", "TT", "Tổng số", "Trong đó:", "I",
    "1.1", "Ghi chú: x", "Người lập biểu", "=1+", "=SUM(A:A)", "=A1", "=[1]S!A1", "=SUM(B2:B9)", "=C9/D9",
    True, "\u202eabc", "<b>", "(1)", "3=1+2", "x" * 5_000,
)  # fmt: skip


@cache
def whole(number: int) -> bytes:
    """One of the workbooks of the corpus as it was written."""
    if number < len(WAYS):
        return write(*WAYS[number]).data
    return OFFICES[number - len(WAYS)].write()


def mutated(pick: Random) -> bytes:
    """A workbook of the corpus after some changes a person, or a broken disk, might make."""
    data = whole(pick.randrange(0, len(WAYS) + len(OFFICES), 1 if IS_SOAK else 6))
    if pick.random() < 0.15:
        return _broken(pick, data)
    book = load_workbook(io.BytesIO(data))
    sheet = book.worksheets[0]
    for _ in range(pick.randint(1, 6)):
        row, column = pick.randint(1, sheet.max_row + 1), pick.randint(1, sheet.max_column + 1)
        match pick.randint(0, 5):
            case 0:
                sheet.delete_rows(row, pick.randint(1, 3))
            case 1:
                sheet.insert_rows(row, pick.randint(1, 3))
            case 2:
                sheet.delete_cols(column)
            case 3:
                _merge(pick, sheet, row, column)
            case _:
                cell = sheet.cell(row, column)
                if type(cell).__name__ == "Cell":
                    cell.value = pick.choice(VALUES)
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def _merge(pick: Random, sheet: object, row: int, column: int) -> None:
    down, across = row + pick.randint(0, 2), column + pick.randint(0, 3)
    sheet.merge_cells(start_row=row, start_column=column, end_row=down, end_column=across)  # type: ignore[attr-defined]


def _broken(pick: Random, data: bytes) -> bytes:
    """The same file with bytes of a part, or of the package, changed."""
    if pick.random() < 0.3:
        at = pick.randrange(len(data))
        return data[:at] + bytes([pick.randrange(256)]) + data[at + 1 :]
    kept = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(kept, "w") as new:
        chosen = pick.choice(old.namelist())
        for name in old.namelist():
            part = bytearray(old.read(name))
            if name == chosen and part:
                for _ in range(pick.randint(1, 4)):
                    part[pick.randrange(len(part))] = pick.choice(b'<>"=/ 0123456789ABCrs')
            new.writestr(name, bytes(part))
    return kept.getvalue()


def check(drawing: Drawing) -> None:
    """Every figure of the example stands in the sheet under the row and column it is said to be of."""
    if drawing.form is None:
        assert has_errors(drawing.findings)
        return
    program = compile_form(drawing.form)
    faulty = {finding.rule for finding in program.findings if finding.severity == "error"}
    # A rule whose units do not agree stays in the draft, and is told.
    assert faulty <= {finding.rule for finding in drawing.findings}, program.findings
    for section in drawing.sections:
        made = drawing.form.section_by_code[section.data["code"]]
        ground, sheet = section.ground, section.table.sheet
        for row, ident in ground.rows.items():
            title = made.row_by_id[ident].title
            seen = " ".join(sheet.text(row, c) for c in range(1, section.table.right + 1))
            assert title in (ident, made.row_by_id[ident].ordinal) or title.split()[0] in seen, (title, seen)
        for example in drawing.form.examples:
            rows = {ident: row for row, ident in ground.rows.items()}
            columns = {ident: column for column, ident in ground.columns.items()}
            for ident, figures in example.figures.get(made.code, {}).items():
                for column, text in figures.items():
                    cell = sheet.cells[rows[ident], columns[column]]
                    if isinstance(cell.value, Decimal):
                        factor = 100 if cell.is_percent and section.types[columns[column]] == "percent" else 1
                        assert abs(Decimal(text) - cell.value * factor) <= Decimal("0.5")


@pytest.mark.parametrize("batch", range(BATCHES))
def test_mutated_workbooks(batch: int) -> None:
    for seed in range(batch, COUNT, BATCHES):
        data = mutated(Random(seed))
        try:
            check(draw(data, "bieu.xlsx", {}))
        except Exception as fault:
            raise AssertionError(f"seed {seed}: {type(fault).__name__}: {fault}") from fault
