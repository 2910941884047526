"""Rules that differ only in the names they pick are parsed once.

Templates hold hundreds of rules of one form: `ô [A1; 3] <= ô [A1; 4]`. What is left of such a text without
the names in brackets and after `dòng` and `cột` is its *mould*; the tree of the first text of a mould is cast
again with the names of the next. Only texts without a fault leave a mould, and only when every name that was
taken out is a name in the tree: all else goes through the grammar.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import is_dataclass
from itertools import accumulate
from typing import Any

from expr import nodes
from expr.nodes import Name

MOST = 1_000
"""Moulds that are kept; then all are forgotten."""
_WORD = r"[A-Za-z0-9_]+(?:\.[A-Za-z0-9_]+)*(?!\w)"
_KEYWORDS = r"(?:con|cha|row|rows|column|cell|every|child|parent|of|to|in|form|unit|period)(?!\w)"
_NAMES = re.compile(
    rf'"(?:[^"]|"")*"|\[(?P<inside>[^\[\]"]*)\]|(?<!\w)(?:dòng|cột|row|column)\s+(?!{_KEYWORDS})(?P<after>{_WORD})',
    re.IGNORECASE,
)
_INSIDE = re.compile(rf"(?<![\w.])(?!{_KEYWORDS})({_WORD})", re.IGNORECASE)
Cast = Callable[[Sequence[str], Sequence[int]], Any]
"""Makes a part of a tree from the names and from how far what follows each of them has moved."""

_kept: dict[str, tuple[Sequence[int], Cast]] = {}


def taken_out(text: str) -> tuple[str, list[tuple[int, int]]]:
    """(the mould of a normalised text, where the names stand that were taken out)."""
    spans: list[tuple[int, int]] = []
    for found in _NAMES.finditer(text):
        if found["after"]:
            spans.append(found.span("after"))
        elif found["inside"]:
            start, end = found.span("inside")
            spans += [word.span() for word in _INSIDE.finditer(text, start, end)]
    done, parts = 0, []
    for start, end in spans:
        parts.append(text[done:start])
        done = end
    return "\0".join((*parts, text[done:])), spans


def cast(text: str, mould: str, spans: Sequence[tuple[int, int]]) -> nodes.Rule | None:
    """The tree of a text whose mould is known."""
    known = _kept.get(mould)
    if known is None:
        return None
    lengths, made = known
    moved = accumulate(
        (end - start - was for (start, end), was in zip(spans, lengths, strict=True)), initial=0
    )
    rule: nodes.Rule = made([text[start:end] for start, end in spans], list(moved))
    return rule


def keep(mould: str, spans: Sequence[tuple[int, int]], rule: nodes.Rule) -> None:
    """Keeps the tree of the first text of a mould."""
    maker = _Maker(spans)
    made = maker.of(rule)
    if len(maker.met) < len(spans):
        return  # something that was taken out is no name
    if len(_kept) >= MOST:
        forget()
    _kept[mould] = [end - start for start, end in spans], made or (lambda names, moved: rule)


def forget() -> None:
    """Forgets all moulds."""
    _kept.clear()


class _Maker:
    """Makes casts of the parts of a tree; None for one in which nothing varies."""

    def __init__(self, spans: Sequence[tuple[int, int]]) -> None:
        self.starts = [start for start, _ in spans]
        self.at = {span: i for i, span in enumerate(spans)}
        self.met: set[int] = set()

    def of(self, part: Any) -> Cast | None:
        if isinstance(part, tuple):
            return self.of_tuple(part)
        return self.of_node(part) if is_dataclass(part) else None

    def of_tuple(self, parts: tuple[Any, ...]) -> Cast | None:
        casts = [self.of(part) for part in parts]
        if not any(casts):
            return None
        sure = [made or _same(part) for made, part in zip(casts, parts, strict=True)]
        return lambda names, moved: tuple([made(names, moved) for made in sure])

    def of_node(self, node: Any) -> Cast | None:
        kind, start, end = type(node), getattr(node, "start", None), getattr(node, "end", None)
        values = [getattr(node, name) for name in kind.__match_args__]
        casts = [self.of(value) for value in values]
        sure = [made or _same(value) for made, value in zip(casts, values, strict=True)]
        if start is None or end is None:
            if not any(casts):
                return None
            return lambda names, moved: kind(*[made(names, moved) for made in sure])
        before, after = bisect_right(self.starts, start - 1), bisect_right(self.starts, end - 1)
        if kind is Name:
            at = self.at.get((start, end))
            if at is not None:
                self.met.add(at)
                return lambda names, moved: Name(
                    names[at], start=start + moved[before], end=end + moved[after]
                )
        return lambda names, moved: kind(
            *[made(names, moved) for made in sure], start=start + moved[before], end=end + moved[after]
        )


def _same(value: Any) -> Cast:
    return lambda names, moved: value
