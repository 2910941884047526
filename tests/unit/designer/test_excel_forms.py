"""Forms unlike the shipped ones: yearbooks, budgets, statistics, two tables on a sheet, lists."""

import io
from typing import Any

from openpyxl import Workbook

from designer.excel.drawing import Drawing, draw
from template_library.fileformat import template_to_data

N = None


def drawn(rows: list[list[Any]], merges: str = "", formats: dict[str, str] | None = None) -> Drawing:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row, values in enumerate(rows, 1):
        for column, value in enumerate(values, 1):
            sheet.cell(row, column, value)
    for merge in merges.split():
        sheet.merge_cells(merge)
    for place, shown in (formats or {}).items():
        sheet[place].number_format = shown
    kept = io.BytesIO()
    book.save(kept)
    return draw(kept.getvalue(), "biểu thử.xlsx", {})


def section(drawing: Drawing, at: int = 0) -> dict[str, Any]:
    assert drawing.form is not None, drawing.findings
    found: dict[str, Any] = template_to_data(drawing.form)["sections"][at]
    return found


def heads(columns: list[dict[str, Any]]) -> list[Any]:
    return [(c["title"], heads(c["children"])) if "children" in c else c["title"] for c in columns]


def tree(rows: list[dict[str, Any]]) -> list[Any]:
    return [(r["title"], tree(r["children"])) if "children" in r else r["title"] for r in rows]


def rules(made: dict[str, Any]) -> list[str]:
    return [rule["text"] for rule in made.get("rules", ())]


def test_a_yearbook_with_a_blank_corner() -> None:
    made = section(
        drawn(
            [
                ["12. Diện tích, dân số năm 2024"],
                [],
                [N, "Diện tích (km2)", "Dân số (Nghìn người)", "Mật độ (Người/km2)"],
                ["TỔNG SỐ", 1561.8, "=SUM(C5:C6)", "=C4/B4*1000"],
                ["Hồng Bàng", 14.5, 112.3, "=C5/B5*1000"],
                ["Ngô Quyền", 11.3, 165.2, "=C6/B6*1000"],
                ["Nguồn: Cục Thống kê"],
            ]
        )
    )
    assert heads(made["columns"]) == ["Diện tích (km2)", "Dân số (Nghìn người)", "Mật độ (Người/km2)"]
    assert tree(made["rows"]["items"]) == [("TỔNG SỐ", ["Hồng Bàng", "Ngô Quyền"])]
    assert rules(made) == [
        "dòng T = tổng(dòng con của T) trong cột 2",
        "cột 3 = cột 2 / cột 1 * 1000",
    ]


BUDGET: list[list[Any]] = [
    ["Phụ lục số 02/PL-NS"],
    ["DỰ TOÁN THU NGÂN SÁCH"],
    ["(Kèm theo Quyết định số 15/2025/QĐ-UBND ngày 10/12/2025)"],
    [N, N, N, N, "ĐVT: triệu đồng"],
    ["STT", "Nội dung", "Dự toán", N, "So sánh (%)"],
    [N, N, "TW giao", "HĐND giao", N],
    ["A", "B", 1, 2, "3=2/1"],
    ["A", "TỔNG THU", "=C9+C12", "=D9+D12", "=D8/C8"],
    ["I", "Thu nội địa", "=C10+C11", "=D10+D11", "=D9/C9"],
    [1, "Doanh nghiệp", 5, 6, "=D10/C10"],
    [2, "Cá nhân", 5, 6, "=D11/C11"],
    ["II", "Dầu thô", 1, 1, "=D12/C12"],
    [],
    [N, N, N, "TM. ỦY BAN NHÂN DÂN"],
    [N, N, N, "KT. CHỦ TỊCH"],
]


def test_a_budget() -> None:
    drawing = drawn(BUDGET, "A5:A6 B5:B6 C5:D5 E5:E6", {f"E{row}": "0.0%" for row in range(8, 13)})
    made = section(drawing)
    assert heads(made["columns"]) == [("Dự toán", ["TW giao", "HĐND giao"]), "So sánh (%)"]
    assert tree(made["rows"]["items"]) == [
        ("TỔNG THU", [("Thu nội địa", ["Doanh nghiệp", "Cá nhân"]), "Dầu thô"])
    ]
    assert rules(made) == ["dòng cha = tổng(dòng con)", "cột 3 = cột 2 / cột 1 * 100"]
    assert drawing.form is not None
    header = drawing.form.header
    assert (header.code, header.unit) == ("02/PL-NS", "triệu đồng")
    assert (header.legal_basis[0].number, header.legal_basis[0].date) == ("15/2025/QĐ-UBND", "2025-12-10")
    assert drawing.form.layout["signature_block"] == [{"title": "CHỦ TỊCH", "role": "approver"}]


def test_two_tables_one_under_the_other() -> None:
    drawing = drawn(
        [
            ["I. TÌNH HÌNH THU"],
            ["TT", "Chỉ tiêu", "Kế hoạch", "Thực hiện"],
            [1, "Thuế", 10, 8],
            [2, "Phí", 5, 5],
            [N, "Cộng", "=SUM(C3:C4)", "=SUM(D3:D4)"],
            [],
            ["II. TÌNH HÌNH CHI"],
            ["TT", "Nội dung chi", "Dự toán", "Đã chi"],
            [1, "Lương", 10, 8],
            [2, "Khác", 5, 5],
        ]
    )
    first, second = section(drawing, 0), section(drawing, 1)
    assert (first["title"], tree(first["rows"]["items"])) == ("I. TÌNH HÌNH THU", ["Thuế", "Phí", "Cộng"])
    assert (second["title"], heads(second["columns"])) == ("II. TÌNH HÌNH CHI", ["Dự toán", "Đã chi"])
    assert rules(first) == ["dòng T = dòng 1 + dòng 2"]


def test_figures_that_add_up_tell_totals() -> None:
    made = section(
        drawn(
            [
                ["TT", "Chỉ tiêu", "Tổng số", "Chia ra", N],
                [N, N, N, "Nam", "Nữ"],
                [N, "Tổng số", 30, 18, 12],
                [1, "Bậc một", 10, 6, 4],
                [2, "Bậc hai", 20, 12, 8],
            ],
            "A1:A2 B1:B2 C1:C2 D1:E1",
        )
    )
    assert rules(made) == ["cột 1 = cột 2 + cột 3", "dòng T = tổng(dòng con của T)"]


def test_a_count_headed_twice_is_no_second_table() -> None:
    for head in (["TT", "Chỉ tiêu", "Số xã", "TT"], ["TT", "STT", "TT", "STT"]):
        drawing = drawn([head, [1, "Một", 5, 1], [2, "Hai", 6, 2], [3, "Ba", 7, 3]])
        assert drawing.form is not None and len(drawing.sections) == 1


def test_a_total_over_columns_is_asked_where_rows_are_agencies() -> None:
    head = [["TT", "Đơn vị", "Tổng số", "Chia ra", N], [N, N, N, "Nam", "Nữ"]]
    drawing = drawn([*head, [1, "Xã A"], [2, "Xã B"]], "A1:A2 B1:B2 C1:C2 D1:E1")
    assert rules(section(drawing)) == ["cột 1 = cột 2 + cột 3"]
    assert "doubt.total" in {doubt.code for doubt in drawing.doubts}


def test_people_by_the_row_make_a_list() -> None:
    made = section(
        drawn(
            [
                ["DANH SÁCH CÁN BỘ ĐƯỢC ĐÀO TẠO"],
                [],
                ["STT", "Họ và tên", "Ngày sinh", "Chức vụ", "Số ngày học"],
                [1],
                [2],
                ["..."],
            ]
        )
    )
    assert (made["kind"], heads(made["columns"])) == (
        "list",
        ["Họ và tên", "Ngày sinh", "Chức vụ", "Số ngày học"],
    )
    assert [column["type"] for column in made["columns"]] == ["text", "date", "text", "decimal"]


def test_numbered_headings_without_a_table_make_an_outline() -> None:
    made = section(
        drawn(
            [
                ["BÁO CÁO TÌNH HÌNH KINH TẾ - XÃ HỘI"],
                ["I. Tình hình kinh tế"],
                ["1. Nông nghiệp"],
                ["Diện tích gieo trồng đạt …"],
                ["2. Công nghiệp"],
                ["II. Tình hình xã hội"],
            ]
        )
    )
    assert made["kind"] == "outline"
    assert tree(made["parts"]) == [
        ("Tình hình kinh tế", ["Nông nghiệp", "Công nghiệp"]),
        "Tình hình xã hội",
    ]
    assert made["parts"][0]["children"][0]["text"] == "Diện tích gieo trồng đạt …"


RECKONED: list[list[Any]] = [
    ["TT", "Nội dung", "Thu", "Chi", "Tỷ lệ (%)"],
    ["A", "B", 1, 2, 3],
    [N, "Tổng số", "=SUM(C4:C5)", "=SUM(D4:D5)", "=IFERROR(D3/C3,0)"],
    [1, "Bậc một", 3, 1, "=IFERROR(D4/C4,0)"],
    [2, "Bậc hai", N, "=5*2", "=IFERROR(D5/C5,0)"],
]


def test_a_second_calculator_agrees() -> None:
    drawing = drawn(RECKONED, formats={f"E{row}": "0.0%" for row in (3, 4, 5)})
    assert drawing.confidence and drawing.confidence["figures"] == 100
    assert drawing.form is not None
    figures = template_to_data(drawing.form)["examples"][0]["figures"]["A"]
    assert figures == {"1": {"1": "3", "2": "1"}, "2": {"2": "10"}}  # 5*2, which no rule tells


def test_a_second_calculator_disagrees() -> None:
    """Excel has no sum of a figure and a word, the language leaves out what is marked."""
    rows = [[*row] for row in RECKONED]
    rows[2][2], rows[4][2] = "=C4+C5", "x"
    drawing = drawn(rows, formats={f"E{row}": "0.0%" for row in (3, 4, 5)})
    told = [(f.where, dict(f.facts)) for f in drawing.findings if f.code == "workbook.differs"]
    assert told[0] == ("Sheet!C3", {"ours": "3", "theirs": "0"})
    assert drawing.confidence and drawing.confidence["figures"] < 100


def test_formulas_that_read_without_end_or_in_a_circle_are_left_alone() -> None:
    for formula in ("=SUM(A1:XFD1048576)", "=C3+1", "=C3"):
        rows = [[*row] for row in RECKONED]
        rows[3][2] = formula
        assert drawn(rows).form is not None


def test_titles_beside_titles_make_a_tree() -> None:
    """Blocks that are not merged: named once, or again in each row."""
    head = ["TT", "Nhóm", "Chỉ tiêu", "Kế hoạch", "Thực hiện"]
    wanted = [("Trồng trọt", ["Lúa", "Ngô"]), ("Chăn nuôi", ["Trâu", "Bò"])]
    once: list[list[Any]] = [
        [1, "Trồng trọt", "Lúa", 1, 2],
        [N, N, "Ngô", 3, 4],
        [2, "Chăn nuôi", "Trâu", 1, 2],
        [N, N, "Bò", 3, 4],
    ]
    again: list[list[Any]] = [
        [i, ("Trồng trọt", "Chăn nuôi")[i > 2], row[2], 1, 2] for i, row in enumerate(once, 1)
    ]
    for rows, ordinals in ((once, ["1", "2"]), (again, [])):
        made = section(drawn([head, *rows]))
        assert tree(made["rows"]["items"]) == wanted
        assert [row["ordinal"] for row in made["rows"]["items"] if "ordinal" in row] == ordinals
    assert [row["ordinal"] for row in made["rows"]["items"][1]["children"]] == ["3", "4"]


def test_a_header_of_three_rows_without_merges_beside_two_columns_of_titles() -> None:
    made = section(
        drawn(
            [
                ["TT", "Lĩnh vực", "Tiếp nhận", N, N, "Đã giải quyết", N],
                [N, N, "Tổng số", "Trong đó", N, "Trước hạn", "Quá hạn"],
                [N, N, N, "Trực tuyến", "Trực tiếp", N, N],
                [1, "Hộ tịch", "=D4+E4", 1, 2, 1, 0],
                [2, "Đất đai", "=D5+E5", 3, 4, 5, 6],
            ]
        )
    )
    assert heads(made["columns"]) == [
        ("Tiếp nhận", ["Tổng số", ("Trong đó", ["Trực tuyến", "Trực tiếp"])]),
        ("Đã giải quyết", ["Trước hạn", "Quá hạn"]),
    ]
