"""Ordinals of rows in the usual styles (I, A, 1, 1.1, a, -), told from the text and from what came before."""

import re
from typing import NamedTuple

_DOTTED = re.compile(r"([IVXLC]+|[A-ZĐ]|\d{1,3}|[a-zđ])((?:\.(?:\d{1,3}|[a-zđ]))+)[.)]?")
_SIMPLE = re.compile(r"\(?([IVXLC]+|[A-ZĐ]|\d{1,4}|[a-zđ]|[ivx]{2,5})[.)/:]?\)?")
_BULLET = re.compile(r"[-–—+*•○●◦▪]+")
_IN_TITLE = re.compile(
    r"(?P<ordinal>(?:[IVXLC]+|[A-ZĐ]|\d{1,3}|[a-zđ])(?:\.(?:\d{1,3}|[a-zđ]))*)(?:[.)/:]|\s*[-–](?=\s))\s*(?P<title>[^\s\d].*|\d+\s+\S.*)"
    r"|(?P<dotted>\d{1,3}(?:\.\d{1,3})+)\s+(?P<dotted_title>\S.*)"
    r"|(?P<roman>[IVX]{1,5})\s+(?P<roman_title>\w.*)"
    r"|(?P<bullet>[-–—+*•○●◦▪])\s*(?P<bullet_title>[^\s\d].*)"
)
_ROMAN = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}
_LETTERS = "abcdđefghijklmnopqrstuvwxyz"
_VIETNAMESE = "abcdđeghiklmnopqrstuvxy"


class Ordinal(NamedTuple):
    """One reading of an ordinal: its style and its place in the counting of that style."""

    style: str
    value: int


def split_title(text: str) -> tuple[str, str]:
    """(ordinal, rest) of a text such as `1.1. Thu nội địa`; no ordinal where it begins with none."""
    found = _IN_TITLE.fullmatch(text)
    if not found:
        return "", text
    for name, title in (
        ("ordinal", "title"),
        ("dotted", "dotted_title"),
        ("roman", "roman_title"),
        ("bullet", "bullet_title"),
    ):
        if found[name]:
            return ("-" if name == "bullet" and found[name] in "–—-" else found[name]), found[title].strip()
    return "", text


def plain(text: str) -> str:
    """An ordinal without the dots and brackets around it; "" where the text is none."""
    text = text.strip()
    if _BULLET.fullmatch(text):
        return "-" if text[0] in "-–—" else text[0]
    if _DOTTED.fullmatch(text) or _SIMPLE.fullmatch(text):
        return text.strip("().:/ ")
    return ""


def readings(ordinal: str) -> list[Ordinal]:
    """What an ordinal may be: `C` is a letter or a hundred."""
    if not ordinal:
        return []
    if _BULLET.fullmatch(ordinal):
        return [Ordinal(ordinal, 0)]
    if "." in ordinal:
        last = ordinal.rsplit(".", 1)[1]
        depth = ordinal.count(".")
        value = int(last) if last.isdecimal() else _letter(last)
        return [Ordinal(f"dotted{depth}", value)]
    if ordinal.isdecimal():
        return [Ordinal("1", int(ordinal))]
    found = []
    if re.fullmatch("[IVXLC]+", ordinal):
        found.append(Ordinal("I", _roman(ordinal)))
    if len(ordinal) == 1:
        found.append(Ordinal("A" if ordinal.isupper() else "a", _letter(ordinal)))
    if re.fullmatch("[ivx]+", ordinal):
        found.append(Ordinal("i", _roman(ordinal.upper())))
    return found


def follows(ordinal: Ordinal, before: Ordinal) -> bool:
    """Whether it is the next in the same counting, by either alphabet."""
    if ordinal.style != before.style:
        return False
    if ordinal.style in ("A", "a"):
        step = ordinal.value - before.value
        return (
            step == 1
            or (
                0 < step <= 3
                and not any(_LETTERS[i - 1] in _VIETNAMESE for i in range(before.value + 1, ordinal.value))
            )
            or (before.value == 4 and ordinal.value == 6)
        )
    return ordinal.value == before.value + 1


def _letter(letter: str) -> int:
    return _LETTERS.find(letter.lower()) + 1


def _roman(text: str) -> int:
    values = [_ROMAN[letter] for letter in text]
    return sum(-v if v < after else v for v, after in zip(values, [*values[1:], 0], strict=True))
