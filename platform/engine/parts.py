"""Parts of a whole, checked without a rule: `trong đó` is at most its whole, each breakdown adds up to it.

The whole of a row is the row above it in the tree. The whole of a column is the last column before it that is
no part, in its own group of the header or one around it; columns below a heading that is a part are parts.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from engine.evaluate import Evaluator
from engine.findings import Finding
from engine.form import Column, Section
from engine.program import Program
from engine.sheet import NUMBERED, Status
from engine.values import EXACT
from expr.names import OF_WHICH, ColumnName, RowName, SectionNames

_At = tuple[RowName, ColumnName]


@dataclass(frozen=True, slots=True)
class _Part:
    name: str
    title: str
    at: _At


def part_findings(program: Program, work: Evaluator) -> Iterator[Finding]:
    """What the parts of rows and of columns say at every whole."""
    for layout in program.layout.sections.values():
        names = work.directory.form.section[layout.section.id]
        for parent in names.rows:
            below = [row for row in names.children(parent.id) if row.part] if parent.has_cells else []
            for column in names.columns if below else ():
                parts = [_Part(row.part or "", row.title, (row, column)) for row in below]
                yield from _of_whole(work, names, (parent, column), parts)
        for whole, columns in _wholes(layout.section).items():
            for row in names.rows:
                parts = [
                    _Part(names.column[c].part or "", names.column[c].title, (row, names.column[c]))
                    for c in columns
                ]
                yield from _of_whole(work, names, (row, names.column[whole]), parts)


def _wholes(section: Section) -> Mapping[str, Sequence[str]]:
    """The columns that are parts, by the column that is their whole."""
    found: dict[str, list[str]] = {}

    def walk(columns: Sequence[Column], whole: str | None, inside: bool) -> None:
        for column in columns:
            is_part = inside or column.part is not None
            if column.children:
                walk(column.children, whole, is_part)
            elif not is_part:
                whole = column.id
            elif whole is not None:
                found.setdefault(whole, []).append(column.id)

    walk(section.columns, None, False)
    return found


def _of_whole(work: Evaluator, names: SectionNames, at: _At, parts: Sequence[_Part]) -> Iterator[Finding]:
    facts, whole = names.cell(*at), _number(work, names, at)
    if facts is None or not facts.summed or whole is None:
        return
    where = f"{names.code}[{at[0].id};{at[1].id}]"
    like = [part for part in parts if (f := names.cell(*part.at)) and f.unit == facts.unit]
    for name in dict.fromkeys(part.name for part in like):
        known = [(p, n) for p in like if p.name == name and (n := _number(work, names, p.at)) is not None]
        if name == OF_WHICH:
            for part, number in known:
                if number > whole:
                    told = {"part": part.title, "found": number, "whole": whole}
                    yield Finding("part.of_which", where=where, facts=told, section=names.code)
        elif known and (total := _sum([number for _, number in known])) != whole:
            told = {"breakdown": name, "found": total, "whole": whole}
            yield Finding("part.breakdown", where=where, facts=told, section=names.code)


def _sum(numbers: Sequence[Decimal]) -> Decimal:
    total = Decimal(0)
    for number in numbers:
        total = EXACT.add(total, number)
    return total


def _number(work: Evaluator, names: SectionNames, at: _At) -> Decimal | None:
    figure = work.sheet.figure(names.id, at[0].id, at[1].id)
    if figure.status == Status.NIL:
        return Decimal(0)
    return figure.number if figure.status in NUMBERED else None
