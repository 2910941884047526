"""Workbooks spelled the way LibreOffice Calc saves .xlsx draw the same; the program itself is not needed."""

import io
import re
import zipfile

import pytest

from designer.excel.drawing import draw
from template_library.fileformat import template_to_data
from tests.corpus.office import Office, offices

SHEET = "xl/worksheets/sheet1.xml"
PLAIN = (
    'customFormat="false" ht="12.8" hidden="false" customHeight="false" outlineLevel="0" collapsed="false"'
)
COLUMNS = (
    '<cols><col collapsed="false" customWidth="false" hidden="false" outlineLevel="0" max="16384" min="1"'
    ' style="0" width="11.53"/></cols>'
)
LAST = f'<row r="1048576" {PLAIN}/>'
OFFICES = [office for office in offices() if office.name in ("inspections", "labour", "petitions-merged")]


def as_calc(data: bytes) -> bytes:
    """Every row and column told, to the last there may be; formulas marked."""
    kept = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(kept, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            if name == SHEET:
                text = re.sub(r'<row r="(\d+)"[^>]*>', rf'<row r="\1" {PLAIN}>', part.decode())
                text = text.replace("<f>", '<f aca="false">').replace("</sheetData>", f"{LAST}</sheetData>")
                part = text.replace("<sheetData>", f"{COLUMNS}<sheetData>").encode()
            new.writestr(name, part)
    return kept.getvalue()


@pytest.mark.parametrize("office", OFFICES, ids=lambda office: office.name)
def test_saved_by_calc_it_draws_the_same(office: Office) -> None:
    data = office.write()
    plain, saved = draw(data, "bieu.xlsx", {}), draw(as_calc(data), "bieu.xlsx", {})
    assert plain.form and saved.form
    assert template_to_data(saved.form) == template_to_data(plain.form)
