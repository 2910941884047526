"""Who fills which rows of a form that several agencies fill together: given as lines of text, kept as ids."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from agencies.tree import Tree
from core.errors import Invalid
from core.tabular import Columns, cell_text, read_table
from engine.findings import Finding
from engine.form import Row, Section
from engine.layout import Layout
from engine.rollup.share import RowKey, Rows, row_keys
from expr.text import fold

Assignment = Mapping[str, Rows]
"""The rows of each agency by its code."""
MAX_LINES = 5_000
TABLE = Columns(
    {"agency": ("Mã đơn vị", "Đơn vị", "Agency code"), "rows": ("Các dòng", "Dòng", "Rows")},
    telling=frozenset({"agency", "rows"}),
    needed=frozenset({"agency", "rows"}),
    max_rows=MAX_LINES,
)
_LINE = re.compile(r"\s*([^\s;:]+)\s*[;:\t]\s*(.*?[^\s,;])[\s,;]*")
_ROW = re.compile(r"(?P<section>[^\[\]]+)\[(?P<row>[^\[\]]+)\]")


def read_assignment(tree: Tree, layout: Layout, text: str) -> Assignment:
    """What lines like `31.STC; THU, GN` give to whom: codes of agencies, then rows by code, number or title.

    A group stands for all rows below it; where two sections have a row of that name, it is written `B[THU]`.
    Raises Invalid with every line that cannot be read.
    """
    found: dict[str, set[RowKey]] = {}
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
            named = {name: rows_named(layout, name) for name in map(str.strip, re.split(r"[,;\t]", match[2]))}
            findings += [_fault("assignment.row", number, name) for name, rows in named.items() if not rows]
            found.setdefault(match[1], set()).update(*named.values())
    if findings or not found:
        raise Invalid(findings or [Finding("assignment.empty")])
    return {code: frozenset(rows) for code, rows in found.items()}


def lines_of(table: bytes) -> str:
    """A workbook or CSV as the lines that `read_assignment` takes; Invalid where it is no such table."""
    rows, findings = read_table(table, TABLE)
    if findings:
        raise Invalid(findings)
    return "\n".join(f"{cell_text(cells['agency'])}; {cell_text(cells['rows'])}" for _, cells in rows)


def _fault(code: str, line: str, text: str) -> Finding:
    return Finding(code, where=line, facts={"line": line, "text": text.strip()[:80]})


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
    lines = []
    for code, rows in assignment.items():
        names = [
            _shortest(layout, key)
            for section in layout.sections.values()
            for key in row_keys(section)
            if key in rows
        ]
        lines.append(f"{code}; {', '.join(names)}")
    return "\n".join(lines)


def _shortest(layout: Layout, key: RowKey) -> str:
    section, row = layout.sections[key[0]].section, key[1]
    if not row:
        return section.code
    return row if rows_named(layout, row) == {key} else f"{section.code}[{row}]"


def share_out(tree: Tree, layout: Layout, assignment: Assignment, lead: int) -> tuple[str, dict[str, Any]]:
    """The scope of a round that shares its form out so, and the rows by agency id that it keeps.

    Rows that nobody was given are the lead unit's.
    """
    by_id = {tree.with_code(code).id: rows for code, rows in assignment.items()}
    given: Rows = frozenset().union(*by_id.values())
    all_rows = {key for section in layout.sections.values() for key in row_keys(section)}
    by_id[lead] = by_id.get(lead, frozenset()) | (all_rows - given)
    others = [code for code in assignment if code != tree[lead].code]
    return f"codes:{','.join(others)}", {str(agency): _by_section(rows) for agency, rows in by_id.items()}


def _by_section(rows: Iterable[RowKey]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for section, row in sorted(rows):
        found.setdefault(section, []).append(row)
    return found
