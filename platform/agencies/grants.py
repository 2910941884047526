"""The roles of people from one day to another.

Approver rights are granted by one person and confirmed by a second, who is neither that one nor the approver.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from agencies.access import Actor, Role
from agencies.accounts import Account, Grant
from core import audit
from core.db import insert_new, lock_row, lock_rows
from core.errors import Forbidden, NotFound

PORTION = 1_000
"""How many keys one statement is asked for."""
UNCONFIRMED = (Grant.role == Role.APPROVER, Grant.confirmed_by.is_(None))


def holds(on: date) -> ColumnElement[bool]:
    """That a grant counts on a day."""
    return and_(Grant.valid_from <= on, or_(Grant.valid_to.is_(None), Grant.valid_to > on))


def read_grants(session: Session, accounts: Sequence[int], which: ColumnElement[bool]) -> Iterator[Grant]:
    """The grants of accounts, the earliest first."""
    for start in range(0, len(accounts), PORTION):
        portion = Grant.account_id.in_(accounts[start : start + PORTION])
        yield from session.scalars(select(Grant).where(portion, which).order_by(Grant.valid_from))


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
    own = Grant.acting_for.is_(None)
    for grant in read_grants(session, list(wanted), and_(own, or_(holds(on), Grant.valid_from == on))):
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
    """Confirm approver rights that somebody else granted to somebody else; of who will act, beforehand."""
    confirm_all(session, [account_id], by=by, now=now, on=on)


def confirm_all(
    session: Session, account_ids: Collection[int], *, by: Actor, now: datetime, on: date
) -> None:
    """The same for several people, all or none."""
    accounts = lock_rows(session, Account, account_ids)
    to_come = and_(Grant.acting_for.is_not(None), Grant.valid_to > on)
    which = and_(or_(holds(on), to_come), *UNCONFIRMED)
    waiting: dict[int, Grant] = {}
    for grant in read_grants(session, list(account_ids), which):
        waiting.setdefault(grant.account_id, grant)
    for account in accounts:
        if account.id not in waiting:
            raise NotFound("people.nothing_to_confirm", login=account.login)
        if by.login in (waiting[account.id].granted_by, account.login):
            raise Forbidden("people.second_person")
        waiting[account.id].confirmed_by = by.login
    told = [(account.login, {"role": Role.APPROVER}) for account in accounts]
    audit.record_each(session, by.login, "people.confirmed", told, now=now)
