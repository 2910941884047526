"""What a rule can name: the rows, columns and sections of a form, and how a typed name finds one of them.

The engine fills these tables from a form (open rows from the figures); the language only reads them.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, Protocol, TypeVar

from expr.nodes import Between, Children, Every, Name, One, Parent, Selector, Several
from expr.text import fold

OF_WHICH = "of_which"
Axis = Literal["row", "column"]
Thing = TypeVar("Thing", "RowName", "ColumnName")


@dataclass(frozen=True, slots=True)
class RowName:
    """A row as rules see it. A row added by a reporter or repeated for an agency names its `pattern`."""

    id: str
    code: str
    title: str
    ordinal: str = ""
    parent: str | None = None
    kind: Literal["group", "data", "total", "open"] = "data"
    part: str | None = None
    pattern: str = ""
    agency: str | None = None

    @property
    def has_cells(self) -> bool:
        """True for data and total rows."""
        return self.kind in ("data", "total")


@dataclass(frozen=True, slots=True)
class ColumnName:
    """A data column as rules see it."""

    id: str
    code: str
    title: str
    ordinal: str = ""
    part: str | None = None


@dataclass(frozen=True, slots=True)
class CellFacts:
    """What the language must know of one cell. `by_row` when the row, not the column, states its type."""

    kind: Literal["number", "text", "date"]
    unit: str | None = None
    decimals: int = 0
    summed: bool = True
    nature: Literal["flow", "stock", "rate"] = "flow"
    by_row: bool = False


class Named(Protocol):
    """Anything with the three things people call it by."""

    @property
    def id(self) -> str: ...
    @property
    def code(self) -> str: ...
    @property
    def ordinal(self) -> str: ...
    @property
    def title(self) -> str: ...


class Index:
    """Things by what people call them, for many look-ups."""

    def __init__(self, things: Iterable[Named]) -> None:
        self.by_id: Mapping[str, Named] = {thing.id: thing for thing in things}

    def find(self, text: str) -> list[str]:
        """The ids that `text` names: by code or ordinal, else by title, else by any of them folded.

        More than one id means the text is ambiguous.
        """
        if not text:
            return []
        return self._exact.get(text) or self._titles.get(text) or self._folded.get(fold(text), [])

    @cached_property
    def _exact(self) -> Mapping[str, list[str]]:
        return self._by(lambda thing: (thing.code, thing.ordinal))

    @cached_property
    def _titles(self) -> Mapping[str, list[str]]:
        return self._by(lambda thing: (thing.title,))

    @cached_property
    def _folded(self) -> Mapping[str, list[str]]:
        return self._by(lambda thing: (fold(thing.code), fold(thing.ordinal), fold(thing.title)))

    def _by(self, names: Callable[[Named], Iterable[str]]) -> Mapping[str, list[str]]:
        found: dict[str, list[str]] = {}
        for thing in self.by_id.values():
            for name in dict.fromkeys(names(thing)):
                if name:
                    found.setdefault(name, []).append(thing.id)
        return found


@dataclass(frozen=True)
class SectionNames:
    """The rows (display order) and data columns of one section.

    `cell(row, column)` gives the facts of a cell, None where there is none. `repeats` when the rows stand
    once for each reporting agency.
    """

    id: str
    code: str
    rows: Sequence[RowName]
    columns: Sequence[ColumnName]
    cell: Callable[[RowName, ColumnName], CellFacts | None]
    repeats: bool = False
    title: str = ""

    @cached_property
    def row(self) -> Mapping[str, RowName]:
        """Rows by id."""
        return {row.id: row for row in self.rows}

    @cached_property
    def column(self) -> Mapping[str, ColumnName]:
        """Columns by id."""
        return {column.id: column for column in self.columns}

    @cached_property
    def place(self) -> Mapping[Axis, Mapping[str, int]]:
        """Positions in display order by id, for each axis: a row and a column may share an id."""
        return {
            "row": {row.id: i for i, row in enumerate(self.rows)},
            "column": {column.id: i for i, column in enumerate(self.columns)},
        }

    @cached_property
    def _below(self) -> Mapping[str | None, list[RowName]]:
        below: dict[str | None, list[RowName]] = {}
        for row in self.rows:
            below.setdefault(row.parent if row.parent in self.row else None, []).append(row)
        return below

    @cached_property
    def designed(self) -> Sequence[RowName]:
        """The rows a rule text can name: not those added by reporters."""
        return [row for row in self.rows if not row.pattern]

    @cached_property
    def index(self) -> Mapping[Axis, Index]:
        """What a rule text can name, by what it is called."""
        return {"row": Index(self.designed), "column": Index(self.columns)}

    @cached_property
    def agencies(self) -> Sequence[str]:
        """The agencies that rows are repeated for, in display order."""
        return list({row.agency: None for row in self.rows if row.agency is not None})

    def children(self, row: str) -> list[RowName]:
        """All rows directly below `row`."""
        return self._below.get(row, [])

    def summed_children(self, row: str | None) -> list[RowName]:
        """`dòng con`: the rows below that make up the whole; of several breakdowns the first one."""
        return _whole(self._below.get(row, []))

    def leaves(self) -> list[RowName]:
        """`mọi dòng`: the rows with cells that no other row sums up; totals are sums themselves."""
        found: list[RowName] = []
        waiting = list(reversed(self.summed_children(None)))
        while waiting:
            row = waiting.pop()
            below = self.summed_children(row.id)
            waiting.extend(reversed(below))
            if row.has_cells and not below and row.kind != "total":
                found.append(row)
        return found

    def parents(self) -> list[RowName]:
        """`dòng cha`: rows with cells that have rows to sum below them."""
        return [row for row in self.rows if row.has_cells and self.summed_children(row.id)]

    def pick_rows(
        self, selector: Selector, *, parent: str | None = None, agency: str | None = None
    ) -> list[RowName]:
        """The rows of a resolved selector. `parent` stands for `dòng cha`, `agency` for whose rows."""
        if type(selector) is One and not self.repeats:
            return [self.row[selector.name.text]]
        match selector:
            case Parent():
                return [self.row[parent]] if parent and parent in self.row else []
            case Children(None):
                return self.summed_children(parent) if parent else []
            case Children(Name(text=of)):
                return self.summed_children(of)
            case Every():
                return self.leaves()
        rows = [self.rows[i] for i in _picked(selector, self.place["row"])]
        if not self.repeats:
            return rows
        wanted = {row.id for row in rows}
        return [r for r in self.rows if r.pattern in wanted and agency in (None, r.agency)]

    def pick_columns(self, selector: Selector) -> list[ColumnName]:
        """The columns of a resolved selector; `mọi cột` are those that no of-which repeats."""
        if type(selector) is One:
            return [self.column[selector.name.text]]
        if isinstance(selector, Every):
            return _whole(self.columns)
        return [self.columns[i] for i in _picked(selector, self.place["column"])]


def _picked(selector: Selector, place: Mapping[str, int]) -> list[int]:
    match selector:
        case One(name):
            return [place[name.text]]
        case Between(first, last):
            return list(range(place[first.text], place[last.text] + 1))
        case Several(picks):
            return list(dict.fromkeys(i for pick in picks for i in _picked(pick, place)))
    raise TypeError(selector)


def _whole(things: Sequence[Thing]) -> list[Thing]:
    breakdown = next((t.part for t in things if t.part and t.part != OF_WHICH), None)
    return [t for t in things if t.part is None or t.part == breakdown]


@dataclass(frozen=True, eq=False)
class FormNames:
    """The sections of one template; one is made for the rows that are there and kept."""

    code: str
    sections: Sequence[SectionNames]

    @cached_property
    def section(self) -> Mapping[str, SectionNames]:
        """Sections by id."""
        return {section.id: section for section in self.sections}


@dataclass(frozen=True)
class Directory:
    """All that the rules of a form can name: its own sections and other templates by code."""

    form: FormNames
    others: Mapping[str, FormNames] = field(default_factory=dict)

    def names_of(self, form: Name | None) -> FormNames:
        """This template, or the other one that a resolved source names."""
        return self.form if form is None else self.others[form.text]
