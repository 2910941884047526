"""Accounts, their roles and their visits.

An account belongs to one agency. Until its person first signs in it has no password but may have a one-time
code, which is printed on a slip. Only digests are kept of codes and of the tokens that browsers hold.
"""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from agencies.access import GRANTED
from core.db import Base, BigId


class Account(Base):
    """A person's way in. `login` is kept in lower case."""

    __tablename__ = "account"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    login: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    agency_id: Mapped[int] = mapped_column(BigId, ForeignKey("agency.id"), index=True)
    telephone: Mapped[str] = mapped_column(default="")
    email: Mapped[str] = mapped_column(default="")
    lang: Mapped[str] = mapped_column(default="vi")
    password_hash: Mapped[str | None]
    code_hash: Mapped[str | None]
    code_until: Mapped[datetime | None]
    locked_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class Grant(Base):
    """A role that an account has from one day to another; approver rights hold once `confirmed_by` is set."""

    __tablename__ = "account_grant"
    __table_args__ = (
        UniqueConstraint("account_id", "role", "valid_from"),
        CheckConstraint(f"role IN {tuple(map(str, GRANTED))}", name="role"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    account_id: Mapped[int] = mapped_column(BigId, ForeignKey("account.id"))
    role: Mapped[str]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    granted_by: Mapped[str]
    confirmed_by: Mapped[str | None]


class Visit(Base):
    """A browser that has signed in; `key` is the digest of the token it holds."""

    __tablename__ = "visit"

    key: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(BigId, ForeignKey("account.id"), index=True)
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
