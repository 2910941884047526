"""Personal access tokens: a program asks in a person's name, with that person's roles of the day.

A token is shown once, when it is made; only its digest is kept. It ends by its date, when it is revoked, and
while its account is locked.
"""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import ForeignKey, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from agencies.access import Actor
from agencies.accounts import Account
from agencies.visits import read_actor
from core import audit
from core.db import Base, BigId
from core.errors import Invalid, NotFound
from engine.findings import Finding

BEGINNING = "bieumau_"
"""Of every token, so that scanners of source code can tell one that was left there."""
MOST_DAYS = 366
LONGEST_NAME = 100


class AccessToken(Base):
    """A program's way in; `key` is the digest of what it holds."""

    __tablename__ = "access_token"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    account_id: Mapped[int] = mapped_column(BigId, ForeignKey("account.id"), index=True)
    name: Mapped[str]
    key: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    valid_until: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


def create_token(session: Session, account: int, name: str, *, days: int, actor: str, now: datetime) -> str:
    """The text of a new token of an account, good for some days."""
    name = " ".join(name.split())
    if not 0 < len(name) <= LONGEST_NAME or not name.isprintable():
        raise Invalid([Finding("token.name", where="name", facts={"longest": LONGEST_NAME})])
    if not 1 <= days <= MOST_DAYS:
        raise Invalid([Finding("token.days", where="days", facts={"most": MOST_DAYS})])
    text = BEGINNING + secrets.token_urlsafe(32)
    until = now + timedelta(days=days)
    made = AccessToken(account_id=account, name=name, key=_digest(text), created_at=now, valid_until=until)
    session.add(made)
    session.flush()
    audit.record(session, actor, "token.create", f"token/{made.id}", now=now, account=account, name=name)
    return text


def list_tokens(session: Session, account: int, *, now: datetime) -> Sequence[AccessToken]:
    """The tokens of an account that open something, the oldest first."""
    query = select(AccessToken).filter_by(account_id=account, revoked_at=None)
    return session.scalars(query.where(AccessToken.valid_until > now).order_by(AccessToken.id)).all()


def revoke_token(session: Session, account: int, token_id: int, *, actor: str, now: datetime) -> None:
    """The token of an account opens nothing any more; revoking it again changes nothing."""
    token = session.scalars(select(AccessToken).filter_by(id=token_id, account_id=account)).one_or_none()
    if token is None:
        raise NotFound("token.unknown", id=str(token_id))
    if token.revoked_at is None:
        token.revoked_at = now
        audit.record(session, actor, "token.revoke", f"token/{token.id}", now=now, account=account)
        session.flush()


def revoke_tokens(session: Session, account: int, *, now: datetime) -> None:
    """No token of an account opens anything any more."""
    mine = update(AccessToken).where(AccessToken.account_id == account, AccessToken.revoked_at.is_(None))
    session.execute(mine.values(revoked_at=now))


def actor_of_token(session: Session, text: str, *, now: datetime, on: date) -> Actor | None:
    """Who holds the token, by one query."""
    holds = (
        AccessToken.key == _digest(text),
        AccessToken.valid_until > now,
        AccessToken.revoked_at.is_(None),
    )
    account = select(AccessToken.account_id).where(*holds).scalar_subquery()
    return read_actor(session, Account.id == account, on=on)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
