"""Generated rules over generated figures: always a verdict, never an exception, sums as anybody adds them."""

import os
import random
import re
from collections import Counter
from decimal import Decimal

from engine.calculate import evaluator
from engine.context import ChildReport, Context
from engine.figures import read_figures
from engine.form import Rule
from engine.program import Program, compile_rule
from engine.sheet import Sheet
from engine.values import REASONS
from expr.targets import Run
from tests.grids import form_of, program_of, read_grid

PAPER = """
          | 1 .0 | 2 .2 | 3 .1 | t text | d date
    T     |
      A   |
      B   |
    C     |
"""
PROGRAM: Program = program_of(read_grid(PAPER), others={"F": form_of(read_grid("| 1\nA |\n", "S"), code="F")})
RULES = 20_000 if os.environ.get("BIEUMAU_SOAK") else 200
FIGURES = ("", "", "-", "x", "...", "0", "1", "-1", "7", "33", "100", "9200000000000000", "-9200000000000000")
VERDICT = re.compile(rf"pass|fail|na:(guard|{'|'.join(REASONS)})")
SOURCES = (
    "",
    "",
    "",
    "",
    " của kỳ trước",
    " của kỳ trước trong năm",
    " của kỳ trước (2)",
    " của cùng kỳ",
    " của năm trước",
)


def number(pick: random.Random, depth: int) -> str:
    """The text of an expression that is a number."""
    cell = f"ô [{pick.choice('TABC')}; {pick.choice('123')}]"
    cells = pick.choice(["ô [A đến B; 1]", "ô [mọi dòng; 2]", "ô [dòng con của T; 3]", "ô [C; 1 đến 3]"])
    if depth <= 0:
        return pick.choice(
            [
                cell + pick.choice(SOURCES),
                pick.choice(["0", "1", "2,5", "10%", "100", "1/3", "đơn vị.dân_số", "kỳ.tháng"]),
            ]
        )
    one, two = number(pick, depth - 1), number(pick, depth - 1)
    return pick.choice(
        [
            f"({one} + {two})",
            f"({one} - {two})",
            f"{one} * {two}",
            f"{one} / {two}",
            f"-({one})",
            f"tổng({one}; {cells})",
            f"trung_bình({one}; {cells})",
            f"nhỏ_nhất({one}; {cells})",
            f"lớn_nhất({one}; {two})",
            f"đếm({cells}; {one})",
            f"đếm_nếu({cells}; > {one})",
            f"tổng_nếu({cells}; <= {one})",
            f"làm_tròn({one}; {pick.randrange(7)})",
            f"trị_tuyệt_đối({one})",
            f"tỷ_lệ({one}; {two})",
            f"nếu_trống({one}; {two})",
            f"chọn({condition(pick, depth - 1)}; {one}; {two})",
            f"lũy_kế({cell})",
            f"tổng_đơn_vị_con({cell})",
            f"trung_bình_đơn_vị_con({cell})",
            f"đếm_đơn_vị_con({condition(pick, 0)})",
            "ô [A; 1] của biểu F",
            "số_ngày(ô [A; d]; ô [B; d])",
            f"độ_dài(ô [{pick.choice('TABC')}; t])",
        ]
    )


def condition(pick: random.Random, depth: int) -> str:
    """The text of something true or false."""
    one = f"{number(pick, depth)} {pick.choice(['=', '<>', '<', '<=', '>', '>='])} {number(pick, depth)}"
    if depth <= 0:
        return pick.choice(
            [
                one,
                "ô [A; t] phải nhập",
                'ô [A; t] = "a"',
                'đơn vị.cấp = "xã"',
                "kỳ.đầu_năm",
                "ô [A; 1] thuộc (1; 2)",
            ]
        )
    return pick.choice(
        [
            one,
            f"{one} <= {number(pick, depth - 1)}",
            f"không phải ({condition(pick, depth - 1)})",
            f"({one}) và ({condition(pick, depth - 1)})",
            f"({one}) hoặc ({condition(pick, depth - 1)})",
            f"nếu {condition(pick, depth - 1)} thì {condition(pick, depth - 1)} ngược lại {one}",
        ]
    )


def rule_text(pick: random.Random) -> str:
    clauses = ["", "", "", " sai số 1", " sai số 0,5%", " sai số tự động", " trống là 0", " bỏ qua nếu trống"]
    return condition(pick, pick.randint(0, 3)) + pick.choice(clauses)


def sheet(pick: random.Random) -> Sheet:
    data = {row: {column: pick.choice(FIGURES) for column in "123"} for row in "TABC"}
    data["A"] |= {"t": pick.choice(["", "a", "Đạt"]), "d": pick.choice(["", "2025-01-31"])}
    data["B"]["d"] = "2024-02-29"
    made, findings = read_figures(PROGRAM.layout, {"A": data})
    assert not findings
    return made


def context(pick: random.Random) -> Context:
    def maybe() -> Sheet | None:
        return pick.choice([None, sheet(pick)])

    return Context(
        previous=maybe(),
        earlier={2: sheet(pick)},
        same_period_last_year=maybe(),
        last_year=maybe(),
        year_to_date=pick.choice([None, [maybe(), maybe()], [sheet(pick)]]),
        children=[ChildReport({}, sheet(pick)) for _ in range(pick.randrange(3))],
        agency=pick.choice([{}, {"cấp": "xã", "dân_số": "400"}, {"dân_số": "nhiều"}]),
        period=pick.choice([{}, {"tháng": "12", "đầu_năm": True}, {"tháng": "x", "đầu_năm": "sai"}]),
    )


def test_every_rule_has_a_verdict() -> None:
    pick = random.Random(20260902)
    worlds = [(sheet(pick), context(pick)) for _ in range(20)]
    told: Counter[str] = Counter()
    ran = 0
    for _ in range(RULES):
        text = rule_text(pick)
        compiled, faults, _ = compile_rule(PROGRAM, "A", Rule("K", "K", text))
        assert compiled is not None or {f.code for f in faults} <= {"E_SCOPE"}, (
            text,
            faults,
        )
        if compiled is None:
            continue
        ran += 1
        for figures, around in pick.sample(worlds, 3):
            work = evaluator(PROGRAM, figures, around)
            for target in Run(compiled.tree, work.directory.form.section["A"], work.directory).targets():
                verdict = work.verdict(compiled.tree, target)
                assert VERDICT.fullmatch(verdict), (text, verdict)
                blank_as_zero = "trống là 0" in text and "kỳ.đầu_năm" not in text  # which is no comparison
                assert not (blank_as_zero and verdict == "na:blank"), text
                told[verdict] += 1
    assert ran > RULES * 0.8
    assert {
        "pass",
        "fail",
        "na:blank",
        "na:mark",
        "na:div0",
        "na:no_period",
        "na:no_form",
    } <= set(told)


def test_sums_are_what_anybody_adds() -> None:
    pick = random.Random(20260903)
    compiled, _, _ = compile_rule(PROGRAM, "A", Rule("K", "K", "ô [T; 1] = tổng(ô [A đến B; 1]) - ô [C; 1]"))
    assert compiled is not None
    for _ in range(RULES):
        figures = {row: pick.choice(FIGURES) for row in "TABC"}
        data, findings = read_figures(
            PROGRAM.layout, {"A": {row: {"1": value} for row, value in figures.items()}}
        )
        assert not findings
        numbers = {
            row: Decimal(0) if v == "-" else Decimal(v)
            for row, v in figures.items()
            if v not in ("", "x", "...")
        }
        right = [sign * numbers[row] for row, sign in (("A", 1), ("B", 1), ("C", -1)) if row in numbers]
        if figures["T"] == "x":
            wanted = "na:mark"
        elif "T" not in numbers and not right:
            wanted = "na:blank"
        else:
            wanted = "pass" if numbers.get("T", 0) == sum(right) else "fail"
        work = evaluator(PROGRAM, data, Context())
        (target,) = Run(compiled.tree, work.directory.form.section["A"], work.directory).targets()
        assert work.verdict(compiled.tree, target) == wanted, figures
