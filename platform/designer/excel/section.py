"""One table of a sheet as a section of the file format."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from designer.excel import words
from designer.excel.body import Body
from designer.excel.columns import Figures, Roles
from designer.excel.doubts import Inquiry
from designer.excel.grid import Place
from designer.excel.header import Header, read_header
from designer.excel.leaves import Columns, settle_roles, settle_types
from designer.excel.regions import Table
from designer.excel.rows import Line, Node, read_lines
from designer.excel.rules import Shape
from designer.excel.translate import Ground
from expr.text import fold


@dataclass
class Section:
    """A section as drawn, with where its rows and columns stand on the sheet."""

    table: Table
    data: dict[str, Any]
    shape: Shape
    header: Header
    roots: list[Node]
    types: dict[int, str]
    inquiry: Inquiry

    @property
    def ground(self) -> Ground:
        """Its rows with cells and its columns by their places."""
        return self.shape.ground

    def row_title(self, row: int) -> str:
        """What a row of the sheet is called."""
        nodes = (node for root in self.roots for node in root.walk())
        return next((node.line.title for node in nodes if node.line.row == row), "")


def draw_section(table: Table, code: str, unit: str | None, inquiry: Inquiry) -> Section:
    """The section without its rules; `unit` is the one that a line above gives to the whole table."""
    header = read_header(table)
    roles = settle_roles(table, header, inquiry)
    lines = read_lines(table, roles)
    if _is_list(table, header, roles, lines, inquiry):
        return _draw_list(table, code, unit, header, roles, lines, inquiry)
    figures = settle_types(table, header, roles.columns("data"), lines, unit, inquiry)
    columns = Columns(table, header, figures, inquiry)
    data: dict[str, Any] = {"code": code, "kind": "table", "columns": columns.draw()}
    body = Body(table, header, roles, figures, unit, inquiry)
    roots, data["rows"] = body.draw(lines)
    rows = {row: body.ids[row] for row in sorted(body.ids) if body.kinds[row] in ("data", "total")}
    ground = _ground(table, code, rows, columns, body.spare)
    types = {column: kind.type for column, kind in figures.items()}
    summed = [column for column, kind in types.items() if kind in ("integer", "decimal", "by_row")]
    shape = Shape(ground, summed, _children(roots, ground))
    return Section(table, data, shape, header, roots, types, inquiry)


def _is_list(table: Table, header: Header, roles: Roles, lines: Sequence[Line], inquiry: Inquiry) -> bool:
    """Whether no row has a name, so that whoever fills adds them all."""
    titles = roles.columns("title")
    if not titles or not any(line.is_placeholder for line in lines):
        return False
    if any(not (line.is_placeholder or line.is_total) for line in lines):
        return False
    guess = "agencies" if words.AGENCY_HEAD.match(fold(header.title(titles[0]))) else "list"
    place = (table.first, table.left)
    return inquiry.ask("rows", 0, place, ("list", "agencies", "fixed"), guess)[0] == "list"


def _draw_list(
    table: Table,
    code: str,
    unit: str | None,
    header: Header,
    roles: Roles,
    lines: Sequence[Line],
    inquiry: Inquiry,
) -> Section:
    titles = dict.fromkeys(roles.columns("title"), Figures("text"))
    figures = settle_types(table, header, roles.columns("data"), lines, unit, inquiry, blank="text")
    columns = Columns(table, header, dict(sorted((titles | figures).items())), inquiry)
    data: dict[str, Any] = {"code": code, "kind": "list", "columns": columns.draw()}
    ground = _ground(table, code, {}, columns, [line.row for line in lines])
    types = {column: leaf["type"] for column, leaf in columns.leaves.items()}
    return Section(table, data, Shape(ground, [], {}), header, [], types, inquiry)


def _ground(table: Table, code: str, rows: dict[int, str], columns: Columns, spare: Sequence[int]) -> Ground:
    def is_percent(place: Place) -> bool:
        cell = table.sheet.cells.get(place)
        return cell is not None and cell.is_percent

    leaves = {column: leaf["code"] for column, leaf in columns.leaves.items()}
    return Ground(code, table.sheet.name, rows, leaves, is_percent, frozenset(spare))


def _children(roots: Sequence[Node], ground: Ground) -> dict[int, tuple[int, ...]]:
    """The rows with cells that make up the whole of each row that has any."""
    found = {}
    for node in (node for root in roots for node in root.walk()):
        below = tuple(c.line.row for c in node.children if c.part is None and c.line.row in ground.rows)
        if below:
            found[node.line.row] = below
    return found
