"""The first look at a report, written down while its page is made."""

from datetime import datetime

from agencies.access import Actor
from core.db import Session, unit_of_work
from runtime.filling.desk import find_report
from runtime.filling.seen import is_seen, mark_seen


def see(session: Session, report_id: int, *, actor: Actor, now: datetime) -> None:
    """Write down that somebody of its agency opened a report, if nobody did before; then its page is made."""
    if find_report(session, report_id).agency_id != actor.agency or is_seen(session, report_id):
        return
    with unit_of_work() as writing:  # reading a page writes nothing else
        mark_seen(writing, report_id, actor=actor.login, now=now)
    session.rollback()  # the page tells the state it is in from now on
