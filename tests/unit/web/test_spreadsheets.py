from csv import reader
from decimal import Decimal
from io import BytesIO, StringIO

import pytest
from openpyxl import load_workbook

from web.spreadsheets import delimited, harmless, xlsx

ROWS: list[list[str | Decimal]] = [
    ["Mã", "Đơn vị"],
    ["C1", "=HYPERLINK(1)"],
    ["C2", "-"],
    ["C3", Decimal("-1234.5")],
]


@pytest.mark.parametrize("text", ["=1+1", "+84", "-1+1", "@SUM(A1)", "\tx", "\rx", "=cmd|' /C calc'!A0"])
def test_what_would_run_is_kept_a_text(text: str) -> None:
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize("value", ["-", "x", "...", "Xã Một", "", Decimal("-5")])
def test_marks_names_and_numbers_stay(value: str | Decimal) -> None:
    assert harmless(value) == value


def test_a_text_file_opens_in_vietnamese() -> None:
    answer = delimited(ROWS, "bang")
    text = answer.get_data().decode()
    assert text.startswith("\ufeffMã,Đơn vị\r\n")
    assert list(reader(StringIO(text)))[1:] == [["C1", "'=HYPERLINK(1)"], ["C2", "-"], ["C3", "-1234.5"]]
    assert answer.headers["Content-Disposition"] == 'attachment; filename="bang.csv"'


def test_a_workbook_holds_numbers_and_no_formulas() -> None:
    sheet = load_workbook(BytesIO(xlsx(ROWS, "bang").get_data())).worksheets[0]
    assert [cell.data_type for cell in sheet["B"]] == ["s", "s", "s", "n"]
    assert sheet["B4"].value == -1234.5
