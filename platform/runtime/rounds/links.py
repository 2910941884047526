"""Personal links: an organisation or a person without an account answers one report, until a day.

The address holds a long random text, of which only the digest is kept. It opens nothing but its report, ends
by its date, when it is revoked, and with the report's round.
"""

import hashlib
import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from agencies.access import Actor, Role
from agencies.contacts import one_line
from core import audit
from core.db import lock_row
from core.errors import Invalid, NotFound
from engine.findings import Finding
from runtime.models import Report
from runtime.rounds.models import AnswerLink
from runtime.rounds.opening import demand_member, demand_running, find_round
from runtime.steps import demand_editable

PREFIX = "link/"
"""Of the login under which who holds a link is written down."""
MOST_DAYS = 60
LONGEST_NAME = 100


def create_link(session: Session, report_id: int, name: str, *, days: int, actor: str, now: datetime) -> str:
    """The text of a new link to a report for somebody, good for some days."""
    report = lock_row(session, Report, report_id)
    of = find_round(session, report.round_id)
    demand_running(of)
    demand_member(of, report)
    demand_editable(report.state)
    name = one_line(name)
    if not 0 < len(name) <= LONGEST_NAME or not name.isprintable():
        raise Invalid([Finding("link.name", where="name", facts={"longest": LONGEST_NAME})])
    if not 1 <= days <= MOST_DAYS:
        raise Invalid([Finding("link.days", where="days", facts={"most": MOST_DAYS})])
    text = secrets.token_urlsafe(32)
    until = now + timedelta(days=days)
    told = {
        "report_id": report_id,
        "name": name,
        "created_by": actor,
        "created_at": now,
        "valid_until": until,
    }
    session.add(AnswerLink(key=_digest(text), **told))
    session.flush()
    audit.record(session, actor, "report.link", f"report/{report_id}", now=now, name=name, until=until)
    return text


def list_links(session: Session, report_id: int) -> Sequence[AnswerLink]:
    """All links to a report that were ever made, the first first."""
    return session.scalars(select(AnswerLink).filter_by(report_id=report_id).order_by(AnswerLink.id)).all()


def revoke_link(session: Session, report_id: int, link_id: int, *, actor: str, now: datetime) -> None:
    """A link opens nothing any more; revoking it again changes nothing."""
    link = session.scalars(select(AnswerLink).filter_by(id=link_id, report_id=report_id)).one_or_none()
    if link is None:
        raise NotFound("link.unknown", id=str(link_id))
    if link.revoked_at is None:
        link.revoked_at = now
        audit.record(session, actor, "report.unlink", f"report/{report_id}", now=now, name=link.name)


def open_link(session: Session, text: str, *, now: datetime) -> int:
    """The report that a link opens, noting when it was opened first."""
    link = _good(session, text, now)
    if link is None:
        raise NotFound("link.gone")
    link.opened_at = link.opened_at or now
    session.flush()
    return link.report_id


def actor_of_link(session: Session, text: str, *, now: datetime) -> Actor | None:
    """Who holds a link: he writes as the agency whose report it opens, and may do nothing else."""
    link = _good(session, text, now)
    if link is None:
        return None
    agency = session.get_one(Report, link.report_id).agency_id
    bearer = frozenset({Role.BEARER})
    return Actor(0, f"{PREFIX}{link.id}", link.name, agency, bearer, link.report_id, link.valid_until)


def holders_of(session: Session, logins: Iterable[str]) -> dict[str, str]:
    """The names of those among some logins who held a link."""
    ids = [int(login.removeprefix(PREFIX)) for login in logins if login.startswith(PREFIX)]
    if not ids:
        return {}
    found = session.execute(select(AnswerLink.id, AnswerLink.name).where(AnswerLink.id.in_(ids)))
    return {f"{PREFIX}{link}": name for link, name in found}


def _good(session: Session, text: str, now: datetime) -> AnswerLink | None:
    query = select(AnswerLink).filter_by(key=_digest(text), revoked_at=None)
    return session.scalars(query.where(AnswerLink.valid_until > now)).one_or_none()


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
