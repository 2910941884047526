"""Visits: from signing in to signing out, or to the end of a long working day."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Date, Row, and_, bindparam, or_, select, update
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
    return _actor(session.execute(_BY_VISIT, {"on": on, "key": _digest(token), "since": now - LONGEST}).all())


def read_actor(session: Session, which: ColumnElement[bool], *, on: date) -> Actor | None:
    """The account that `which` picks out, with its roles of a day; None while it is locked."""
    return _actor(session.execute(_ACTORS.where(which), {"on": on}).all())


def _actor(rows: Sequence[Row[*tuple[Any, ...]]]) -> Actor | None:
    """Of one account a row for each of its roles."""
    if not rows:
        return None
    account, login, name, agency, _ = rows[0]
    return Actor(account, login, name, agency, frozenset(role for *_, role in rows if role))


_DAY = bindparam("on", type_=Date())
_CURRENT = and_(
    Grant.account_id == Account.id,
    Grant.valid_from <= _DAY,
    or_(Grant.valid_to.is_(None), Grant.valid_to > _DAY),
    or_(Grant.role != Role.APPROVER, Grant.confirmed_by.is_not(None)),
)
_ACTORS = (
    select(Account.id, Account.login, Account.name, Account.agency_id, Grant.role)
    .outerjoin(Grant, _CURRENT)
    .where(Account.locked_at.is_(None))
)
_HOLDS = (Visit.key == bindparam("key"), Visit.ended_at.is_(None), Visit.started_at > bindparam("since"))
_BY_VISIT = _ACTORS.where(Account.id == select(Visit.account_id).where(*_HOLDS).scalar_subquery())
"""Asked with every request, and so made once."""


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
