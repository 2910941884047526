"""People and their rights: who is there, roles, codes for slips, locks, moves. Every deed is audited.

Approver rights are granted by one person and confirmed by a second, who is neither that one nor the approver.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.orm import Session

from agencies.access import GRANTED, Actor, Role
from agencies.accounts import Account, Grant
from agencies.names import sort_key
from agencies.passwords import draw_code, hash_code
from agencies.store import read_agency
from agencies.visits import end_visits
from core import audit
from core.db import lock_row
from core.errors import Forbidden, Invalid, NotFound
from engine.findings import Finding

CODE_DAYS = timedelta(days=60)


@dataclass(frozen=True)
class Person:
    """An account as its administrators see it; `unconfirmed` are roles that wait for a second person."""

    id: int
    login: str
    name: str
    agency: int
    telephone: str
    email: str
    roles: Sequence[str]
    unconfirmed: Sequence[str]
    has_password: bool
    code_until: datetime | None
    locked_at: datetime | None


@dataclass(frozen=True)
class Slip:
    """What is printed for a person, once."""

    login: str
    name: str
    agency: int
    code: str
    until: datetime


def find(session: Session, account_id: int, on: date | None = None) -> Person:
    """One person, with the roles of a day."""
    account = session.get(Account, account_id)
    if account is None:
        raise NotFound("account.unknown", id=str(account_id))
    return _people(session, [account], on)[0]


def find_login(session: Session, login: str) -> int:
    """The account of a login."""
    found = session.scalars(select(Account.id).filter_by(login=login.lower())).one_or_none()
    if found is None:
        raise NotFound("account.unknown_login", login=login)
    return found


def list_people(session: Session, agencies: Iterable[int], on: date) -> list[Person]:
    """The people of some agencies, agency by agency, each in the Vietnamese order of names."""
    wanted = list(agencies)
    accounts = [
        account
        for start in range(0, len(wanted), 1_000)
        for account in session.scalars(
            select(Account).where(Account.agency_id.in_(wanted[start : start + 1_000]))
        )
    ]
    place = {agency: number for number, agency in enumerate(wanted)}
    accounts.sort(key=lambda account: (place[account.agency_id], sort_key(account.name), account.login))
    return _people(session, accounts, on)


def set_lang(session: Session, account_id: int, lang: str) -> None:
    """The language of the account's pages."""
    session.execute(update(Account).where(Account.id == account_id).values(lang=lang))


def set_roles(
    session: Session, account_id: int, roles: Iterable[str], *, by: Actor, now: datetime, on: date
) -> None:
    """Give exactly these roles from today on. A system administrator is made by another one only."""
    lock_row(session, Account, account_id)
    there = {
        grant.role: grant
        for grant in session.scalars(select(Grant).where(_holds(on), Grant.account_id == account_id))
    }
    wanted = {Role(role) for role in roles}
    changed = wanted ^ set(there)
    if Role.SYSTEM_ADMIN in changed and Role.SYSTEM_ADMIN not in by.roles:
        raise Forbidden("people.system_admin")
    for role in sorted(changed):
        if role in there:
            there[role].valid_to = on
        else:
            _grant(session, account_id, Role(role), by.login, on)
    if changed:
        account = session.get_one(Account, account_id)
        audit.record(
            session, by.login, "people.roles", account.login, now=now, roles=" ".join(sorted(wanted))
        )


def confirm(session: Session, account_id: int, *, by: Actor, now: datetime, on: date) -> None:
    """Confirm the approver rights that somebody else granted to somebody else."""
    account = lock_row(session, Account, account_id)
    waiting = session.scalars(
        select(Grant).where(_holds(on), Grant.account_id == account_id, *_UNCONFIRMED)
    ).one_or_none()
    if waiting is None:
        raise NotFound("people.nothing_to_confirm", login=account.login)
    if by.login in (waiting.granted_by, account.login):
        raise Forbidden("people.second_person")
    waiting.confirmed_by = by.login
    audit.record(session, by.login, "people.confirmed", account.login, now=now, role=waiting.role)


def set_contact(
    session: Session, account_id: int, *, name: str, telephone: str, email: str, by: Actor, now: datetime
) -> None:
    """Write down how a person is called and reached."""
    if not name.strip():
        raise Invalid([Finding("people.no_name")])
    account = lock_row(session, Account, account_id)
    account.name, account.telephone, account.email = name.strip(), telephone.strip(), email.strip()
    audit.record(session, by.login, "people.contact", account.login, now=now)


def lock(session: Session, account_id: int, *, by: Actor, now: datetime) -> None:
    """Keep a person out from this moment on. Nobody locks himself out."""
    if account_id == by.account:
        raise Forbidden("people.oneself")
    account = lock_row(session, Account, account_id)
    account.locked_at = account.locked_at or now
    end_visits(session, account_id, now=now)
    audit.record(session, by.login, "people.locked", account.login, now=now)


def unlock(session: Session, account_id: int, *, by: Actor, now: datetime) -> None:
    """Let a person in again."""
    account = lock_row(session, Account, account_id)
    account.locked_at = None
    audit.record(session, by.login, "people.unlocked", account.login, now=now)


def reset(session: Session, account_id: int, *, by: str, now: datetime) -> Slip:
    """Take the password away and give a one-time code to set another; it is told here and never again."""
    account = lock_row(session, Account, account_id)
    account.password_hash = None
    end_visits(session, account_id, now=now)
    audit.record(session, by, "people.reset", account.login, now=now)
    return _slip(account, now)


def print_slips(session: Session, agencies: Iterable[int], *, by: str, now: datetime) -> list[Slip]:
    """New codes for everybody in these agencies who has never signed in; codes printed before are void."""
    wanted = list(agencies)
    slips = []
    for start in range(0, len(wanted), 1_000):
        waiting = select(Account).where(
            Account.agency_id.in_(wanted[start : start + 1_000]),
            Account.password_hash.is_(None),
            Account.locked_at.is_(None),
        )
        slips += [_slip(account, now) for account in session.scalars(waiting.with_for_update())]
    place = {agency: number for number, agency in enumerate(wanted)}
    slips.sort(key=lambda slip: (place[slip.agency], sort_key(slip.name)))
    if slips:
        audit.record(session, by, "people.slips", f"agency/{wanted[0]}", now=now, slips=len(slips))
    return slips


def move(session: Session, account_id: int, agency: int, *, by: Actor, now: datetime, on: date) -> None:
    """Bring a person to another agency; rights stay behind, the new agency gives its own."""
    read_agency(session, agency, on)
    if account_id == by.account:
        raise Forbidden("people.oneself")
    account = lock_row(session, Account, account_id)
    session.execute(update(Grant).where(_holds(on), Grant.account_id == account_id).values(valid_to=on))
    end_visits(session, account_id, now=now)
    audit.record(
        session, by.login, "people.moved", account.login, now=now, before=account.agency_id, after=agency
    )
    account.agency_id = agency


def grant_roles(session: Session, account_id: int, roles: Iterable[str], by: str, on: date) -> None:
    """Give roles that the account does not have yet."""
    for role in roles:
        _grant(session, account_id, Role(role), by, on)


_UNCONFIRMED = (Grant.role == Role.APPROVER, Grant.confirmed_by.is_(None))


def _holds(on: date) -> ColumnElement[bool]:
    return and_(Grant.valid_from <= on, or_(Grant.valid_to.is_(None), Grant.valid_to > on))


def _grant(session: Session, account_id: int, role: Role, by: str, on: date) -> None:
    """A role that was taken and is given again on one day is one row."""
    key = {"account_id": account_id, "role": role, "valid_from": on}
    again = session.scalars(select(Grant).filter_by(**key)).one_or_none()
    if again is None:
        session.add(Grant(**key, granted_by=by))
    else:
        again.valid_to, again.granted_by, again.confirmed_by = None, by, None
    session.flush()


def _slip(account: Account, now: datetime) -> Slip:
    code = draw_code()
    account.code_hash, account.code_until = hash_code(code), now + CODE_DAYS
    return Slip(account.login, account.name, account.agency_id, code, account.code_until)


def _people(session: Session, accounts: Sequence[Account], on: date | None) -> list[Person]:
    ids = [account.id for account in accounts]
    granted: dict[int, list[Grant]] = {}
    for start in range(0, len(ids), 1_000):
        chunk = select(Grant).where(Grant.account_id.in_(ids[start : start + 1_000]))
        for grant in session.scalars(
            chunk.where(_holds(on)) if on else chunk.where(Grant.valid_to.is_(None))
        ):
            granted.setdefault(grant.account_id, []).append(grant)
    return [_person(account, granted.get(account.id, ())) for account in accounts]


def _person(account: Account, grants: Iterable[Grant]) -> Person:
    order = {role: place for place, role in enumerate(GRANTED)}
    sorted_grants = sorted(grants, key=lambda grant: order[Role(grant.role)])
    waits = [grant.role == Role.APPROVER and grant.confirmed_by is None for grant in sorted_grants]
    return Person(
        account.id,
        account.login,
        account.name,
        account.agency_id,
        account.telephone,
        account.email,
        [grant.role for grant, wait in zip(sorted_grants, waits, strict=True) if not wait],
        [grant.role for grant, wait in zip(sorted_grants, waits, strict=True) if wait],
        account.password_hash is not None,
        account.code_until,
        account.locked_at,
    )
