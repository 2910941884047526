"""Rules brought down to cells: what closures, numpy and the browser run instead of walking the tree.

Grounding (see `engine.plans.grounding`) spreads a compiled rule over its targets and settles everything that
does not depend on figures: names, targets, units, percentages, decimals, tolerances. What is left is a
*shape*, a tree without names shared by all targets that look alike, and for each target an *instance*: the
arguments that the leaves of the shape point at. An argument is the slot of a cell of this report, a tuple of
slots (a set), or the place of a *given* value: all that comes from elsewhere (earlier reports, other forms,
children, attributes) and is read once for a report before its rules run.

The nodes are hashable values without behaviour, like `expr.nodes`; they mean what `engine.evaluate` says.
"""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from engine.values import Missing
from expr.nodes import Operator, Tolerance

Blanks = Literal["zero", "skip"] | None

# --- leaves


@dataclass(frozen=True, slots=True)
class Constant:
    """A value known when the rule is compiled, percent signs worked in. BLANK where there is no cell."""

    value: Decimal | str | datetime.date | bool | Missing


@dataclass(frozen=True, slots=True)
class Cell:
    """The figure in slot `arguments[at]`; in all instances a cell of these decimals and kind."""

    at: int
    decimals: int
    kind: Literal["number", "text", "date"]


@dataclass(frozen=True, slots=True)
class Cells:
    """A set: the figures in the slots `arguments[at]`, a tuple; each slot knows its decimals and kind."""

    at: int


@dataclass(frozen=True, slots=True)
class Given:
    """One value from elsewhere, `givens[arguments[at]]`; an attribute also has its text (beside a text)."""

    at: int
    as_text: int | None = None


@dataclass(frozen=True, slots=True)
class Givens:
    """A set from elsewhere: `givens[arguments[at]]` is a list of values, or one n/a."""

    at: int


# --- values


@dataclass(frozen=True, slots=True)
class Negative:
    """Minus in front of an operand."""

    operand: "Ground"


@dataclass(frozen=True, slots=True)
class Sum:
    """n-ary + and −: `signs[i]` is 1 or −1."""

    terms: tuple["Ground", ...]
    signs: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Product:
    """n-ary × and ÷, left to right."""

    factors: tuple["Ground", ...]
    divides: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class Call:
    """A function of `engine.functions.BODIES`, or of a plug-in, which brings its `body`.

    `sets` says its arguments are flattened. Who knows no body of that name leaves the rule to the server.
    """

    name: str
    arguments: tuple["Ground", ...]
    kinds: tuple[str, ...]
    sets: bool = False
    body: Callable[..., Any] | None = None


@dataclass(frozen=True, slots=True)
class Chosen:
    """`đếm_nếu` (summed None) and `tổng_nếu`: those of `tested` that stand in `operator` to `wanted`."""

    tested: "Ground"
    operator: Operator
    wanted: "Side"
    summed: "Ground | None"
    blanks: Blanks


@dataclass(frozen=True, slots=True)
class Choose:
    """`chọn(condition; then; otherwise)`."""

    condition: "Ground"
    then: "Ground"
    otherwise: "Ground"


@dataclass(frozen=True, slots=True)
class Convert:
    """`đổi`: operand × times ÷ divided_by."""

    operand: "Ground"
    times: Decimal
    divided_by: Decimal


@dataclass(frozen=True, slots=True)
class YearToDate:
    """`lũy_kế`: `earlier` is a Givens with the values of earlier reports (n/a for a gap).

    Of a stock (`latest`) the current figures count when one is entered, else the earlier ones, which then
    are those of the latest report that has one.
    """

    earlier: Givens
    current: "Ground"
    latest: bool


# --- conditions


@dataclass(frozen=True, slots=True)
class Side:
    """A side of a comparison with what rounding and blanks need to know of it (see `engine.compare.Side`)."""

    operand: "Ground"
    has_references: bool
    is_literal: bool = False
    decimals: int | None = None


@dataclass(frozen=True, slots=True)
class Compare:
    """A chain of comparisons with its own tolerance (None where it only decides) and blank policy."""

    sides: tuple[Side, ...]
    operators: tuple[Operator, ...]
    tolerance: Tolerance | None
    blanks: Blanks


@dataclass(frozen=True, slots=True)
class Filled:
    """`phải nhập` (wanted) or `để trống`."""

    operand: "Ground"
    wanted: bool


@dataclass(frozen=True, slots=True)
class OneOf:
    """`thuộc (…)` or `không thuộc (…)`."""

    operand: Side
    choices: tuple[Side, ...]
    negated: bool
    blanks: Blanks


@dataclass(frozen=True, slots=True)
class Not:
    """`không phải`."""

    operand: "Ground"


@dataclass(frozen=True, slots=True)
class Both:
    """`và`, n-ary."""

    operands: tuple["Ground", ...]


@dataclass(frozen=True, slots=True)
class Either:
    """`hoặc`, n-ary."""

    operands: tuple["Ground", ...]


@dataclass(frozen=True, slots=True)
class Guard:
    """`nếu … thì … ngược lại …`; without `otherwise` the rule does not apply."""

    condition: "Ground"
    then: "Ground"
    otherwise: "Ground | None"


Ground = (
    Constant
    | Cell
    | Cells
    | Given
    | Givens
    | Negative
    | Sum
    | Product
    | Call
    | Chosen
    | Choose
    | Convert
    | YearToDate
    | Compare
    | Filled
    | OneOf
    | Not
    | Both
    | Either
    | Guard
)


@dataclass(frozen=True, slots=True)
class Shape:
    """What targets that look alike share: a statement, and the condition of `khi` before it."""

    statement: Ground
    when: Ground | None = None


Argument = int | tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Instance:
    """One target of a rule: `rule` counts the program's rules, `shape` the plan's shapes."""

    rule: int
    shape: int
    target: str
    arguments: tuple[Argument, ...]
