"""What can be typed next in a rule: keywords, rows, columns, forms, functions, attributes, with their titles.

The grammar itself says what may come: what stands before the cursor is fed to the parser, which then names
the terminals it would take. The word under the cursor picks among them; a keyword of several words may have
begun up to three words before.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Literal

from lark import Lark, Token
from lark.exceptions import UnexpectedInput

from expr.names import Axis, Directory, Named, SectionNames
from expr.printer import spell
from expr.signatures import Functions, Signature
from expr.text import CODE, fold, normalise, quote

MOST = 12
"""A list to read at a glance; one more letter narrows it."""
Kind = Literal["keyword", "operator", "row", "column", "form", "function", "attribute"]

KEYWORDS: Mapping[str, tuple[str, str]] = {
    "IF": ("nếu", "if"),
    "THEN": ("thì", "then"),
    "ELSE": ("ngược lại", "else"),
    "OR": ("hoặc", "or"),
    "AND": ("và", "and"),
    "NOT": ("không phải", "not"),
    "IS_FILLED": ("phải nhập", "is not blank"),
    "IS_BLANK": ("để trống", "is blank"),
    "ONE_OF": ("thuộc", "one of"),
    "NOT_ONE_OF": ("không thuộc", "not one of"),
    "ROW": ("dòng", "row"),
    "COLUMN": ("cột", "column"),
    "CELL": ("ô", "cell"),
    "FORM": ("biểu", "form"),
    "AGENCY": ("đơn vị", "unit"),
    "CHILDREN_OF": ("dòng con của", "child rows of"),
    "CHILDREN": ("dòng con", "child rows"),
    "PARENT": ("dòng cha", "parent row"),
    "EVERY_ROW": ("mọi dòng", "every row"),
    "EVERY_COLUMN": ("mọi cột", "every column"),
    "TO": ("đến", "to"),
    "OF": ("của", "of"),
    "PREVIOUS": ("kỳ trước", "previous period"),
    "PREVIOUS_IN_YEAR": ("kỳ trước trong năm", "previous period in year"),
    "SAME_PERIOD": ("cùng kỳ năm trước", "same period last year"),
    "LAST_YEAR": ("năm trước", "last year"),
    "IN": ("trong", "in"),
    "EXCEPT": ("trừ", "except"),
    "TOLERANCE": ("sai số", "tolerance"),
    "AUTO": ("tự động", "auto"),
    "BLANK_AS_ZERO": ("trống là 0", "blank as 0"),
    "SKIP_IF_BLANK": ("bỏ qua nếu trống", "skip if blank"),
    "WARNING": ("cảnh báo", "warning"),
    "ERROR": ("báo lỗi", "error"),
    "MESSAGE": ("thông báo", "message"),
    "WHEN": ("chỉ khi", "when"),
}
"""Each keyword's terminal with its Vietnamese and its English spelling."""
OPERATORS = ("=", "<=", ">=", "<", ">", "<>")
ATTRIBUTES = (
    *("kỳ.tháng", "kỳ.quý", "kỳ.năm", "kỳ.đầu_năm", "kỳ.từ", "kỳ.đến"),
    *("đơn vị.cấp", "đơn vị.mã", "đơn vị.tên"),
)
_RUN = re.compile(r"(?:[\w.]+\s+){0,3}[\w.]*$")
"""The last words before the cursor with nothing but blanks between: a keyword may be under way there."""
_WORD = re.compile(r"[\w.]+")
_OPEN_QUOTE = re.compile(r'"[^"]*$')
_KINDS: Mapping[str, tuple[str, str]] = {
    "value": ("x", "x"),
    "number": ("số", "number"),
    "any": ("x", "x"),
    "cells": ("vùng", "cells"),
    "condition": ("điều kiện", "condition"),
    "criterion": ("> 0", "> 0"),
    "digits": ("số chữ số", "digits"),
    "unit": ("đơn vị tính", "unit"),
    "reference": ("ô", "cell"),
    "date": ("ngày", "date"),
    "text": ("chữ", "text"),
}
"""What an argument takes, Vietnamese and English."""


@dataclass(frozen=True, slots=True)
class Completion:
    """A text to stand from `start` to the cursor; `title` says what it is."""

    text: str
    start: int
    kind: Kind
    title: str = ""


def complete(
    text: str, cursor: int, section: SectionNames, directory: Directory, functions: Functions, lang: str
) -> list[Completion]:
    """What may stand at the cursor of a rule of `section`, the best first."""
    before = text[:cursor]
    found: dict[str, Completion] = {}
    for start in _starts(before):
        tokens, accepted = _read(normalise(before[:start]))
        typed = before[start:].strip()
        offers = _Offers(section, directory, functions, lang, start, fold(typed.lstrip('"')))
        for each in offers.of(tokens, accepted):
            if each.text != typed:
                found.setdefault(each.text, each)
    return list(found.values())[:MOST]


def _starts(before: str) -> Iterator[int]:
    """Where the word under the cursor may begin, the nearest first."""
    opened = _OPEN_QUOTE.search(before) if before.count('"') % 2 else None
    if opened:
        yield opened.start()
        return
    run = _RUN.search(before)
    begin = run.start() if run else len(before)
    starts = [begin + word.start() for word in _WORD.finditer(before[begin:])]
    if not before or not _WORD.fullmatch(before[-1]):
        yield len(before)
    yield from reversed(starts)


@cache
def _grammar() -> Lark:
    text = Path(__file__).with_name("grammar.lark").read_text(encoding="utf-8")
    return Lark(text, parser="lalr", maybe_placeholders=False)


@lru_cache(maxsize=256)
def _read(before: str) -> tuple[Sequence[Token], frozenset[str]]:
    """The tokens of a beginning and the terminals that may follow; none where no rule begins so.

    Kept, for the beginning stays the same while a word is typed.
    """
    reading = _grammar().parse_interactive(before)
    try:
        tokens = tuple(reading.exhaust_lexer())
    except UnexpectedInput:
        return (), frozenset()
    return tokens, frozenset(reading.accepts())  # type: ignore[no-untyped-call]


@dataclass(frozen=True, slots=True)
class _Offers:
    """All that is offered for what was typed from a place on, folded."""

    section: SectionNames
    directory: Directory
    functions: Functions
    lang: str
    start: int
    typed: str

    def of(self, tokens: Sequence[Token], accepted: frozenset[str]) -> Iterator[Completion]:
        if "OPERATOR" in accepted and not self.typed:
            yield from self.listed(OPERATORS, "operator")
        if "CODE" in accepted:
            yield from self.names(tokens)
        yield from self.keywords(accepted)
        if "FUNCTION" in accepted:
            yield from self.calls()
            yield from self.listed(ATTRIBUTES, "attribute")

    def keywords(self, accepted: frozenset[str]) -> Iterator[Completion]:
        for terminal, spellings in KEYWORDS.items():
            if terminal in accepted:
                mine = spellings if self.lang == "vi" else spellings[::-1]
                for spelled in mine if self.typed else mine[:1]:
                    if fold(spelled).startswith(self.typed):
                        yield Completion(spelled, self.start, "keyword")
                        break

    def listed(self, texts: Iterable[str], kind: Kind) -> Iterator[Completion]:
        for text in texts:
            if fold(text).startswith(self.typed):
                yield Completion(text, self.start, kind)

    def calls(self) -> Iterator[Completion]:
        for signature in self.functions:
            for name in (signature.name, signature.english, *signature.also):
                if fold(name).startswith(self.typed):
                    yield Completion(f"{name}(", self.start, "function", told(signature, name, self.lang))
                    break

    def names(self, tokens: Sequence[Token]) -> Iterator[Completion]:
        wanted = _wanted(tokens)
        if wanted == "form":
            for code, title in self.forms().items():
                if self.typed in fold(f"{code} {title}"):
                    written = code if CODE.fullmatch(code) else quote(code)
                    yield Completion(written, self.start, "form", title)
        elif wanted is not None:
            yield from self.things(wanted)

    def forms(self) -> Mapping[str, str]:
        """Other templates and the sections of this one, with their titles."""
        return {section.code: section.title for section in self.directory.form.sections} | {
            code: names.sections[0].title for code, names in self.directory.others.items() if names.sections
        }

    def things(self, axis: Axis) -> Iterator[Completion]:
        things: Sequence[Named] = self.section.designed if axis == "row" else self.section.columns
        ranked = [(rank, thing) for thing in things if (rank := self.rank(thing)) is not None]
        ranked.sort(key=lambda pair: pair[0])
        for _, thing in ranked:
            label = thing.title if thing.ordinal in ("", thing.code) else f"{thing.ordinal}. {thing.title}"
            yield Completion(spell(self.section.index[axis], thing.id), self.start, axis, label)

    def rank(self, thing: Named) -> int | None:
        """How well a thing fits what was typed: by its code, the beginning of its title, a word of it."""
        title = fold(thing.title)
        if any(fold(name).startswith(self.typed) for name in (thing.code, thing.ordinal) if name):
            return 0
        if title.startswith(self.typed):
            return 1
        return 2 if f" {self.typed}" in title else None


def told(signature: Signature, name: str, lang: str) -> str:
    """How a function is called: `tổng(vùng; …)`, `làm_tròn(số; số chữ số)`."""
    arguments = [_KINDS[kind][lang == "en"] for kind in signature.arguments]
    return f"{name}({'; '.join(arguments)}{'; …' if signature.repeats else ''})"


def _wanted(tokens: Sequence[Token]) -> Axis | Literal["form"] | None:
    """What a name at the end would be: the nearest word before says so, in a cell's brackets the place."""
    word: Axis | Literal["form"] | None = None
    brackets: list[_Bracket] = []
    for token in tokens:
        if token.type in _WORDS:
            word = _WORDS[token.type]
        elif token.type in ("LSQB", "LPAR"):
            brackets.append(_Bracket(token.type == "LSQB"))
            word = None if token.type == "LSQB" else word
        elif token.type in ("RSQB", "RPAR"):
            brackets.pop()
        elif token.type == "SEP" and brackets and brackets[-1].of_cell:
            brackets[-1] = _Bracket(True, word or "row")
            word = None
    cell = next((bracket for bracket in reversed(brackets) if bracket.of_cell), None)
    if word or cell is None:
        return word
    return "column" if cell.first == "row" else "row"


_WORDS: Mapping[str, Axis | Literal["form"] | None] = {
    "ROW": "row",
    "CHILDREN_OF": "row",
    "COLUMN": "column",
    "FORM": "form",
    "AGENCY": None,
}


@dataclass(frozen=True, slots=True)
class _Bracket:
    """An open bracket; of a cell's, what stands before the semicolon in it."""

    of_cell: bool
    first: Axis | Literal["form"] | None = None
