"""What a correction changes later: reports of the agency that read the corrected one as an earlier period.

One that is still being filled takes the new figures over at once. One that was handed in stays as it was
checked and signed: who answers for it is told with old and new, and signs again or notes it, as of a total.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from runtime.filling.contexts import earlier_of
from runtime.filling.entry import save
from runtime.flow.changed import Changed
from runtime.flow.correction_models import Correction, Ripple
from runtime.flow.told import keep_ripple
from runtime.models import Journal, Report, Round
from runtime.programs import program_for
from runtime.rounds.opening import is_left_out
from runtime.steps import EDITABLE


def client_of(correction: Correction) -> str:
    """Under which the journal keeps the cells that a correction changed."""
    return f"correction/{correction.id}"


def carry_on(session: Session, correction: Correction, *, actor: str, now: datetime) -> None:
    """Have the corrected report, and each total it changed, read right by the reports of later periods."""
    for report, cells in list(_changed(session, correction)):
        for later in _readers(session, report):
            if later.state in EDITABLE:
                _compute_anew(session, correction, later, actor, now)
            keep_ripple(session, correction, later, cells, actor=actor, now=now)


def _changed(session: Session, correction: Correction) -> Iterator[tuple[Report, Sequence[Changed]]]:
    report = session.get_one(Report, correction.report_id)
    own = select(Journal).filter_by(report_id=report.id, client=client_of(correction)).order_by(Journal.id)
    yield report, [Changed(e.section, e.row, e.column, e.old, e.new) for e in session.scalars(own)]
    for total in session.scalars(select(Ripple).filter_by(correction_id=correction.id)).all():
        yield session.get_one(Report, total.report_id), [Changed(*cell) for cell in total.cells]


def _readers(session: Session, report: Report) -> list[Report]:
    """The running reports of later periods that read this one."""
    of = session.get_one(Round, report.round_id)
    query = select(Report, Round).join(Round).where(Report.agency_id == report.agency_id)
    query = query.where(Round.template_code == of.template_code, Round.period_end >= of.period_end)
    found = session.execute(query.where(Round.id != of.id).order_by(Round.period_end, Round.id)).all()
    return [
        later
        for later, then in found
        if not is_left_out(then, later)
        and not (later.state in EDITABLE and then.closed_at)
        and report in earlier_of(session, program_for(session, later), then, later).values()
    ]


def _compute_anew(session: Session, correction: Correction, later: Report, actor: str, now: datetime) -> None:
    """A save of nothing: its formulas read what stands there now."""
    key = client_of(correction)
    save(
        session,
        later.id,
        base=later.revision,
        idempotency_key=key,
        changes=[],
        client=key,
        actor=actor,
        now=now,
        gives=True,
    )
