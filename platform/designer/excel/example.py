"""The figures of a workbook as an example of the template, and what they say about its rules."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from designer.excel.grid import Cell, Value, address, spelled
from designer.excel.recalculating import Spot
from designer.excel.section import Section
from engine.cells import Cell as Kind
from engine.check import Checked, check_form
from engine.context import Context
from engine.figures import read_figures
from engine.findings import Finding, has_errors
from engine.program import Program

NAME = "Số liệu trong tệp"
LARGEST = 10**12  # with any decimals, a figure below this can be kept


def figures_in(
    sections: Sequence[Section], program: Program, ruled: Collection[Spot], given: Mapping[Spot, Value]
) -> tuple[dict[str, Any], list[Finding]]:
    """The figures by section, row and column, and those that fit no cell.

    Of formulas only those that no rule tells (`ruled`), with what they are `given`.
    """
    found: dict[str, Any] = {}
    findings: list[Finding] = []
    for section in sections:
        layout = program.layout.sections.get(section.data["code"])
        if layout is None or not section.ground.rows:
            continue
        rows: dict[str, dict[str, str]] = {}
        for (row, column), cell in sorted(section.table.sheet.cells.items()):
            ground = section.ground
            if row not in ground.rows or column not in ground.columns:
                continue
            spot = (ground.sheet, (row, column))
            if cell.formula is not None:
                cell = replace(cell, value=given.get(spot, cell.value))
                if spot in ruled or not isinstance(cell.value, Decimal):
                    continue
            index = layout.index(ground.rows[row], ground.columns[column])
            text = None if index is None else _figure(cell, layout.cells[index])
            if text is not None:
                rows.setdefault(ground.rows[row], {})[ground.columns[column]] = text
            elif index is not None:
                where = f"{ground.sheet}!{address(row, column)}"
                facts = {"value": spelled(cell.value)[:100]}
                findings.append(Finding("workbook.figure", "warning", where=where, facts=facts))
        if rows:
            found[section.data["code"]] = rows
    return found, findings


def _figure(cell: Cell, kind: Kind) -> str | None:
    value = cell.value
    if isinstance(value, Decimal) and kind.is_numeric:
        if abs(value) >= LARGEST:
            return None
        shown = value * 100 if cell.is_percent and kind.type == "percent" else value
        return f"{shown.quantize(Decimal(1).scaleb(-kind.decimals), ROUND_HALF_UP):f}"
    if isinstance(value, str) and kind.is_numeric:
        mark = value.strip().replace("…", "...").lower()
        return mark if mark in ("-", "x", "...") else None
    if kind.is_numeric or kind.type not in ("text", "long_text", "date"):
        return None
    if kind.type == "date":
        return None if isinstance(value, str | bool | Decimal) or value is None else value.isoformat()
    return None if isinstance(value, bool) or value is None else " ".join(str(value).split())


def check(program: Program, figures: Mapping[str, Any]) -> Checked | None:
    """The example computed and checked; None where the figures themselves cannot be read."""
    sheet, findings = read_figures(program.layout, figures, "")
    return None if has_errors(findings) else check_form(program, sheet, Context())
