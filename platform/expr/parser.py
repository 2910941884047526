"""From text to tree. Names stay as typed; `expr.resolve` turns them into ids.

The parser is made once, on first use. Limits are counts, taken before and while parsing; no clock decides.
"""

import re
import threading
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from lark import Lark
from lark.exceptions import UnexpectedInput

from expr import nodes
from expr.builder import Builder
from expr.faults import Fault
from expr.hints import syntax_fault
from expr.moulds import cast, keep, taken_out
from expr.text import normalise, unquoted

MAX_CHARACTERS = 4_000
MAX_TOKENS = 1_500
MAX_NESTING = 40

_WORD = re.compile(r'"(?:[^"]|"")*"|\w+(?:[.,]\w+)*|[^\s\w]')
_STEP = re.compile(
    r"(?P<open>[(\[])|(?P<close>[)\]])|(?P<guard>\b(?:if|nếu)(?!\w))"
    r"|(?P<prefix>-|\b(?:not|không\s+phải)(?!\w))|\w+|[^\s\w]",
    re.IGNORECASE,
)
_LOCK = threading.Lock()


@dataclass(frozen=True, slots=True)
class Parsed:
    """The normalised text, its tree when it could be read, and everything wrong with it."""

    text: str
    rule: nodes.Rule | None
    faults: tuple[Fault, ...] = ()


def parse(text: str) -> Parsed:
    """The tree of one rule; never raises on bad text."""
    # A character may be typed as letter and marks; composing costs, so that a huge text is not even composed.
    text = normalise(text) if len(text) <= 4 * MAX_CHARACTERS else text
    if len(text) > MAX_CHARACTERS:
        facts = {"limit": MAX_CHARACTERS, "found": len(text)}
        return Parsed(text[:MAX_CHARACTERS], None, (Fault("E_LIMIT", 0, len(text), "characters", facts),))
    mould, spans = taken_out(text)
    known = cast(text, mould, spans)
    if known is not None:
        return Parsed(text, known)
    fault = _over_limit(text) or _foreign_digit(text)
    if fault:
        return Parsed(text, None, (fault,))
    parser, builder = _parser()
    with _LOCK:
        builder.begin()
        try:
            rule = parser.parse(text)
        except UnexpectedInput as error:
            return Parsed(text, None, (*builder.faults, syntax_fault(text, error)))
        faults = tuple(builder.faults)
        if not faults:
            keep(mould, spans, rule)  # type: ignore[arg-type]
    return Parsed(text, None if faults else rule, faults)  # type: ignore[arg-type]


@cache
def _parser() -> tuple[Lark, Builder]:
    builder = Builder()
    grammar = Path(__file__).with_name("grammar.lark").read_text(encoding="utf-8")
    return Lark(grammar, parser="lalr", transformer=builder, maybe_placeholders=False), builder


def _over_limit(text: str) -> Fault | None:
    tokens = sum(1 for _ in _WORD.finditer(text))
    if tokens > MAX_TOKENS:
        return Fault("E_LIMIT", 0, len(text), "tokens", {"limit": MAX_TOKENS, "found": tokens})
    outer: list[int] = []
    guards = prefixes = 0
    for step in _STEP.finditer(unquoted(text)):
        # Each bracket, each `nếu` so far and each `-` or `không phải` in an unbroken row is one level.
        prefixes = prefixes + 1 if step.lastgroup == "prefix" else prefixes
        guards += step.lastgroup == "guard"
        if step.lastgroup == "open":
            outer.append(prefixes + 1)
        elif step.lastgroup == "close" and outer:
            outer.pop()
        prefixes = prefixes if step.lastgroup == "prefix" else 0
        if sum(outer) + prefixes + guards > MAX_NESTING:
            return Fault("E_LIMIT", step.start(), step.end(), "nesting", {"limit": MAX_NESTING})
    return None


def _foreign_digit(text: str) -> Fault | None:
    for position, character in enumerate(unquoted(text)):
        if character > "\x7f" and unicodedata.category(character) in ("Nd", "Nl", "No"):
            return Fault("E_NUM", position, position + 1, "foreign", {"found": character})
    return None
