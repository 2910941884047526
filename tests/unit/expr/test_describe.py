# ruff: noqa: E501 (sentences are read whole)
"""Rules told as sentences, in Vietnamese and English, with what vectorising leaves out."""

import pytest

from engine.explain import explain_rule
from engine.form import CellOverride
from tests.grids import program_of, read_grid, rule

PAPER = """
                       | 3 .0 Kế hoạch | 4 .0 Thực hiện | 5 percent Tỷ lệ | 8 text Ghi chú
    TH #1 Thu          |
      ND #1.1 Nội địa  |
      XNK #1.2 Xuất khẩu |
    CH #2 Chi          |
"""
TOLD = [
    (
        "dòng 1 = dòng 1.1 + dòng 1.2",
        'Ở mỗi cột số: dòng 1 "Thu" phải bằng dòng 1.1 "Nội địa" cộng dòng 1.2 "Xuất khẩu"; không áp dụng cho cột 5 "Tỷ lệ".',
        'In each numeric column: row 1 "Thu" must equal row 1.1 "Nội địa" plus row 1.2 "Xuất khẩu"; not for column 5 "Tỷ lệ".',
    ),
    (
        "dòng 1 = dòng 1.1 - (dòng 1.2 - dòng 2) trong cột 3 cảnh báo",
        'Ở cột 3 "Kế hoạch": dòng 1 "Thu" phải bằng dòng 1.1 "Nội địa" trừ (dòng 1.2 "Xuất khẩu" trừ dòng 2 "Chi"); chỉ cảnh báo.',
        'In column 3 "Kế hoạch": row 1 "Thu" must equal row 1.1 "Nội địa" minus (row 1.2 "Xuất khẩu" minus row 2 "Chi"); only a warning.',
    ),
    (
        "dòng cha = tổng(dòng con)",
        'Ở mỗi dòng cha (1 "Thu"), ở mỗi cột số: dòng cha phải bằng tổng của các dòng con; không áp dụng cho cột 5 "Tỷ lệ".',
        'On each parent row (1 "Thu"), in each numeric column: the parent row must equal the sum of its child rows; not for column 5 "Tỷ lệ".',
    ),
    (
        "0 <= cột 5 <= 100 trong dòng 2",
        'Ở dòng 2 "Chi": 0 phải nhỏ hơn hoặc bằng cột 5 "Tỷ lệ", và cột 5 "Tỷ lệ" phải nhỏ hơn hoặc bằng 100.',
        'On row 2 "Chi": 0 must be at most column 5 "Tỷ lệ", and column 5 "Tỷ lệ" must be at most 100.',
    ),
    (
        "nếu ô [2; 3] > 0,5 thì ô [2; 8] phải nhập",
        'Nếu ô (dòng 2 "Chi", cột 3 "Kế hoạch") lớn hơn 0,5 thì ô (dòng 2 "Chi", cột 8 "Ghi chú") phải được nhập.',
        'If cell (row 2 "Chi", column 3 "Kế hoạch") is greater than 0.5 then cell (row 2 "Chi", column 8 "Ghi chú") must be entered.',
    ),
    (
        "cột 4 = cột 3 / (cột 3 * 2) chỉ khi unit.level = \"xã\"",
        'Ở mỗi dòng có số liệu: chỉ khi cấp của đơn vị bằng "xã", cột 4 "Thực hiện" phải bằng cột 3 "Kế hoạch" chia (cột 3 "Kế hoạch" nhân 2).',
        'On each row with figures: only when the level of the agency equals "xã", column 4 "Thực hiện" must equal column 3 "Kế hoạch" divided by (column 3 "Kế hoạch" times 2).',
    ),
    (
        "(ô [1; 3] > 0 hoặc ô [1; 4] > 0) và kỳ.đầu_năm",
        'Phải đúng: (ô (dòng 1 "Thu", cột 3 "Kế hoạch") lớn hơn 0 hoặc ô (dòng 1 "Thu", cột 4 "Thực hiện") lớn hơn 0) và đây là kỳ đầu tiên của năm.',
        'This must hold: (cell (row 1 "Thu", column 3 "Kế hoạch") is greater than 0 or cell (row 1 "Thu", column 4 "Thực hiện") is greater than 0) and this is the first period of the year.',
    ),
]  # fmt: skip


@pytest.mark.parametrize(("text", "vi", "en"), TOLD)
def test_sentence(text: str, vi: str, en: str) -> None:
    program = program_of(read_grid(PAPER, rules=[rule(text)]))
    assert explain_rule(program, program.rules[0], "vi") == vi
    assert explain_rule(program, program.rules[0], "en") == en


def test_a_formula_is_told_as_one() -> None:
    program = program_of(read_grid(PAPER, rules=[rule("cột 5 = tỷ_lệ(cột 4; cột 3)", computed=True)]))
    assert explain_rule(program, program.rules[0], "vi") == (
        'Ở mỗi dòng có số liệu: cột 5 "Tỷ lệ" tự tính bằng tỷ lệ phần trăm của cột 4 "Thực hiện" trên cột 3 "Kế hoạch".'
    )


UNEVEN = """
                       | 3 .0 | 4 .0
    TH #1 Thu (đồng)   |          |
      ND #1.1 (đồng)   |          |
    SL #2 Số lượng (kg) |         |
      SA #2.1 (kg)     |          |
      SB #2.2 (tấn)    |          |
    GC #3 Ghi chú (kg) |          |
"""


def test_rows_that_are_left_out_are_told() -> None:
    rules = [rule("cột 3 <= cột 4"), rule("dòng cha = tổng(dòng con)", "L")]
    crossed_out = CellOverride("GC", "3", state="not_applicable")
    program = program_of(read_grid(UNEVEN, rules=rules, cells=(crossed_out,)))
    told = [explain_rule(program, each, "vi") for each in program.rules]
    assert told[0].endswith('; không áp dụng cho dòng 3 "Ghi chú".')
    assert told[1].startswith('Ở mỗi dòng cha (1 "Thu"), ')
    assert told[1].endswith('; không áp dụng cho dòng 2 "Số lượng".')
    assert explain_rule(program, program.rules[0], "en").endswith('; not for row 3 "Ghi chú".')
