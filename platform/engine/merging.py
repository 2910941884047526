"""Numbers cited in words: `Tổng thu đạt {{A[THU;3]}} tỷ đồng` is read with what stands in that cell now.

A field names a cell of the form by section code, or of another template of the same agency and period by its
code: `{{"KTXH-01"[THU;4]}}`. It is a reference of the rule language: names are found as rules find them.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from engine.context import Context
from engine.figures import find_cell, print_figure
from engine.form import Form, OutlinePart
from engine.presence import NOWHERE
from engine.program import Program
from engine.sheet import Sheet
from expr import nodes
from expr.faults import Fault
from expr.names import Directory
from expr.parser import parse
from expr.resolve import resolve
from expr.signatures import Functions

_FIELD = re.compile(r"\{\{\s*(.*?)\s*\}\}", re.DOTALL)
_CELL = re.compile(r'(?:"([^"]+)"|([^"\[\]]+?))\s*(\[[^\[\]]*\])')


@dataclass(frozen=True, slots=True)
class Cited:
    """What a field stands for: the cell's figure as exchange text and its kind, or why there is none."""

    value: str = ""
    kind: str = ""
    fault: Fault | None = None


def fields_of(text: str) -> list[str]:
    """The fields of a text, each once, as written between the braces."""
    return list(dict.fromkeys(_FIELD.findall(text)))


def pieces(text: str) -> Iterator[tuple[str, bool]]:
    """A text cut at its fields: (words, False) and (field, True) in turn."""
    for at, piece in enumerate(_FIELD.split(text)):
        if piece:
            yield piece, at % 2 == 1


def parts(form: Form) -> Iterator[tuple[str, OutlinePart]]:
    """Every heading of every outline with its section's id, in the order of the paper."""
    for section in form.sections:
        for part in section.parts:
            yield from ((section.id, each) for each in _below(part))


def named_forms(form: Form) -> Iterator[str]:
    """The sections and templates that the prepared texts of a form cite."""
    for _, part in parts(form):
        for field in fields_of(part.text or ""):
            if match := _CELL.fullmatch(field):
                yield match[1] or match[2]


def cite(program: Program, sheet: Sheet, context: Context, field: str) -> Cited:
    """What a field stands for in a report with these figures."""
    reference = read_field(field, program.directory, program.functions)
    if isinstance(reference, Fault):
        return Cited(fault=reference)
    found = _cell(program, sheet, context, reference)
    return Cited(*found) if found else Cited()


def read_field(field: str, directory: Directory, functions: Functions) -> nodes.Reference | Fault:
    """The reference that a field is, over ids, or what is wrong with it."""
    match = _CELL.fullmatch(field)
    if match is None:
        return Fault("E_SYNTAX", 0, len(field), facts={"found": field})
    parsed = parse(f'{match[3]} của biểu "{match[1] or match[2]}"')
    if parsed.rule is None:
        return parsed.faults[0]
    resolved = resolve(parsed.rule, directory, NOWHERE, functions)
    if resolved.rule is None:
        return resolved.faults[0]
    assert isinstance(resolved.rule.statement, nodes.Reference)
    return resolved.rule.statement


def _cell(
    program: Program, sheet: Sheet, context: Context, reference: nodes.Reference
) -> tuple[str, str] | None:
    other = reference.source.form
    read = context.forms.get(other.text) if other else sheet
    match reference.rows, reference.columns:
        case nodes.One(row), nodes.One(column) if read is not None:
            cell = find_cell(read.layout.sections[reference.section], row.text, column.text)
            figure = read.figure(reference.section, row.text, column.text)
            return (print_figure(cell, figure), cell.type) if cell else None
    return None


def _below(part: OutlinePart) -> Iterator[OutlinePart]:
    yield part
    for child in part.children:
        yield from _below(child)
