"""What the reference of the rule language says, in both languages, with examples that run.

All examples are about one small form, `SAMPLE`, with the figures and the context below; a test runs each.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.form import Column, Form, Header, Properties, Row, Rows, Section


@dataclass(frozen=True)
class Shown:
    """A rule and its verdict on the sample; a formula's is that of the claim which stands in its cells."""

    text: str
    verdict: str = "pass"
    computed: bool = False


@dataclass(frozen=True)
class Entry:
    """One thing the language can say: words, Vietnamese and English, and examples."""

    vi: str
    en: str
    examples: tuple[Shown, ...]


@dataclass(frozen=True)
class Chapter:
    """Entries that belong together."""

    vi: str
    en: str
    entries: tuple[Entry, ...]


_MONEY = Properties(type="integer", unit="triệu đồng")
_PERCENT = Properties(type="percent", decimals=1)
SAMPLE = Form(
    Header("B01", "Thu, chi ngân sách"),
    (
        Section(
            "A",
            "A",
            "table",
            "Thu, chi ngân sách",
            columns=(
                Column("3", "3", "Kế hoạch năm", "3", _MONEY),
                Column("4", "4", "Thực hiện kỳ này", "4", _MONEY),
                Column("5", "5", "Lũy kế từ đầu năm", "5", _MONEY),
                Column("6", "6", "Tỷ lệ đạt", "6", _PERCENT),
                Column("7", "7", "Ngày chốt số liệu", "7", Properties(type="date")),
                Column("8", "8", "Ghi chú", "8", Properties(type="text")),
            ),
            rows=Rows(
                items=(
                    Row(
                        "1",
                        "1",
                        "Thu ngân sách",
                        "1",
                        children=(
                            Row("1.1", "1.1", "Thu nội địa", "1.1"),
                            Row("1.2", "1.2", "Thu xuất nhập khẩu", "1.2"),
                        ),
                    ),
                    Row("2", "2", "Chi ngân sách", "2"),
                )
            ),
        ),
    ),
)
FIGURES: Mapping[str, Any] = {
    "A": {
        "1": {"3": "300", "4": "80", "5": "200", "6": "66.7"},
        "1.1": {"3": "200", "4": "50", "5": "120", "6": "60", "7": "2026-09-30", "8": "Đạt"},
        "1.2": {"3": "100", "4": "30", "5": "80", "6": "80"},
        "2": {"3": "250", "5": "150", "6": "60"},
    }
}
_BEFORE: Mapping[str, Any] = {
    "A": {
        "1": {"4": "70", "5": "120"},
        "1.1": {"4": "40", "5": "70"},
        "1.2": {"4": "30", "5": "50"},
        "2": {"4": "60", "5": "150"},
    }
}
_FIRST: Mapping[str, Any] = {
    "A": {"1": {"4": "50"}, "1.1": {"4": "30"}, "1.2": {"4": "20"}, "2": {"4": "90"}}
}
CONTEXT: Mapping[str, Any] = {
    "previous": _BEFORE,
    "year_to_date": [_FIRST, _BEFORE],
    "same_period_last_year": {"A": {"1": {"4": "60"}}},
    "children": [
        {"agency": {"mã": "10507", "cấp": "xã"}, "figures": {"A": {"1.1": {"4": "20"}}}},
        {"agency": {"mã": "10510", "cấp": "xã"}, "figures": {"A": {"1.1": {"4": "30"}}}},
    ],
    "agency": {"mã": "31", "cấp": "tỉnh", "dân_số": "4500000"},
    "period": {"tháng": "9", "quý": "3", "năm": "2026", "đầu_năm": False},
}

CHAPTERS = (
    Chapter(
        "Dòng, cột, ô",
        "Rows, columns, cells",
        (
            Entry(
                "Quy tắc chỉ nhắc đến dòng chạy ở từng cột số liệu; trừ cột phần trăm và cột không cộng.",
                "A rule that names rows only runs in each numeric column that is summed.",
                (Shown("dòng 1 = dòng 1.1 + dòng 1.2"), Shown("row 1 = row 1.1 + row 1.2")),
            ),
            Entry(
                "Quy tắc chỉ nhắc đến cột chạy ở từng dòng có số liệu.",
                "A rule that names columns only runs on each row with figures.",
                (Shown("cột 6 = cột 5 / cột 3 * 100"), Shown("cột 4 <= cột 5")),
            ),
            Entry(
                "Một ô: dòng rồi cột trong ngoặc vuông. Gọi bằng mã, số thứ tự hoặc tên trong ngoặc kép.",
                "A cell: row and column in brackets. By code, ordinal, or title in quotes.",
                (Shown("ô [1; 5] <= ô [1; 3]"), Shown('ô ["Chi ngân sách"; "Kế hoạch năm"] = 250')),
            ),
            Entry(
                "Nhiều ô cùng lúc: đoạn, danh sách, mọi dòng chi tiết. Chỉ dùng bên trong hàm.",
                "Many cells at once: a range, a list, every detail row. Inside functions only.",
                (
                    Shown("ô [1; 4] = tổng(ô [1.1 đến 1.2; 4])"),
                    Shown("ô [1; 4] = tổng(ô [(1.1; 1.2); 4])"),
                    Shown("tổng(ô [mọi dòng; 3]) = 550"),
                ),
            ),
            Entry(
                "Cây dòng: dòng cha bằng tổng các dòng con, ở mọi dòng cha.",
                "The row tree: each parent row is the sum of its child rows.",
                (Shown("dòng cha = tổng(dòng con)"), Shown("ô [1; 3] = tổng(ô [dòng con của 1; 3])")),
            ),
            Entry(
                "Thu hẹp phạm vi: trong cột, trừ cột, trong dòng.",
                "Narrowing: in columns, except columns, in rows.",
                (
                    Shown("dòng 1 = dòng 1.1 + dòng 1.2 trong cột 3"),
                    Shown("dòng 1 >= dòng 2 trừ cột 4"),
                    Shown("cột 5 > cột 4 trong dòng 1"),
                ),
            ),
        ),
    ),
    Chapter(
        "So sánh và điều kiện",
        "Comparing and conditions",
        (
            Entry(
                "So sánh: = ≠ < <= > >=; có thể viết nối tiếp. Hai vế được làm tròn theo số chữ số của ô.",
                "Comparisons: = ≠ < <= > >=, also in chains. Both sides are rounded to the cell's decimals.",
                (
                    Shown("ô [2; 3] < ô [1; 3] < 1000"),
                    Shown("ô [1; 4] ≠ ô [2; 3]"),
                    Shown("ô [1; 3] = 299", "fail"),
                ),
            ),
            Entry(
                "Điều kiện: nếu … thì … ngược lại …; điều kiện không xảy ra thì không áp dụng.",
                "Conditions: if … then … else …; where the condition does not hold the rule does not apply.",
                (
                    Shown('nếu ô [1.1; 4] > 0 thì ô [1.1; 8] = "Đạt"'),
                    Shown("nếu ô [1; 4] > 100 thì ô [1; 8] phải nhập", "na:guard"),
                    Shown("ô [1; 4] >= 50 chỉ khi kỳ.quý = 3"),
                ),
            ),
            Entry(
                "Và, hoặc, không phải; thuộc, không thuộc; phải nhập, để trống.",
                "And, or, not; one of, not one of; is not blank, is blank.",
                (
                    Shown("ô [1; 3] > 0 và không phải ô [1; 4] > 100"),
                    Shown('ô [1.1; 8] thuộc ("Đạt"; "Chưa đạt")'),
                    Shown("ô [2; 4] để trống"),
                    Shown("ô [2; 4] phải nhập", "fail"),
                ),
            ),
        ),
    ),
    Chapter(
        "Ô trống và sai số",
        "Blanks and tolerance",
        (
            Entry(
                "Trống cộng số là số; trống nhân, chia là trống. So một vế trống với số: trống tính là 0.",
                "Blank plus a number is the number; blank times or divided is blank. Compared, it is 0.",
                (Shown("ô [2; 4] + ô [1; 4] = 80"), Shown("ô [2; 4] <= ô [2; 3]")),
            ),
            Entry(
                "Bỏ qua khi có vế trống; hoặc luôn tính trống là 0.",
                "Skipped where a side is blank; or blank always counts as 0.",
                (
                    Shown("ô [2; 4] = ô [2; 3] bỏ qua nếu trống", "na:blank"),
                    Shown("ô [2; 4] = 0 trống là 0"),
                ),
            ),
            Entry(
                "Sai số cho phép: theo số, theo phần trăm, hoặc do làm tròn (tự động).",
                "Tolerance: by a number, by a percentage, or as rounding leaves it open (auto).",
                (
                    Shown("ô [1; 3] = 301 sai số 1"),
                    Shown("ô [1; 3] = 303 sai số 1%"),
                    Shown("ô [1; 6] = ô [1; 5] / ô [1; 3] * 100 sai số tự động"),
                ),
            ),
        ),
    ),
    Chapter(
        "Kỳ khác, biểu khác, đơn vị",
        "Other periods, forms, agencies",
        (
            Entry(
                "Kỳ trước, cùng kỳ năm trước, năm trước. Chưa có báo cáo kỳ đó thì không áp dụng.",
                "The previous period, the same period last year, last year. Without it: not applied.",
                (
                    Shown("cột 5 = cột 4 + cột 5 của kỳ trước"),
                    Shown("ô [1; 4] <= ô [1; 4] của cùng kỳ năm trước * 2"),
                    Shown("ô [1; 4] <= ô [1; 4] của năm trước", "na:no_period"),
                ),
            ),
            Entry(
                "Biểu hoặc phần khác: viết “của biểu” và mã.",
                "Another form or section: “of form” and its code.",
                (Shown("ô [1; 3] = ô [1; 3] của biểu A"),),
            ),
            Entry(
                "Thuộc tính của kỳ và của đơn vị.",
                "Attributes of the period and of the agency.",
                (
                    Shown('nếu đơn vị.cấp = "tỉnh" thì ô [1; 3] > 0'),
                    Shown("nếu kỳ.tháng = 12 thì ô [1; 5] >= ô [1; 3]", "na:guard"),
                    Shown("đơn vị.dân_số > 1.000.000"),
                ),
            ),
        ),
    ),
    Chapter(
        "Mức độ, lời nhắn, công thức",
        "Severity, message, formulas",
        (
            Entry(
                "Cảnh báo: vẫn nộp được khi có giải trình. Lời nhắn thay cho câu báo lỗi.",
                "A warning passes with a reason. A message is told instead of ours.",
                (Shown('ô [1; 5] <= 150 cảnh báo thông báo "Vượt dự kiến"', "fail"),),
            ),
            Entry(
                "Công thức: vế trái là một dòng, cột hoặc ô; đánh dấu tự tính thì ô được tính và khóa lại.",
                "A formula: the left side is one row, column or cell; it is filled and locked.",
                (Shown("dòng 1 = dòng 1.1 + dòng 1.2", computed=True),),
            ),
            Entry(
                "Số viết kiểu Việt Nam hoặc quốc tế; 1.000 viết rõ là 1000, 1.000.000 thì không mơ hồ.",
                "Numbers in either style; write 1000 rather than 1.000, which is ambiguous.",
                (Shown("ô [1; 6] = 66,7"), Shown("ô [1; 6] = 66.7"), Shown("ô [1; 3] * 10000 = 3.000.000")),
            ),
        ),
    ),
)

FUNCTIONS: Mapping[str, Entry] = {
    "tổng": Entry(
        "Cộng các ô đã nhập; trống hết thì trống.",
        "The sum of what is entered; blank where all is blank.",
        (Shown("ô [1; 4] = tổng(ô [1.1; 4]; ô [1.2; 4])"),),
    ),
    "trung_bình": Entry(
        "Trung bình các ô đã nhập.",
        "The average of what is entered.",
        (Shown("trung_bình(ô [1.1 đến 1.2; 4]) = 40"),),
    ),
    "nhỏ_nhất": Entry(
        "Số nhỏ nhất đã nhập.",
        "The smallest entered number.",
        (Shown("nhỏ_nhất(ô [mọi dòng; 3]) = 100"),),
    ),
    "lớn_nhất": Entry(
        "Số lớn nhất đã nhập.",
        "The largest entered number.",
        (Shown("lớn_nhất(ô [mọi dòng; 3]) = 250"),),
    ),
    "đếm": Entry(
        "Đếm các ô đã nhập; số 0 được đếm, ô trống thì không.",
        "How many are entered; 0 counts, blank does not.",
        (Shown("đếm(ô [mọi dòng; 4]) = 2"),),
    ),
    "đếm_nếu": Entry(
        "Đếm các ô thỏa điều kiện.",
        "How many cells meet a condition.",
        (Shown("đếm_nếu(ô [mọi dòng; 3]; > 150) = 2"), Shown('đếm_nếu(ô [mọi dòng; 8]; "Đạt") = 1')),
    ),
    "tổng_nếu": Entry(
        "Cộng các ô thỏa điều kiện, hoặc các ô đứng cạnh chúng.",
        "The sum of cells that meet a condition, or of those beside them.",
        (
            Shown("tổng_nếu(ô [mọi dòng; 3]; > 150) = 450"),
            Shown('tổng_nếu(ô [mọi dòng; 8]; "Đạt"; ô [mọi dòng; 4]) = 50'),
        ),
    ),
    "làm_tròn": Entry(
        "Làm tròn đến n chữ số thập phân; nửa thì xa số 0.",
        "Rounded to n decimals, half away from zero.",
        (Shown("làm_tròn(ô [1; 5] / ô [1; 3] * 100; 1) = 66,7"),),
    ),
    "trị_tuyệt_đối": Entry(
        "Bỏ dấu âm.", "Without the sign.", (Shown("trị_tuyệt_đối(ô [1; 4] - ô [1; 3]) = 220"),)
    ),
    "tỷ_lệ": Entry(
        "Phần trăm của số đầu trên số sau; chia cho 0 thì không áp dụng.",
        "The percentage of the first in the second; by zero it does not apply.",
        (Shown("ô [1; 6] = tỷ_lệ(ô [1; 5]; ô [1; 3])"), Shown("tỷ_lệ(ô [1; 4]; 0) > 1", "na:div0")),
    ),
    "nếu_trống": Entry(
        "Giá trị thay thế khi trống.",
        "Another value where it is blank.",
        (Shown("nếu_trống(ô [2; 4]; 0) = 0"),),
    ),
    "chọn": Entry(
        "Giá trị thứ hai nếu điều kiện đúng, ngược lại giá trị thứ ba.",
        "The second value where the condition holds, else the third.",
        (Shown("chọn(kỳ.đầu_năm; ô [1; 4]; ô [1; 5]) = 200"),),
    ),
    "đổi": Entry(
        "Đổi sang đơn vị tính khác.",
        "Converted to another unit.",
        (Shown('đổi(ô [1; 4]; "tỷ đồng") = 0,08'),),
    ),
    "lũy_kế": Entry(
        "Cộng từ đầu năm đến kỳ này.",
        "The year to date.",
        (Shown("cột 5 = lũy_kế(cột 4)"),),
    ),
    "tổng_đơn_vị_con": Entry(
        "Cộng của các đơn vị cấp dưới.",
        "The sum over the agencies below.",
        (Shown("ô [1.1; 4] = tổng_đơn_vị_con(ô [1.1; 4])"),),
    ),
    "trung_bình_đơn_vị_con": Entry(
        "Trung bình của các đơn vị cấp dưới.",
        "The average over the agencies below.",
        (Shown("trung_bình_đơn_vị_con(ô [1.1; 4]) = 25"),),
    ),
    "đếm_đơn_vị_con": Entry(
        "Số đơn vị cấp dưới thỏa điều kiện.",
        "How many agencies below meet a condition.",
        (Shown("đếm_đơn_vị_con(ô [1.1; 4] > 20) = 1"),),
    ),
    "năm": Entry("Năm của một ngày.", "The year of a date.", (Shown("năm(ô [1.1; 7]) = 2026"),)),
    "tháng": Entry("Tháng của một ngày.", "The month of a date.", (Shown("tháng(ô [1.1; 7]) = 9"),)),
    "số_ngày": Entry(
        "Số ngày từ ngày đầu đến ngày sau.",
        "The number of days from one date to another.",
        (Shown("số_ngày(ô [1.1; 7]; 31/12/2026) = 92"),),
    ),
    "độ_dài": Entry(
        "Số ký tự của một đoạn chữ.",
        "The number of characters of a text.",
        (Shown("độ_dài(ô [1.1; 8]) <= 100"),),
    ),
}
