"""What is wrong with sound rules taken together."""

import pytest

from engine.form import Rule
from engine.review.together import review
from expr.text import fold
from tests.grids import numbered, program_of, read_grid, rule

FORM = """
                    | 3 | 4 | 5 .2 | 6 % | 7 min=0 max=100 | 8 text
TH #1 Tổng thu      |   |   |      |     |                 |
  ND #1.1 Nội địa   |   |   |      |     |                 |
  XK #1.2 Xuất khẩu |   |   |      |     |                 |
"""


def told(*rules: Rule | str, form: str = FORM) -> list[str]:
    """Each finding as `severity key rule: facts`."""
    program = program_of(read_grid(form, rules=numbered(rules)))
    findings = review(program)
    shown = []
    for found in findings:
        facts = ["+".join(fact) if isinstance(fact, list) else str(fact) for fact in found.facts.values()]
        position = int(found.where.partition("rules[")[2].partition("]")[0])
        assert found.rule == program.rules[position].rule.code
        shown.append(f"{found.severity} {found.key} {found.rule}: {' '.join(facts)}")
    return shown


CONTRADICTIONS = [
    # the rules, the keys and facts of the findings
    (["cột 3 = cột 4 + 1", "cột 4 = cột 3 + 1"], ["error rule.contradiction K2: K1+K2 A[TH;3]+A[TH;4]"]),
    (["cột 3 = cột 4 + 1", "cột 3 = cột 4 + 1,4"], []),  # 1,4 rounds to 1 beside a whole figure
    (["cột 3 = cột 4 + 1", "cột 4 = cột 3 - 1"], ["warning rule.repeats.scaled K2: K2 K1"]),
    (
        ["ô [TH; 3] > 5", "ô [TH; 3] < 6"],
        ["error rule.contradiction K2: K1+K2 A[TH;3]"],
    ),  # whole numbers leave nothing between
    (["ô [TH; 5] > 5", "ô [TH; 5] < 6"], []),
    (["ô [TH; 7] > 100"], ["error rule.contradiction.alone K1: K1 A[TH;7]"]),
    (["ô [TH; 7] = 100 sai số 1", "ô [TH; 7] <= 98"], ["error rule.contradiction K2: K1+K2 A[TH;7]"]),
    (["ô [TH; 7] = 100 sai số 2", "ô [TH; 7] <= 98"], []),
    (
        ["ô [TH; 3] >= ô [ND; 3] + 1", "ô [ND; 3] >= ô [XK; 3] + 1", "ô [XK; 3] >= ô [TH; 3] - 1"],
        ["error rule.contradiction K3: K1+K2+K3"],
    ),
    (
        ["ô [TH; 3] >= 10", "ô [TH; 3] <= 5 cảnh báo", "ô [ND; 3] = 3"],
        ["warning rule.contradiction K2: K1+K2 A[TH;3]"],
    ),
    (
        ["dòng cha = tổng(dòng con)", "dòng TH >= dòng ND + dòng XK + 2 trong cột 3"],
        ["error rule.contradiction K2: K1+K2"],
    ),
    (["ô [TH; 3] = 1 và ô [TH; 3] = 2"], ["error rule.contradiction.alone K1: K1 A[TH;3]"]),
    # an unknown from elsewhere is the same in both rules
    (
        ["ô [TH; 3] > ô [TH; 3] của kỳ trước", "ô [TH; 3] < ô [TH; 3] của kỳ trước - 1"],
        ["error rule.contradiction K2: K1+K2 A[TH;3]"],
    ),
    (["ô [TH; 3] > ô [TH; 3] của kỳ trước", "ô [TH; 3] < ô [TH; 3] của năm trước - 1"], []),
    (  # no cell of the form itself takes part
        ["ô [TH; 3] của kỳ trước > 5", "ô [TH; 3] của kỳ trước < 4"],
        ["error rule.contradiction.no_cells K2: K1+K2 "],
    ),
    # a third of a figure is told with two decimals: rounding is forgiven
    (["cột 5 = cột 3 / 3", "cột 5 <> cột 3 / 3 + 0,001"], []),
    # what holds only under a condition contradicts nothing
    (["ô [TH; 3] = 1", "nếu ô [ND; 3] > 0 thì ô [TH; 3] = 2"], []),
    (["ô [TH; 3] = 1", "ô [TH; 3] = 2 chỉ khi kỳ.tháng = 3"], []),
]


@pytest.mark.parametrize(("rules", "expected"), CONTRADICTIONS)
def test_contradictions(rules: list[str], expected: list[str]) -> None:
    found = told(*rules)
    assert len(found) == len(expected)
    assert all(text.startswith(start) for text, start in zip(found, expected, strict=True))


def test_a_constraint_contradicts_a_formula() -> None:
    found = told(rule("cột 3 = cột 4 + cột 7", "F", computed=True), rule("cột 3 > cột 4 + cột 7 + 5", "K"))
    assert found[0].startswith("error rule.contradiction.formula K: F+K A[TH;3]")


def test_a_rule_in_force_for_a_time_contradicts_nothing() -> None:
    late = rule("ô [TH; 3] = 2", "K2", valid_from="2027-01-01")
    assert told("ô [TH; 3] = 1", late) == []


def test_cells_that_may_be_absent_contradict_nothing() -> None:
    form = FORM.replace("ND #1.1", 'ND #1.1 when=kỳ.quý="4"').replace('"4"', "4")
    assert told("ô [ND; 3] = 1", "ô [ND; 3] = 2", form=form) == []


def test_open_rows_are_counted_by_nobody() -> None:
    form = """
                         | 3
    TH Tổng              |
      DA kind=open Dự án |
    """
    assert (
        told(
            "cột 3 <= 5 trong dòng DA",
            "ô [TH; 3] = tổng(ô [dòng con của DA; 3])",
            "ô [TH; 3] = 20",
            form=form,
        )
        == []
    )


REPETITIONS = [
    (["dòng TH = dòng ND + dòng XK", "dòng TH = dòng ND + dòng XK cảnh báo"], [" rule.repeats K2: K2 K1"]),
    (["dòng TH = dòng ND + dòng XK cảnh báo", "dòng TH = dòng ND + dòng XK"], [" rule.repeats K1: K1 K2"]),
    (["cột 3 = cột 4", "cột 4 * 2 = 2 * cột 3"], [" rule.repeats.scaled K2: K2 K1"]),
    (["cột 3 <= cột 4", "cột 4 >= cột 3"], [" rule.repeats.scaled K2: K2 K1"]),
    (["cột 3 <= cột 4", "-cột 3 <= -cột 4"], []),
    (["dòng TH = dòng ND trong cột 3", "dòng TH = dòng ND"], [" rule.repeats.within K1: K1 K2"]),
    (["dòng TH = dòng ND trong cột 3 cảnh báo", "dòng TH = dòng ND"], [" rule.repeats.within K1: K1 K2"]),
    (["dòng TH = dòng ND trong cột 3", "dòng TH = dòng ND cảnh báo"], []),
    (["cột 5 = cột 3 / 3", "cột 5 * 3 = cột 3"], []),  # rounding makes them differ
    (["cột 3 = cột 4 sai số 1", "cột 3 = cột 4"], []),
    (["cột 3 = cột 4 trống là 0", "cột 3 = cột 4"], []),
    (["cột 3 = cột 4 sai số 1%", "cột 3 = cột 4 sai số 1%"], [" rule.repeats K2: K2 K1"]),
    (["nếu cột 3 > 0 thì cột 4 > 0", "nếu cột 3 > 0 thì cột 4 > 0"], [" rule.repeats K2: K2 K1"]),
    (["nếu cột 3 > 0 thì cột 4 > 0", "nếu cột 3 > 1 thì cột 4 > 0"], []),
    (["cột 8 phải nhập", "cột 8 phải nhập"], [" rule.repeats K2: K2 K1"]),
]


@pytest.mark.parametrize(("rules", "expected"), REPETITIONS)
def test_repetitions(rules: list[str], expected: list[str]) -> None:
    assert [text.removeprefix("warning") for text in told(*rules)] == expected


IDLE = [
    ("nếu cột 7 < 0 thì cột 3 = 0", "rule.never_fires"),
    ("cột 3 = 0 chỉ khi cột 7 > 100", "rule.never_fires"),
    ("nếu kỳ.tháng > 12 thì cột 3 = 0", "rule.never_fires"),
    ("nếu kỳ.quý = 4 thì cột 3 = 0", ""),
    ("nếu cột 3 > 5 và cột 3 < 3 thì cột 4 = 0", "rule.never_fires"),
    ("nếu cột 3 > 5 hoặc cột 3 < 3 thì cột 4 = 0", ""),
    ("nếu không phải cột 7 >= 0 thì cột 3 = 0", "rule.never_fires"),
    ("nếu cột 7 < 0 thì cột 3 = 0 ngược lại cột 3 = 1", ""),
    ("cột 3 = cột 3", "rule.never_fails"),
    ("cột 3 + cột 4 >= cột 4 + cột 3", "rule.never_fails"),
    ("cột 7 >= 0", "rule.never_fails"),
    ("cột 7 <= 200", "rule.never_fails"),
    ("cột 7 <= 99", ""),
    ("cột 3 + cột 7 >= cột 3 - 1", "rule.never_fails"),
    ("cột 3 >= 0", ""),
    ("trị_tuyệt_đối(cột 3) >= 0", "rule.never_fails"),
    ("cột 3 > cột 4 hoặc cột 7 >= 0", "rule.never_fails"),
    ("nếu cột 3 > 1 thì cột 7 >= 0", "rule.never_fails"),
    ("ô [TH; 7] >= 0 và ô [ND; 7] >= 0", "rule.never_fails"),
    ("1 = 1", "rule.never_fails"),
]


@pytest.mark.parametrize(("text", "expected"), IDLE)
def test_idle_rules(text: str, expected: str) -> None:
    found = told(text) if "cột" in text or "ô" in text else told(f"nếu cột 3 > 0 thì {text}")
    assert found == ([f"warning {expected} K1: K1"] if expected else [])


def test_a_blank_counts_as_0_also_where_0_cannot_be_entered() -> None:
    form = """
        | 3 min=5 | 4 max=3
    I   |         |
    """
    assert told("cột 3 > cột 4", form=form) == []


FIGHTS = [
    # formula, other rule, what is found
    ("cột 5 = cột 3 / cột 4", rule("cột 5 = cột 4 / cột 3", "K"), ["warning rule.fights K: K F A[TH;5]"]),
    ("cột 5 = cột 3 / cột 4", rule("cột 5 = cột 7 / cột 3", "K"), []),
    ("cột 5 = cột 3 / cột 4", rule("cột 5 để trống", "K"), ["warning rule.fights K: K F A[TH;5]"]),
    ("cột 3 = cột 4 + cột 7", rule("cột 3 = cột 5 + cột 7", "K"), []),
    (
        "dòng TH = dòng ND + dòng XK",
        rule("dòng TH = dòng ND * 2", "K", computed=True),
        ["warning rule.fights.formulas K: K F A[TH;3]"],
    ),
    ("dòng TH = dòng ND + dòng XK", rule("cột 3 = cột 4", "K", computed=True), []),
    ("dòng TH = dòng ND + dòng XK", rule("ô [TH; 3] = 5", "K", computed=True), []),
]


@pytest.mark.parametrize(("formula", "other", "expected"), FIGHTS)
def test_fights(formula: str, other: Rule, expected: list[str]) -> None:
    assert told(rule(formula, "F", computed=True), other) == expected


def test_a_rule_must_stay_within_the_limits_as_it_is_printed() -> None:
    text = "row ND = " + " + ".join(["row 1"] * 450) + " in column 3"
    assert len(text) < 4_000
    assert told(text) == ["error E_LIMIT.characters K1: 4000 4519"]


def test_the_findings_are_said_in_both_languages() -> None:
    from core.messages import sentence

    program = program_of(read_grid(FORM, rules=numbered(["cột 3 = cột 4 + 1", "cột 4 = cột 3 + 1", "1 = 1"])))
    for found in review(program):
        for lang in ("vi", "en"):
            assert "{" not in sentence(found.key, found.facts, lang)
            assert "k1" in fold(sentence(found.key, found.facts, lang)) or found.rule == "K3"
