"""Entry on behalf: who cannot reach the system tells the receiver, whose staff types it and says so."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import audit
from core.db import lock_row
from core.errors import Invalid
from engine.findings import Finding
from runtime.models import Report, Round
from runtime.rounds.models import CHANNELS, EntryFor
from runtime.rounds.opening import demand_member, demand_running
from runtime.steps import demand_editable

LONGEST = 300


def begin_entry_for(
    session: Session,
    report_id: int,
    *,
    channel: str,
    spoken_with: str,
    spoken_at: datetime,
    note: str = "",
    actor: str,
    now: datetime,
) -> EntryFor:
    """Have who asks type a report for its agency from now on; how the figures came stays on record."""
    report = lock_row(session, Report, report_id)
    of = session.get_one(Round, report.round_id)
    demand_running(of)
    demand_member(of, report)
    demand_editable(report.state)
    spoken_with, note = " ".join(spoken_with.split()), " ".join(note.split())
    if channel not in CHANNELS or not spoken_with or max(len(spoken_with), len(note)) > LONGEST:
        raise Invalid([Finding("entry_for.with_whom", facts={"longest": LONGEST})])
    if spoken_at > now:
        raise Invalid([Finding("entry_for.ahead", facts={"at": spoken_at})])
    told = {"channel": channel, "spoken_with": spoken_with, "spoken_at": spoken_at, "note": note or None}
    kept = EntryFor(report_id=report_id, actor=actor, at=now, **told)
    session.add(kept)
    session.flush()
    facts = {"channel": channel, "spoken_with": spoken_with}
    audit.record(session, actor, "report.enter_for", f"report/{report_id}", now=now, **facts)
    return kept


def entries_for(session: Session, report_id: int) -> Sequence[EntryFor]:
    """How a report was told to who typed it for its agency, the first first."""
    return session.scalars(select(EntryFor).filter_by(report_id=report_id).order_by(EntryFor.id)).all()


def types_for(session: Session, report_id: int, login: str) -> bool:
    """Whether somebody has begun to type a report for its agency."""
    return (
        session.scalars(select(EntryFor.id).filter_by(report_id=report_id, actor=login).limit(1)).first()
        is not None
    )
