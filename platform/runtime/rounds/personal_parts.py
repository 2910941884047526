"""Parts of one report in the hands of persons of its agency: rows, columns, sections, cells, indicators.

A cell that was given to somebody is typed by those it was given to; one that was given to nobody, by
everybody who types for the agency. The parts are one report all the while: there is nothing to merge.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from core import audit
from core.db import insert_new, lock_row
from core.errors import Invalid
from engine.findings import Finding
from engine.layout import Layout
from engine.presence import Closed, Extent
from engine.sheet import Place
from runtime.gathering import row_key
from runtime.models import Report
from runtime.rounds.assignment import columns_named, rows_named
from runtime.rounds.models import PersonalPart
from runtime.steps import demand_editable

Parts = Mapping[str, Sequence[Extent]]
"""By login the parts of the form he types: a whole section, a row, a column, a cell."""
MOST = 500


def give_part(
    session: Session, report_id: int, login: str, layout: Layout, text: str, *, actor: str, now: datetime
) -> None:
    """Have one person type what `text` names of a report; empty takes his part from him."""
    give_parts(session, report_id, layout, {login: text}, actor=actor, now=now)


def give_parts(
    session: Session, report_id: int, layout: Layout, texts: Mapping[str, str], *, actor: str, now: datetime
) -> None:
    """The same for several persons, by login; those who keep what they have are left alone."""
    report = lock_row(session, Report, report_id)
    demand_editable(report.state)
    known = read_parts(session, report_id)
    for login, text in texts.items():
        extents = read_part(layout, text) if text.strip() else []
        if extents != known.get(login, []):
            _keep(session, report_id, login, extents, actor, now)


def _keep(
    session: Session, report_id: int, login: str, extents: Sequence[Extent], actor: str, now: datetime
) -> None:
    session.execute(delete(PersonalPart).filter_by(report_id=report_id, login=login))
    if extents:
        cells = [list(extent) for extent in extents]
        kept = {"report_id": report_id, "login": login, "cells": cells, "given_by": actor, "at": now}
        insert_new(session, PersonalPart, [kept])
    facts = {"login": login, "parts": len(extents)}
    audit.record(session, actor, "report.give_part", f"report/{report_id}", now=now, **facts)


def read_part(layout: Layout, text: str) -> list[Extent]:
    """What names with commas between stand for: `A`, `THU`, `B[THU]`, `B[;3]`, `B[THU;3]`, or an indicator.

    Rows are named as where agencies share a form; a column stands after a semicolon. Raises Invalid with
    every name that means nothing.
    """
    found: list[Extent] = []
    unknown = []
    for name in filter(None, map(str.strip, re.split(r"[,\n]", text))):
        extents = _named(layout, name)
        found += extents
        unknown += [] if extents else [Finding("part.unknown", facts={"text": name[:80]})]
    if unknown or len(found) > MOST:
        raise Invalid(unknown or [Finding("part.too_many", facts={"limit": MOST})])
    return list(dict.fromkeys(found))


def _named(layout: Layout, name: str) -> list[Extent]:
    if cells := columns_named(layout, name):
        return [*cells]
    for key, section in layout.sections.items():
        if name in (key, section.section.code):
            return [(key, None, None)]
    rows = sorted(rows_named(layout, name))
    return [(section, row, None) for section, row in rows] or _of_indicator(layout, name)


def _of_indicator(layout: Layout, code: str) -> list[Extent]:
    """The rows and columns bound to an indicator."""
    found: list[Extent] = []
    for key, shape in layout.sections.items():
        found += [(key, row.id, None) for row in shape.section.row_list if row.indicator == code]
        found += [(key, None, column.id) for column in shape.columns if column.indicator == code]
    return found


def read_parts(session: Session, report_id: int) -> Parts:
    """Whose parts a report has; of most reports nobody's."""
    query = select(PersonalPart.login, PersonalPart.cells).filter_by(report_id=report_id)
    return {
        login: [(section, row, column) for section, row, column in cells]
        for login, cells in session.execute(query.order_by(PersonalPart.login))
    }


def print_part(layout: Layout, extents: Iterable[Extent]) -> str:
    """The names that `read_part` reads."""
    return ", ".join(_printed(layout, extent) for extent in extents)


def _printed(layout: Layout, extent: Extent) -> str:
    section, row, column = extent
    code = layout.sections[section].section.code
    if column is None:
        return code if row is None else f"{code}[{row}]"
    return f"{code}[{row or ''};{column}]"


def others_cells(layout: Layout, parts: Parts, login: str, places: Iterable[Place]) -> list[Place]:
    """Of some cells those that are other persons' to type."""
    if not parts:
        return []
    return [place for place in places if _is_others(layout, parts, login, place)]


def _is_others(layout: Layout, parts: Parts, login: str, place: Place) -> bool:
    section, row, column = place
    row = row_key(layout, section, row)[1] if section in layout.sections else row
    around = {(section, None, None), (section, row, None), (section, None, column), (section, row, column)}
    holders = {holder for holder, extents in parts.items() if not around.isdisjoint(extents)}
    return bool(holders) and login not in holders


def closed_to(layout: Layout, parts: Parts, login: str) -> Closed:
    """The cells of a form that somebody may not type, as the page of the sheet closes them."""
    if not parts:
        return {}
    places = [
        (key, row, column.id)
        for key, section in layout.sections.items()
        for row in (*(row.id for row in section.rows), *section.patterns)
        for column in section.columns
    ]
    return {place: "locked" for place in places if _is_others(layout, parts, login, place)}
