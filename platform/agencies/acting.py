"""Acting persons: the role of an approver taken over from a day to a day, by a decision; it ends by itself.

It is a grant like any other, confirmed by a second person, that knows for whom it stands and its last day.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, aliased

from agencies.access import Actor, Role
from agencies.accounts import Account, Grant
from agencies.contacts import one_line
from core import audit
from core.db import insert_new, lock_row
from core.errors import Conflict, Invalid, NotFound
from engine.findings import Finding

LONGEST = 200
CAPACITIES = ("KT.", "TL.", "TUQ.", "TM.", "Q.", "PT.")
"""For the head, by order, by authorisation, on behalf of a body; acting in the post, in charge of it."""
LONGEST_TERM = timedelta(days=366)


@dataclass(frozen=True)
class Acting:
    """Somebody who acts for another from `first` to `last`, by the decision of that number.

    `capacity` and `position` stand above his signature: KT. Chủ tịch, Q. Giám đốc.
    """

    grant: int
    login: str
    name: str
    acting_for: str
    decision: str
    first: date
    last: date
    capacity: str
    position: str
    confirmed: bool


def appoint(
    session: Session,
    account_id: int,
    acting_for: int,
    *,
    first: date,
    last: date,
    decision: str,
    capacity: str = "KT.",
    position: str = "",
    by: Actor,
    now: datetime,
    on: date,
) -> None:
    """Have a person act for an approver of the same agency; asked twice, it is one appointment."""
    account = lock_row(session, Account, account_id)
    principal = session.get(Account, acting_for)
    if principal is None:
        raise NotFound("account.unknown", id=str(acting_for))
    decision, position = one_line(decision), one_line(position)
    findings = []
    if principal.id == account.id or principal.agency_id != account.agency_id:
        findings.append(Finding("acting.whom", facts={"name": principal.name}))
    if not on <= last or not first <= last or last - first > LONGEST_TERM:
        findings.append(Finding("acting.days", facts={"first": first, "last": last}))
    if not 0 < len(decision) <= LONGEST:
        findings.append(Finding("acting.decision", facts={"longest": LONGEST}))
    if capacity not in CAPACITIES or len(position) > LONGEST:
        findings.append(Finding("acting.capacity", facts={"known": list(CAPACITIES), "longest": LONGEST}))
    if findings:
        raise Invalid(findings)
    end = last + timedelta(days=1)
    told = {"account_id": account_id, "role": Role.APPROVER, "valid_from": first, "valid_to": end}
    told |= {"granted_by": by.login, "acting_for": acting_for, "decision": decision}
    told |= {"capacity": capacity, "position": position}
    if not insert_new(session, Grant, [told]):
        there = session.scalars(
            select(Grant).filter_by(account_id=account_id, role=Role.APPROVER, valid_from=first)
        ).one()
        if (there.acting_for, there.valid_to) != (acting_for, end):
            raise Conflict("acting.other", name=account.name, first=first)
        return
    facts = {"acting_for": principal.login, "first": first, "last": last, "decision": decision}
    audit.record(session, by.login, "people.acting", account.login, now=now, **facts)


def end_acting(session: Session, account_id: int, grant_id: int, *, by: str, now: datetime, on: date) -> None:
    """Have somebody act no longer from a day on; ended before it began, it never holds."""
    grant = session.get(Grant, grant_id)
    if grant is None or grant.account_id != account_id or grant.acting_for is None:
        raise NotFound("acting.unknown", id=str(grant_id))
    if grant.valid_to is None or grant.valid_to > on:
        grant.valid_to = max(on, grant.valid_from)
        login = session.get_one(Account, account_id).login
        audit.record(session, by, "people.acting_ended", login, now=now, on=on)


def appointments(session: Session, accounts: Iterable[int]) -> Sequence[Acting]:
    """All times that persons acted, act or will act, the latest first."""
    return _read(session, Grant.account_id.in_(list(accounts)))


def acted(session: Session, logins: Iterable[str], on: date) -> Mapping[str, Acting]:
    """Those of some persons who acted for others on a day, by login: told beside what they signed."""
    found = _read(session, Account.login.in_(list(logins)))
    return {each.login: each for each in found if each.confirmed and each.first <= on <= each.last}


def _read(session: Session, which: ColumnElement[bool]) -> Sequence[Acting]:
    principal = aliased(Account)
    query = (
        select(Grant, Account.login, Account.name, principal.name)
        .join(Account, Account.id == Grant.account_id)
        .join(principal, principal.id == Grant.acting_for)
        .where(which, Grant.valid_to > Grant.valid_from)
        .order_by(Grant.valid_from.desc(), Grant.id.desc())
    )
    return [
        Acting(
            grant.id,
            login,
            name,
            acting_for,
            grant.decision or "",
            grant.valid_from,
            (grant.valid_to or date.max) - timedelta(days=1),
            grant.capacity or "",
            grant.position or "",
            grant.confirmed_by is not None,
        )
        for grant, login, name, acting_for in session.execute(query)
    ]
