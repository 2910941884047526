"""Accounts, their roles and their visits.

An account belongs to one agency. Until its person first signs in it has no password but may have a one-time
code, which is printed on a slip. Only digests are kept of codes and of the tokens that browsers hold.
"""

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from agencies.access import GRANTED, Role
from agencies.passwords import hash_password
from agencies.tree import Node
from core.db import Base, BigId, insert_new


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
    """A role that an account has from one day to another; approver rights hold once `confirmed_by` is set.

    Who acts for somebody (`acting_for`, an account) does so by a decision, to a last day; `capacity` and
    `position` stand above his signature.
    """

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
    acting_for: Mapped[int | None] = mapped_column(BigId)
    decision: Mapped[str | None]
    capacity: Mapped[str | None]
    position: Mapped[str | None]


class Visit(Base):
    """A browser that has signed in; `key` is the digest of the token it holds."""

    __tablename__ = "visit"

    key: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(BigId, ForeignKey("account.id"), index=True)
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


def has_accounts(session: Session) -> bool:
    """Whether anybody can sign in here."""
    return session.scalars(select(Account.id).limit(1)).first() is not None


DEMO_OFFICES = (
    ("", "Cán bộ nhập liệu", (Role.ENTRY, Role.READER)),
    ("-th", "Cán bộ tổng hợp", (Role.AGGREGATOR, Role.DESIGNER, Role.READER)),
    ("-ld", "Lãnh đạo phê duyệt", (Role.APPROVER, Role.READER)),
    ("-qt", "Quản trị đơn vị", (Role.UNIT_ADMIN,)),
)
DEMO_ADMIN = (("", "Quản trị hệ thống", (Role.SYSTEM_ADMIN,)),)
"""Offices of an agency in the demo: the end of the login, the title, the roles."""


def demo_people(
    session: Session,
    nodes: Iterable[Node],
    *,
    prefix: str,
    password: str,
    now: datetime,
    offices: Iterable[tuple[str, str, tuple[Role, ...]]] = DEMO_OFFICES,
) -> list[str]:
    """Accounts for the offices of some agencies, all with one password; returns their logins.

    `xa-00001` is "Cán bộ nhập liệu – Phường Thủy Nguyên", `xa-00001-ld` its leader, `-th` who sums up, `-qt`
    the unit's administrator. Who is there already stays as he is.
    """
    people = {
        f"{prefix}-{node.code.lower()}{end}": (f"{title} – {node.name}", node.id, roles)
        for node in nodes
        for end, title, roles in offices
    }
    there = set(session.scalars(select(Account.login).where(Account.login.in_(people))))
    new = [login for login in people if login not in there]
    kept = {"telephone": "", "email": "", "lang": "vi", "password_hash": hash_password(password)}
    rows = [{"login": login, "name": people[login][0], "agency_id": people[login][1]} for login in new]
    insert_new(session, Account, [row | kept | {"created_at": now} for row in rows])
    ids = session.execute(select(Account.id, Account.login).where(Account.login.in_(new))).all()
    since = {"valid_from": now.date(), "granted_by": "demo", "confirmed_by": "demo"}
    grants = [{"account_id": of, "role": role} | since for of, login in ids for role in people[login][2]]
    insert_new(session, Grant, grants)
    return list(people)
