# ruff: noqa: E501 (tables are read across)
"""Texts to trees: keywords in both languages, numbers, limits, what is refused."""

from decimal import Decimal

import pytest

from expr import nodes
from expr.numbers import BadNumber, print_number, read_number
from expr.parser import parse
from tests.grids import faults

GRID = """
                          | 3 #3 .0 (triệu đồng) ke_hoach | 4 .0 (triệu đồng) | 5 .2 (%) | 6 .0 (triệu đồng) | 8 text | 9 date | 10 date
    TH #1 Thu ngân sách   |
      ND #1.1 Thu nội địa |
      XNK #1.2 Thu xuất nhập khẩu |
    CH #2 Chi ngân sách   |
    A1 #3 Chỉ tiêu        |
"""

SAME = """
    dòng TH = dòng ND + dòng XNK trong mọi cột           | row TH = row ND + row XNK in every column
    dòng TH = dòng ND trong cột 3                        | row TH = row ND in column 3
    dòng TH = dòng ND trừ cột 3                          | row TH = row ND except column 3
    dòng TH = tổng(dòng ND đến XNK)                      | row TH = sum(row ND to XNK)
    dòng TH = tổng(dòng ND đến XNK)                      | row TH = sum(row ND .. XNK)
    dòng TH = tổng(dòng con của TH)                      | row TH = sum(child rows of TH)
    dòng cha = tổng(dòng con)                            | parent row = sum(child rows)
    ô [A1; 3] <= tổng(ô [mọi dòng; 3])                   | cell [A1; 3] <= sum(cell [every row; 3])
    ô [A1; 3] <= tổng(ô [A1; mọi cột])                   | cell [A1; 3] <= sum(cell [A1; every column])
    nếu ô [A1; 3] > 0 thì ô [A1; 4] > 0 ngược lại ô [A1; 4] = 0 | if cell [A1; 3] > 0 then cell [A1; 4] > 0 else cell [A1; 4] = 0
    ô [A1; 3] > 0 và ô [A1; 4] > 0 hoặc không phải ô [A1; 3] < 1 | cell [A1; 3] > 0 and cell [A1; 4] > 0 or not cell [A1; 3] < 1
    ô [A1; 8] để trống                                   | cell [A1; 8] is blank
    ô [A1; 8] phải nhập                                  | cell [A1; 8] is not blank
    ô [A1; 3] thuộc (1; 2)                               | cell [A1; 3] one of (1; 2)
    ô [A1; 3] không thuộc (1; 2)                         | cell [A1; 3] not one of (1; 2)
    cột 3 = cột 3 của kỳ trước                           | column 3 = column 3 of previous period
    cột 3 = cột 3 của kỳ trước trong năm                 | column 3 = column 3 of previous period in year
    cột 3 = cột 3 của kỳ trước (2)                       | column 3 = column 3 of previous period (2)
    cột 3 = cột 3 của cùng kỳ                            | column 3 = column 3 of same period last year
    cột 3 = cột 3 của cùng kỳ năm trước                  | column 3 = column 3 of same period last year
    cột 3 = cột 3 của năm trước                          | column 3 = column 3 of last year
    ô [A1; 3] = ô [A1; 3] của biểu A                     | cell [A1; 3] = cell [A1; 3] of form A
    ô [A1; 3] = ô [A1; 3] của đơn vị "T01"               | cell [A1; 3] = cell [A1; 3] of unit "T01"
    cột 3 = cột 4 sai số 1                               | column 3 = column 4 tolerance 1
    cột 3 = cột 4 sai số tự động                         | column 3 = column 4 tolerance auto
    cột 3 = cột 4 trống là 0                             | column 3 = column 4 blank as 0
    cột 3 = cột 4 bỏ qua nếu trống                       | column 3 = column 4 skip if blank
    cột 3 = cột 4 cảnh báo thông báo "a"                 | column 3 = column 4 warning message "a"
    cột 3 = cột 4 báo lỗi                                | column 3 = column 4 error
    cột 3 = cột 4 chỉ khi đơn vị.cấp = "xã"              | column 3 = column 4 when unit.cấp = "xã"
    cột 3 = cột 4 trong dòng (TH; CH)                    | column 3 = column 4 in row TH; CH
    cột 3 = kỳ.tháng                                     | column 3 = period.tháng
    DÒNG TH = Dòng ND                                    | Row TH = ROW ND
"""


@pytest.mark.parametrize("line", [line for line in SAME.splitlines() if line.strip()])
def test_both_languages_give_one_tree(line: str) -> None:
    first, _, second = line.strip().rpartition("|")
    trees = [parse(text.strip()) for text in (first, second)]
    assert trees[0].faults == trees[1].faults == ()
    one, other = (tree.rule for tree in trees)
    # functions get their one name when names are found
    assert str(one).replace("tổng", "sum") == str(other)


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("cột 3 ≤ cột 4", "cột 3 <= cột 4"),
        ("cột 3 ≥ cột 4", "cột 3 >= cột 4"),
        ("cột 3 ≠ cột 4", "cột 3 <> cột 4"),
        ("cột 3 != cột 4", "cột 3 <> cột 4"),
        ("cột 3 = cột 4 × 2 ÷ 3 – 1", "cột 3 = cột 4 * 2 / 3 - 1"),
        ("cột\u00a03 = cột\u00a04", "cột 3 = cột 4"),
        ("ô [A1; 8] = “Đạt”", 'ô [A1; 8] = "Đạt"'),
        ("cột 3 = luỹ_kế(cột 4)", "cột 3 = lũy_kế(cột 4)"),
        ("co\u0323\u0302t 3 = co\u0323\u0302t 4", "cột 3 = cột 4"),
        ("[A1; 3] = 5", "ô [A1; 3] = 5"),
        ("ô [A1, 3] = 5", "ô [A1; 3] = 5"),
        ("ô [dòng A1; cột 3] = 5", "ô [A1; 3] = 5"),
        ("ô [cột 3; dòng A1] = 5", "ô [A1; 3] = 5"),
        ("dòng 1.1..1.3 = 5", "dòng 1.1 đến dòng 1.3 = 5"),
        ("max(1, 2) = 2", "max(1; 2) = 2"),
        ("số_ngày(01/01/2025, 02/01/2025) = 1", "số_ngày(01/01/2025; 02/01/2025) = 1"),
        ("cột 3 = 0,5", "cột 3 = 0.5"),
    ],
)
def test_typing_habits(typed: str, plain: str) -> None:
    assert parse(typed).faults == ()
    assert parse(typed).rule == parse(plain).rule


def test_quoted_texts_stay_as_typed() -> None:
    rule = parse('ô [A1; 8] = "a – b × “c” luỹ ""d"""').rule
    assert rule is not None and isinstance(rule.statement, nodes.Compare)
    assert rule.statement.operands[1] == nodes.Text('a – b × “c” luỹ "d"')


NUMBERS = """
    0            | 0
    007          | 7
    12           | 12
    0,5          | 0.5
    0.5          | 0.5
    12,345678    | 12.345678
    1.5          | 1.5
    0.500        | 0.500
    1.000.000    | 1000000
    1.000,5      | 1000.5
    1.000.000,5  | 1000000.5
    9.007.199.254.740.993 | 9007199254740993
    1234.567     | 1234.567
    1.000        | ambiguous
    1,000        | ambiguous
    12,345       | ambiguous
    1,000,000    | english
    1,000.5      | english
    1.00.000     | form
    1e5          | form
    0x10         | form
    1.000.00     | form
"""


@pytest.mark.parametrize("line", [line for line in NUMBERS.splitlines() if line.strip()])
def test_numbers(line: str) -> None:
    text, wanted = (part.strip() for part in line.split("|"))
    try:
        found = read_number(text)
    except BadNumber as error:
        assert error.detail == wanted
        assert bool(error.readings) == (wanted in ("ambiguous", "english"))
        for reading in error.readings:
            read_number(reading)
    else:
        assert found == Decimal(wanted)
        assert read_number(print_number(found)) == found


@pytest.mark.parametrize("text", ["9" * 34, "0," + "1" * 33, "1" * 20 + "," + "7" * 14])
def test_long_numbers_are_exact(text: str) -> None:
    assert read_number(print_number(read_number(text))) == Decimal(text.replace(",", "."))


REFUSED = """
    cột 3 = 1.000                    | E_NUM.ambiguous
    cột 3 = 1,000                    | E_NUM.ambiguous
    cột 3 = 1e5                      | E_NUM.form
    cột 3 = ５                       | E_NUM.foreign
    cột 3 = ٣                        | E_NUM.foreign
    cột 3 = NaN                      | E_SYNTAX.token
    ô [A1; 9] = 31/02/2025           | E_NUM.date
    dòng 1 = = dòng 2                | E_SYNTAX.token
    dòng TH =                        | E_SYNTAX.end
                                     | E_SYNTAX.end
    dong TH = dong ND                | E_SYNTAX.marks
    dòng TH = cot 3                  | E_SYNTAX.marks
    dòng TH = dòng ND )              | E_SYNTAX.token
    ô [A1; 8] = "abc                 | E_SYNTAX.open_quote
    dòng a) = 5                      | E_SYNTAX
    cột 3 = cột 4 cảnh báo cảnh báo  | E_SYNTAX.twice
    cột 3 = cột 4 cảnh báo báo lỗi   | E_SYNTAX.twice
    cột 3 = cột 4 sai số 1 sai số 2  | E_SYNTAX.twice
    cột 3 = cột 4 của kỳ trước của năm trước | E_SYNTAX.twice
    cột 3 = cột 4 của kỳ trước (0)   | E_PERIOD.back
    cột 3 = cột 4 của kỳ trước (1,5) | E_PERIOD.back
    ô [dòng TH; dòng ND] = 5         | E_MIX.cell
"""


@pytest.mark.parametrize("line", [line for line in REFUSED.splitlines() if line.strip()])
def test_refused(line: str) -> None:
    text, wanted = (part.strip() for part in line.split("|"))
    found = parse(text)
    assert found.rule is None
    assert found.faults[0].key == wanted or found.faults[0].code == wanted
    assert 0 <= found.faults[0].start <= found.faults[0].end <= max(len(found.text), 1)


def test_faults_point_at_the_place() -> None:
    (fault,) = parse("cột 3 = 1.000").faults
    assert (fault.start, fault.end) == (8, 13)
    assert fault.suggestions == ("1000", "1,0000")


def test_all_faults_are_told_together() -> None:
    assert faults(GRID, "cột 3 = 1.000 + 2.000") == ["E_NUM.ambiguous", "E_NUM.ambiguous"]
    found = faults(GRID, "dòng 1.9 = tongg(dòng 1.8) + dòng 1.3")
    assert found == ["E_REF.row_near", "E_FUNC.near", "E_REF.row_near", "E_REF.row_near"]


LIMITS = [
    ("1 = 1 " + "thông báo " + '"' + "a" * 3_970 + '"', None),
    ("1 = 1 " + "thông báo " + '"' + "a" * 4_000 + '"', "E_LIMIT.characters"),
    ("1 = " + "x" * 1_000_000, "E_LIMIT.characters"),
    ("1 = " + "+".join(["1"] * 740), None),
    ("1 = " + "+".join(["1"] * 760), "E_LIMIT.tokens"),
    ("1 = " + "(" * 40 + "1" + ")" * 40, None),
    ("1 = " + "(" * 41 + "1" + ")" * 41, "E_LIMIT.nesting"),
    ("1 = " + "(" * 1_400, "E_LIMIT.nesting"),
    ("1 = " + "-" * 41 + "1", "E_LIMIT.nesting"),
    ("không phải " * 41 + "1 = 1", "E_LIMIT.nesting"),
    ("1 = " + " + ".join(["(-1)"] * 100), None),
    (" và ".join(["không phải 1 = 2"] * 60), None),
    ("nếu 1 = 1 thì " * 41 + "1 = 1", "E_LIMIT.nesting"),
    ("1 = " + "7" * 34, None),
    ("1 = " + "7" * 35, "E_LIMIT.digits"),
    ("co\u0323\u0302t " * 600, "E_SYNTAX.token"),
]


@pytest.mark.parametrize(("text", "wanted"), LIMITS, ids=[f"{t[:14]}… {len(t)}" for t, _ in LIMITS])
def test_limits_are_counts(text: str, wanted: str | None) -> None:
    found = [fault.key for fault in parse(text).faults]
    assert found == ([wanted] if wanted else [])
