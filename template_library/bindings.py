"""Which indicators a form collects, and in which forms an indicator stands."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from engine.form import Column, Form, Row
from template_library.shelf import forms_in_force


@dataclass(frozen=True)
class Binding:
    """A row or column of a section that names an indicator."""

    section: str
    kind: str
    id: str
    code: str
    title: str
    indicator: str


def bindings(form: Form) -> Iterator[Binding]:
    """All of a form, columns before rows."""
    for section in form.sections:
        for column in _columns(section.columns):
            if column.indicator:
                yield Binding(section.id, "column", column.id, column.code, column.title, column.indicator)
        for row in _rows(section.rows.items):
            if row.indicator:
                yield Binding(section.id, "row", row.id, row.code, row.title, row.indicator)


def templates_with(session: Session, indicator: str, on: date) -> list[tuple[Form, list[Binding]]]:
    """The templates in force on a day that collect an indicator, with where."""
    forms = forms_in_force(session, on)
    found = (
        (forms[code], [b for b in bindings(forms[code]) if b.indicator == indicator])
        for code in sorted(forms)
    )
    return [(form, places) for form, places in found if places]


def _columns(columns: tuple[Column, ...]) -> Iterator[Column]:
    for column in columns:
        yield column
        yield from _columns(column.children)


def _rows(rows: tuple[Row, ...]) -> Iterator[Row]:
    for row in rows:
        yield from row.walk()
