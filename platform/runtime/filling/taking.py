"""Taking figures over that agencies gave in another round of the period: a job, once for each report.

They are saved as what the agency imported, before anybody types; a cell that somebody filled first stays as
he left it. The journal names the round they are from as where they came from.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.jobs import Progress, job
from engine.figures import print_figure
from engine.sheet import Status
from runtime.filling.changes import Change
from runtime.filling.entry import save
from runtime.models import Report, Round
from runtime.programs import program_of
from runtime.rounds.asked_once import burden
from runtime.rounds.opening import find_round, period
from runtime.sheets import read_sheets
from runtime.steps import EDITABLE

AT_ONCE = 20
"""Reports of one step: what a step saves is written in well under a second."""


@job("runtime.take_figures")
def take_figures(
    session: Session, checkpoint: int | None, round_id: int, sources: Sequence[int], *, now: datetime
) -> Iterator[Progress]:
    """Fill the reports of a round from `sources`, rounds that asked the same; the first to tell one counts.

    The checkpoint is the last report that was looked at.
    """
    of = find_round(session, round_id)
    reports = session.scalars(select(Report).filter_by(round_id=round_id).order_by(Report.id)).all()
    agencies = {report.agency_id for report in reports}
    asked = burden(session, program_of(session, of.version_id), period(of), agencies).asked
    cells = {each.round: each.cells for each in asked if each.round in sources}
    todo = [report for report in reports if report.id > (checkpoint or 0)]
    for start in range(0, len(todo), AT_ONCE):
        some = todo[start : start + AT_ONCE]
        for report in some:
            for source in sources:
                _take(session, of, report, source, cells.get(source, ()), now)
        yield Progress(some[-1].id, len(reports) - len(todo) + start + len(some), len(reports))


def _take(
    session: Session,
    of: Round,
    report: Report,
    source: int,
    cells: Sequence[tuple[tuple[str, str, str], tuple[str, str, str]]],
    now: datetime,
) -> None:
    told = select(Report).filter_by(round_id=source, agency_id=report.agency_id)
    given = session.scalars(told).one_or_none()
    if given is None or not cells or report.state not in EDITABLE or of.closed_at:
        return
    there, here = program_of(session, given.version_id).layout, program_of(session, report.version_id).layout
    figures = read_sheets(session, there, [given.id], "own")[given.id]
    filled = read_sheets(session, here, [report.id], "own")[report.id]
    changes = []
    for place, source_place in cells:
        figure = figures.figure(*source_place)
        if figure.status != Status.BLANK and filled.figure(*place).status == Status.BLANK:
            layout = there.sections[source_place[0]]
            index = layout.index(source_place[1], source_place[2])
            assert index is not None
            changes.append(Change(*place, print_figure(layout.cells[index], figure)))
    if changes:
        save(
            session,
            report.id,
            base=report.revision,
            idempotency_key=f"taken/{source}",
            changes=changes,
            how="imported",
            client=f"round/{source}",
            actor=of.requested_by,
            now=now,
        )
