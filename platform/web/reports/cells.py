"""Cells as people call them, and as a form of a page names them."""

import json

from core.errors import Invalid
from engine.findings import Finding
from engine.sheet import Place
from runtime.filling.desk import Desk
from runtime.titles import read_title


def cell_name(desk: Desk, place: Place) -> str:
    """A cell by its row and its column, a heading by its words."""
    section, row, column = place
    layout = desk.program.layout.sections.get(section)
    if layout is None or column not in layout.column_at:
        return " · ".join(filter(None, (row, column)))
    agencies = {node.code: node.name for node in desk.tree} if layout.section.rows.kind == "agencies" else {}
    named, head = layout.section.row_by_id, layout.section.column_by_id[column]
    parts = [named[part].title if part in named else agencies.get(part, part) for part in row.split("|")]
    told = [*(parts if agencies else parts[-1:]), f"{head.title} ({head.ordinal})"]
    return read_title(" · ".join(told), desk.titles)


def print_key(place: Place) -> str:
    """A cell as a field of a form holds it; empty names the report as a whole."""
    return json.dumps(list(place), ensure_ascii=False) if place != ("", "", "") else ""


def read_key(text: str) -> Place:
    """The cell that `print_key` wrote."""
    try:
        parts = json.loads(text) if text else ["", "", ""]
    except ValueError:
        parts = None
    if not (isinstance(parts, list) and len(parts) == 3 and all(isinstance(part, str) for part in parts)):
        raise Invalid([Finding("cell.syntax", facts={"text": text[:200]})])
    return parts[0], parts[1], parts[2]
