"""Headline cells: of a round's total as handed on and as entered so far, in an inbox, in a message."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from agencies.store import read_tree
from core.clock import VIETNAM
from core.notify import is_requested, open_lines, request_notices, send_batch
from core.ticks import on_tick
from engine.figures import find_cell, print_figure
from engine.layout import Layout
from engine.sheet import Block, Place, Sheet
from runtime.models import Report, ReportBlock, Round
from runtime.programs import program_of
from runtime.rounds.asked_once import title_of
from runtime.rounds.notices import messages, subject_of
from runtime.rounds.recipients import IN_CHARGE
from runtime.rounds.reminders import STALE, is_quiet
from runtime.sheets import read_sheets, unpack
from runtime.steps import UNSENT
from runtime.totals.models import Provisional
from runtime.totals.provisional import unpack_figures
from runtime.views.compilation import headline, number
from runtime.views.inbox import Task
from template_library.models import Version
from template_library.versions import load_form

_LAYOUTS: dict[str, Layout] = {}
"""By the hash of a version's content: an inbox shows many forms, of which it runs no rule."""


@dataclass(frozen=True)
class Headline:
    """One cell: what it is called, what is summed up of accepted reports, what of everything entered."""

    title: str
    total: str
    provisional: str


def round_headlines(session: Session, report_id: int | None) -> Sequence[Headline]:
    """The headline of a receiver's total, from what is kept of it; nothing while nothing is entered."""
    report, kept = session.get(Report, report_id or 0), session.get(Provisional, report_id or 0)
    if report is None or kept is None:
        return ()
    program = program_of(session, report.version_id)
    total = read_sheets(session, program.layout, [report.id], "children")[report.id]
    entered = unpack_figures(program.layout, kept.figures)
    return [
        Headline(title_of(program.layout, place), _shown(total, place), _shown(entered, place))
        for place in _places(program.layout)
    ]


def task_headlines(
    session: Session, agency: int, tasks: Sequence[Task]
) -> Mapping[tuple[int | None, int], Sequence[tuple[str, str]]]:
    """The headline of each line of an agency's inbox, by its report and round: titles and exchange texts.

    Of a report what its agency typed, of a round that comes to it the provisional total. Three queries.
    """
    query = select(Report.id, Report.round_id, Report.version_id, Provisional.figures)
    query = query.outerjoin(Provisional, Provisional.report_id == Report.id)
    query = query.where(Report.agency_id == agency, Report.round_id.in_({task.round for task in tasks}))
    rows = session.execute(query).all()
    versions = session.scalars(select(Version).where(Version.id.in_({row.version_id for row in rows})))
    layouts = {version.id: _layout_of(version) for version in versions}
    own = _own_blocks(session, [task.report for task in tasks if task.report])
    found: dict[tuple[int | None, int], Sequence[tuple[str, str]]] = {}
    for report, round_id, version_id, figures in rows:
        layout = layouts[version_id]
        sheets: dict[int | None, Sheet] = {report: Sheet(layout, own.get(report, {}))}
        sheets |= {None: unpack_figures(layout, figures)} if figures else {}
        for of, sheet in sheets.items():
            told = [(title_of(layout, place), _shown(sheet, place)) for place in _places(layout)]
            found[of, round_id] = [(title, value) for title, value in told if value]
    return found


@on_tick
def tell_headlines(session: Session, now: datetime) -> int:
    """At a round's deadline, tell its receivers how many reports are in, and the provisional headline."""
    if not open_lines(session):
        return 0
    due = select(Round).where(Round.opened_at.is_not(None), Round.closed_at.is_(None))
    told = 0
    for of in session.scalars(due.where(Round.due_at > now - STALE, Round.due_at <= now)):
        batch = f"round/{of.id}/standing/{of.due_at:%Y%m%d%H%M}"
        if is_quiet(of, now) or is_requested(session, batch):
            continue
        standing = _standing(session, of)
        tree = read_tree(session, now.astimezone(VIETNAM).date(), besides={*standing, of.lead_id})
        wanted = list(messages(session, of, tree, standing, batch, roles=IN_CHARGE, now=now))
        if request_notices(session, subject_of(of.id), batch, "standing", wanted, now=now):
            send_batch(session, batch, actor=None, now=now)
            told += len(wanted)
    return told


def _standing(session: Session, of: Round) -> Mapping[int, Mapping[str, object]]:
    """By receiver, how many of its reports are in, and the headline of its provisional total."""
    sent = func.count().filter(Report.state.not_in(UNSENT))
    below = select(Report.receiver_id, sent, func.count()).where(Report.round_id == of.id)
    counts = session.execute(below.where(Report.receiver_id.is_not(None)).group_by(Report.receiver_id)).all()
    ids = select(Report.agency_id, Report.id).filter_by(round_id=of.id)
    totals = {agency: report for agency, report in session.execute(ids)}
    found: dict[int, Mapping[str, object]] = {}
    for receiver, handed_in, expected in counts:
        assert receiver is not None  # by the query
        cells = round_headlines(session, totals.get(receiver))
        figures = {each.title: _fact(each.provisional) for each in cells if each.provisional}
        found[receiver] = {"sent": handed_in, "all": expected, "figures": figures or "–"}
    return found


def _fact(value: str) -> object:
    found = number(value)
    return value if found is None else found


def _own_blocks(session: Session, reports: Sequence[int]) -> Mapping[int, Mapping[str, Block]]:
    columns = ReportBlock.report_id, ReportBlock.section, ReportBlock.packed, ReportBlock.texts
    found: dict[int, dict[str, Block]] = {}
    for report, section, packed, texts in session.execute(
        select(*columns).where(ReportBlock.report_id.in_(reports), ReportBlock.part == "own")
    ):
        found.setdefault(report, {})[section] = unpack(packed, texts)
    return found


def _layout_of(version: Version) -> Layout:
    if version.content_hash not in _LAYOUTS:
        _LAYOUTS[version.content_hash] = Layout(load_form(version))
    return _LAYOUTS[version.content_hash]


def _places(layout: Layout) -> list[Place]:
    """The headline cells of fixed rows."""
    return [place for place in headline(layout) if place[1] in layout.sections[place[0]].row_at]


def _shown(sheet: Sheet, place: Place) -> str:
    section, row, column = place
    cell = find_cell(sheet.layout.sections[section], row, column)
    return print_figure(cell, sheet.figure(*place)) if cell else ""
