"""The compilation sheet of a round: the agencies below a receiver, a few cells of each, and last period's.

However many agencies there are, it is read in a fixed number of queries.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from agencies.store import read_tree
from engine.figures import find_cell, print_figure
from engine.layout import Layout
from engine.naming import open_key
from engine.sheet import Place, Sheet
from runtime.filling.contexts import READ
from runtime.filling.places import find_place
from runtime.models import Move, Report, Round
from runtime.periods import Period
from runtime.programs import program_of
from runtime.rounds.opening import find_round, period
from runtime.totals.consolidate import read_children
from runtime.views.outliers import Mark, marks

EVERY = "*"
"""Names the row of each agency where a form has one row an agency, without a code of its own."""


@dataclass(frozen=True)
class Line:
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
    query = select(Report).where(Report.round_id == round_id, Report.receiver_id.is_not(None))
    if receiver is not None:
        query = query.where(Report.receiver_id == receiver)
    reports = session.scalars(query).all()
    tree = read_tree(session, of.period_end, besides=[report.agency_id for report in reports])
    moved = _last_moves(session, round_id)
    now = _sheets(session, reports)

    def line(report: Report) -> Line:
        agency = tree[report.agency_id]
        return Line(
            report.id,
            agency.id,
            agency.code,
            agency.name,
            agency.sort_key,
            report.state,
            moved.get(report.id),
            report.standing,
            values_of(now[report.id], cells, agency.code),
        )

    lines = sorted(map(line, reports), key=lambda each: each.sort_key)
    return Compilation(of, period(of), layout, cells, lines)


def with_last(session: Session, sheet: Compilation, lines: Sequence[Line]) -> list[Line]:
    """Some lines of a sheet with the figures of the period before beside theirs."""
    before = _last_period(session, sheet.of, [line.agency for line in lines])
    return [replace(line, last=values_of(before.get(line.agency), sheet.cells, line.code)) for line in lines]


def with_marks(lines: Sequence[Line]) -> list[Line]:
    """Lines that have last period's figures, each told where it stands out among all of them."""
    width = len(lines[0].values) if lines else 0
    columns = [
        marks([number(line.values[at]) for line in lines], [number(line.last[at]) for line in lines])
        for at in range(width)
    ]
    return [replace(line, marks=[column[at] for column in columns]) for at, line in enumerate(lines)]


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


def _sheets(session: Session, reports: Sequence[Report]) -> dict[int, Sheet]:
    return {int(child.key): child.sheet for child in read_children(session, reports)}


def _last_moves(session: Session, round_id: int) -> Mapping[int, datetime]:
    rows = session.execute(
        select(Move.report_id, func.max(Move.at))
        .join(Report, Report.id == Move.report_id)
        .where(Report.round_id == round_id)
        .group_by(Move.report_id)
    )
    return {report: at for report, at in rows}


def _last_period(session: Session, of: Round, agencies: Sequence[int]) -> Mapping[int, Sheet]:
    """The figures that agencies sent for the period before, of the better state, by agency."""
    eve = of.period_start - timedelta(days=1)
    found = session.scalars(
        select(Report)
        .join(Round)
        .where(
            Round.template_code == of.template_code,
            Round.frequency == of.frequency,
            Round.lead_id == of.lead_id,
            Round.period_end == eve,
            Report.state.in_(READ),
            Report.agency_id.in_(agencies),
        )
    ).all()
    chosen = {report.agency_id: report for report in sorted(found, key=lambda each: READ.index(each.state))}
    sheets = _sheets(session, list(chosen.values()))
    return {agency: sheets[report.id] for agency, report in chosen.items()}


def values_of(sheet: Sheet | None, cells: Sequence[Place], agency: str) -> list[str]:
    """The cells' texts; of rows that repeat for agencies, the agency's own."""
    found = []
    for place in cells:
        section, row, column = own_place(sheet.layout, place, agency) if sheet else place
        layout = sheet.layout.sections.get(section) if sheet else None
        cell = find_cell(layout, row, column) if layout else None
        found.append(print_figure(cell, sheet.figure(section, row, column)) if sheet and cell else "")
    return found


def own_place(layout: Layout, place: Place, agency: str) -> Place:
    """A cell of the sheet in the report of one agency: of rows that repeat for agencies, its own."""
    section, row, column = place
    of = layout.sections.get(section)
    if of is None or of.section.rows.kind != "agencies":
        return place
    return section, open_key(of, "" if row == EVERY else row, agency), column
