"""The tree of the language.

One tree, many readers: the nodes are frozen values without behaviour. A name is a text as typed until
`expr.resolve` replaces it by the id of what it names. Positions count characters of the normalised text
and do not take part in equality, so that two spellings of one rule give equal trees.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal, get_args


def _position() -> int:
    position: int = field(default=0, compare=False, repr=False, kw_only=True)
    return position


@dataclass(frozen=True, slots=True)
class Name:
    """A code, ordinal or quoted title as typed; after resolving, an id."""

    text: str
    start: int = _position()
    end: int = _position()


# --- what a reference picks on one axis -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class One:
    """One row or column."""

    name: Name


@dataclass(frozen=True, slots=True)
class Between:
    """All from `first` to `last` in display order."""

    first: Name
    last: Name


@dataclass(frozen=True, slots=True)
class Several:
    """A list of single names and ranges."""

    picks: tuple["One | Between", ...]


@dataclass(frozen=True, slots=True)
class Every:
    """`mọi dòng`, `mọi cột`: all that has no children."""


@dataclass(frozen=True, slots=True)
class Children:
    """`dòng con của X`; without a name the children of the row the rule stands on."""

    of: Name | None = None


@dataclass(frozen=True, slots=True)
class Parent:
    """`dòng cha`: each row that has children, in turn."""


Selector = One | Between | Several | Every | Children | Parent


@dataclass(frozen=True, slots=True)
class Time:
    """Which earlier report: `previous` n periods back (`in_year`: zero at the first period of the year)."""

    kind: Literal["previous", "same_period_last_year", "last_year"]
    back: int = 1
    in_year: bool = False


@dataclass(frozen=True, slots=True)
class Source:
    """Whose figures: another form or section, another agency, an earlier report. Empty is this report."""

    form: Name | None = None
    agency: str | None = None
    time: Time | None = None


HERE = Source()


@dataclass(frozen=True, slots=True)
class Reference:
    """Figures of the form: a row (`columns` None), a column (`rows` None) or cells (both).

    `section` is the id of the section after resolving; `form` of the source then is the other template's
    code, or None when the section belongs to this template.
    """

    rows: Selector | None
    columns: Selector | None
    source: Source = HERE
    section: str = ""
    start: int = _position()
    end: int = _position()

    @property
    def kind(self) -> Literal["row", "column", "cell"]:
        """What the reference leaves open for the rule to run over."""
        if self.columns is None:
            return "row"
        return "column" if self.rows is None else "cell"

    @property
    def is_set(self) -> bool:
        """True when it stands for several figures at once."""
        return not (_single(self.rows) and _single(self.columns))


def _single(selector: Selector | None) -> bool:
    return selector is None or isinstance(selector, One | Parent)


# --- expressions ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Number:
    """A number as written; `percent` when followed by %."""

    value: Decimal
    percent: bool = False


@dataclass(frozen=True, slots=True)
class Text:
    """A quoted text."""

    value: str


@dataclass(frozen=True, slots=True)
class Date:
    """A date, ISO written."""

    value: str


@dataclass(frozen=True, slots=True)
class Attribute:
    """`đơn vị.x` (owner agency) or `kỳ.x` (owner period)."""

    owner: Literal["agency", "period"]
    name: str
    start: int = _position()
    end: int = _position()


@dataclass(frozen=True, slots=True)
class Negative:
    """Minus in front of an operand."""

    operand: "Node"


@dataclass(frozen=True, slots=True)
class Sum:
    """n-ary + and −: `signs[i]` is 1 or −1."""

    terms: tuple["Node", ...]
    signs: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Product:
    """n-ary × and ÷, left to right: `divides[i]` is True where the factor divides."""

    factors: tuple["Node", ...]
    divides: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class Call:
    """A function; `name` is the canonical Vietnamese name after resolving."""

    name: str
    arguments: tuple["Node", ...]
    start: int = _position()
    end: int = _position()


Operator = Literal["=", "<>", "<", "<=", ">", ">="]


@dataclass(frozen=True, slots=True)
class Criterion:
    """`> 0` as an argument: a comparison whose left side is each cell of a set."""

    operator: Operator
    operand: "Node"


@dataclass(frozen=True, slots=True)
class Compare:
    """A comparison or a chain of them."""

    operands: tuple["Node", ...]
    operators: tuple[Operator, ...]


@dataclass(frozen=True, slots=True)
class Filled:
    """`phải nhập` (wanted) or `để trống` (not wanted)."""

    operand: "Node"
    wanted: bool


@dataclass(frozen=True, slots=True)
class OneOf:
    """`thuộc (…)` or `không thuộc (…)`."""

    operand: "Node"
    choices: tuple["Node", ...]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Not:
    """`không phải`."""

    operand: "Node"


@dataclass(frozen=True, slots=True)
class Both:
    """`và`, n-ary."""

    operands: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Either:
    """`hoặc`, n-ary."""

    operands: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Guard:
    """`nếu … thì … ngược lại …`."""

    condition: "Node"
    then: "Node"
    otherwise: "Node | None" = None


Node = (
    Number
    | Text
    | Date
    | Attribute
    | Reference
    | Negative
    | Sum
    | Product
    | Call
    | Criterion
    | Compare
    | Filled
    | OneOf
    | Not
    | Both
    | Either
    | Guard
)
_KINDS = frozenset(get_args(Node))
_BELOW = frozenset(
    {"operand", "operands", "terms", "factors", "arguments", "choices", "condition", "then", "otherwise"}
)
PARTS = {kind: tuple(name for name in kind.__match_args__ if name in _BELOW) for kind in _KINDS}
"""The fields of each kind of node that hold nodes."""


# --- a whole rule -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Tolerance:
    """`sai số 1` (absolute), `sai số 0,5%` (relative), `sai số tự động` (auto, no value)."""

    kind: Literal["absolute", "relative", "auto"]
    value: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Narrowing:
    """`trong cột …`, `trừ dòng …`, `trong mọi cột`."""

    axis: Literal["row", "column"]
    picks: Selector
    without: bool = False
    start: int = _position()
    end: int = _position()


@dataclass(frozen=True, slots=True)
class Rule:
    """A statement with its clauses; None or empty where the text is silent."""

    statement: Node
    narrowings: tuple[Narrowing, ...] = ()
    tolerance: Tolerance | None = None
    blanks: Literal["zero", "skip"] | None = None
    when: Node | None = None
    severity: Literal["error", "warning"] | None = None
    message: str | None = None


def children(node: Node) -> Iterator[Node]:
    """The nodes directly below `node`, left to right."""
    for name in PARTS[type(node)]:
        value = getattr(node, name)
        if isinstance(value, tuple):
            yield from (part for part in value if type(part) in _KINDS)
        elif value is not None:
            yield value


def walk(node: Node) -> Iterator[Node]:
    """`node` and all nodes below it, without recursion."""
    waiting = [node]
    while waiting:
        current = waiting.pop()
        yield current
        if PARTS[type(current)]:
            waiting.extend(reversed(list(children(current))))


def parts(rule: Rule) -> Iterator[Node]:
    """The statement and the condition of a rule."""
    yield rule.statement
    if rule.when is not None:
        yield rule.when


def asserted(rule: Rule) -> Iterator[Compare]:
    """The comparisons a rule demands, not those that only decide: the ones a tolerance speaks of."""
    waiting: list[Node] = [rule.statement]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Compare):
            yield node
        elif isinstance(node, Both | Either | Not | Guard):
            waiting.extend(part for part in children(node) if part is not getattr(node, "condition", None))


def references(rule: Rule) -> Iterator[Reference]:
    """Every reference of a rule, left to right."""
    for part in parts(rule):
        for node in walk(part):
            if isinstance(node, Reference):
                yield node
