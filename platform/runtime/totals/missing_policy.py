"""Another way with missing children while a round goes on: on record, told to the receivers, summed up by it.

Only totals that were not handed in go by the new way; what was sent is somebody's word.
"""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from agencies.attributes import notice_language
from agencies.store import read_tree
from core.clock import VIETNAM
from core.jobs import Progress, job, request_job
from core.messages import sentence
from core.notify import open_lines, request_notices, send_batch
from runtime.models import Report, Round, RoundMove
from runtime.rounds.closing import set_missing
from runtime.rounds.notices import messages, subject_of
from runtime.rounds.opening import find_round
from runtime.rounds.recipients import IN_CHARGE
from runtime.steps import EDITABLE
from runtime.totals.consolidate import consolidate
from runtime.totals.provisional import receivers_from_below


def change_missing(
    session: Session, round_id: int, missing: str, *, reason: str, actor: str, now: datetime
) -> Round:
    """Deal with children that totals lack in another way, for a reason; totals not handed in follow."""
    made = set_missing(session, round_id, missing, reason=reason, actor=actor, now=now)
    of = find_round(session, round_id)
    if made is not None:
        request_job(session, "runtime.sum_up_again", round_id, actor=actor, now=now)
        _tell(session, of, made, now)
    return of


@job("runtime.sum_up_again")
def sum_up_again(
    session: Session, checkpoint: int | None, round_id: int, *, now: datetime
) -> Iterator[Progress]:
    """Sum up again, from below, what is not handed in; the checkpoint is how many were looked at."""
    receivers = receivers_from_below(session, round_id)
    for done, report_id in enumerate(receivers[checkpoint or 0 :], start=(checkpoint or 0) + 1):
        report = session.get_one(Report, report_id, populate_existing=True)
        if report.coverage is not None and report.state in EDITABLE:
            consolidate(session, report_id, report.coverage["states"])
        yield Progress(checkpoint=done, done=done, total=len(receivers))


def _tell(session: Session, of: Round, made: RoundMove, now: datetime) -> None:
    """Tell those in charge at each receiver, if a channel is enabled."""
    if not open_lines(session):
        return
    receiving = select(Report.receiver_id).filter_by(round_id=of.id).where(Report.receiver_id.is_not(None))
    agencies = [agency for agency in session.scalars(receiving.distinct()) if agency is not None]
    tree = read_tree(session, now.astimezone(VIETNAM).date(), besides={*agencies, of.lead_id})
    told = {
        agency: {
            "lead": tree[of.lead_id].name,
            "way": sentence(f"missing.{of.missing}", {}, notice_language(tree, agency)),
            "reason": made.reason,
        }
        for agency in agencies
    }
    batch = f"round_move/{made.id}"
    wanted = list(messages(session, of, tree, told, batch, roles=IN_CHARGE, now=now))
    if request_notices(session, subject_of(of.id), batch, "missing_changed", wanted, now=now):
        send_batch(session, batch, actor=made.actor, now=now)
