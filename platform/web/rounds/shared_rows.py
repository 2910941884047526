"""Sharing the rows of a form out among agencies, as the page shows it: rows down, agencies across, ticks."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from agencies.tree import Tree
from core.errors import Invalid
from engine.form import Row
from engine.layout import Layout, SectionLayout
from engine.rollup.share import Rows
from runtime.gathering import read_key
from runtime.rounds.asking import OFFICE, askable
from runtime.rounds.assignment import Assignment, print_assignment, read_assignment

MOST = 24
"""Agencies that have room beside each other; more are given their rows as lines of text."""


@dataclass(frozen=True)
class Line:
    """A row to give away: what it is called, the name that `assignment` reads, the rows that stands for."""

    name: str
    ordinal: str
    title: str
    depth: int
    group: bool
    rows: Rows


def grid(tree: Tree, layout: Layout, lead: int, ticks: str, written: str) -> dict[str, Any]:
    """What the page ticks in: agencies across, rows down, and as text what finds no room among the ticks.

    Text with a fault stays as it was written, beside what was ticked.
    """
    given = _read(tree, layout, f"{ticks}\n{written}") or _read(tree, layout, ticks)
    there = askable(tree, lead)
    offices = [node for node in there if node.level == OFFICE or node.code in given]
    across = next((nodes for nodes in (there, offices) if len(nodes) <= MOST), [])
    if _read(tree, layout, written):
        ticked = {node.code for node in across}
        named = {code: _cells(rows) if code in ticked else rows for code, rows in given.items()}
        written = print_assignment(layout, {code: rows for code, rows in named.items() if rows})
    return {"across": across, "lines": lines(layout), "given": given, "written": written, "lead": tree[lead]}


def _cells(rows: Rows) -> Rows:
    """What has no tick, for it is not a whole row."""
    return frozenset(key for key in rows if len(key) == 3)


def _read(tree: Tree, layout: Layout, text: str) -> Assignment:
    """What a text gives to whom; nothing where it has a fault."""
    try:
        return read_assignment(tree, layout, text)
    except Invalid:
        return {}


def lines(layout: Layout) -> list[Line]:
    """Every row and group of rows that can be given away, as the form has them."""
    found: list[Line] = []
    for section in layout.sections.values():
        if section.section.kind == "list":
            key = (section.section.id, "")
            title = section.section.title or section.section.code
            found.append(Line(section.section.code, "", title, 0, False, frozenset({key})))
        for row in section.section.rows.items:
            found += _lines(section, row, 0)
    return found


def _lines(layout: SectionLayout, row: Row, depth: int) -> Iterator[Line]:
    own = row.has_cells or row.kind == "open"
    meant = [row] if own else [below for below in row.walk() if below.has_cells or below.kind == "open"]
    rows = frozenset((layout.section.id, each.id) for each in meant)
    yield Line(f"{layout.section.code}[{row.id}]", row.ordinal, row.title, depth, not own, rows)
    for below in row.children:
        yield from _lines(layout, below, depth + 1)


def told(layout: Layout, tree: Tree, rows: Mapping[str, Any]) -> list[tuple[str, list[str]]]:
    """What each agency fills by the names of rows and columns, in the order of the form."""
    known = [line for line in lines(layout) if not line.group]
    found = []
    for agency, by_section in rows.items():
        keys = frozenset(read_key(section, key) for section, named in by_section.items() for key in named)
        names = [_name(each) for each in known if each.rows <= keys]
        names += [*_columns(layout, known, keys)]
        if names:
            found.append((tree[int(agency)].name, names))
    return found


def _name(line: Line) -> str:
    return " ".join(filter(None, (line.ordinal, line.title)))


def _columns(layout: Layout, known: Sequence[Line], keys: Rows) -> Iterator[str]:
    """Columns that are one's for every row, then for single ones."""
    for section in layout.sections.values():
        for column in section.columns:
            there = [line for line in known if _in(line, section)]
            mine = [line for line in there if {(*key, column.id) for key in line.rows} <= keys]
            if mine and len(mine) == len(there):
                yield column.title
            else:
                yield from (f"{_name(line)} – {column.title}" for line in mine)


def _in(line: Line, section: SectionLayout) -> bool:
    return all(key[0] == section.section.id for key in line.rows)
