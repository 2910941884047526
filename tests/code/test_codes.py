"""Every code has its words in both languages, every entry its code, and every entry can be filled in."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

from core.messages import LANGUAGES, catalogue
from tests.code.source import calls, modules, tree

# What takes a code as its first argument, however it is spelled: Finding, _fault, refuse, ...
CARRIERS = {"finding", "fault", "refuse", "notfound", "forbidden", "conflict", "sentence", "say"}
CODE = re.compile(r"E_[A-Z]+(\.\w+)*|[a-z_]+(\.\w+)+")


def codes() -> set[str]:
    """All codes of the source; one that ends with a dot is the fixed beginning of an f-string."""
    return {code for path in modules() for code in (*_carried(path), *_listed(path))}


def mentioned() -> set[str]:
    """Everything that may be a code: also those that reach their finding through other hands."""
    texts = {text for path in modules() for text in _strings(tree(path)) if CODE.fullmatch(text)}
    return texts | codes()


def _carried(path: Path) -> Iterator[str]:
    for name, call in calls(path):
        if name.strip("_").lower() not in CARRIERS or not call.args:
            continue
        match call.args[0]:
            case ast.JoinedStr(values=[ast.Constant(value=str(beginning)), *_]):
                yield beginning
            case argument:
                yield from filter(CODE.fullmatch, _strings(argument))


def _listed(path: Path) -> Iterator[str]:
    """Strings in tables named CODES or ..._CODES."""
    for node in ast.walk(tree(path)):
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if name.endswith("CODES"):
                yield from _strings(value)


def _strings(node: ast.AST) -> Iterator[str]:
    for part in ast.walk(node):
        if isinstance(part, ast.Constant) and isinstance(part.value, str):
            yield part.value


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_code_has_words(lang: str) -> None:
    entries = catalogue(lang)

    def told(code: str) -> bool:
        if code.endswith("."):
            return any(entry.startswith(code) for entry in entries)
        parts = code.split(".")
        return any(".".join(parts[:end]) in entries for end in range(len(parts), 0, -1))

    assert [code for code in sorted(codes()) if not told(code)] == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_entry_has_a_code(lang: str) -> None:
    used = mentioned()

    def serves(entry: str) -> bool:
        return any(
            entry == code
            or code.startswith(f"{entry}.")
            or entry.startswith(code if code.endswith(".") else f"{code}.")
            for code in used
        )

    assert [entry for entry in sorted(catalogue(lang)) if not serves(entry)] == []


def test_entries_are_format_strings_over_the_same_facts() -> None:
    vi, en = (catalogue(lang) for lang in LANGUAGES)
    assert sorted(vi) == sorted(en)
    for code in vi:
        assert vi[code] and en[code], code
        assert _fields(vi[code]) == _fields(en[code]), code


def _fields(words: str) -> set[str]:
    parts = [
        (field, spec, conversion)
        for _, field, spec, conversion in Formatter().parse(words)
        if field is not None
    ]
    assert all(field.isidentifier() and not spec and not conversion for field, spec, conversion in parts), (
        words
    )
    return {field for field, _, _ in parts}
