"""A text cast in a known mould gives the tree that the grammar gives, with the same positions."""

import re
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest

from expr import moulds
from expr.parser import Parsed, parse

TEXTS = (
    "ô [A1; 3] <= ô [B.12; 4]",
    "dòng 1 = dòng 1.1 + dòng 1.2 trong cột 3, c4",
    "dòng 1 đến 5 <> 0 trừ cột (3; 4)",
    "row 1 = row 2 in every column",
    "dòng con của r1 = dòng cha của kỳ trước",
    "dòng cha = tổng(dòng con)",
    "nếu ô [dòng con của r1; c1] > 0 thì ô [r2; cột c2] phải nhập trống là 0",
    "tổng(ô [r1 đến r7; c1, c2]) = làm_tròn(ô [T; c1] / 1,5; 2) sai số 0,5%",
    'ô ["a [b]"; c1] = ô [r1; "c; 2"] thông báo "cột 3 [x; y]"',
    "cột d1 = 01/02/2024",
    "[r1; 3] = [row; 3]",
    "cột 3 = cột in",
    "ô [every; 3] = 1",
    "ô [r1; 3 = 1",
    "cột cột = 1",
)


def spans(part: Any) -> Iterator[tuple[int, int]]:
    """Where all parts of a tree stand, in order."""
    if isinstance(part, tuple):
        for one in part:
            yield from spans(one)
    elif hasattr(part, "__dataclass_fields__"):
        if hasattr(part, "start"):
            yield part.start, part.end
        for name in part.__match_args__:
            yield from spans(getattr(part, name))


def told(parsed: Parsed) -> object:
    return parsed, list(spans(parsed.rule))


def from_grammar(text: str) -> object:
    moulds.forget()
    return told(parse(text))


def renamed(text: str, pick: Random) -> str:
    """The text with some words in place of names, keywords among them."""
    words = ["r1", "A", "1.2", "row", "con", "in", "0", "c_999.x", "every", "12", "to", "cột"]
    return re.sub(r"(?<!\w)(?:[rcAB]?[0-9][\w.]*\w|[rc][0-9])", lambda _: pick.choice(words), text)


@pytest.mark.parametrize("text", TEXTS)
def test_names_change_and_nothing_else(text: str) -> None:
    pick = Random(text)
    for _ in range(60):
        first, second = text, renamed(text, pick)
        wanted = from_grammar(second)
        moulds.forget()
        parse(first)
        assert told(parse(second)) == wanted, second


def test_a_mould_is_used() -> None:
    moulds.forget()
    parse("ô [A1; 3] <= ô [A2; 3]")
    mould, found = moulds.taken_out("ô [B7.1; 44] <= ô [A; 3]")
    assert moulds.cast("ô [B7.1; 44] <= ô [A; 3]", mould, found) == parse("ô [B7.1; 44] <= ô [A; 3]").rule
    assert moulds.cast("cột 1 = cột 2", *moulds.taken_out("cột 1 = cột 2")) is None
