"""A sheet without a table but with numbered headings: the outline of a narrative."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from designer.excel import words
from designer.excel.body import row_codes, shallow
from designer.excel.grid import Sheet
from designer.excel.leaves import LONGEST
from designer.excel.ordinals import plain, split_title
from designer.excel.regions import Table, anchors, is_signed
from designer.excel.rows import Line, Node, build_tree
from expr.text import fold

FEWEST = 2  # headings

_SIGNED = re.compile(r"^(noi nhan|(kt|tm|tl|tuq|q)\. |\(ky|nguoi lap)")


def draw_outline(sheet: Sheet, code: str) -> tuple[Table, dict[str, Any]] | None:
    """Where an outline stands, and what it says with its texts; None where hardly any line is numbered."""
    headings, texts = _read(sheet)
    if len(headings) < FEWEST:
        return None
    roots = shallow(build_tree(headings, {}))
    codes = row_codes(roots)
    top, last = headings[0].row, _end(sheet, headings[0].row) - 1
    place = Table(sheet, top, top, None, top, last, 1, sheet.right)
    return place, {"code": code, "kind": "outline", "title": sheet.name, "parts": _parts(roots, codes, texts)}


def _end(sheet: Sheet, first: int) -> int:
    """The row where signatures and recipients begin."""
    for row in (at for at in sheet.by_row if at > first):
        folded = [fold(text) for text in anchors(sheet, row).values()]
        if any(_SIGNED.match(text) or words.DATE_LINE.search(text) for text in folded) or is_signed(folded):
            return row
    return sheet.bottom + 1


def _read(sheet: Sheet) -> tuple[list[Line], Mapping[int, list[str]]]:
    """The numbered lines, and by their rows what stands below them."""
    headings: list[Line] = []
    texts: dict[int, list[str]] = {}
    end = sheet.bottom + 1
    for row in sheet.by_row:
        if row >= end:
            break
        found = list(anchors(sheet, row).values())
        ordinal, title = plain(found[0]) if found else "", " ".join(found[1:])
        if not (ordinal and title):
            ordinal, title = split_title(" ".join(found))
        if ordinal and not ordinal.startswith(("-", "+", "*")):
            end = end if headings else _end(sheet, row)
            headings.append(Line(row, title, ordinal))
        elif headings and title:
            texts.setdefault(headings[-1].row, []).append(title)
    return [replace(line, filled=line.row in texts) for line in headings], texts


def _parts(
    nodes: Sequence[Node], codes: Mapping[int, str], texts: Mapping[int, list[str]]
) -> list[dict[str, Any]]:
    def made(node: Node) -> Iterator[tuple[str, Any]]:
        yield "code", codes[id(node)]
        yield "title", node.line.title[:LONGEST]
        if text := texts.get(node.line.row):
            yield "text", "\n".join(text)[:20_000].replace("{{", "{ {")
        if node.children:
            yield "children", _parts(node.children, codes, texts)

    return [dict(made(node)) for node in nodes]
