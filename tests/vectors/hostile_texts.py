"""Texts for the parser that nobody would want to read: grown from the grammar, broken, or meant to hurt.

As a command, `python -m tests.vectors.hostile_texts HOSTILE GENERATED SEED`, it puts each through all that
happens to a rule text, in no more memory than it had before and 64 MB, and prints what became of them.
"""

import json
import resource
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from random import Random

from lark import Lark
from lark.grammar import NonTerminal

import expr
from core.messages import sentence
from engine.context import Context
from engine.evaluate import Evaluator
from engine.form import Rule
from engine.program import Program, compile_rule
from engine.sheet import Sheet
from expr.describe import describe_rule
from expr.faults import CODES
from expr.parser import parse
from expr.printer import print_rule
from expr.resolve import resolve
from expr.targets import Run
from tests.grids import program_of, read_grid, sheet_of
from tests.proof.texts import rule_text

MEMORY = 64 * 2**20
DEEPEST = 12

PAPER = """
                            | 3 .0 (triệu đồng) Kế hoạch | 4 .0 (triệu đồng) | 5 % Tỷ lệ | 8 text | 9 date
TH #1 Thu ngân sách         | 30                         |                   | 50        | Đạt    | 2026-01-31
  TH_ND #1.1 Thu nội địa    | 10                         | -                 |           |        |
  TH_XK #1.2 Xuất nhập khẩu | 20                         | x                 |           |        |
CH #2 "Chi"                 | ...                        | -7                | 0.01      | {0}    | 2024-02-29
"""
FORM = read_grid(PAPER)
ROWS = ("TH", "TH", "TH_ND", "TH_XK", "CH", "1", "1.1", "2", '"Thu ngân sách"', "X9")
COLUMNS = ("3", "3", "4", "4", "5", "8", "9", '"Kế hoạch"', "7")
SPELLED: Mapping[str, Sequence[str]] = {
    "STRING": ('"Thu ngân sách"', '"xã"', '"Đạt"', '"nghìn đồng"', '""', '"a ""b"" {0}"', '"A"', '"%s"'),
    "NUMBER": ("0", "1", "2", "0,5", "1.000.000", "7", "99", "33", "12345678901234567890"),
    "DATE": ("31/12/2026", "29/02/2024", "31/02/2026"),
    "ATTRIBUTE": ("kỳ.tháng", "kỳ.đầu_năm", "đơn vị.cấp", "đơn vị.dân_số", "unit.x", "period.from"),
    "FUNCTION": (
        *("tổng", "tổng", "avg", "min", "max", "đếm", "đếm_nếu", "tổng_nếu", "làm_tròn", "abs", "tỷ_lệ"),
        *("nếu_trống", "chọn", "đổi", "lũy_kế", "tổng_đơn_vị_con", "đếm_đơn_vị_con", "năm", "days", "len"),
        "khong_co",
    ),
    "OPERATOR": ("=", "=", "<=", ">=", "<>", "<", ">", "≤", "≠"),
    "TO": ("đến", "to", ".."),
    "SEP": (";", ", "),
    "LPAR": ("(",),
    "RPAR": (")",),
    "LSQB": ("[",),
    "RSQB": ("]",),
    "PLUS": ("+",),
    "TIMES": ("*", "×"),
    "CHILDREN_OF": ("dòng con của", "child rows of"),
    "SAME_PERIOD": ("cùng kỳ", "cùng kỳ năm trước", "same period last year"),
}
ODD = (
    *(
        "\0",
        "\ud800",
        "\u202e",
        "\u200b",
        "\ufeff",
        "\u0301" * 40,
        "🇻🇳",
        "１２",
        "٣",
        "½",
        "Ⅷ",
        "²",
        "\t\r\n",
    ),
    *("NaN", "1e5", "-0", "Infinity", "0x1F", "1_000", "1.000", "1,000", "1.000,5", "1,000.5", "9" * 35),
    *("'; DROP TABLE report; --", "__import__('os')", "{{7*7}}", "${jndi:ldap://x}", "<script>", "%s%n%x"),
    *(
        "{0.__class__}",
        "{facts}",
        "../../etc/passwd",
        "\\u0000",
        "=cmd|'/c calc'!A1",
        "`id`",
        "$(id)",
        "#REF!",
    ),
    *('"', '"""', "“", "[", "((", "))", "]]", ";;", "..", "…", "−", "--", "=<", "==", "!=", "<>", "&&", "||"),
)


# --- texts


def generated(pick: Random) -> str:
    """A rule that means something, or anything the grammar allows; a third of them broken at a few places."""
    text = rule_text(pick, FORM.section) if pick.random() < 0.6 else grown(pick)
    return text if pick.random() < 0.67 else _broken(text, pick)


def grown(pick: Random) -> str:
    """A text grown from the grammar; rows are named where rows must be named, and columns likewise."""
    words: list[str] = []
    names: Sequence[str] = ROWS
    for terminal in _grown("start", pick, 0):
        if terminal in ("ROW", "CHILDREN_OF", "LSQB"):
            names = ROWS
        elif terminal == "COLUMN" or (terminal == "SEP" and words and words[-1] in ROWS and "[" in words):
            names = COLUMNS
        words.append(pick.choice(names if terminal == "CODE" else _spellings(terminal)))
    return " ".join(words)


Way = tuple[int, list[tuple[bool, str]]]
"""How often a way to grow is taken, and its parts: (whether it grows further, name)."""
OFTEN = {"compare": 30, "row": 8, "column": 12, "cell": 8, "number": 8, "one": 12, "call": 2, "only": 2}


@cache
def _grammar() -> tuple[Mapping[str, list[Way]], Mapping[str, int], Mapping[str, str]]:
    """(ways by rule, how deep each rule at least grows, patterns of terminals)."""
    path = Path(expr.__file__).with_name("grammar.lark")
    lark = Lark(path.read_text(encoding="utf-8"), parser="lalr", maybe_placeholders=False)
    rules: dict[str, list[Way]] = {}
    for rule in lark.rules:
        parts = [(isinstance(part, NonTerminal), part.name) for part in rule.expansion]
        weight = OFTEN.get(rule.alias or "", 30 if [part for _, part in parts] == ["reference"] else 1)
        rules.setdefault(rule.origin.name, []).append((weight, parts))
    depth = dict.fromkeys(rules, DEEPEST)
    for _ in range(DEEPEST):
        for name, ways in rules.items():
            depth[name] = 1 + min(_least(way, depth) for way in ways)
    return rules, depth, {terminal.name: terminal.pattern.to_regexp() for terminal in lark.terminals}


def _least(way: Way, depth: Mapping[str, int]) -> int:
    return max((depth[part] for grows, part in way[1] if grows), default=0)


def _grown(name: str, pick: Random, level: int) -> Iterator[str]:
    rules, depth, _ = _grammar()
    ways = rules[name]
    narrow = name.startswith("_") or name in ("start", "statement", "either", "both", "negation")
    if level > DEEPEST or (narrow and pick.random() < 0.8):
        least = min(_least(way, depth) for way in ways)
        ways = [way for way in ways if _least(way, depth) == least]
    _, parts = pick.choices(ways, [weight for weight, _ in ways])[0]
    for grows, part in parts:
        if grows:
            yield from _grown(part, pick, level + 1)
        else:
            yield part


@cache
def _spellings(terminal: str) -> Sequence[str]:
    """The ways to write a terminal: those listed here, else all that its pattern says."""
    if terminal in SPELLED:
        return SPELLED[terminal]
    pattern = _grammar()[2][terminal].partition("(?!")[0].replace("(?i:", "")
    return [word.strip("()").replace(r"\s+", " ").replace("\\", "") for word in pattern.split("|")]


def _broken(text: str, pick: Random) -> str:
    for _ in range(pick.randint(1, 4)):
        at, until = sorted(pick.choices(range(len(text) + 1), k=2))
        match pick.randrange(5):
            case 0:
                text = text[:at] + text[at + 1 :]
            case 1:
                text = text[:at] + pick.choice(ODD) + text[at:]
            case 2:
                text = text[:at] + text[at : at + 1] * 2 + text[at + 1 :]
            case 3:
                text = text[:at] + text[until:]
            case _:
                text = text[:at] + text[at:until].swapcase() + text[until:]
    return text


def hostile(pick: Random) -> str:
    """A text that tries the limits: of depth, length, regular expressions, encodings, formats, numbers."""
    kind: Callable[[Random], str] = pick.choice((_deep, _long, _soup, _slow, _hidden, _signs, _forged))
    return kind(pick)


def _deep(pick: Random) -> str:
    times = pick.choice((30, 39, 40, 41, 60, 400, 3_000, 30_000))
    start, end = pick.choice(
        (
            ("(", ")"),
            ("-", ""),
            ("không phải ", ""),
            ("nếu 1 = 1 thì ", ""),
            ("tổng(", ")"),
            ("chọn(1 = 1; 1; ", ")"),
            ("nếu_trống(", "; 1)"),
            ("[", "]"),
            ("not (", ")"),
        )
    )
    return start * times + pick.choice(("cột 3 = 1", "1", "")) + end * pick.choice((times, times - 1, 0))


def _long(pick: Random) -> str:
    piece = pick.choice(
        ("1 + ", "cột 3 + ", "cột 3 = ", "a", "đ", " ", '"', "9", "dòng 1 và ", "; ", "1 = 1 hoặc ")
    )
    return "cột 3 = " + piece * pick.choice((100, 1_000, 1_499, 4_000, 50_000)) + "1"


def _soup(pick: Random) -> str:
    terminals = sorted(_grammar()[2])
    words = (pick.choice(_spellings(pick.choice(terminals))) for _ in range(pick.randint(1, 60)))
    return pick.choice((" ", "", "  ")).join(words)


def _slow(pick: Random) -> str:
    """Much for a regular expression to go back over."""
    times = pick.choice((50, 500, 1_900))
    return pick.choice(
        (
            "kỳ" + " " * times + "trước",
            "cột 3 = cột 3 của kỳ" + " " * times + "x",
            "dòng con của" + "\t" * times,
            "a." * times,
            "1." * times,
            "1," * times + "a",
            '""' * times + '"',
            "“" * times,
            "đơn vị" + " " * times + "." + " " * times,
            "_" * times + "(",
            "không" + " " * times + "phải" + " " * times + "phải",
            "bỏ qua nếu " * (times // 12),
        )
    )


def _hidden(pick: Random) -> str:
    text = _broken(grown(pick), pick)
    at = pick.randint(0, len(text))
    return text[:at] + "".join(pick.choices(ODD, k=pick.randint(1, 4))) + text[at:]


def _signs(pick: Random) -> str:
    ranges = ((0, 0x7F), (0, 0x24F), (0x300, 0x36F), (0x1E00, 0x1EFF), (0xD800, 0xDFFF), (0, 0x10FFFF))
    return "".join(chr(pick.randint(*pick.choice(ranges))) for _ in range(pick.randint(0, 80)))


def _forged(pick: Random) -> str:
    odd = pick.choice(ODD).replace('"', '""')
    return pick.choice(
        (
            f'dòng "{odd}" = 1',
            f'cột 8 = "{odd}"',
            f"cột 3 = {odd}",
            f'cột 3 = cột 3 của biểu "{odd}"',
            f'cột 3 = 1 thông báo "{odd}"',
            f'đổi(cột 3; "{odd}") = 1',
            f"{odd}(cột 3) = 1",
            f"đơn vị.{odd} = 1",
            f'cột 3 = 1 của đơn vị "{odd}" {odd}',
        )
    )


# --- what becomes of them


class Trial:
    """Puts texts through everything that happens to a rule text."""

    def __init__(self) -> None:
        self.program: Program = program_of(FORM)
        self.directory = self.program.directory
        self.section = self.directory.form.sections[0]
        sheet: Sheet = sheet_of(self.program, FORM)
        self.work = Evaluator(self.program.layout, self.directory, self.program.functions, sheet, Context())

    def outcome(self, text: str) -> str:
        """`compiled`, or the code of the first fault. Raises where the answer is not what it must be."""
        rule, faults, _ = compile_rule(self.program, "A", Rule("K", "K", text))
        if rule is None:
            assert faults, text
            for fault in faults:
                assert fault.code in CODES, fault
                assert 0 <= fault.start <= max(len(text) * 4, fault.end), fault
                for lang in ("vi", "en"):
                    assert sentence(fault.key, fault.facts, lang) not in ("", fault.key), fault
            return faults[0].code
        printed = print_rule(rule.tree, self.directory, "A")
        again = parse(printed).rule
        assert again is not None, (text, printed)
        assert resolve(again, self.directory, self.section).rule == rule.tree, (text, printed)
        for lang in ("vi", "en"):
            assert describe_rule(rule.tree, self.directory, "A", lang)
        for target in Run(rule.tree, self.section, self.directory).targets():
            verdict = self.work.verdict(rule.tree, target)
            assert verdict in ("pass", "fail") or verdict.startswith("na:"), (text, verdict)
        return "compiled"


def main(hostile_ones: int, generated_ones: int, seed: int) -> None:
    """Print how many texts came to what, as JSON."""
    pick, trial = Random(seed), Trial()
    for text in ("cột 3 = 1", "cột 3 =", "khong_co(1) = 1"):  # what is made once is made now
        trial.outcome(text)
    before = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (before + MEMORY, before + MEMORY))
    told = {}
    for name, make, count in (("hostile", hostile, hostile_ones), ("generated", generated, generated_ones)):
        told[name] = Counter(trial.outcome(make(pick)) for _ in range(count))
    print(json.dumps(told))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
