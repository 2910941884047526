"""People: who is there, newcomers, codes for slips, locks, moves. Every deed is audited.

What they may do is in `grants`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from agencies.access import GRANTED, Actor, Role
from agencies.accounts import Account, Grant
from agencies.contacts import Contact, faulty_fields, is_login
from agencies.grants import PORTION, UNCONFIRMED, holds, read_grants, set_roles
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


@dataclass(frozen=True)
class Person:
    """An account as its administrators see it; `unconfirmed` are roles, and who granted them.

    `acting` are those of the roles that it has for somebody else, for a time.
    """

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
    acting: Sequence[str] = ()

    def confirmable_by(self, login: str) -> bool:
        """Whether somebody is the second person: he neither granted the approver rights nor gets them."""
        return bool(self.unconfirmed) and login not in (self.login, *self.unconfirmed.values())


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
    waiting = select(Grant.account_id).where(holds(on), *UNCONFIRMED)
    accounts = session.scalars(select(Account).where(Account.id.in_(waiting)).order_by(Account.login))
    return _people(session, accounts.all(), on)


def set_lang(session: Session, account_id: int, lang: str) -> None:
    """The language of the account's pages."""
    session.execute(update(Account).where(Account.id == account_id).values(lang=lang))


def add(
    session: Session,
    login: str,
    contact: Contact,
    agency: int,
    roles: Iterable[str],
    *,
    by: Actor,
    now: datetime,
    on: date,
) -> Slip:
    """A new person of an agency, with the slip for the first sign-in; Invalid tells every fault."""
    login = login.strip().lower()
    findings = [Finding(f"people.{name}") for name in faulty_fields(contact)]
    if not is_login(login):
        findings.insert(0, Finding("people.login", facts={"value": login}))
    if findings:
        raise Invalid(findings)
    row = {**vars(contact), "login": login, "agency_id": agency, "lang": "vi", "created_at": now}
    if not insert_new(session, Account, [row]):
        raise Invalid([Finding("people.taken", facts={"value": login})])
    account = session.scalars(select(Account).filter_by(login=login)).one()
    audit.record(session, by.login, "people.added", login, now=now, agency=agency)
    set_roles(session, account.id, roles, by=by, now=now, on=on)
    return _slip(account, now)


def set_contact(session: Session, account_id: int, contact: Contact, *, by: Actor, now: datetime) -> None:
    """Write down how a person is called and reached."""
    if findings := [Finding(f"people.{name}") for name in faulty_fields(contact)]:
        raise Invalid(findings)
    account = lock_row(session, Account, account_id)
    account.name, account.telephone, account.email = contact.name, contact.telephone, contact.email
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
    session.execute(update(Grant).where(holds(on), Grant.account_id == account_id).values(valid_to=on))
    end_visits(session, account_id, now=now)
    revoke_tokens(session, account_id, now=now)
    audit.record(
        session, by.login, "people.moved", account.login, now=now, before=account.agency_id, after=agency
    )
    account.agency_id = agency


def _slip(account: Account, now: datetime) -> Slip:
    code = draw_code()
    account.code_hash, account.code_until = hash_code(code), now + CODE_DAYS
    return Slip(account.login, account.name, account.agency_id, code, account.code_until)


def _accounts(session: Session, column: Any, values: Sequence[object]) -> list[Account]:
    """Accounts by one column, in portions that a statement can hold."""
    portions = [values[start : start + PORTION] for start in range(0, len(values), PORTION)]
    return [row for part in portions for row in session.scalars(select(Account).where(column.in_(part)))]


def _people(session: Session, accounts: Sequence[Account], on: date) -> list[Person]:
    granted: dict[int, list[Grant]] = {}
    for grant in read_grants(session, [account.id for account in accounts], holds(on)):
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
        [grant.role for grant in sorted_grants if grant.acting_for is not None],
    )
