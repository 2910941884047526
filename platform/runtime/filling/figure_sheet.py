"""Figures of many agencies by one sheet (.xlsx or CSV): an agency and a row of the form in each line.

The columns of the form stand beside each other under their titles or numbers, or one in a line under "Cột"
and "Giá trị". Rows are named by number, title or id, one that agencies add by its heading too: "I|Đất đai".
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from core.errors import Invalid
from core.tabular import Cells, Columns, cell_text, read_table
from engine.figures import find_cell, parse_figure, print_figure
from engine.findings import Finding
from engine.layout import Layout, SectionLayout
from engine.naming import open_key
from engine.sheet import Figure, Place, pattern_of
from expr.text import fold
from runtime.filling.places import find_place

FIELDS = {
    "agency": ("Mã đơn vị", "Mã cơ quan", "agency"),
    "period": ("Kỳ", "Kỳ báo cáo", "period"),
    "section": ("Phần", "Phần biểu", "section"),
    "row": ("Dòng", "Chỉ tiêu", "Mục", "row"),
    "column": ("Cột", "column"),
    "value": ("Giá trị", "Số liệu", "value"),
}
MAX_ROWS = 50_000


@dataclass(frozen=True)
class Told:
    """A figure of one line: whose, of which period as written, where, and its exchange text."""

    line: int
    agency: str
    period: str
    place: Place
    value: str


def read_figure_sheet(
    layout: Layout, data: bytes, agencies: Mapping[str, object], *, with_period: bool = False
) -> tuple[list[Told], list[Finding]]:
    """The figures of a sheet for `agencies` by code, and everything that is wrong with it."""
    reader = _Reader(layout, agencies)
    needed = {"agency", "period"} if with_period else {"agency"}
    columns = Columns(reader.headings, frozenset({"agency"}), frozenset(needed), MAX_ROWS)
    lines, findings = read_table(data, columns)
    told: dict[tuple[str, str, Place], Told] = {}
    for number, cells in lines:
        for found in reader.read(number, cells):
            if isinstance(found, Finding):
                findings.append(found)
            else:
                told[found.agency, found.period, found.place] = found
    return list(told.values()), findings


def read_cells(
    layout: Layout, given: Sequence[tuple[str, str, str]], agencies: Collection[str]
) -> tuple[list[Told], list[Finding]]:
    """The same of figures one by one: the code of an agency, a cell (`A[I1;4]`), an exchange text."""
    told: dict[tuple[str, Place], Told] = {}
    findings = []
    for line, (agency, where, value) in enumerate(given, start=1):
        if agency not in agencies:
            findings.append(_fault("given.agency", line, "agency", agency))
            continue
        try:
            place = find_place(layout, where)
        except Invalid as refused:
            findings += refused.findings
            continue
        cell = find_cell(layout.sections[place[0]], place[1], place[2])
        if cell is None or cell.state == "not_applicable":
            findings.append(Finding("cell.unknown", where=where, facts={"text": where}))
            continue
        figure = parse_figure(cell, value, where)
        if isinstance(figure, Finding):
            findings.append(figure)
        else:
            told[agency, place] = Told(line, agency, "", place, print_figure(cell, figure))
    return list(told.values()), findings


def column_label(section: SectionLayout, column: str) -> str:
    """How a column of the form is headed in our own sheets."""
    head = section.section.column_by_id[column]
    return f"{head.title} ({head.ordinal})"


@dataclass(frozen=True)
class _Reader:
    layout: Layout
    agencies: Mapping[str, object]

    @cached_property
    def columns(self) -> Mapping[str, Mapping[str, str]]:
        """The columns of each section by the labels that name one of them only."""
        return {key: _labels(section) for key, section in self.layout.sections.items()}

    @property
    def headings(self) -> Mapping[str, tuple[str, ...]]:
        """What `core.tabular` looks for: our fields, and each label of a column under its own name."""
        labels = {label for labels in self.columns.values() for label in labels}
        taken = {fold(name) for names in FIELDS.values() for name in names}
        return FIELDS | {f"={label}": (label,) for label in sorted(labels - taken)}

    def read(self, line: int, cells: Cells) -> Iterator[Told | Finding]:
        """The figures of one line, or what is wrong with them."""
        texts = {name: cell_text(cells.get(name)) for name in FIELDS}
        if texts["agency"] not in self.agencies:
            yield _fault("given.agency", line, "agency", texts["agency"])
            return
        section = self._section(texts["section"])
        if section is None:
            yield _fault("given.section", line, "section", texts["section"])
            return
        key = _row_key(section, texts["row"], texts["agency"])
        if key is None:
            yield _fault("given.row", line, "row", texts["row"])
            return
        for label, value in self._values(cells, texts["column"]):
            column = self.columns[section.section.id].get(fold(label))
            cell = find_cell(section, key, column) if column else None
            if column is None or cell is None or cell.state == "not_applicable":
                yield _fault("given.column", line, "column", label)
                continue
            figure = _parsed(section, key, column, value)
            if isinstance(figure, Finding):
                yield Finding(
                    figure.code, where=f"{line}, {label}", facts=figure.facts, variant=figure.variant
                )
            else:
                place = (section.section.id, key, column)
                yield Told(line, texts["agency"], texts["period"], place, print_figure(cell, figure))

    def _section(self, name: str) -> SectionLayout | None:
        sections = list(self.layout.sections.values())
        if not name and len(sections) == 1:
            return sections[0]
        named = (
            s for s in sections if fold(name) in map(fold, (s.section.code, s.section.id, s.section.title))
        )
        return next(named, None) if name else None

    def _values(self, cells: Cells, column: str) -> Iterator[tuple[str, object]]:
        """Labels of columns with what stands under them; an empty cell of a wide sheet says nothing."""
        if column:
            yield column, cells.get("value")
        for name, value in cells.items():
            if name.startswith("=") and value not in (None, ""):
                yield name[1:], value


def _labels(section: SectionLayout) -> dict[str, str]:
    found: list[tuple[str, str]] = []
    for column in section.columns:
        names = {column.id, column.code, column.ordinal, f"({column.ordinal})", column.title}
        names.add(column_label(section, column.id))
        found += [(fold(name), column.id) for name in names if name]
    times = Counter(label for label, _ in set(found))
    return {label: column for label, column in found if times[label] == 1}


def _row_key(section: SectionLayout, name: str, agency: str) -> str | None:
    """The row that a text names; a key that is not there yet where rows may be added."""
    rows = [row for row in section.section.row_list if row.has_cells or row.kind == "open"]
    if section.section.rows.kind == "agencies":
        own = [row for row in rows if fold(name) in map(fold, (row.id, row.code, row.ordinal, row.title))]
        key = own[0].id if own else "" if len(section.patterns) == 1 else None
        return None if key is None else open_key(section, key, agency)
    if not name and len(section.rows) == 1:
        return section.rows[0].id
    for spelled in (
        lambda r: (r.id, r.code),
        lambda r: (f"{r.ordinal} {r.title}", r.title),
        lambda r: (r.ordinal,),
    ):
        found = [row for row in rows if row.has_cells and fold(name) in map(fold, filter(None, spelled(row)))]
        if len(found) == 1:
            return found[0].id
    heading, bar, added = name.partition("|")
    if bar:  # under a heading that lets rows be added
        names = {key: (row.id, row.code, row.ordinal, row.title) for key, row in section.patterns.items()}
        name = next((f"{key}|{added}" for key, of in names.items() if fold(heading) in map(fold, of)), "")
    elif section.section.kind != "list":
        return None
    return name if name and pattern_of(section, name) else None


def _parsed(section: SectionLayout, key: str, column: str, value: object) -> Figure | Finding:
    cell = find_cell(section, key, column)
    assert cell is not None
    text = f"{value:.15g}" if isinstance(value, float) else cell_text(value)
    figure = parse_figure(cell, text)
    readings = figure.facts.get("readings") if isinstance(figure, Finding) else None
    if isinstance(readings, list) and len(readings) == 1:  # 1.234,5 can mean one thing only
        return parse_figure(cell, readings[0])
    return figure


def _fault(code: str, line: int, field: str, value: str) -> Finding:
    name = FIELDS[field][0]
    return Finding(code, where=f"{line}, {name}", facts={"line": str(line), "value": value[:60]})


def figure_table(
    layout: Layout,
    typed: Collection[Place],
    agencies: Sequence[tuple[str, str]],
    given: Mapping[tuple[str, Place], str],
) -> Iterator[list[str]]:
    """The sheet of all cells that people type, for agencies by code and name, with what is given by code."""
    sections = [section for section in layout.sections.values() if section.rows]
    heads = list(dict.fromkeys(column_label(s, column.id) for s in sections for column in s.columns))
    yield [*(FIELDS[name][0] for name in ("agency", "section", "row")), "Đơn vị", *heads]
    for code, name in agencies:
        for section in sections:
            for row in section.rows:
                places = {(section.section.id, row.id, column.id) for column in section.columns}
                if places.isdisjoint(typed):
                    continue
                told = {column_label(section, p[2]): given.get((code, p), "") for p in places & set(typed)}
                title = f"{row.ordinal} {row.title}".strip()
                yield [code, section.section.code, title, name, *(told.get(head, "") for head in heads)]
