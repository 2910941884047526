"""Forms of other offices, drawn without any edit; `-s` prints the shares by form."""

from typing import Any

import pytest
from openpyxl.utils import range_boundaries

from designer.excel.drawing import Drawing, draw
from designer.excel.grid import address
from designer.excel.section import Section
from engine.formulas import fills
from engine.program import compile_form
from template_library.fileformat import template_to_data
from tests.corpus.office import Office, Part, offices
from tests.corpus.score import Score, Share, paths, walked


def scored(office: Office) -> Score:
    drawing = draw(office.write(), "bieu.xlsx", {})
    total = Score()
    for number, part in enumerate(office.parts):
        if drawing.form is None or number >= len(drawing.sections):
            total += Score(Share(0, 1), Share(0, 1), Share(0, 1), (f"no part {number + 1}",))
        else:
            total += _part(drawing, drawing.sections[number], part)
    if len(drawing.sections) > len(office.parts):
        total += Score(rows=Share(0, 1), wrong=("too many parts",))
    return total


def _part(drawing: Drawing, section: Section, part: Part) -> Score:
    assert drawing.form is not None
    made = next(s for s in template_to_data(drawing.form)["sections"] if s["code"] == section.data["code"])
    found = list(paths(made.get("columns", ()), ()))
    wrong = [f"header {path}" for at, path in enumerate(part.heads) if found[at : at + 1] != [path]]
    wrong += [f"header too many {path}" for path in found[len(part.heads) :]]
    header = Share(max(len(part.heads) - len(wrong), 0), len(part.heads))
    rows, lost = _rows(part, made)
    totals, unlike = _totals(drawing, section, part)
    return Score(header, rows, totals, (*wrong, *lost, *unlike))


def _rows(part: Part, made: dict[str, Any]) -> tuple[Share, list[str]]:
    rows = made.get("rows", {})
    if part.rows == ["*"]:
        right = rows.get("kind") == "agencies"
        return Share(int(right), 1), [] if right else ["agencies"]
    found = list(walked(rows.get("items", ()), ""))
    wanted, above = [], [""]
    for line in part.rows:
        depth = (len(line) - len(line.lstrip())) // 2
        name = line.strip().removeprefix("- ")
        wanted.append((name, above[depth]))
        above = [*above[: depth + 1], name]
    wrong = [f"row {row}" for row in wanted if row not in found]
    wrong += [f"row too many {row}" for row in found if row not in wanted and len(found) > len(wanted)]
    return Share(max(len(wanted) - len(wrong), 0), len(wanted)), wrong


def _totals(drawing: Drawing, section: Section, part: Part) -> tuple[Share, list[str]]:
    """Each cell that is reckoned: whether a rule reckons it, and nothing is said against its figure."""
    assert drawing.form is not None
    sheet, ground, table = section.table.sheet, section.ground, section.table
    asked = {
        place for place, cell in sheet.cells.items()
        if cell.formula and place[0] in table.rows and place[1] in table.columns
    }  # fmt: skip
    if part.rows == ["*"]:  # rows of agencies are not there before a report is: their rules are by column
        told = {rule["text"].split(" = ")[0].removeprefix("cột ") for rule in section.data.get("rules", ())}
        columns = {column for row, column in asked if row < table.last}
        wrong = [f"column {column}" for column in sorted(columns) if ground.columns.get(column) not in told]
        return Share(len(columns) - len(wrong), len(columns)), wrong
    asked |= {(int(row or 0), int(column or 0)) for column, row, *_ in map(range_boundaries, part.told)}
    program = compile_form(drawing.form)
    reckoned = {
        place[1:] for place in fills(program.rules, program.directory) if place[0] == section.data["code"]
    }
    doubted = {finding.where for finding in drawing.findings}
    wrong = [
        f"total {address(*place)}" for place in sorted(asked)
        if (ground.rows.get(place[0]), ground.columns.get(place[1])) not in reckoned
        or f"{sheet.name}!{address(*place)}" in doubted
    ]  # fmt: skip
    return Share(len(asked) - len(wrong), len(asked)), wrong


@pytest.mark.parametrize("office", offices(), ids=lambda office: office.name)
def test_other_forms_are_drawn_right(office: Office) -> None:
    made = scored(office)
    shares = (made.headers.value, made.rows.value, made.totals.value)
    print(f"{office.name:20} headers {shares[0]:.1%}, rows {shares[1]:.1%}, totals {shares[2]:.1%}")
    assert shares[0] >= 0.9 and min(shares[1:]) >= 0.85, made.wrong
