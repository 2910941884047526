"""Visits: from signing in to signing out, or to the end of a long working day."""

import hashlib
import secrets
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.orm import Session

from agencies.access import Actor, Role
from agencies.accounts import Account, Grant, Visit

LONGEST = timedelta(hours=12)


def begin_visit(session: Session, account: Account, *, now: datetime) -> str:
    """A new visit; returns the token for the browser, of which only the digest is kept."""
    token = secrets.token_urlsafe(32)
    session.add(Visit(key=_digest(token), account_id=account.id, started_at=now))
    session.flush()
    return token


def end_visit(session: Session, token: str, *, now: datetime) -> None:
    """The token opens nothing any more."""
    session.execute(update(Visit).where(Visit.key == _digest(token)).values(ended_at=now))


def end_visits(session: Session, account: int, *, now: datetime) -> None:
    """End all visits of an account: after a new password, a reset, a lock, a move."""
    session.execute(
        update(Visit).where(Visit.account_id == account, Visit.ended_at.is_(None)).values(ended_at=now)
    )


def actor_of(session: Session, token: str, *, now: datetime, on: date) -> Actor | None:
    """Who holds the token, with the roles of the day; by one query."""
    holds = (Visit.key == _digest(token), Visit.ended_at.is_(None), Visit.started_at > now - LONGEST)
    account = select(Visit.account_id).where(*holds).scalar_subquery()
    return read_actor(session, Account.id == account, on=on)


def read_actor(session: Session, which: ColumnElement[bool], *, on: date) -> Actor | None:
    """The account that `which` picks out, with its roles of a day; None while it is locked."""
    current = and_(
        Grant.account_id == Account.id,
        Grant.valid_from <= on,
        or_(Grant.valid_to.is_(None), Grant.valid_to > on),
        or_(Grant.role != Role.APPROVER, Grant.confirmed_by.is_not(None)),
    )
    rows = session.execute(
        select(Account, Grant.role).outerjoin(Grant, current).where(which, Account.locked_at.is_(None))
    ).all()
    if not rows:
        return None
    account = rows[0][0]
    roles = frozenset(role for _, role in rows if role)
    return Actor(account.id, account.login, account.name, account.agency_id, roles)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
