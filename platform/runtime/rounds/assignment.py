"""Who fills which rows and columns of a form that several agencies fill: given as lines, kept as ids."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from agencies.tree import Tree
from core.errors import Invalid
from core.tabular import Columns, cell_text, read_table
from engine.findings import Finding
from engine.form import Row, Section
from engine.layout import Layout
from engine.rollup.share import CellKey, RowKey, Rows, rest_of, row_keys
from expr.text import fold
from runtime.gathering import print_key

Assignment = Mapping[str, Rows]
"""What each agency fills, by its code."""
MAX_LINES = 5_000
TABLE = Columns(
    {"agency": ("Mã đơn vị", "Đơn vị", "Agency code"), "rows": ("Các dòng", "Dòng", "Rows")},
    telling=frozenset({"agency", "rows"}),
    needed=frozenset({"agency", "rows"}),
    max_rows=MAX_LINES,
)
_LINE = re.compile(r"\s*([^\s;:]+)\s*[;:\t]\s*(.*?[^\s,;])[\s,;]*")
_BETWEEN = re.compile(r"[,;\t](?![^\[]*\])")
"""Names are parted by these where they do not stand in brackets."""
_CELL = re.compile(r"(?P<section>[^\[\];]+)\[(?P<row>[^\[\];]*);(?P<column>[^\[\];]+)\]")
_ROW = re.compile(r"(?P<section>[^\[\]]+)\[(?P<row>[^\[\]]+)\]")


def read_assignment(tree: Tree, layout: Layout, text: str) -> Assignment:
    """What lines like `31.STC; THU, GN` give to whom: codes of agencies, then rows by code, number or title.

    A group stands for all rows below it; where two sections have a row of that name, it is written `B[THU]`.
    A column stands after a semicolon: `B[;3]` for every row, `B[THU;3]` for one. Raises Invalid with every
    line that cannot be read.
    """
    found: dict[str, set[RowKey | CellKey]] = {}
    findings: list[Finding] = []
    codes = {node.code for node in tree}
    lines = [(str(number), line) for number, line in enumerate(text.splitlines(), start=1) if line.strip()]
    if len(lines) > MAX_LINES:
        raise Invalid([Finding("assignment.too_long", facts={"limit": MAX_LINES})])
    for number, line in lines:
        match = _LINE.fullmatch(line)
        if match is None:
            findings.append(_fault("assignment.line", number, line))
        elif match[1] not in codes:
            findings.append(_fault("assignment.agency", number, match[1]))
        else:
            named = {name: _named(layout, name) for name in map(str.strip, _BETWEEN.split(match[2]))}
            findings += [_fault("assignment.row", number, name) for name, rows in named.items() if not rows]
            found.setdefault(match[1], set()).update(*named.values())
    if findings or not found:
        raise Invalid(findings or [Finding("assignment.empty")])
    return {
        code: frozenset(key for key in keys if len(key) == 2 or key[:2] not in keys)
        for code, keys in found.items()
    }


def lines_of(table: bytes) -> str:
    """A workbook or CSV as the lines that `read_assignment` takes; Invalid where it is no such table."""
    rows, findings = read_table(table, TABLE)
    if findings:
        raise Invalid(findings)
    return "\n".join(f"{cell_text(cells['agency'])}; {cell_text(cells['rows'])}" for _, cells in rows)


def _fault(code: str, line: str, text: str) -> Finding:
    return Finding(code, where=line, facts={"line": line, "text": text.strip()[:80]})


def _named(layout: Layout, name: str) -> set[RowKey | CellKey]:
    """The rows, or the cells of a column, that a name stands for."""
    cells = columns_named(layout, name)
    rows = {key: row_keys(layout.sections[key]) for key, row, _ in cells if row is None}
    whole = {(*key, column) for section, row, column in cells if row is None for key in rows[section]}
    return {*rows_named(layout, name), *whole, *((key, row, column) for key, row, column in cells if row)}


def columns_named(layout: Layout, name: str) -> list[tuple[str, str | None, str]]:
    """The columns that `B[;3]` or `B[THU;3]` stands for, with section and row; None for every row."""
    cell = _CELL.fullmatch(name)
    if cell is None:
        return []
    section, row, named = (cell[part].strip() for part in ("section", "row", "column"))
    found: list[tuple[str, str | None, str]] = []
    for key, shape in layout.sections.items():
        if section in (key, shape.section.code):
            columns = [column.id for column in shape.columns if named in (column.id, column.ordinal)]
            rows = [each for _, each in sorted(rows_named(layout, f"{section}[{row}]"))] if row else [None]
            found += [(key, each, column) for each in rows for column in columns]
    return found


def rows_named(layout: Layout, name: str) -> set[RowKey]:
    """The rows that a name stands for; none where it is unknown or could be rows of two sections."""
    match = _ROW.fullmatch(name)
    meant = match["section"].strip() if match else None
    wanted = match["row"].strip() if match else name
    places = {
        key: layout.sections[key]
        for key, section in layout.sections.items()
        if meant in (None, section.section.id, section.section.code)
    }
    for kind in (_by_code, _by_ordinal, _by_title):
        named = [(key, row) for key, each in places.items() for row in kind(each.section, wanted)]
        if len(named) == 1:
            key, row = named[0]
            there = set(row_keys(layout.sections[key]))
            below = [row] if row.has_cells or row.kind == "open" else list(row.walk())
            return {(key, each.id) for each in below} & there
    whole = [each for each in layout.sections.values() if wanted in (each.section.id, each.section.code)]
    return set(row_keys(whole[0])) if whole and match is None else set()


def _by_code(section: Section, name: str) -> list[Row]:
    return [row for row in section.row_list if name in (row.code, row.id)]


def _by_ordinal(section: Section, name: str) -> list[Row]:
    return [row for row in section.row_list if row.ordinal == name]


def _by_title(section: Section, name: str) -> list[Row]:
    return [row for row in section.row_list if fold(row.title) == fold(name)]


def print_assignment(layout: Layout, assignment: Assignment) -> str:
    """The lines that `read_assignment` reads, with the shortest names."""
    return "\n".join(f"{code}; {', '.join(_names(layout, rows))}" for code, rows in assignment.items())


def _names(layout: Layout, rows: Rows) -> Iterator[str]:
    for section in layout.sections.values():
        keys = row_keys(section)
        yield from (_shortest(layout, key) for key in keys if key in rows)
        for column in section.columns:
            cells = [row for key, row in keys if (key, row, column.id) in rows]
            for row in [""] if len(cells) == len(keys) else cells:
                yield f"{section.section.code}[{row};{column.id}]"


def _shortest(layout: Layout, key: RowKey) -> str:
    section, row = layout.sections[key[0]].section, key[1]
    if not row:
        return section.code
    return row if rows_named(layout, row) == {key} else f"{section.code}[{row}]"


def share_out(tree: Tree, layout: Layout, assignment: Assignment, lead: int) -> tuple[str, dict[str, Any]]:
    """The scope of a round that shares its form out so, and what each fills, by agency id, as it is kept.

    What nobody was given is the lead unit's.
    """
    by_id = {tree.with_code(code).id: rows for code, rows in assignment.items()}
    given: Rows = frozenset().union(*by_id.values())
    by_id[lead] = by_id.get(lead, frozenset()) | rest_of(layout, given)
    others = [code for code in assignment if code != tree[lead].code]
    return f"codes:{','.join(others)}", {str(agency): _by_section(rows) for agency, rows in by_id.items()}


def _by_section(rows: Rows) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for key in sorted(rows):
        found.setdefault(key[0], []).append(print_key(key))
    return found
