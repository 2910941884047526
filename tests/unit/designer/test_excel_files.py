"""Files of every kind, and files that cannot be read: told, never a traceback."""

import io
import zipfile
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
import xlwt
from openpyxl import Workbook

from designer.excel.drawing import Drawing, draw
from designer.excel.formulas import Untranslatable, read_formula
from designer.excel.legacy_fonts import to_unicode
from designer.excel.reading import read_workbook
from template_library.fileformat import template_to_data

ROWS: list[list[Any]] = [
    ["TT", "Chỉ tiêu", "Kế hoạch", "Thực hiện"],
    [None, "Tổng số", 30, 12],
    [1, "Bậc một", 10, 5],
    [2, "Bậc hai", 20, 7],
]
SHEET = "xl/worksheets/sheet1.xml"
Parts = dict[str, bytes]


def xlsx() -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in ROWS:
        sheet.append(row)
    sheet.merge_cells("F1:G1")
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def changed(change: Callable[[Parts], None]) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(xlsx())) as old, zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as new:
        parts = {name: old.read(name) for name in old.namelist()}
        change(parts)
        for name, part in parts.items():
            new.writestr(name, part)
    return kept.getvalue()


def with_rows(rows: bytes) -> bytes:
    def change(parts: Parts) -> None:
        parts[SHEET] = parts[SHEET].replace(b"</sheetData>", rows + b"</sheetData>")

    return changed(change)


def with_merge(ref: bytes) -> bytes:
    def change(parts: Parts) -> None:
        parts[SHEET] = parts[SHEET].replace(b"</mergeCells>", b'<mergeCell ref="' + ref + b'"/></mergeCells>')

    return changed(change)


def codes(drawing: Drawing) -> list[str]:
    return [finding.code for finding in drawing.findings]


BAD = {
    "nothing": (b"", "workbook.not_one"),
    "wrong extension": (b"\x89PNG\r\n\x1a\n", "workbook.not_one"),
    "cut off": (xlsx()[:900], "workbook.not_one"),
    "encrypted": (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
        "workbook.encrypted",
    ),
    "broken xls": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "workbook.broken"),
    "xlsb": (changed(lambda parts: parts.update({"xl/workbook.bin": b"x"})), "workbook.xlsb"),
    "bomb": (changed(lambda parts: parts.update({"xl/a.bin": bytes(150_000_000)})), "workbook.bomb"),
    "entities": (
        changed(
            lambda parts: parts.update(
                {SHEET: b'<!DOCTYPE x [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]>' + parts[SHEET]}
            )
        ),
        "workbook.broken",
    ),
    "1,048,576 rows": (
        with_rows(b"".join(b'<row r="%d"/>' % row for row in range(10, 1_048_577))),
        "workbook.too_many_cells",
    ),
    "merged to the end": (with_merge(b"A9:XFD1048576"), "workbook.too_many_cells"),
    "16,384 columns": (
        with_rows(
            b'<row r="10">' + b"".join(b"<c><v>%d</v></c>" % (n * n) for n in range(210_000)) + b"</row>"
        ),
        "workbook.too_many_cells",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_files_are_told(name: str) -> None:
    data, code = BAD[name]
    drawing = draw(data, "bieu.xlsx", {})
    assert (drawing.form, codes(drawing)) == (None, [code])


def test_macros_and_overlapping_merges_are_told_and_left_out() -> None:
    macros = draw(changed(lambda parts: parts.update({"xl/vbaProject.bin": b"x"})), "bieu.xlsm", {})
    assert macros.form and codes(macros) == ["workbook.macros"]
    overlap = draw(with_merge(b"G1:H2"), "bieu.xlsx", {})
    assert overlap.form and codes(overlap) == ["workbook.overlap"]


def xls() -> bytes:
    book = xlwt.Workbook()
    sheet = book.add_sheet("Biểu")
    for row, values in enumerate(ROWS):
        for column, value in enumerate(values):
            sheet.write(row, column, value)
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def ods() -> bytes:
    def cell(value: object) -> str:
        if value is None:
            return "<table:table-cell/>"
        if isinstance(value, int):
            return f'<table:table-cell office:value-type="float" office:value="{value}"/>'
        return f'<table:table-cell office:value-type="string"><text:p>{value}</text:p></table:table-cell>'

    names = ("office", "table", "text")
    spaces = " ".join(f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in names)
    rows = "".join(f"<table:table-row>{''.join(map(cell, row))}</table:table-row>" for row in ROWS)
    rows = rows.replace(
        '<table:table-cell office:value-type="float" office:value="30"/>',
        '<table:table-cell office:value-type="float" office:value="30" table:formula="of:=SUM([.C3:.C4])"/>',
    )
    content = f'<office:x {spaces}><table:table table:name="Biểu">{rows}</table:table></office:x>'
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as packed:
        packed.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        packed.writestr("content.xml", content)
    return kept.getvalue()


@pytest.mark.parametrize("data", [xlsx(), xls(), ods()], ids=["xlsx", "xls", "ods"])
def test_every_kind_of_file_is_drawn_alike(data: bytes) -> None:
    drawing = draw(data, "bieu", {})
    assert drawing.form is not None, drawing.findings
    made = template_to_data(drawing.form)["sections"][0]
    assert [column["title"] for column in made["columns"]] == ["Kế hoạch", "Thực hiện"]
    total = made["rows"]["items"][0]
    assert (total["kind"], [row["title"] for row in total["children"]]) == ("total", ["Bậc một", "Bậc hai"])
    assert made["rules"][0]["text"].startswith("dòng T = tổng(dòng con của T)")


def test_formulas_of_an_ods_are_read() -> None:
    assert read_workbook(ods()).sheets[0].cells[2, 3].formula == "=SUM(C3:C4)"


@pytest.mark.parametrize(
    ("formula", "kind"),
    [
        ("=[1]S!A1", "book"),
        ('=INDIRECT("A1")', "function"),
        ("=SUM(A:A)", "columns"),
        ("=SUBTOTAL(9,A1:A3)", "function"),
        ("=1+", "syntax"),
        ("=A1&B1", "sign"),
        ("=" + "(" * 100 + "A1" + ")" * 100, "long"),
    ],
)
def test_formulas_that_rules_cannot_say(formula: str, kind: str) -> None:
    with pytest.raises(Untranslatable) as refused:
        read_formula(formula)
    assert refused.value.kind == kind


@pytest.mark.parametrize(
    ("text", "font", "drawn"),
    [
        ("Céng hßa x· héi chñ nghÜa ViÖt Nam", ".VnTime", "Cộng hòa xã hội chủ nghĩa Việt Nam"),
        ("§éc lËp - Tù do", ".VnTimeH", "ĐỘC LẬP - TỰ DO"),
        ("Coäng hoøa xaõ hoäi chuû nghóa Vieät Nam", "VNI-Times", "Cộng hòa xã hội chủ nghĩa Việt Nam"),
        ("ÑOÄC LAÄP Töï do Haïnh phuùc", "VNI-Times", "ĐỘC LẬP Tự do Hạnh phúc"),
        ("Độc lập ½", "Arial", "Độc lập ½"),
    ],
)
def test_old_fonts(text: str, font: str, drawn: str) -> None:
    assert to_unicode(text, font) == drawn


def test_what_fits_no_cell_is_told() -> None:
    rows = [list(row) for row in ROWS]
    rows[3][3] = "khoảng 7"
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    kept = io.BytesIO()
    book.save(kept)
    drawing = draw(kept.getvalue(), "bieu", {})
    assert [(f.code, f.where) for f in drawing.findings] == [("workbook.figure", "Sheet!D4")]
    assert drawing.workbook and drawing.workbook.sheets[0].cells[3, 3].value == Decimal(10)
