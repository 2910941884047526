"""Asking for a rehearsal of a draft, and what is kept of those that were."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session, defer

from agencies.store import read_tree
from core.errors import NotFound
from core.jobs import Job, request_job
from rehearsal.models import Rehearsal
from runtime.periods import Period
from runtime.rounds.asking import demand_askable
from runtime.rounds.scopes import members_of, receivers
from template_library.drafts import load_draft
from template_library.fileformat import write_template

SHOWN = 5


def request_rehearsal(
    session: Session,
    code: str,
    *,
    agency: int,
    scope: str,
    period: Period,
    due_at: datetime | None,
    actor: str,
    now: datetime,
) -> Rehearsal:
    """Have the draft tried out over the agencies of a scope, as it is now."""
    form, revision = load_draft(session, code)
    tree = read_tree(session, period.end)
    demand_askable(tree, agency, members_of(tree, agency, scope))
    receivers(tree, agency, scope, "direct")  # refuses where there is nobody
    asked = Rehearsal(
        template_code=code,
        revision=revision,
        file=write_template(form),
        agency_id=agency,
        scope=scope,
        frequency=period.frequency,
        number=period.number,
        period_start=period.start,
        period_end=period.end,
        due_at=due_at,
        requested_by=actor,
        requested_at=now,
    )
    session.add(asked)
    session.flush()
    asked.job_id = request_job(session, "rehearsal.rehearse", asked.id, actor=actor, now=now).id
    session.flush()
    return asked


def list_rehearsals(session: Session, code: str) -> Sequence[tuple[Rehearsal, Job | None]]:
    """The last rehearsals of a template with their jobs, the latest first."""
    latest = select(Rehearsal, Job).outerjoin(Job, Job.id == Rehearsal.job_id).filter_by(template_code=code)
    latest = latest.options(defer(Rehearsal.file)).order_by(Rehearsal.id.desc()).limit(SHOWN)
    return [(row[0], row[1]) for row in session.execute(latest)]


def find_rehearsal(session: Session, rehearsal_id: int) -> Rehearsal:
    """The rehearsal of an id."""
    found = session.get(Rehearsal, rehearsal_id)
    if found is None:
        raise NotFound("rehearsal.unknown", id=str(rehearsal_id))
    return found


def keep_under(session: Session, code: str, new: str) -> None:
    """Have the rehearsals of a template stay with it under another code."""
    session.execute(update(Rehearsal).filter_by(template_code=code).values(template_code=new))
