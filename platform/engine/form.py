"""The form as a frozen value: header information, sections, trees of columns and of rows, cells, rules.

A designer's edit makes a new form; the library stores it; the runtime feeds figures to it. Nothing in here
reads a file or knows a database. Identity is the `id` (kept across versions); people see `code`, `ordinal`
and `title`.
"""

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

SectionKind = Literal["table", "list", "outline", "attachment"]
RowKind = Literal["group", "data", "total", "open"]
CellState = Literal["open", "locked", "not_applicable"]
Nature = Literal["flow", "stock", "rate"]

NUMERIC_TYPES = frozenset({"integer", "decimal", "money", "percent"})
TEXT_TYPES = frozenset({"text", "long_text", "choice", "yes_no", "agency", "file"})
CELL_TYPES = NUMERIC_TYPES | TEXT_TYPES | {"date"}
DEFAULT_DECIMALS = {"integer": 0, "money": 0, "decimal": 2, "percent": 2}
MAX_DECIMALS = 9


@dataclass(frozen=True, slots=True)
class Aggregation:
    """How a cell is summed up over agencies; `by` names the weight column of a weighted mean."""

    rule: Literal["sum", "weighted_mean", "min", "max", "last", "count", "recompute", "none"] = "sum"
    by: str | None = None


@dataclass(frozen=True, slots=True)
class Properties:
    """What a column, row, cell, section or template states about cells; None where it states nothing."""

    type: str | None = None
    unit: str | None = None
    decimals: int | None = None
    required: bool | None = None
    min: str | None = None
    max: str | None = None
    choices: tuple[str, ...] | None = None
    aggregation: Aggregation | None = None
    nature: Nature | None = None

    def over(self, weaker: "Properties") -> "Properties":
        """These properties, with what they leave open taken from `weaker`."""
        if self is NOTHING or weaker is NOTHING:
            return weaker if self is NOTHING else self
        pairs = ((getattr(self, name), getattr(weaker, name)) for name in self.__match_args__)
        return Properties(*(theirs if own is None else own for own, theirs in pairs))


NOTHING = Properties()


@dataclass(frozen=True, slots=True)
class Revision:
    """A column that carries the official figure of an earlier report's `column`."""

    column: str
    period: str = "previous"


@dataclass(frozen=True, slots=True)
class Column:
    """A header cell; leaves (no children) carry data."""

    id: str
    code: str
    title: str
    ordinal: str
    properties: Properties = NOTHING
    children: tuple["Column", ...] = ()
    part: str | None = None
    indicator: str | None = None
    revises: Revision | None = None
    repeat: Mapping[str, Any] | None = None
    when: str | None = None
    print: bool = True

    def leaves(self) -> Iterator["Column"]:
        """The data columns below this header cell, in display order; below a part all are parts."""
        if not self.children:
            yield self
        for child in self.children:
            for leaf in child.leaves():
                yield dataclasses.replace(leaf, part=self.part) if self.part and not leaf.part else leaf


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the row tree. Groups and open headings have no cells; rows below a heading are figures."""

    id: str
    code: str
    title: str
    ordinal: str = ""
    kind: RowKind = "data"
    properties: Properties = NOTHING
    children: tuple["Row", ...] = ()
    part: str | None = None
    indicator: str | None = None
    max_rows: int | None = None
    when: str | None = None
    print: bool = True

    @property
    def has_cells(self) -> bool:
        """True for data and total rows."""
        return self.kind in ("data", "total")

    def walk(self) -> Iterator["Row"]:
        """This row and all rows below it, in display order."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of a table: a fixed tree, or `items` repeated for each reporting agency."""

    kind: Literal["fixed", "agencies"] = "fixed"
    items: tuple[Row, ...] = ()
    group_by: str | None = None
    filled_by: Literal["each", "owner"] | None = None


@dataclass(frozen=True, slots=True)
class CellOverride:
    """What one cell states for itself."""

    row: str
    column: str
    properties: Properties = NOTHING
    state: CellState | None = None
    default: str | None = None
    when: str | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """A constraint, or a formula when `computed`, as text; severity None leaves it to the text."""

    id: str
    code: str
    text: str
    computed: bool = False
    severity: Literal["error", "warning", "note"] | None = None
    message: str | None = None
    valid_from: str | None = None
    valid_to: str | None = None


@dataclass(frozen=True, slots=True)
class OutlinePart:
    """One heading of a narrative, with guidance and a prepared text holding merge fields."""

    id: str
    code: str
    title: str
    guidance: str | None = None
    required: bool = False
    text: str | None = None
    children: tuple["OutlinePart", ...] = ()


@dataclass(frozen=True)
class Section:
    """One table, list, outline or attachment of a form."""

    id: str
    code: str
    kind: SectionKind
    title: str = ""
    properties: Properties = NOTHING
    columns: tuple[Column, ...] = ()
    rows: Rows = Rows()
    cells: tuple[CellOverride, ...] = ()
    rules: tuple[Rule, ...] = ()
    default_aggregation: Aggregation | None = None
    column_aggregation: Mapping[str, Aggregation] = field(default_factory=dict)
    row_aggregation: Mapping[str, Aggregation] = field(default_factory=dict)
    key: tuple[str, ...] = ()
    group_by: tuple[str, ...] = ()
    carry: str | None = None
    max_rows: int | None = None
    source: str | None = None
    parts: tuple[OutlinePart, ...] = ()
    or_attachment: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    required: bool = False
    when: str | None = None
    print: bool = True

    @cached_property
    def leaves(self) -> tuple[Column, ...]:
        """The data columns in display order."""
        return tuple(leaf for column in self.columns for leaf in column.leaves())

    @cached_property
    def row_list(self) -> tuple[Row, ...]:
        """All designed rows in display order."""
        return tuple(row for item in self.rows.items for row in item.walk())

    @cached_property
    def column_by_id(self) -> Mapping[str, Column]:
        """Data columns by id."""
        return {column.id: column for column in self.leaves}

    @cached_property
    def row_by_id(self) -> Mapping[str, Row]:
        """Designed rows by id."""
        return {row.id: row for row in self.row_list}

    @cached_property
    def overrides(self) -> Mapping[tuple[str, str], CellOverride]:
        """Cell overrides by (row id, column id)."""
        return {(cell.row, cell.column): cell for cell in self.cells}


@dataclass(frozen=True, slots=True)
class LegalBasis:
    """A legal document that a template rests on, with its own validity."""

    number: str
    date: str | None = None
    title: str | None = None
    valid_from: str | None = None
    valid_to: str | None = None


@dataclass(frozen=True, slots=True)
class Header:
    """The header information of a template."""

    code: str
    name: str
    regime: Literal["periodic", "thematic", "urgent"] = "periodic"
    regime_code: str | None = None
    frequencies: tuple[str, ...] = ()
    field: str | None = None
    legal_basis: tuple[LegalBasis, ...] = ()
    unit: str | None = None
    addressee: str | None = None
    notes: str | None = None
    explanation: str | None = None
    code_by_level: Mapping[str, str] = dataclasses.field(default_factory=dict)
    headline: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Example:
    """Figures kept with a template and the rule codes that must fail on them."""

    name: str
    figures: Mapping[str, Any]
    context: Mapping[str, Any] = field(default_factory=dict)
    expect: tuple[str, ...] = ()


@dataclass(frozen=True)
class Form:
    """A whole template as a value: header, sections, printed layout, examples."""

    header: Header
    sections: tuple[Section, ...]
    layout: Mapping[str, Any] = field(default_factory=dict)
    examples: tuple[Example, ...] = ()

    @cached_property
    def section_by_id(self) -> Mapping[str, Section]:
        """Sections by id."""
        return {section.id: section for section in self.sections}

    @cached_property
    def section_by_code(self) -> Mapping[str, Section]:
        """Sections by the code people write."""
        return {section.code: section for section in self.sections}
