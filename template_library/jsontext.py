"""JSON as people write it in files: read exactly, refused with line and column."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from typing import Any, NoReturn

from engine.findings import Finding

MAX_SIZE = 5_000_000
MAX_DEPTH = 60
MAX_DIGITS = 34

# Possessive: one pass, whatever the text. What is not a string, a bracket or a constant is skipped.
_MARKS = re.compile(r'"(?:[^"\\]++|\\.)*+"?|[\[{]|[\]}]|NaN|-?Infinity', re.DOTALL)


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
    findings = list(_check_marks(text))
    if findings:
        return None, findings
    try:
        value = json.loads(
            text, parse_int=_integer, parse_float=_decimal, parse_constant=_refuse, object_pairs_hook=_Pairs
        )
        return _plain(value), []
    except json.JSONDecodeError as error:
        variant = "" if text[error.pos :].strip() else "end"
        return None, [replace(_at(text, error.pos, "file.syntax"), variant=variant)]
    except _DuplicateKey as error:
        return None, [Finding("file.duplicate_key", where=error.where, facts={"key": error.key})]


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
    """An object before its keys were seen to be different."""


class _DuplicateKey(Exception):
    def __init__(self, where: str, key: str) -> None:
        super().__init__(where, key)
        self.where = where
        self.key = key


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


def _plain(value: Any, where: str = "") -> Any:
    if isinstance(value, _Pairs):
        plain: dict[str, Any] = {}
        for key, item in value:
            if key in plain:
                raise _DuplicateKey(where, key)
            plain[key] = _plain(item, path_to(where, key))
        return plain
    if isinstance(value, list):
        return [_plain(item, path_to(where, index)) for index, item in enumerate(value)]
    return value
