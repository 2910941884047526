"""JSON as people write it in files: read exactly, refused with line and column."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from functools import partial
from itertools import accumulate
from typing import Any, NoReturn

from engine.findings import Finding

MAX_SIZE = 5_000_000
MAX_DEPTH = 60
MAX_DIGITS = 34

# Possessive: one pass, whatever the text. What is not a string, a bracket or a constant is skipped.
_MARKS = re.compile(r'"(?:[^"\\]++|\\.)*+"?|[\[{]|[\]}]|NaN|-?Infinity', re.DOTALL)
_STRINGS = re.compile(r'"(?:[^"\\]++|\\.)*+"?', re.DOTALL)
_BRACKETS = re.compile(r"[\[{\]}]")


def read_json(text: str | bytes) -> tuple[Any, list[Finding]]:
    """The value written in `text`, numbers exact (`int` or `Decimal`); None where there are findings."""
    if len(text) > MAX_SIZE:
        facts = {"count": len(text), "limit": MAX_SIZE}
        return None, [Finding("file.limit", facts=facts, variant="size")]
    if isinstance(text, bytes):
        try:
            text = text.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            return None, [Finding("file.encoding", facts={"byte": error.start + 1})]
    text = text.removeprefix("\N{BYTE ORDER MARK}")
    findings = [] if _is_flat(text) else list(_check_marks(text))
    if findings:
        return None, findings
    numbers = {"parse_int": _integer, "parse_float": _decimal, "parse_constant": _refuse}
    read = partial(json.loads, text, **numbers)  # type: ignore[arg-type]
    try:
        return read(object_pairs_hook=_object), []
    except json.JSONDecodeError as error:
        variant = "" if text[error.pos :].strip() else "end"
        return None, [replace(_at(text, error.pos, "file.syntax"), variant=variant)]
    except _DuplicateKeys:
        found = _duplicates(read(object_pairs_hook=_Pairs))
        return None, [Finding("file.duplicate_key", where=where, facts={"key": key}) for where, key in found]


def write_json(value: object) -> str:
    """`value` as this product writes files: in the order given, one item a line, with a final newline."""
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


def path_to(where: str, key: str | int) -> str:
    """The path of one item below `where`: `sections[0].columns[2].type`."""
    if isinstance(key, int):
        return f"{where}[{key}]"
    name = key if re.fullmatch(r"[\w-]{1,80}", key) else json.dumps(key[:80], ensure_ascii=False)
    return f"{where}.{name}" if where else name


class _Pairs(list[tuple[str, Any]]):
    """An object with its keys as they were written."""


class _DuplicateKeys(Exception):
    """Some object has a key twice."""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    plain = dict(pairs)
    if len(plain) < len(pairs):
        raise _DuplicateKeys
    return plain


def _is_flat(text: str) -> bool:
    """Whether a look at the brackets tells that nothing of `_check_marks` will be found."""
    bare = _STRINGS.sub("", text)
    steps = (1 if sign in "[{" else -1 for sign in _BRACKETS.findall(bare))
    return max(accumulate(steps), default=0) <= MAX_DEPTH and "N" not in bare and "I" not in bare


def _check_marks(text: str) -> Iterator[Finding]:
    # The standard reader would go down as deep as the text says, and it knows no NaN-free mode with places.
    depth = 0
    for mark in _MARKS.finditer(text):
        sign = mark[0]
        if sign in "[{":
            depth += 1
            if depth > MAX_DEPTH:
                yield replace(_at(text, mark.start(), "file.limit", limit=MAX_DEPTH), variant="depth")
                return
        elif sign in "]}":
            depth -= 1
        elif not sign.startswith('"'):
            yield _at(text, mark.start(), "file.constant", value=sign)


def _at(text: str, position: int, code: str, **facts: object) -> Finding:
    line = text.count("\n", 0, position) + 1
    column = position - text.rfind("\n", 0, position)
    near = text[position : position + 20].partition("\n")[0]
    return Finding(code, facts={"line": line, "column": column, "near": near, **facts}, position=position)


def _integer(digits: str) -> int | Decimal:
    return int(digits) if len(digits) <= MAX_DIGITS else Decimal(digits)


def _decimal(digits: str) -> Decimal:
    try:
        return Decimal(digits)
    except InvalidOperation:  # an exponent of twenty digits
        return Decimal("Infinity")


def _refuse(constant: str) -> NoReturn:
    raise AssertionError(constant)  # _check_marks has seen every constant before


def _duplicates(value: Any, where: str = "") -> Iterator[tuple[str, str]]:
    """Where a key stands twice, and the key."""
    if isinstance(value, _Pairs):
        met: set[str] = set()
        for key, item in value:
            if key in met:
                yield where, key
            met.add(key)
            yield from _duplicates(item, path_to(where, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _duplicates(item, path_to(where, index))
