"""Random figures and contexts for a form: blanks, marks, negatives, halves, tiny and huge numbers."""

from collections.abc import Mapping
from decimal import Decimal
from random import Random
from typing import Any

from engine.cells import Cell
from engine.context import ChildReport, Context
from engine.figures import read_figures
from engine.layout import Layout, SectionLayout
from engine.naming import open_key
from engine.sheet import LARGEST, Sheet

MOODS: Mapping[str, tuple[str, ...]] = {
    "small": ("0", "1", "2", "3", "1", "2"),
    "halves": ("0.5", "1.5", "-0.5", "2.5", "0.05", "-1.25", "1", "0.000000005", "0.45"),
    "sparse": ("", "", "", "", "1", "-"),
    "marked": ("-", "x", "...", "", "1", "2"),
    "signed": ("-1", "1", "-2", "2", "0", "-100", "100"),
    "usual": ("", "12", "30.5", "1250", "99.99", "-", "350", "350", "0", "7"),
    "huge": ("max", "-max", "half", "1", "0", "max", "999999999999"),
}
TEXTS = ("", "a", "Đạt", "đạt", "1", "Không đạt", "xã")
DATES = ("", "2025-01-31", "2024-02-29", "2025-12-31", "1999-01-01")


def number_text(pick: Random, cell: Cell, mood: str) -> str:
    """A figure of the mood that fits the cell: with its decimals at most, within what can be stored."""
    raw = pick.choice(MOODS[mood])
    if raw in ("", "-", "x", "..."):
        return raw
    most = Decimal(LARGEST).scaleb(-cell.decimals)
    named = {"max": most, "-max": -most, "half": (most / 2).quantize(Decimal(1).scaleb(-cell.decimals))}
    number = named.get(raw) or Decimal(raw)
    cut = number.quantize(Decimal(1).scaleb(-cell.decimals)) if cell.decimals < 18 else number
    return format(cut, "f") if abs(cut) <= most else "1"


def figure_text(pick: Random, cell: Cell, mood: str) -> str:
    """A figure in exchange form."""
    if cell.is_numeric:
        return number_text(pick, cell, mood)
    return pick.choice(DATES if cell.type == "date" else TEXTS)


def open_keys(pick: Random, section: SectionLayout) -> list[tuple[str, str]]:
    """(key, pattern) of the open rows that all figures of a world have."""
    repeats = section.section.rows.kind == "agencies"
    keys = [f"{'X' if repeats else 'k'}{i}" for i in range(pick.randint(0, 3))]
    return [(open_key(section, pattern, key), pattern) for key in keys for pattern in section.patterns]


def sheet(pick: Random, layout: Layout, rows: Mapping[str, list[tuple[str, str]]]) -> Sheet:
    """Figures for all cells of a form, in one mood, with the open rows `rows` by section."""
    mood = pick.choice(list(MOODS))
    data: dict[str, dict[str, dict[str, str]]] = {}
    for key, section in layout.sections.items():
        for i, fixed in enumerate(section.rows):
            cells = section.cells[i * len(section.columns) : (i + 1) * len(section.columns)]
            data.setdefault(key, {})[fixed.id] = _row(pick, section, cells, mood)
        for row, pattern in rows.get(key, ()):
            data.setdefault(key, {})[row] = _row(pick, section, section.pattern_cells[pattern], mood)
    made, findings = read_figures(layout, data)
    assert not findings, findings
    return made


def _row(pick: Random, section: SectionLayout, cells: tuple[Cell, ...], mood: str) -> dict[str, str]:
    some = pick.choice([mood, mood, "usual"])
    return {
        column.id: figure_text(pick, cell, some)
        for column, cell in zip(section.columns, cells, strict=True)
        if cell.state != "not_applicable"
    }


def context(
    pick: Random, layout: Layout, other: Layout, rows: Mapping[str, list[tuple[str, str]]]
) -> Context:
    """Earlier reports, other forms, children and attributes, each of them there or missing."""

    def one() -> Sheet:
        return sheet(pick, layout, rows)

    def maybe(share: float = 0.7) -> Sheet | None:
        return one() if pick.random() < share else None

    return Context(
        previous=maybe(),
        earlier={2: one()} if pick.random() < 0.5 else {},
        same_period_last_year=maybe(),
        last_year=maybe(),
        year_to_date=pick.choice([None, [], [one()], [one(), one()], [one(), None]]),
        children=[ChildReport(_agency(pick), one()) for _ in range(pick.choice([0, 1, 3]))],
        forms={other.form.header.code: sheet(pick, other, {})} if pick.random() < 0.7 else {},
        agency=_agency(pick),
        period=pick.choice(
            [
                {},
                {"tháng": "12", "năm": 2025, "đầu_năm": False, "từ": "2025-12-01", "đến": "2025-12-31"},
                {"tháng": 1, "quý": "1", "đầu_năm": True, "từ": "2026-01-01"},
                {"tháng": "x", "đầu_năm": "sai"},
            ]
        ),
        divided=pick.random() < 0.1,
    )


def _agency(pick: Random) -> dict[str, Any]:
    return pick.choice(
        [
            {},
            {"cấp": "xã", "mã": "10507", "tên": "Xã 1", "dân_số": "400"},
            {"cấp": "tỉnh", "mã": "31", "dân_số": "2.5", "loại": "1", "ngày": "2025-07-01"},
            {"cấp": "xã", "dân_số": "nhiều", "loại": "đặc biệt", "miền_núi": "có"},
        ]
    )
