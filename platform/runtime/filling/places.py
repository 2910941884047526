"""Cells and reports as people name them: `A[I1;3]`, `A[I1;4]=12`, `7/10507`."""

import re

from sqlalchemy import select
from sqlalchemy.orm import Session

from agencies.store import read_tree
from core.errors import Invalid, NotFound
from engine.findings import Finding
from engine.layout import Layout
from engine.sheet import Place
from runtime.models import Report
from runtime.rounds.opening import find_round

_CELL = re.compile(r"\s*([^\[\]]+?)\s*\[\s*([^;\[\]]+?)\s*;\s*([^;\[\]]+?)\s*\]\s*")


def read_cell(text: str) -> Place:
    """(section, row, column) of a text like `A[I1;3]`, as written."""
    match = _CELL.fullmatch(text)
    if match is None:
        raise Invalid([Finding("cell.syntax", facts={"text": text})])
    return match[1], match[2], match[3]


def find_place(layout: Layout, text: str) -> Place:
    """The ids of the cell a text names by ids or section code."""
    name, row, column = read_cell(text)
    section = layout.form.section_by_code.get(name) or layout.form.section_by_id.get(name)
    if section is None or section.id not in layout.sections:
        raise Invalid([Finding("cell.unknown", facts={"text": text})])
    return section.id, row, column


def print_place(layout: Layout, place: Place) -> str:
    """A cell as people write it."""
    section, row, column = place
    return f"{layout.form.section_by_id[section].code}[{row};{column}]"


def find_report(session: Session, name: str) -> Report:
    """The report of an id, or of `ROUND/AGENCY_CODE`."""
    round_id, slash, code = name.partition("/")
    if not round_id.isascii() or not round_id.isdigit() or len(round_id) > 18:
        raise NotFound("report.unknown", name=name)
    if not slash:
        report = session.get(Report, int(round_id))
    else:
        of = find_round(session, int(round_id))
        asked_of = session.scalars(select(Report.agency_id).filter_by(round_id=of.id))
        agency = read_tree(session, of.period_end, besides=asked_of).with_code(code)
        query = select(Report).filter_by(round_id=of.id, agency_id=agency.id)
        report = session.scalars(query).one_or_none()
    if report is None:
        raise NotFound("report.unknown", name=name)
    return report
