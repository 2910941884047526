"""The functions of the language as the parser sees them. Bodies live in `engine.functions`, by the same name.

A plug-in's function joins the same table.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from expr.text import fold

# What an argument takes: one value, cells or a set of cells, a condition, a criterion such as `> 0` or a
# text, a literal count, a unit, a bare reference.
Kind = Literal[
    "value", "number", "any", "cells", "condition", "criterion", "digits", "unit", "reference", "date", "text"
]


@dataclass(frozen=True, slots=True)
class Signature:
    """Name, arguments and result of a function: at least `least`; the last kind repeats if `repeats`.

    A plug-in's function brings its `body` (see `engine.functions`) and, in Vietnamese and English, how
    sentences tell it (patterns as in `expr.vocabulary`) and what it is `about`, with `examples` for the
    reference: rules that hold on its sample form.
    """

    name: str
    english: str
    arguments: tuple[Kind, ...]
    least: int
    result: Literal["number", "same"] = "number"
    repeats: bool = False
    unit: Literal["same", "none", "percent", "target"] = "same"
    also: tuple[str, ...] = ()
    body: Callable[..., Any] | None = None
    told: tuple[str, str] | None = None
    about: tuple[str, str] = ("", "")
    examples: tuple[str, ...] = ()

    def kind(self, position: int) -> Kind:
        """What the argument at `position` takes."""
        return self.arguments[min(position, len(self.arguments) - 1)]

    def accepts(self, count: int) -> bool:
        """True when `count` arguments fit."""
        return self.least <= count and (self.repeats or count <= len(self.arguments))


BUILT_IN = (
    Signature("tổng", "sum", ("cells",), 1, repeats=True),
    Signature("trung_bình", "avg", ("cells",), 1, repeats=True),
    Signature("nhỏ_nhất", "min", ("cells",), 1, repeats=True),
    Signature("lớn_nhất", "max", ("cells",), 1, repeats=True),
    Signature("đếm", "count", ("cells",), 1, repeats=True, unit="none"),
    Signature("đếm_nếu", "count_if", ("cells", "criterion"), 2, unit="none"),
    Signature("tổng_nếu", "sum_if", ("cells", "criterion", "cells"), 2),
    Signature("làm_tròn", "round", ("number", "digits"), 2),
    Signature("trị_tuyệt_đối", "abs", ("number",), 1),
    Signature("tỷ_lệ", "ratio", ("number", "number"), 2, unit="percent"),
    Signature("nếu_trống", "ifblank", ("any", "any"), 2, result="same"),
    Signature("chọn", "choose", ("condition", "any", "any"), 3, result="same"),
    Signature("đổi", "convert", ("number", "unit"), 2, unit="target"),
    Signature("lũy_kế", "ytd", ("reference",), 1),
    Signature("tổng_đơn_vị_con", "sum_children", ("reference",), 1),
    Signature("trung_bình_đơn_vị_con", "avg_children", ("reference",), 1),
    Signature("đếm_đơn_vị_con", "count_children", ("condition",), 1, unit="none"),
    Signature("năm", "year", ("date",), 1, unit="none"),
    Signature("tháng", "month", ("date",), 1, unit="none"),
    Signature("số_ngày", "days", ("date", "date"), 2, unit="none"),
    Signature("độ_dài", "len", ("text",), 1, unit="none"),
)


class Functions:
    """A table of functions, found by Vietnamese or English name, marks or not; no two go by one name."""

    def __init__(self, signatures: Iterable[Signature]) -> None:
        signatures = tuple(signatures)
        self.by_name: Mapping[str, Signature] = {s.name: s for s in signatures}
        self._folded: dict[str, Signature] = {}
        for signature in signatures:
            for name in {fold(name) for name in (signature.name, signature.english, *signature.also)}:
                if name in self._folded:
                    raise ValueError(f"two functions are named {name}")
                self._folded[name] = signature

    def __iter__(self) -> Iterator[Signature]:
        return iter(self.by_name.values())

    def find(self, name: str) -> Signature | None:
        """The function that a text names."""
        return self._folded.get(fold(name))

    def spellings(self) -> list[str]:
        """Every name a function goes by."""
        return [name for s in self for name in (s.name, s.english)]


@cache
def built_in() -> Functions:
    """The functions that need no plug-in."""
    return Functions(BUILT_IN)
