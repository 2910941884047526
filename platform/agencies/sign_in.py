"""Signing in: password, or the one-time code that lets set one."""

from datetime import datetime
from hmac import compare_digest

from sqlalchemy import select
from sqlalchemy.orm import Session

from agencies.accounts import Account
from agencies.passwords import hash_code, hash_password, matches, password_faults
from agencies.visits import begin_visit, end_visits
from core import audit
from core.db import lock_row
from core.errors import Invalid
from engine.findings import Finding


def check_password(session: Session, login: str, password: str) -> Account:
    """The account whose password this is. That it is locked, only its own person learns."""
    account = _find(session, login)
    if not matches(account.password_hash if account else None, password) or account is None:
        raise Invalid([Finding("sign_in.wrong")])
    if account.locked_at:
        raise Invalid([Finding("sign_in.locked")])
    return account


def has_code(session: Session, login: str, code: str, *, now: datetime) -> bool:
    """Whether this is the one-time code of an account, still good."""
    account = _find(session, login)
    return account is not None and _code_opens(account, code, now)


def enter(session: Session, account_id: int, *, now: datetime) -> str:
    """Begin a visit; returns the browser's token."""
    account = session.get_one(Account, account_id)
    audit.record(session, account.login, "account.signed_in", account.login, now=now)
    return begin_visit(session, account, now=now)


def set_first_password(
    session: Session, login: str, code: str, password: str, again: str, *, now: datetime
) -> str:
    """Set the password with a one-time code, which is then used up; returns the token of a new visit."""
    account = _find(session, login)
    if account is None or not _code_opens(lock_row(session, Account, account.id), code, now):
        raise Invalid([Finding("sign_in.bad_code")])
    _set_password(session, account, password, again, now=now)
    return enter(session, account.id, now=now)


def change_password(
    session: Session, account_id: int, old: str, password: str, again: str, *, now: datetime
) -> str:
    """Change the password; ends the account's other visits and returns the token of a new one."""
    account = lock_row(session, Account, account_id)
    if not matches(account.password_hash, old):
        raise Invalid([Finding("password.wrong")])
    _set_password(session, account, password, again, now=now)
    return begin_visit(session, account, now=now)


def _set_password(session: Session, account: Account, password: str, again: str, *, now: datetime) -> None:
    findings = list(password_faults(password, again, account.login))
    if findings:
        raise Invalid(findings)
    account.password_hash = hash_password(password)
    account.code_hash = account.code_until = None
    end_visits(session, account.id, now=now)
    audit.record(session, account.login, "account.password_set", account.login, now=now)


def _code_opens(account: Account, code: str, now: datetime) -> bool:
    return bool(
        account.code_hash
        and account.code_until
        and account.code_until > now
        and not account.locked_at
        and compare_digest(account.code_hash, hash_code(code))
    )


def _find(session: Session, login: str) -> Account | None:
    return session.scalars(select(Account).filter_by(login=login.strip().lower())).one_or_none()
