"""A bulletin starts from the agency's last one: a job, once for each report, before or while people type.

What was typed then is saved as imported from that round, so that the journal tells where it is from; a cell
that somebody filled first stays as he left it. Formulas are computed anew.
"""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.jobs import Progress, job
from engine.figures import print_figure
from engine.sheet import Status
from engine.touched import computed_places
from engine.transfer import transfer
from runtime.filling.changes import Change
from runtime.filling.entry import save
from runtime.filling.narratives import COLUMN
from runtime.filling.words import read_words
from runtime.models import Report, Round
from runtime.programs import program_of
from runtime.rounds.opening import find_round
from runtime.sheets import read_sheets
from runtime.steps import EDITABLE

AT_ONCE = 20


@job("runtime.carry_bulletin")
def carry_bulletin(
    session: Session, checkpoint: int | None, round_id: int, *, now: datetime
) -> Iterator[Progress]:
    """Fill the reports of a bulletin from the one before; the checkpoint is the last that was looked at."""
    of = find_round(session, round_id)
    before = select(Round.id).filter_by(event_id=of.event_id, number=of.number - 1).scalar_subquery()
    sources = {
        report.agency_id: report
        for report in session.scalars(select(Report).where(Report.round_id == before))
    }
    reports = session.scalars(select(Report).filter_by(round_id=round_id).order_by(Report.id)).all()
    todo = [report for report in reports if report.id > (checkpoint or 0)]
    for start in range(0, len(todo), AT_ONCE):
        some = todo[start : start + AT_ONCE]
        for report in some:
            if report.agency_id in sources:
                _carry(session, of, report, sources[report.agency_id], now)
        yield Progress(some[-1].id, len(reports) - len(todo) + start + len(some), len(reports))


def _carry(session: Session, of: Round, report: Report, source: Report, now: datetime) -> None:
    if report.state not in EDITABLE or of.closed_at:
        return
    there, here = program_of(session, source.version_id), program_of(session, report.version_id)
    last = read_sheets(session, there.layout, [source.id], "own")[source.id]
    last = last if there is here else transfer(last, here.layout, {}).sheet
    filled = read_sheets(session, here.layout, [report.id], "own")[report.id]
    computed = computed_places(here, here.directory)
    changes = [
        Change(*place, print_figure(cell, figure))
        for place, cell, figure in last.figures()
        if place not in computed
        and figure.status != Status.BLANK
        and filled.figure(*place).status == Status.BLANK
    ]
    spoken, said = (read_words(session, here.form, each.id).texts for each in (source, report))
    changes += [
        Change(section, part, COLUMN, text.text)
        for (section, part), text in spoken.items()
        if (section, part) not in said
    ]
    if changes:
        save(
            session,
            report.id,
            base=report.revision,
            idempotency_key=f"carried/{source.id}",
            changes=changes,
            how="imported",
            client=f"round/{source.round_id}",
            actor=of.requested_by,
            now=now,
            begins=False,
        )
