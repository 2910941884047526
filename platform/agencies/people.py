"""People and their rights: who is there, roles, codes for slips, locks, moves. Every deed is audited.

Approver rights are granted by one person and confirmed by a second, who is neither that one nor the approver.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.orm import Session

from agencies.access import GRANTED, Actor, Role
from agencies.accounts import Account, Grant
from agencies.names import sort_key
from agencies.passwords import draw_code, hash_code
from agencies.store import read_agency
from agencies.tokens import revoke_tokens
from agencies.visits import end_visits
from core import audit
from core.db import insert_new, lock_row
from core.errors import Forbidden, Invalid, NotFound
from engine.findings import Finding

CODE_DAYS = timedelta(days=60)
PORTION = 1_000


@dataclass(frozen=True)
class Person:
    """An account as its administrators see it; `unconfirmed` are roles, and who granted them."""

    id: int
    login: str
    name: str
    agency: int
    telephone: str
    email: str
    roles: Sequence[str]
    unconfirmed: Mapping[str, str]
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


def find(session: Session, account_id: int, on: date) -> Person:
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
    place = {agency: number for number, agency in enumerate(agencies)}
    accounts = _accounts(session, Account.agency_id, list(place))
    accounts.sort(key=lambda account: (place[account.agency_id], sort_key(account.name), account.login))
    return _people(session, accounts, on)


def list_accounts(session: Session, logins: Sequence[str], on: date) -> list[Person]:
    """Those of the logins that are there."""
    return _people(session, _accounts(session, Account.login, logins), on)


def list_unconfirmed(session: Session, on: date) -> list[Person]:
    """Whose approver rights wait for a second person, everywhere."""
    waiting = select(Grant.account_id).where(_holds(on), *_UNCONFIRMED)
    accounts = session.scalars(select(Account).where(Account.id.in_(waiting)).order_by(Account.login))
    return _people(session, accounts.all(), on)


def set_lang(session: Session, account_id: int, lang: str) -> None:
    """The language of the account's pages."""
    session.execute(update(Account).where(Account.id == account_id).values(lang=lang))


def set_roles(
    session: Session, account_id: int, roles: Iterable[str], *, by: Actor, now: datetime, on: date
) -> None:
    """Give exactly these roles from today on. A system administrator is made by another one only."""
    account = lock_row(session, Account, account_id)
    wanted = {Role(role) for role in roles}
    changed = change_roles(session, {account_id: wanted}, by=by.login, on=on)
    if Role.SYSTEM_ADMIN in changed and Role.SYSTEM_ADMIN not in by.roles:
        raise Forbidden("people.system_admin")
    if changed:
        audit.record(
            session, by.login, "people.roles", account.login, now=now, roles=" ".join(sorted(wanted))
        )


def change_roles(session: Session, wanted: Mapping[int, Iterable[Role]], *, by: str, on: date) -> set[Role]:
    """Make the roles of accounts these from `on` on; returns all roles that somebody got or lost."""
    grants: dict[int, dict[Role, Grant]] = {account: {} for account in wanted}
    for grant in _grants(session, list(wanted), or_(_holds(on), Grant.valid_from == on)):
        grants[grant.account_id][Role(grant.role)] = grant
    changed: set[Role] = set()
    new = []
    for account, roles in wanted.items():
        there = {
            role for role, grant in grants[account].items() if grant.valid_to is None or grant.valid_to > on
        }
        changed |= there ^ set(roles)
        for role in there - set(roles):
            grants[account][role].valid_to = on
        for role in set(roles) - there:
            if again := grants[account].get(role):  # taken and given on one day: one row
                again.valid_to, again.granted_by, again.confirmed_by = None, by, None
            else:
                new.append({"account_id": account, "role": role, "valid_from": on, "granted_by": by})
    insert_new(session, Grant, new)
    return changed


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
    revoke_tokens(session, account_id, now=now)
    audit.record(session, by, "people.reset", account.login, now=now)
    return _slip(account, now)


def print_slips(session: Session, agencies: Iterable[int], *, by: str, now: datetime) -> list[Slip]:
    """New codes for everybody in these agencies who has no password yet; codes printed before are void."""
    place = {agency: number for number, agency in enumerate(agencies)}
    accounts = _accounts(session, Account.agency_id, list(place))
    waiting = [each for each in accounts if each.password_hash is None and each.locked_at is None]
    waiting.sort(key=lambda account: (place[account.agency_id], sort_key(account.name), account.login))
    slips = [_slip(account, now) for account in waiting]
    if slips:
        audit.record(session, by, "people.slips", f"agency/{next(iter(place))}", now=now, slips=len(slips))
    return slips


def move(session: Session, account_id: int, agency: int, *, by: Actor, now: datetime, on: date) -> None:
    """Bring a person to another agency; rights stay behind, the new agency gives its own."""
    read_agency(session, agency, on)
    if account_id == by.account:
        raise Forbidden("people.oneself")
    account = lock_row(session, Account, account_id)
    session.execute(update(Grant).where(_holds(on), Grant.account_id == account_id).values(valid_to=on))
    end_visits(session, account_id, now=now)
    revoke_tokens(session, account_id, now=now)
    audit.record(
        session, by.login, "people.moved", account.login, now=now, before=account.agency_id, after=agency
    )
    account.agency_id = agency


_UNCONFIRMED = (Grant.role == Role.APPROVER, Grant.confirmed_by.is_(None))


def _holds(on: date) -> ColumnElement[bool]:
    return and_(Grant.valid_from <= on, or_(Grant.valid_to.is_(None), Grant.valid_to > on))


def _slip(account: Account, now: datetime) -> Slip:
    code = draw_code()
    account.code_hash, account.code_until = hash_code(code), now + CODE_DAYS
    return Slip(account.login, account.name, account.agency_id, code, account.code_until)


def _accounts(session: Session, column: Any, values: Sequence[object]) -> list[Account]:
    """Accounts by one column, in portions that a statement can hold."""
    portions = [values[start : start + PORTION] for start in range(0, len(values), PORTION)]
    return [row for part in portions for row in session.scalars(select(Account).where(column.in_(part)))]


def _grants(session: Session, accounts: Sequence[int], which: ColumnElement[bool]) -> Iterator[Grant]:
    for start in range(0, len(accounts), PORTION):
        portion = Grant.account_id.in_(accounts[start : start + PORTION])
        yield from session.scalars(select(Grant).where(portion, which).order_by(Grant.valid_from))


def _people(session: Session, accounts: Sequence[Account], on: date) -> list[Person]:
    granted: dict[int, list[Grant]] = {}
    for grant in _grants(session, [account.id for account in accounts], _holds(on)):
        granted.setdefault(grant.account_id, []).append(grant)
    return [_person(account, granted.get(account.id, ())) for account in accounts]


def _person(account: Account, grants: Iterable[Grant]) -> Person:
    order = {role: place for place, role in enumerate(GRANTED)}
    sorted_grants = sorted(grants, key=lambda grant: order[Role(grant.role)])
    waiting = {
        grant.role: grant.granted_by
        for grant in sorted_grants
        if grant.role == Role.APPROVER and grant.confirmed_by is None
    }
    return Person(
        account.id,
        account.login,
        account.name,
        account.agency_id,
        account.telephone,
        account.email,
        [grant.role for grant in sorted_grants if grant.role not in waiting],
        waiting,
        account.password_hash is not None,
        account.code_until,
        account.locked_at,
    )
