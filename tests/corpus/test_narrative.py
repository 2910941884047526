"""The narrative that ships, typed into sheets in several ways, drawn without any edit."""

import io
import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from openpyxl import Workbook

from designer.excel.drawing import draw
from template_library.fileformat import template_to_data
from template_library.jsontext import read_json
from tests.corpus.samples import SEEDS

SEED = read_json((SEEDS / "BCTM-KTXH-T.json").read_text())[0]
TITLE = "BÁO CÁO TÌNH HÌNH KINH TẾ - XÃ HỘI THÁNG 6 NĂM 2026"
Heading = tuple[str, str]
"""A title and the one over it."""


def lines(parts: Any, depth: int = 0) -> Iterator[tuple[int, str, str, str]]:
    """(depth, ordinal, title, text) of each heading, figures left blank as on paper."""
    for part in parts:
        text = re.sub(r"\{\{.*?\}\}", "…", part.get("text", ""))
        yield depth, part["code"].rsplit(".", 1)[-1], part["title"], text
        yield from lines(part.get("children", ()), depth + 1)


def one_column(sheet: Any, depth: int, ordinal: str, title: str) -> None:
    sheet.append(["   " * depth + f"{ordinal}. {title}"])


def two_columns(sheet: Any, depth: int, ordinal: str, title: str) -> None:
    sheet.append([ordinal, title])


def merged(sheet: Any, depth: int, ordinal: str, title: str) -> None:
    sheet.append([f"{ordinal}/ {title.upper() if not depth else title}"])
    sheet.merge_cells(start_row=sheet.max_row, start_column=1, end_row=sheet.max_row, end_column=8)


def headings(parts: Any, above: str = "") -> Iterator[Heading]:
    for part in parts:
        yield part["title"].lower(), above.lower()
        yield from headings(part.get("children", ()), part["title"])


def drawn(way: Any) -> Mapping[str, Any]:
    book = Workbook()
    sheet: Any = book.worksheets[0]
    sheet.append(["UBND TỈNH HƯNG THỊNH", None, None, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"])
    sheet.append(["SỞ TÀI CHÍNH", None, None, "Độc lập - Tự do - Hạnh phúc"])
    sheet.append([TITLE])
    for depth, ordinal, title, text in lines(SEED["sections"][0]["parts"]):
        way(sheet, depth, ordinal, title)
        if text:
            sheet.append([None, text] if way is two_columns else [text])
    sheet.append([])
    sheet.append(["Nơi nhận:", None, None, "KT. GIÁM ĐỐC"])
    sheet.append(["- Như trên;", None, None, "PHÓ GIÁM ĐỐC"])
    kept = io.BytesIO()
    book.save(kept)
    drawing = draw(kept.getvalue(), "bao-cao.xlsx", {})
    assert drawing.form is not None, drawing.findings
    return template_to_data(drawing.form)


@pytest.mark.parametrize("way", [one_column, two_columns, merged])
def test_the_narrative_is_drawn_right(way: Any) -> None:
    made = drawn(way)
    wanted = list(headings(SEED["sections"][0]["parts"]))
    assert made["sections"][0]["kind"] == "outline"
    assert list(headings(made["sections"][0]["parts"])) == wanted
    texts = [text for *_, text in lines(SEED["sections"][0]["parts"])]
    assert [text for *_, text in lines(made["sections"][0]["parts"])] == texts
    assert made["name"] == TITLE
    assert made["layout"]["signature_block"] == [
        {"title": title, "role": "approver"} for title in ("GIÁM ĐỐC", "PHÓ GIÁM ĐỐC")
    ]
    assert made["layout"]["recipients"] == ["Như trên"]
