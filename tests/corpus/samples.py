"""What a workbook of the corpus shows, apart from how it shows it: header, rows, figures, formulas."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from random import Random

from engine.form import Column, Form, Row, Section
from engine.program import compile_form
from expr import nodes
from expr.nodes import Children, One, Parent, Reference
from template_library.fileformat import data_to_template

SEEDS = Path(__file__).parents[2] / "template_library" / "seeds"
Place = tuple[int, int]
"""Row and leaf of a sample, both from 0."""
Terms = tuple[tuple[int, Place], ...]


@dataclass(frozen=True)
class Head:
    """A header cell; a leaf where it has no children."""

    title: str
    children: tuple["Head", ...] = ()
    label: str = ""
    percent: bool = False
    text: bool = False

    def leaves(self) -> Iterator[tuple["Head", tuple[str, ...]]]:
        """Each leaf with the titles down to it."""
        if not self.children:
            yield self, (self.title,)
        for child in self.children:
            for leaf, path in child.leaves():
                yield leaf, (self.title, *path)


@dataclass(frozen=True)
class Line:
    """A row; `parent` is its place in the sample."""

    title: str
    ordinal: str = ""
    unit: str = ""
    code: str = ""
    parent: int | None = None
    group: bool = False


@dataclass(frozen=True)
class Formula:
    """A signed sum, divided by another where there is one, then times a hundred."""

    terms: Terms
    over: Terms = ()


@dataclass(frozen=True)
class Sample:
    """One form."""

    name: str
    title: str
    heads: tuple[Head, ...]
    lines: tuple[Line, ...]
    formulas: Mapping[Place, Formula]
    unit: str = ""
    stub: str = "Chỉ tiêu"
    agencies: bool = False
    code: str = ""

    @property
    def leaves(self) -> list[tuple[Head, tuple[str, ...]]]:
        """The columns of figures."""
        return [leaf for head in self.heads for leaf in head.leaves()]

    def depth(self, line: int) -> int:
        """How far a row is set in."""
        parent = self.lines[line].parent
        return 0 if parent is None else 1 + self.depth(parent)

    def figures(self, seed: int) -> dict[Place, Decimal]:
        """A figure for every cell, those with formulas as these say."""
        pick, found = Random(seed), dict[Place, Decimal]()

        def value(place: Place) -> Decimal:
            if place not in found:
                found[place] = Decimal(pick.randint(1, 900))
                if place in self.formulas:
                    found[place] = reckon(self.formulas[place], value)
            return found[place]

        for i, line in enumerate(self.lines):
            for j, (head, _) in enumerate(self.leaves):
                if not (line.group or head.text):
                    value((i, j))
        return found


def reckon(formula: Formula, value: Callable[[Place], Decimal]) -> Decimal:
    """What a formula makes of figures, given by a function of their places."""
    total = sum((sign * value(place) for sign, place in formula.terms), Decimal(0))
    over = sum((sign * value(place) for sign, place in formula.over), Decimal(0))
    if not formula.over:
        return total
    return total / over * 100 if over else Decimal(0)


def seed_samples() -> list[Sample]:
    """The seeds that are tables."""
    found = []
    for path in sorted(SEEDS.glob("*.json")):
        form, _ = data_to_template(json.loads(path.read_text()))
        assert form is not None
        if form.sections[0].kind == "table":
            found.append(_sample(path.stem, form))
    return found


_FIELDS = {"{kỳ.tháng}": "6", "{kỳ.tháng-1}": "5", "{kỳ.năm}": "2026", "{kỳ.năm-1}": "2025"}


def _plain(text: str) -> str:
    for name, value in _FIELDS.items():
        text = text.replace(name, value)
    return text


def _sample(name: str, form: Form) -> Sample:
    section = form.sections[0]
    agencies = section.rows.kind == "agencies"
    lines = tuple(_agency_lines(section) if agencies else _lines(section.rows.items, None, []))
    places = {row.id: i for i, row in enumerate(section.row_list)}
    return Sample(
        name,
        _plain(form.header.name),
        tuple(_head(column) for column in section.columns),
        lines,
        dict(_formulas(form, section, places, lines, agencies)),
        form.header.unit or "",
        "Đơn vị" if agencies else "Chỉ tiêu",
        agencies,
        form.header.code,
    )


def _head(column: Column) -> Head:
    kind = column.properties.type
    label = "" if column.children else column.ordinal
    return Head(
        _plain(column.title), tuple(map(_head, column.children)), label, kind == "percent", kind == "text"
    )


def _lines(rows: tuple[Row, ...], parent: int | None, found: list[Line]) -> list[Line]:
    for row in rows:
        code = row.code if row.code.isdecimal() else ""
        at = len(found)
        found.append(
            Line(_plain(row.title), row.ordinal, row.properties.unit or "", code, parent, not row.has_cells)
        )
        _lines(row.children, at, found)
    return found


def _agency_lines(section: Section) -> Iterator[Line]:
    at = 0
    for name in ("Xã An Phú", "Xã Bình Hòa", "Phường Cầu Đất"):
        items = section.rows.items
        yield Line(name, group=bool(items))
        for item in items:
            yield Line(item.title, parent=at)
        at += 1 + len(items)


def _formulas(
    form: Form, section: Section, at: Mapping[str, int], lines: tuple[Line, ...], agencies: bool
) -> Iterator[tuple[Place, Formula]]:
    """The equalities of a form that Excel can say, column rules first: in one cell they hold."""
    leaf = {column.id: j for j, column in enumerate(section.leaves)}
    found: dict[Place, Formula] = {}
    for rule in compile_form(form).rules:
        match rule.tree.statement:
            case nodes.Compare((Reference() as left, right), ("=",)) if not rule.tree.when:
                pass
            case _:
                continue
        rows = range(len(lines)) if left.rows is None else _places(left.rows, at)
        for i in rows:
            for j in range(len(leaf)) if left.columns is None else _places(left.columns, leaf):
                made = _formula(right, i, j, at, leaf, lines)
                if made and _allowed(section, rule.tree, left, i, j, at, leaf) and not lines[i].group:
                    found.setdefault((i, j), made)
    yield from found.items()


def _allowed(
    section: Section,
    tree: nodes.Rule,
    left: Reference,
    i: int,
    j: int,
    at: Mapping[str, int],
    leaf: Mapping[str, int],
) -> bool:
    column = section.leaves[j]
    if left.columns is None and (column.properties.type in ("percent", "text")):
        return any(n.axis == "column" and j in _places(n.picks, leaf) for n in tree.narrowings)
    for narrowing in tree.narrowings:
        picked = _places(narrowing.picks, at if narrowing.axis == "row" else leaf)
        if ((i if narrowing.axis == "row" else j) in picked) == narrowing.without:
            return False
    return True


def _places(selector: nodes.Selector, at: Mapping[str, int]) -> list[int]:
    match selector:
        case One(name):
            return [at[name.text]] if name.text in at else []
        case nodes.Between(first, last):
            return list(range(at[first.text], at[last.text] + 1))
        case nodes.Several(picks):
            return [place for pick in picks for place in _places(pick, at)]
        case Parent() | Children() | nodes.Every():
            return []
    raise TypeError(selector)


def _formula(
    node: nodes.Node, i: int, j: int, at: Mapping[str, int], leaf: Mapping[str, int], lines: tuple[Line, ...]
) -> Formula | None:
    match node:
        case nodes.Call("làm_tròn", (inner, _)):
            return _formula(inner, i, j, at, leaf, lines)
        case nodes.Product((top, bottom, nodes.Number()), (False, True, False)):
            terms, over = (_terms(part, i, j, at, leaf) for part in (top, bottom))
            return Formula(terms, over) if terms and over else None
    terms = _terms(node, i, j, at, leaf)
    return Formula(terms) if terms and len(terms) > 1 else None


def _terms(node: nodes.Node, i: int, j: int, at: Mapping[str, int], leaf: Mapping[str, int]) -> Terms | None:
    match node:
        case Reference(source=nodes.Source(form=None, agency=None, time=None)):
            rows = [i] if node.rows is None else _places(node.rows, at)
            columns = [j] if node.columns is None else _places(node.columns, leaf)
            return tuple((1, (r, c)) for r in rows for c in columns) or None
        case nodes.Sum(terms, signs):
            parts = [_terms(term, i, j, at, leaf) for term in terms]
            if not all(parts):
                return None
            return tuple(
                (s * sign, p) for part, s in zip(parts, signs, strict=True) for sign, p in part or ()
            )
        case nodes.Call("tổng", arguments):
            parts = [_terms(argument, i, j, at, leaf) for argument in arguments]
            return tuple(term for part in parts for term in part or ()) if all(parts) else None
    return None
