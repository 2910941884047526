"""Forms as text tables inside tests: columns, rows and figures on one screen, and what rules say of them.

    grid = '''
                               | 3 .0 (triệu đồng) Kế hoạch | 5 % Tỷ lệ | 8 text
    TH #1 Thu ngân sách        | 30                         | 50        |
      TH_ND #1.1 Thu nội địa   | 10                         |           | Đạt
    '''

The first line names the columns, every other line a row; two spaces of indent are one level of the tree.
A head is a code and then, in any order: `#1.1` ordinal, `(ha)` unit, `.2` decimal with two decimals, a type,
`%` percent, `key=value` for any other property, and words of the title.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.check import Checked, check_form
from engine.context import ChildReport, Context
from engine.figures import read_figures, write_figures
from engine.form import CELL_TYPES, Aggregation, Column, Form, Header, Properties, Row, Rows, Rule, Section
from engine.program import Program, compile_form
from engine.sheet import Sheet

FIELDS: Mapping[str, Any] = {
    "decimals": int,
    "required": bool,
    "aggregation": Aggregation,
    "choices": lambda t: tuple(t.split(",")),
}
STATED = {"min", "max", "nature", "decimals", "required", "aggregation", "choices"}


@dataclass(frozen=True)
class Grid:
    """One section and the figures that stand in its table."""

    section: Section
    figures: Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class _Line:
    depth: int
    head: dict[str, Any]
    values: list[str]


def read_grid(text: str, code: str = "A", rules: Sequence[Rule] = (), **given: Any) -> Grid:
    """The section `code` that a table draws. `given` are further fields of the section."""
    lines = [line for line in text.splitlines() if line.strip()]
    margin = min(len(line) - len(line.lstrip()) for line in lines[1:]) if len(lines) > 1 else 0
    columns = tuple(_column(part) for part in lines[0].split("|")[1:])
    rows = []
    figures: dict[str, dict[str, str]] = {}
    for line in lines[1:]:
        head, *values = line.split("|")
        rows.append(_Line((len(head) - len(head.lstrip()) - margin) // 2, _head(head), values))
        for column, value in zip(columns, values, strict=False):
            if value.strip():
                figures.setdefault(str(rows[-1].head["code"]), {})[column.id] = value.strip()
    fields: dict[str, Any] = {"kind": "table", "rows": Rows(items=_tree(rows))} | given
    return Grid(Section(code, code, columns=columns, rules=tuple(rules), **fields), figures)


def _head(text: str) -> dict[str, Any]:
    """The named parts of a row's or column's head; properties under `properties`."""
    found: dict[str, Any] = {"title": "", "ordinal": ""}
    stated: dict[str, Any] = {}
    for word in re.findall(r"\([^)]*\)|\S+", text):
        key, _, value = word.partition("=")
        if "code" not in found:
            found["code"] = found["id"] = word
        elif word.startswith("#"):
            found["ordinal"] = word[1:]
        elif word.startswith("("):
            stated["unit"] = word[1:-1]
        elif re.fullmatch(r"\.\d", word):
            stated |= {"type": "decimal", "decimals": int(word[1:])}
        elif word == "%":
            stated["type"] = "percent"
        elif word in CELL_TYPES or word == "by_row":
            stated["type"] = word
        elif key in STATED:
            stated[key] = FIELDS.get(key, str)(value)
        elif value:
            found[key] = value.replace("_", " ") if key == "when" else value
        else:
            found["title"] = f"{found['title']} {word}".strip()
    return found | {"properties": Properties(**stated)}


def _column(text: str) -> Column:
    head = _head(text)
    if head["properties"].type is None:
        head["properties"] = head["properties"].over(Properties(type="integer"))
    return Column(**head | {"ordinal": head["ordinal"] or head["code"]})


def _tree(lines: list[_Line]) -> tuple[Row, ...]:
    found: list[Row] = []
    for i, line in enumerate(lines):
        if line.depth == lines[0].depth:
            below: list[_Line] = []
            for later in lines[i + 1 :]:
                if later.depth <= line.depth:
                    break
                below.append(later)
            found.append(Row(**line.head, children=_tree(below)))
    return tuple(found)


def form_of(*grids: Grid, code: str = "B01", unit: str | None = None) -> Form:
    """The template that holds the sections of `grids`."""
    return Form(Header(code, code, unit=unit), tuple(grid.section for grid in grids))


def rule(text: str, code: str = "K", **given: Any) -> Rule:
    """A constraint; `computed=True` makes a formula."""
    return Rule(code, code, text, **given)


def program_of(*grids: Grid, others: Mapping[str, Form] | None = None) -> Program:
    """The compiled template; its rules must be sound."""
    program = compile_form(form_of(*grids), others)
    assert not program.findings, program.findings
    return program


def sheet_of(program: Program, *grids: Grid) -> Sheet:
    """The figures of `grids` on a sheet of `program`; they must fit."""
    sheet, findings = read_figures(program.layout, {grid.section.code: grid.figures for grid in grids})
    assert not findings, findings
    return sheet


def context_of(program: Program, **given: Any) -> Context:
    """A context whose sheets are drawn as tables of section A: `previous=...`, `year_to_date=[...]`, ..."""

    def sheet(text: str | None) -> Sheet | None:
        return None if text is None else sheet_of(program, read_grid(text))

    for name in ("previous", "same_period_last_year", "last_year"):
        if name in given:
            given[name] = sheet(given[name])
    if "earlier" in given:
        given["earlier"] = {back: sheet(text) for back, text in given["earlier"].items()}
    if "year_to_date" in given:
        given["year_to_date"] = [sheet(text) for text in given["year_to_date"]]
    if "children" in given:
        children = [(item, {}) if isinstance(item, str) else item for item in given["children"]]
        given["children"] = [ChildReport(who, sheet(text) or Sheet(program.layout)) for text, who in children]
    return Context(**given)


def checked(
    grid_text: str, *rules: Rule | str, others: Mapping[str, Form] | None = None, **context: Any
) -> Checked:
    """Section A as drawn, checked by `rules` (K1, K2, ... where only a text is given)."""
    grid = read_grid(grid_text, rules=numbered(rules))
    program = program_of(grid, others=others)
    return check_form(program, sheet_of(program, grid), context_of(program, **context))


def numbered(rules: Sequence[Rule | str]) -> list[Rule]:
    """Rules from texts, coded K1, K2, ..."""
    return [rule(r, f"K{i}") if isinstance(r, str) else r for i, r in enumerate(rules, 1)]


def verdict(grid_text: str, text: str, **context: Any) -> Any:
    """What one rule says: a verdict, or a map from its targets to theirs."""
    return checked(grid_text, rule(text), **context).verdicts["K"]


def filled(grid_text: str, *formulas: str, **context: Any) -> Any:
    """The figures of section A after formulas computed what they fill."""
    made = checked(grid_text, *(rule(t, f"K{i}", computed=True) for i, t in enumerate(formulas)), **context)
    return write_figures(made.sheet).get("A", {})


def faults(
    grid_text: str, text: str, *, computed: bool = False, others: Mapping[str, Form] | None = None
) -> list[str]:
    """The codes (with variants) of what is wrong with a rule."""
    grid = read_grid(grid_text, rules=[rule(text, computed=computed)])
    return [finding.key for finding in compile_form(form_of(grid), others).findings]
