"""Why a rule failed: the comparison that is false, both sides, the gap and the figures that went in."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest

from core.messages import sentence
from tests.grids import checked, rule

PAPER = """
         | 3 | 4 | 8 text
    TH   | 300 | 5 | a
      ND | 100 | 5 |
      XN | 250 | x |
"""


def failure(text: str) -> tuple[str, Mapping[str, Any]]:
    (finding,) = checked(PAPER, rule(text)).findings
    assert (finding.rule, finding.verdict) == ("K", "fail")
    return finding.key, finding.facts


def test_both_sides_gap_and_operands() -> None:
    key, facts = failure("dòng TH = dòng ND + dòng XN trong cột 3")
    assert key == "rule.failed"
    assert (facts["left"], facts["right"], facts["gap"]) == (Decimal(300), Decimal(350), Decimal(-50))
    assert facts["operands"] == {"dòng TH": Decimal(300), "dòng ND": Decimal(100), "dòng XN": Decimal(250)}


@pytest.mark.parametrize(
    ("text", "left", "operator", "right"),
    [
        ("ô [TH; 3] = 300 = ô [ND; 3]", "300", "=", "ô [ND; 3]"),
        ("ô [TH; 3] > 0 và ô [TH; 4] > 5", "ô [TH; 4]", ">", "5"),
        ("nếu ô [TH; 3] > 0 thì ô [TH; 4] = 6", "ô [TH; 4]", "=", "6"),
        ("nếu ô [TH; 3] < 0 thì 1 = 1 ngược lại ô [TH; 4] = 6", "ô [TH; 4]", "=", "6"),
        ("nếu ô [TH; 3] > 0 thì nếu ô [TH; 4] > 0 thì ô [ND; 4] = 6", "ô [ND; 4]", "=", "6"),
        ("ô [TH; 4] = 8 sai số tự động", "ô [TH; 4]", "=", "8"),
        ("ô [TH; 4] = 5 = 8 sai số tự động", "5", "=", "8"),
    ],
)
def test_the_comparison_that_failed(text: str, left: str, operator: str, right: str) -> None:
    key, facts = failure(text)
    assert (key, facts["left_text"], facts["operator"], facts["right_text"]) == (
        "rule.failed",
        left,
        operator,
        right,
    )


def test_texts_have_no_gap() -> None:
    key, facts = failure('ô [TH; 8] = "b"')
    assert key == "rule.failed.unequal" and (facts["left"], facts["right"]) == ("a", "b")


@pytest.mark.parametrize(
    "text",
    [
        "ô [ND; 8] phải nhập",
        "ô [TH; 3] < 0 hoặc ô [TH; 4] < 0",
        "không phải ô [TH; 3] > 0",
        'ô [TH; 8] thuộc ("b"; "c")',
    ],
)
def test_other_failures_are_told_by_their_text(text: str) -> None:
    key, facts = failure(text)
    assert key == ("rule.failed.figures" if facts["figures"] else "rule.failed.statement")
    assert facts["text"] == text


def test_blank_counts_as_zero_in_the_gap() -> None:
    facts = failure("ô [XN; 3] = ô [ND; 3] + ô [XN; 4]")[1]
    assert facts["gap"] == Decimal(150) and facts["operands"]["ô [XN; 4]"] == "x"


def test_where_no_one_comparison_failed_the_figures_are_told() -> None:
    key, facts = failure("ô [TH; 3] < 5 hoặc ô [ND; 3] < ô [ND; 4]")
    assert key == "rule.failed.figures"
    assert sentence(key, facts, "vi") == (
        "Chưa đúng: ô [TH; 3] < 5 hoặc ô [ND; 3] < ô [ND; 4] (ô [TH; 3]: 300; ô [ND; 3]: 100; ô [ND; 4]: 5)."
    )
