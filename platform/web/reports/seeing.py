"""The first look at a report, written down while its page is made."""

from datetime import datetime

from agencies.access import Actor
from core.db import Session, unit_of_work
from runtime.filling.seen import is_seen, mark_seen
from runtime.models import Report


def see(session: Session, report: Report, *, actor: Actor, now: datetime) -> None:
    """Write down that somebody of its agency opened a report, if nobody did before."""
    if report.agency_id != actor.agency or is_seen(session, report.id):
        return
    with unit_of_work() as writing:  # reading a page writes nothing else
        mark_seen(writing, report.id, actor=actor.login, now=now)
