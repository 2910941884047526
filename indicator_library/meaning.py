"""What an indicator means, as a value: read from what people write, told what is wrong with it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal, get_args

from engine.findings import Finding
from engine.form import DEFAULT_DECIMALS
from expr.text import fold

Nature = Literal["flow", "stock", "rate"]
RollUp = Literal["sum", "weighted_mean", "min", "max", "last", "recompute", "none"]
FREQUENCIES = {
    "month": "tháng",
    "quarter": "quý",
    "half_year": "6 tháng",
    "nine_months": "9 tháng",
    "year": "năm",
    "season": "vụ",
    "five_years": "5 năm",
}
LEVELS = {"nation": "quốc gia", "province": "tỉnh", "district": "huyện", "commune": "xã"}
CODE = re.compile(r"[^\s;,|]{1,40}")
LONGEST = 1_000
LONGEST_NAME = 300
_SPELLINGS = {
    fold(word): name
    for names in (FREQUENCIES, LEVELS)
    for name, label in names.items()
    for word in (name, label, name.replace("_", " "))
} | {"nua nam": "half_year", "sau thang": "half_year", "chin thang": "nine_months", "trung uong": "nation"}


@dataclass(frozen=True)
class Meaning:
    """`formula` names other indicators by code in brackets; `rolls_up_to` is the one of the level above."""

    name: str
    unit: str = ""
    type: str = "decimal"
    decimals: int = 2
    nature: Nature = "flow"
    roll_up: RollUp = "sum"
    formula: str = ""
    explanation: str = ""
    disaggregations: tuple[str, ...] = ()
    frequencies: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    legal_basis: str = ""
    responsible: str = ""
    rolls_up_to: str = ""
    source: str = ""
    provenance: str = ""


def to_value(meaning: Meaning) -> dict[str, Any]:
    """As kept in a row."""
    return {name: list(x) if isinstance(x, tuple) else x for name, x in asdict(meaning).items()}


def from_value(value: Mapping[str, Any]) -> Meaning:
    """As read from a row."""
    parts: dict[str, Any] = {name: tuple(x) if isinstance(x, list) else x for name, x in value.items()}
    return Meaning(**parts)


def listed(text: str) -> tuple[str, ...]:
    """The parts of a list people write: by semicolons, commas or lines."""
    return tuple(dict.fromkeys(part for each in re.split(r"[;\n]", text) if (part := " ".join(each.split()))))


def named(text: str) -> tuple[list[str], list[str]]:
    """Frequencies and levels by what people call them, and what is no such thing.

    Words in brackets are remarks.
    """
    parts = re.split(r"[;,/\n]", re.sub(r"\([^)]*\)", " ", text))
    words = [word for part in parts if (word := " ".join(part.split()))]
    known = [_SPELLINGS[fold(word)] for word in words if fold(word) in _SPELLINGS]
    return list(dict.fromkeys(known)), [word for word in words if fold(word) not in _SPELLINGS]


def kind_of(unit: str) -> tuple[str, int, Nature, RollUp]:
    """What figures of a unit are where nobody said: shares are not added up, counts are whole."""
    first = unit.partition(";")[0].strip()
    if first.startswith(("%", "‰")) or "/" in first:
        return ("percent" if first.startswith("%") else "decimal"), 2, "rate", "none"
    whole = fold(first) in {
        *("nguoi", "ho", "ho so", "du an", "doanh nghiep", "don vi", "cuoc", "luot", "xa", "truong", "don"),
        *("htx", "van ban", "co so", "lao dong", "giay phep", "cho", "sieu thi", "trang trai", "gcn", "con"),
    }
    return ("integer", 0, "flow", "sum") if whole else ("decimal", 2, "flow", "sum")


def faults(code: str, meaning: Meaning) -> Iterator[Finding]:
    """What is wrong with an indicator by itself."""
    facts = {"code": code, "longest": LONGEST_NAME}
    if not CODE.fullmatch(code) or not code.isprintable():
        yield Finding("indicator.code", facts=facts)
    if not 0 < len(meaning.name) <= LONGEST_NAME or not meaning.name.isprintable():
        yield Finding("indicator.name", facts=facts)
    if meaning.type not in DEFAULT_DECIMALS or not 0 <= meaning.decimals <= 9:
        yield Finding("indicator.type", facts=facts | {"type": meaning.type, "decimals": meaning.decimals})
    if meaning.nature not in get_args(Nature) or meaning.roll_up not in get_args(RollUp):
        yield Finding("indicator.roll_up", facts=facts | {"roll_up": meaning.roll_up})
    wrong = [*(set(meaning.frequencies) - set(FREQUENCIES)), *(set(meaning.levels) - set(LEVELS))]
    if wrong:
        yield Finding("indicator.words", facts=facts | {"words": sorted(wrong)})
    if any(len(x) > LONGEST for x in asdict(meaning).values() if isinstance(x, str)):
        yield Finding("indicator.long", facts=facts | {"longest": LONGEST})
