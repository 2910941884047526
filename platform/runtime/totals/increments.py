"""A total in which few children changed since it was summed up: only they are read.

What a child gave then is what it holds now, with the changes of its journal since taken back. Of the counts
that this needs a total of accepted reports keeps a tally: their figures stand still while they are read.
"""

import zlib
from base64 import b64decode, b64encode
from collections.abc import Mapping

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.figures import find_cell, parse_figure
from engine.layout import Layout
from engine.rollup.aggregate import Aggregated
from engine.rollup.increment import Tally, exchanged
from engine.sheet import Block, Figure, Place, Sheet
from runtime.models import Journal, Report
from runtime.sheets import read_sheets

FEW = 8
"""Children that are exchanged one by one; of more all are read."""
NUMBER = "<i4"

Lineage = Mapping[int, int]
"""The children that count, with their revisions."""


def tally_to_json(summed: Aggregated) -> dict[str, str]:
    """What a later exchange needs to know of the reports that were summed up."""
    return {
        section: b64encode(
            zlib.compress(np.array([entered, *summed.marks[section]], NUMBER).tobytes())
        ).decode()
        for section, entered in summed.entered.items()
    }


def exchange(
    session: Session, layout: Layout, report: Report, known: Lineage, counted: Lineage
) -> Aggregated | None:
    """The total with the few changed children exchanged; None where all have to be summed up again."""
    if report.tally is None or not are_few(layout, known, counted):
        return None
    total = read_sheets(session, layout, [report.id], "children")[report.id]
    return exchange_few(session, layout, total, report.tally, known, counted)


def are_few(layout: Layout, known: Lineage, counted: Lineage) -> bool:
    """Whether so few children changed that they may be exchanged; open rows never may."""
    patterned = any(section.patterns for section in layout.sections.values())
    return not patterned and len({child for child, _ in known.items() ^ counted.items()}) <= FEW


def exchange_few(
    session: Session, layout: Layout, total: Sheet, tally: Mapping[str, str], known: Lineage, counted: Lineage
) -> Aggregated | None:
    """The same for a total and its tally, wherever they are kept."""
    changed = {child for child, _ in known.items() ^ counted.items()}
    tallies = {section: _tally(total.block(section), tally[section]) for section in layout.sections}
    now = read_sheets(session, layout, sorted(changed), "own")
    for child in sorted(changed):
        old, new = (_as_of(session, now[child], child, which.get(child)) for which in (known, counted))
        for section, shape in layout.sections.items():
            after = exchanged(shape, tallies[section], old.block(section), new.block(section))
            if after is None:
                return None
            tallies[section] = after
    sheet = Sheet(layout, {section: tally.total for section, tally in tallies.items()})
    entered = {section: tally.numbers + tally.nils for section, tally in tallies.items()}
    marks = {section: (tally.nils, tally.crosses) for section, tally in tallies.items()}
    return Aggregated(sheet, len(counted), entered, (), marks)


def _tally(total: Block, kept: str) -> Tally:
    counts = np.frombuffer(zlib.decompress(b64decode(kept)), NUMBER).reshape(3, -1).astype(np.int64)
    return Tally(total, counts[0] - counts[1], counts[1], counts[2])


def _as_of(session: Session, now: Sheet, report: int, revision: int | None) -> Sheet:
    """What a report's agency had typed in a revision; nothing where it did not count."""
    if revision is None:
        return Sheet(now.layout)
    since = session.execute(
        select(Journal.section, Journal.row, Journal.column, Journal.old)
        .where(Journal.report_id == report, Journal.revision > revision)
        .where(Journal.section.in_(list(now.layout.sections)))  # words are not summed up
        .order_by(Journal.revision.desc(), Journal.id.desc())
    )
    before: dict[Place, Figure] = {}
    for entry in since:  # the earliest comes last
        cell = find_cell(now.layout.sections[entry.section], entry.row, entry.column)
        figure = parse_figure(cell, entry.old) if cell else None
        assert isinstance(figure, Figure), (report, entry)
        before[entry.section, entry.row, entry.column] = figure
    return now.changed(before)
