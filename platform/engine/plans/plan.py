"""A program brought down to the cells of one report: what every fast evaluator runs.

A plan depends on the program and on which rows are there, never on figures: reports with the same rows share
one. Slots count all cells of the report, section by section, row-major; the last slot is *nowhere* and always
blank, where a set must keep a place for a cell that is absent.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Literal

from engine.plans.ground import Argument, Cell, Cells, Given, Givens, Ground, Instance, Shape, Side
from engine.sheet import Place
from expr.nodes import Node
from expr.targets import Target

NOWHERE: Place = ("", "", "")
CellKind = Literal["number", "text", "date"]
GivenKind = Literal["value", "text", "set", "earlier", "before", "last", "there", "latest"]


@dataclass(frozen=True, slots=True)
class Table:
    """The cells of one section: slot = `first` + row · number of columns + column."""

    section: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    first: int


@dataclass(frozen=True, slots=True)
class GivenSource:
    """One thing that is read from elsewhere before rules run: `node` of a program's rule at `target`.

    `value` is one value, `text` an attribute as text, `set` the values of a reference. For `lũy_kế`:
    `earlier` the figures of the earlier reports, `before` without the last of them, `last` one figure of that
    last one, `there` 1 where that one has the cell, `latest` the figures of the latest one that has any.
    """

    rule: int
    node: Node
    target: Target
    kind: GivenKind
    of_percent: bool = False


@dataclass(frozen=True, slots=True)
class Formula:
    """One computed cell: the shape's statement is the expression whose value fills `slot`."""

    slot: int
    rule: int
    shape: int
    arguments: tuple[Argument, ...]


@dataclass(frozen=True, eq=False)
class Plan:
    """Shapes, where they run, what must be given, and the computed cells each after all that it needs.

    `targets` are those of the instances, for whoever must walk the tree there.
    """

    tables: tuple[Table, ...]
    decimals: tuple[int, ...]
    kinds: tuple[CellKind, ...]
    shapes: tuple[Shape, ...]
    instances: tuple[Instance, ...]
    givens: tuple[GivenSource, ...]
    formulas: tuple[Formula, ...]
    targets: tuple[Target, ...] = ()

    @cached_property
    def cells(self) -> tuple[Place, ...]:
        """The place of each slot."""
        found = [(t.section, row, column) for t in self.tables for row in t.rows for column in t.columns]
        return (*found, NOWHERE)

    @cached_property
    def row_at(self) -> Mapping[tuple[str, str], int]:
        """The first slot of each row, by section and row key."""
        return {
            (t.section, row): t.first + i * len(t.columns)
            for t in self.tables
            for i, row in enumerate(t.rows)
        }

    @cached_property
    def slots(self) -> Mapping[Place, int]:
        """The slot of each place."""
        return {place: slot for slot, place in enumerate(self.cells)}

    @cached_property
    def cell_positions(self) -> tuple[tuple[int, ...], ...]:
        """For each shape, which of its arguments are slots or tuples of slots."""
        return tuple(
            tuple(leaf.at for leaf in leaves(s) if isinstance(leaf, Cell | Cells)) for s in self.shapes
        )

    def reads(self, run: Instance | Formula) -> Iterator[int]:
        """The slots that an instance or a formula looks at; one may come twice."""
        for position in self.cell_positions[run.shape]:
            found = run.arguments[position]
            if isinstance(found, tuple):
                yield from found
            else:
                yield found


def leaves(shape: Shape) -> Iterator[Cell | Cells | Given | Givens]:
    """The leaves of a shape that point at arguments, left to right."""
    waiting: list[object] = [shape.when, shape.statement]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Cell | Cells | Given | Givens):
            yield node
        elif isinstance(node, tuple):
            waiting.extend(reversed(node))
        elif isinstance(node, Ground | Side):
            waiting.extend(getattr(node, field.name) for field in reversed(fields(node)))
