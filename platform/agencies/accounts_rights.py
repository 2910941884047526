"""Who may do what to accounts."""

from sqlalchemy.orm import Session

from agencies.access import Actor, Subject, row
from agencies.accounts import Account
from core.errors import NotFound

ACCESS = (
    row("account.sign_in", "guest"),
    row("account.lang", "guest"),
    row("account.self", "member"),
    row("people.list", "unit_admin system_admin"),
    row("people.show", "unit_admin approver", "unit"),
    row("people.show", "system_admin"),
    row("people.manage", "unit_admin", "unit"),
    row("people.manage", "system_admin"),
    row("people.confirm", "unit_admin approver", "unit"),
    row("people.confirm", "system_admin"),
    row("people.import", "system_admin"),
)


def subject_of_account(session: Session, actor: Actor, account_id: int) -> Subject:
    """How `actor` stands to an account; its state is locked or open."""
    account = session.get(Account, account_id)
    if account is None:
        raise NotFound("account.unknown", id=str(account_id))
    relations = {"unit"} if account.agency_id == actor.agency else set()
    if account.id == actor.account:
        relations.add("self")
    return Subject(frozenset(relations), "locked" if account.locked_at else "open")
