"""How much of a workbook was drawn right: header cells, rows, cells that are reckoned."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from designer.excel.drawing import Drawing
from engine.check import check_form
from engine.context import Context
from engine.figures import read_figures
from engine.program import compile_form
from template_library.fileformat import template_to_data
from tests.corpus.samples import Sample
from tests.corpus.writer import Written

_NUMBERED = re.compile(r"^(\d+)\. ")


@dataclass(frozen=True)
class Share:
    """So many right of so many."""

    right: int = 0
    of: int = 0

    def __add__(self, other: "Share") -> "Share":
        return Share(self.right + other.right, self.of + other.of)

    @property
    def value(self) -> float:
        """1 where nothing was asked."""
        return self.right / self.of if self.of else 1.0


@dataclass(frozen=True)
class Score:
    """The three shares of one workbook, and what was wrong."""

    headers: Share = Share()
    rows: Share = Share()
    totals: Share = Share()
    wrong: tuple[str, ...] = ()

    def __add__(self, other: "Score") -> "Score":
        return Score(
            self.headers + other.headers,
            self.rows + other.rows,
            self.totals + other.totals,
            self.wrong + other.wrong,
        )


def score(sample: Sample, written: Written, drawing: Drawing, *, totals: bool = True) -> Score:
    """Against the sample, without any edit."""
    section = next((s for s in drawing.sections if s.table.sheet.name == written.sheet), None)
    if drawing.form is None or section is None:
        return Score(Share(0, 1), Share(0, 1), Share(0, 1), ("nothing drawn",))
    data = template_to_data(drawing.form)
    made = next(part for part in data["sections"] if part["code"] == section.data["code"])
    headers, wrong = _headers(sample, made)
    if sample.agencies:
        items = {line.title for line in sample.lines if line.parent is not None}
        rows = made.get("rows", {})
        right = rows.get("kind") == "agencies" and {r["title"] for r in rows.get("items", [])} == items
        row_share, wrong_rows = Share(int(right), 1), [] if right else ["agencies"]
    else:
        row_share, wrong_rows = _rows(sample, made)
    total_share, wrong_totals = _totals(sample, written, drawing) if totals else (Share(), [])
    return Score(headers, row_share, total_share, (*wrong, *wrong_rows, *wrong_totals))


def _headers(sample: Sample, section: Mapping[str, Any]) -> tuple[Share, list[str]]:
    """Each header cell of figures, by its titles from the top."""
    wanted = [path for _, path in sample.leaves]
    found = list(paths(section.get("columns", ()), ()))
    wrong = [f"header {path}" for at, path in enumerate(wanted) if at >= len(found) or found[at] != path]
    wrong += [f"header too many {path}" for path in found[len(wanted) :]]
    return Share(max(len(wanted) - len(wrong), 0), len(wanted)), wrong


def paths(columns: Any, above: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    for column in columns:
        path = (*above, column["title"])
        yield from paths(column["children"], path) if column.get("children") else [path]


def _rows(sample: Sample, section: Mapping[str, Any]) -> tuple[Share, list[str]]:
    """Each row, by its ordinal and title and those of the row it belongs to."""
    wanted = [(_named(line), _named(sample.lines[line.parent]) if line.parent is not None else "")
              for line in sample.lines]  # fmt: skip
    found = list(walked(section.get("rows", {}).get("items", ()), ""))
    wrong = [f"row {row}" for row in wanted if row not in found]
    return Share(len(wanted) - len(wrong), len(wanted)), wrong


def _named(line: Any) -> str:
    title = _NUMBERED.sub(r"\1 ", line.title)
    return f"{line.ordinal.strip('-')} {title}".strip()


def walked(rows: Any, parent: str) -> Iterator[tuple[str, str]]:
    for row in rows:
        name = f"{row.get('ordinal', '').strip('-')} {row['title']}".strip()
        yield name, parent
        yield from walked(row.get("children", ()), name)


def _totals(sample: Sample, written: Written, drawing: Drawing) -> tuple[Share, list[str]]:
    """Each cell with a formula: what the draft's rules make of the other figures."""
    assert drawing.form is not None
    section = next(s for s in drawing.sections if s.table.sheet.name == written.sheet)
    program = compile_form(drawing.form)
    ground, layout = section.ground, program.layout.sections[section.data["code"]]
    if sample.agencies:
        return _agency_totals(sample, written, drawing)
    figures: dict[str, dict[str, str]] = {}
    for (i, j), value in written.figures.items():
        place = (ground.rows.get(written.rows[i]), ground.columns.get(written.columns[j]))
        if (i, j) in sample.formulas or None in place:
            continue
        figures.setdefault(str(place[0]), {})[str(place[1])] = f"{value:f}"
    sheet, _ = read_figures(program.layout, {section.data["code"]: figures}, "")
    done = check_form(program, sheet, Context()).sheet
    wrong = []
    for (i, j), _formula in sample.formulas.items():
        row, column = ground.rows.get(written.rows[i]), ground.columns.get(written.columns[j])
        index = layout.index(row, column) if row and column else None
        figure = (
            done.figure(section.data["code"], row, column) if row and column and index is not None else None
        )
        number = getattr(figure, "number", None)
        decimals = layout.cells[index].decimals if index is not None else 0
        if number is None or abs(number - written.figures[i, j]) > Decimal(1).scaleb(-min(decimals, 2)):
            wrong.append(
                f"total {sample.lines[i].title}/{sample.leaves[j][1]}: {number} {written.figures[i, j]}"
            )
    return Share(len(sample.formulas) - len(wrong), len(sample.formulas)), wrong


def _agency_totals(sample: Sample, written: Written, drawing: Drawing) -> tuple[Share, list[str]]:
    """Rows of agencies are not there before a report is: the rules are counted by column."""
    columns = {j for _, j in sample.formulas}
    section = next(s for s in drawing.sections if s.table.sheet.name == written.sheet)
    told = {
        text.split(" = ")[0].removeprefix("cột ")
        for rule in section.data.get("rules", ())
        if " = " in (text := rule["text"])
    }
    wanted = {section.ground.columns.get(written.columns[j], "?") for j in columns}
    return Share(len(wanted & told), len(wanted)), [f"total column {c}" for c in sorted(wanted - told)]
