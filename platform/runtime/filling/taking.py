"""Taking figures over that agencies gave in another round of the period: a job, once for each report.

They are saved as what the agency imported, before anybody types; a cell that somebody filled first stays as
he left it. The journal names the round they are from as where they came from.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.db import lock_row
from core.jobs import Progress, job
from engine.figures import print_figure
from engine.program import Program
from engine.sheet import Figure, Place, Status
from runtime.filling.changes import Change
from runtime.filling.contexts import whole_sheets
from runtime.filling.entry import save
from runtime.filling.places import print_place
from runtime.models import Report, Round
from runtime.programs import program_of
from runtime.rounds.asked_once import alike, burden, keys_of, title_of
from runtime.rounds.given_figures import given_places
from runtime.rounds.opening import find_round, period
from runtime.sheets import read_sheets
from runtime.steps import ACCEPT, EDITABLE

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
            begins=False,
        )


@dataclass(frozen=True)
class Offer:
    """A figure that the agency reported elsewhere for the period, and where it would go."""

    place: Place
    where: str
    title: str
    value: str
    stands: str
    report: int
    round: int
    template: str
    name: str


def offers(session: Session, report: Report) -> list[Offer]:
    """What of a report its agency gave in others that were accepted: same indicator, period and unit."""
    of, program = find_round(session, report.round_id), program_of(session, report.version_id)
    wanted = keys_of(program)
    query = select(Round, Report).join(Report, Report.round_id == Round.id)
    query = query.where(Round.period_start == of.period_start, Round.period_end == of.period_end)
    query = query.where(Report.agency_id == report.agency_id, Report.id != report.id)
    found = session.execute(query.where(Report.state == ACCEPT.end).order_by(Report.id.desc())).all()
    sheets = whole_sheets(session, [row.Report for row in found])
    own = read_sheets(session, program.layout, [report.id], "own")[report.id]
    given, offered = given_places(session, report), dict[Place, Offer]()
    for row in found:
        other, sheet = program_of(session, row.Report.version_id), sheets[row.Report.id]
        for key, source in keys_of(other).items():
            place = wanted.get(key)
            figure = sheet.figure(*source)
            if place is None or place in given or place in offered or figure.status == Status.BLANK:
                continue
            if alike(program, place, other, source):
                value, stands = (
                    _shown(its, at, f)
                    for its, at, f in ((other, source, figure), (program, place, own.figure(*place)))
                )
                if value != stands:
                    where, title = print_place(program.layout, place), title_of(program.layout, place)
                    origin = (
                        row.Report.id,
                        row.Round.id,
                        row.Round.template_code,
                        other.layout.form.header.name,
                    )
                    offered[place] = Offer(place, where, title, value, stands, *origin)
    return list(offered.values())


def take(session: Session, report_id: int, chosen: Collection[str], *, actor: str, now: datetime) -> int:
    """Take over those offers whose cells are `chosen`, each with its source; how many were."""
    report = lock_row(session, Report, report_id)
    by_source: dict[int, list[Change]] = {}
    for offer in offers(session, report):
        if offer.where in chosen:
            by_source.setdefault(offer.round, []).append(Change(*offer.place, offer.value))
    for source, changes in by_source.items():
        save(
            session,
            report_id,
            base=report.revision,
            idempotency_key=f"offered/{source}/{report.revision}",
            changes=changes,
            how="imported",
            client=f"round/{source}",
            actor=actor,
            now=now,
        )
    return sum(map(len, by_source.values()))


def _shown(program: Program, place: Place, figure: Figure) -> str:
    layout = program.layout.sections[place[0]]
    index = layout.index(place[1], place[2])
    assert index is not None
    return print_figure(layout.cells[index], figure)
