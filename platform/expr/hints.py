"""A syntax error in the writer's terms: what stands there, what could stand there instead."""

import re
from collections.abc import Iterable

from lark.exceptions import UnexpectedCharacters, UnexpectedEOF, UnexpectedInput, UnexpectedToken

from expr.faults import Fault
from expr.text import fold

# What a person would call each terminal; terminals that are not listed are never suggested.
_SPELLED = {
    "THEN": "thì",
    "ROW": "dòng …",
    "COLUMN": "cột …",
    "CELL": "ô […; …]",
    "NUMBER": "0",
    "FUNCTION": "tổng(…)",
    "OPERATOR": "=",
    "IS_FILLED": "phải nhập",
    "RPAR": ")",
    "RSQB": "]",
    "LPAR": "(",
    "LSQB": "[",
    "SEP": ";",
    "STRING": '"…"',
    "CODE": "1.1",
    "AGENCY": "đơn vị",
    "FORM": "biểu",
    "PREVIOUS": "kỳ trước",
    "SAME_PERIOD": "cùng kỳ",
    "LAST_YEAR": "năm trước",
    "AUTO": "tự động",
    "PLUS": "+",
    "IN": "trong",
}
_MOST = 6
_KEYWORDS = "dòng cột ô biểu của nếu thì ngược và hoặc không thuộc phải để đến mọi trừ cảnh báo chỉ bỏ sai kỳ"
_MARKED = {fold(word): word for word in _KEYWORDS.split()}


def syntax_fault(text: str, error: UnexpectedInput) -> Fault:
    """The fault for what Lark could not read, with a few things that would have fitted."""
    start = min(max(error.pos_in_stream or 0, 0), len(text))
    if isinstance(error, UnexpectedEOF) or (
        isinstance(error, UnexpectedToken) and error.token.type == "$END"
    ):
        expected = _spelled(_expected(error))
        return Fault("E_SYNTAX", len(text), len(text), "end", {"expected": expected}, expected)
    if isinstance(error, UnexpectedToken):
        found = str(error.token)
        detail = "token"
    else:
        found = text[start : start + 1]
        detail = "quote" if found.isalpha() and "CODE" in _expected(error) else "character"
        detail = "open_quote" if found == '"' else detail
    word = re.match(r"\w*", text[start:])
    wanted = _MARKED.get(fold(word[0]), "") if word else ""
    if word and wanted not in ("", word[0].lower()):
        marks = {"found": word[0], "wanted": wanted}
        return Fault("E_SYNTAX", start, start + len(word[0]), "marks", marks, (wanted,))
    expected = _spelled(_expected(error))
    facts = {"found": found, "expected": expected, "position": start + 1}
    return Fault("E_SYNTAX", start, start + len(found), detail, facts, expected)


def _expected(error: UnexpectedInput) -> Iterable[str]:
    if isinstance(error, UnexpectedCharacters):
        return error.allowed or ()
    return getattr(error, "accepts", None) or getattr(error, "expected", None) or ()


def _spelled(terminals: Iterable[str]) -> tuple[str, ...]:
    wanted = set(terminals)
    return tuple(spelling for name, spelling in _SPELLED.items() if name in wanted)[:_MOST]


def near_misses(wanted: str, known: Iterable[str], most: int = 3) -> tuple[str, ...]:
    """The known spellings nearest to `wanted`, compared folded; nearest first."""
    from difflib import get_close_matches

    by_folded: dict[str, str] = {}
    for spelling in known:
        by_folded.setdefault(fold(spelling), spelling)
    return tuple(by_folded[match] for match in get_close_matches(fold(wanted), by_folded, most, cutoff=0.5))
