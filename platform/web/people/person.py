"""One person, for the administrators of his agency: contact, roles, codes, locks, moves."""

from collections.abc import Callable, Sequence
from datetime import datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from agencies import grants, people
from agencies.access import Actor
from agencies.accounts_rights import subject_of_account
from agencies.store import read_tree
from core import clock
from core.db import Session
from core.errors import Invalid
from engine.findings import Finding
from web.people.account import WRONG
from web.people.listing import offered_roles, slips_page, ticked_roles, typed_contact
from web.routing import View, endpoint, may

blueprint = Blueprint("person", __name__, url_prefix="/people/<int:account_id>")


@endpoint(blueprint, "", action="people.show", subject=subject_of_account)
def show(session: Session, actor: Actor, now: datetime, account_id: int) -> ResponseReturnValue:
    """One person and what may be done about him."""
    return _person(session, actor, account_id)


def _deed(name: str, action: str = "people.manage") -> Callable[[View], View]:
    """The address of something done about a person."""
    return endpoint(blueprint, f"/{name}", action=action, methods=["POST"], subject=subject_of_account)


@_deed("contact")
def set_contact(session: Session, actor: Actor, now: datetime, account_id: int) -> ResponseReturnValue:
    """Name, telephone, e-mail."""
    try:
        people.set_contact(session, account_id, typed_contact(), by=actor, now=now)
    except Invalid as refused:
        return _person(session, actor, account_id, refused.findings), WRONG
    flash(gettext("Đã lưu."))
    return _back(account_id)


@_deed("roles")
def set_roles(session: Session, actor: Actor, now: datetime, account_id: int) -> ResponseReturnValue:
    """Exactly the ticked roles."""
    grants.set_roles(session, account_id, ticked_roles(), by=actor, now=now, on=clock.today())
    if people.find(session, account_id, clock.today()).unconfirmed:
        flash(gettext("Đã lưu vai trò. Quyền phê duyệt có hiệu lực sau khi một người khác xác nhận."))
    else:
        flash(gettext("Đã lưu vai trò."))
    return _back(account_id)


@_deed("confirm", "people.confirm")
def confirm(session: Session, actor: Actor, now: datetime, account_id: int) -> ResponseReturnValue:
    """Confirm approver rights."""
    grants.confirm(session, account_id, by=actor, now=now, on=clock.today())
    flash(gettext("Đã xác nhận quyền phê duyệt."))
    return _back(account_id)


@_deed("lock")
def lock(session: Session, actor: Actor, now: datetime, account_id: int) -> ResponseReturnValue:
    """Keep out."""
    people.lock(session, account_id, by=actor, now=now)
    flash(gettext("Đã khóa tài khoản; người này bị đăng xuất ngay."))
    return _back(account_id)


@_deed("unlock")
def unlock(session: Session, actor: Actor, now: datetime, account_id: int) -> ResponseReturnValue:
    """Let in again."""
    people.unlock(session, account_id, by=actor, now=now)
    flash(gettext("Đã mở khóa tài khoản."))
    return _back(account_id)


@_deed("reset")
def reset(session: Session, actor: Actor, now: datetime, account_id: int) -> ResponseReturnValue:
    """A new code in place of the password."""
    slip = people.reset(session, account_id, by=actor.login, now=now)
    tree = read_tree(session, clock.today())
    return slips_page([slip], tree, tree[slip.agency].code)


@_deed("move")
def move(session: Session, actor: Actor, now: datetime, account_id: int) -> ResponseReturnValue:
    """To another agency, whose administrator gives rights there."""
    code = request.form.get("agency", "").strip()
    target = next((node for node in read_tree(session, clock.today()) if node.code == code), None)
    if target is None:
        unknown = Finding("agency.unknown_code", facts={"code": code, "on": clock.today()})
        return _person(session, actor, account_id, [unknown], agency=code), WRONG
    people.move(session, account_id, target.id, by=actor, now=now, on=clock.today())
    flash(gettext("Đã chuyển sang %(agency)s; quản trị đơn vị ở đó sẽ giao vai trò.", agency=target.name))
    return redirect(url_for("people.show_own"))


def _back(account_id: int) -> ResponseReturnValue:
    return redirect(url_for("person.show", account_id=account_id))


def _person(
    session: Session, actor: Actor, account_id: int, findings: Sequence[Finding] = (), agency: str = ""
) -> str:
    person = people.find(session, account_id, clock.today())
    subject = subject_of_account(session, actor, account_id)
    tree = read_tree(session, clock.today(), besides=[person.agency])
    return render_template(
        "people/show.html",
        person=person,
        office=tree[person.agency],
        oneself=account_id == actor.account,
        may_manage=may("people.manage", subject),
        may_confirm=may("people.confirm", subject) and person.confirmable_by(actor.login),
        roles=offered_roles(actor),
        findings=findings,
        moved_to=agency,
    )
