"""Who may do what to accounts."""

from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from agencies.access import Actor, Role, Subject, row
from agencies.accounts import Account, Grant
from agencies.store import read_tree
from core.errors import NotFound

ACCESS = (
    row("account.sign_in", "guest"),
    row("account.lang", "guest"),
    row("account.self", "member"),
    row("people.own", "unit_admin approver system_admin"),
    row("people.list", "unit_admin approver", "unit"),
    row("people.list", "system_admin"),
    row("people.add", "unit_admin", "unit"),
    row("people.add", "system_admin"),
    row("agency.duty", "unit_admin", "unit"),
    row("agency.duty", "system_admin"),
    row("people.slips", "unit_admin", "unit"),
    row("people.slips", "system_admin"),
    row("people.show", "unit_admin approver", "unit"),
    row("people.show", "system_admin"),
    row("people.manage", "unit_admin", "unit", ["open", "locked"]),
    row("people.manage", "system_admin"),
    row("people.confirm", "unit_admin approver", "unit"),
    row("people.confirm", "system_admin"),
    row("people.confirm_many", "system_admin"),
    row("people.import", "system_admin"),
)


def subject_of_account(session: Session, actor: Actor, account_id: int) -> Subject:
    """How `actor` stands to an account.

    Its state is locked, open, or system: whoever could reset a system administrator would become one.
    """
    account = session.get(Account, account_id)
    if account is None:
        raise NotFound("account.unknown", id=str(account_id))
    relations = {"unit"} if account.agency_id == actor.agency else set()
    if account.id == actor.account:
        relations.add("self")
    system = select(Grant.id).filter_by(account_id=account_id, role=Role.SYSTEM_ADMIN)
    if session.scalars(
        system.where(or_(Grant.valid_to.is_(None), Grant.valid_to > Grant.valid_from))
    ).first():
        return Subject(frozenset(relations), "system")
    return Subject(frozenset(relations), "locked" if account.locked_at else "open")


def subject_of_agency(session: Session, actor: Actor, code: str, on: date) -> Subject:
    """How `actor` stands to the people of an agency."""
    agency = read_tree(session, on).with_code(code).id
    return Subject(frozenset({"unit"} if agency == actor.agency else set()))
