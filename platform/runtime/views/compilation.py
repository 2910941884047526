"""The compilation sheet of a round: the agencies below a receiver, a few cells of each, and last period's.

However many agencies there are, it is read in a fixed number of queries.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from agencies.store import read_tree
from engine.layout import Layout
from engine.sheet import Place
from runtime.filling.contexts import READ
from runtime.filling.places import find_place
from runtime.models import Move, Report, Round
from runtime.periods import Period
from runtime.programs import program_of
from runtime.rounds.opening import find_round, period
from runtime.views.columns import EVERY, Of, read_columns
from runtime.views.outliers import Mark, marks


class Line(NamedTuple):
    """One agency's report: values and last period's as exchange texts, in the order of the cells."""

    report: int
    agency: int
    code: str
    name: str
    sort_key: str
    state: str
    moved_at: datetime | None
    standing: Mapping[str, int] | None
    values: Sequence[str]
    imputed: Sequence[bool]
    last: Sequence[str] = ()
    marks: Sequence[Mark] = ()

    @property
    def is_clean(self) -> bool:
        """Checked, and without an error or a warning."""
        return self.standing is not None and not (self.standing["errors"] or self.standing["warnings"])


@dataclass(frozen=True)
class Compilation:
    """`cells` are the columns of the sheet; `lines` come in the Vietnamese order of names."""

    of: Round
    period: Period
    layout: Layout
    cells: Sequence[Place]
    lines: Sequence[Line]


def compile_round(
    session: Session, round_id: int, receiver: int | None, wanted: Sequence[str]
) -> Compilation:
    """The reports that go to `receiver` (of all receivers when None), with the `wanted` cells, `A[I1;3]`.

    Without a wanted cell the headline of the template is taken, else its first total. Last period's figures
    are for `with_last` to read.
    """
    of = find_round(session, round_id)
    layout = program_of(session, of.version_id).layout
    cells = list(dict.fromkeys(find_place(layout, name) for name in wanted)) or headline(layout)
    query = select(
        Report.id, Report.agency_id, Report.version_id, Report.state, Report.standing, Report.is_total
    ).where(Report.round_id == round_id, Report.receiver_id.is_not(None))
    if receiver is not None:
        query = query.where(Report.receiver_id == receiver)
    reports = session.execute(query).all()
    tree = read_tree(session, of.period_end, besides=[report.agency_id for report in reports])
    moved = _last_moves(session, round_id)
    asked = [Of(each.id, each.version_id, tree[each.agency_id].code, each.is_total) for each in reports]
    now = read_columns(session, asked, cells)

    def line(report: Row[Any]) -> Line:
        agency, values = tree[report.agency_id], now[report.id]
        return Line(
            report.id,
            agency.id,
            agency.code,
            agency.name,
            agency.sort_key,
            report.state,
            moved.get(report.id),
            report.standing,
            values.texts,
            values.imputed,
        )

    lines = sorted(map(line, reports), key=lambda each: each.sort_key)
    return Compilation(of, period(of), layout, cells, lines)


def with_last(session: Session, sheet: Compilation, lines: Sequence[Line]) -> list[Line]:
    """Some lines of a sheet with the figures of the period before beside theirs."""
    before = _last_period(session, sheet.of, {line.agency: line.code for line in lines})
    found, none = read_columns(session, [*before.values()], sheet.cells), [""] * len(sheet.cells)
    return [
        line._replace(last=found[before[line.agency].id].texts if line.agency in before else none)
        for line in lines
    ]


def with_marks(lines: Sequence[Line]) -> list[Line]:
    """Lines that have last period's figures, each told where it stands out among all of them."""
    width = len(lines[0].values) if lines else 0
    columns = [
        marks([number(line.values[at]) for line in lines], [number(line.last[at]) for line in lines])
        for at in range(width)
    ]
    return [line._replace(marks=[column[at] for column in columns]) for at, line in enumerate(lines)]


def number(text: str) -> Decimal | None:
    """A figure's exchange text as a number; None where it is none, as a date is."""
    return Decimal(text) if text.lstrip("-")[:1].isdigit() and "-" not in text[1:] else None


def headline(layout: Layout) -> list[Place]:
    """The cells that stand for a form: those its author named, else the first that holds a number."""
    names = list(layout.form.header.headline) or _first(layout)
    return list(dict.fromkeys(find_place(layout, name) for name in names))


def _first(layout: Layout) -> list[str]:
    """The first numeric cell of the first section that has one."""
    for section in layout.sections.values():
        rows = [row.id for row in section.rows] or [key or EVERY for key in section.patterns]
        cells = section.cells or next(iter(section.pattern_cells.values()), ())
        for column, cell in zip(section.columns, cells, strict=False):
            if cell.is_numeric:
                return [f"{section.section.code}[{rows[0]};{column.id}]"]
    return []


def _last_moves(session: Session, round_id: int) -> Mapping[int, datetime]:
    rows = session.execute(
        select(Move.report_id, func.max(Move.at))
        .join(Report, Report.id == Move.report_id)
        .where(Report.round_id == round_id)
        .group_by(Move.report_id)
    )
    return {report: at for report, at in rows}


def _last_period(session: Session, of: Round, agencies: Mapping[int, str]) -> Mapping[int, Of]:
    """The reports that agencies sent for the period before, of the better state, by agency."""
    eve = of.period_start - timedelta(days=1)
    query = select(Report.agency_id, Report.state, Report.id, Report.version_id, Report.is_total).join(Round)
    found = session.execute(
        query.where(
            Round.template_code == of.template_code,
            Round.frequency == of.frequency,
            Round.lead_id == of.lead_id,
            Round.period_end == eve,
            Report.state.in_(READ),
        )
    ).all()
    theirs = [row for row in found if row.agency_id in agencies]
    return {
        row.agency_id: Of(row.id, row.version_id, agencies[row.agency_id], row.is_total)
        for row in sorted(theirs, key=lambda row: READ.index(row.state))
    }
