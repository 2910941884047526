"""Who acts for an approver: from when to when, by which decision."""

from datetime import datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from agencies import people
from agencies.access import Actor, Role
from agencies.accounts_rights import subject_of_account
from agencies.acting import CAPACITIES, appoint, appointments, end_acting
from core import clock
from core.db import Session
from core.errors import NotFound, Refusal
from web.days import read_day
from web.routing import endpoint, row_id

blueprint = Blueprint("acting", __name__, url_prefix="/people/<int:account_id>/acting")


@endpoint(blueprint, "", action="people.manage", subject=subject_of_account)
def show(session: Session, actor: Actor, now: datetime, account_id: int) -> ResponseReturnValue:
    """When a person acted, acts and will act for others."""
    return _page(session, account_id)


@endpoint(blueprint, "", action="people.manage", methods=["POST"], subject=subject_of_account)
def add(session: Session, actor: Actor, now: datetime, account_id: int) -> ResponseReturnValue:
    """Have him act for somebody."""
    given = request.form
    try:
        appoint(
            session,
            account_id,
            _id(given.get("acting_for", "")),
            first=read_day(given.get("first", "")),
            last=read_day(given.get("last", "")),
            decision=given.get("decision", ""),
            capacity=given.get("capacity", ""),
            position=given.get("position", ""),
            by=actor,
            now=now,
            on=clock.today(),
        )
    except Refusal as refused:
        session.rollback()
        return _page(session, account_id, refused), 422
    flash(_("Đã lưu. Quyền phê duyệt thay có hiệu lực sau khi một người khác xác nhận."))
    return redirect(url_for("acting.show", account_id=account_id))


@endpoint(blueprint, "/end", action="people.manage", methods=["POST"], subject=subject_of_account)
def end(session: Session, actor: Actor, now: datetime, account_id: int) -> ResponseReturnValue:
    """Have him act no longer from today on."""
    grant = _id(request.form.get("grant", ""))
    end_acting(session, account_id, grant, by=actor.login, now=now, on=clock.today())
    flash(_("Đã chấm dứt việc thay."))
    return redirect(url_for("acting.show", account_id=account_id))


def _id(text: str) -> int:
    try:
        return row_id(text)
    except ValueError:
        raise NotFound("account.unknown", id=text[:20]) from None


def _page(session: Session, account_id: int, refused: Refusal | None = None) -> str:
    person = people.find(session, account_id, clock.today())
    office = people.list_people(session, [person.agency], clock.today())
    return render_template(
        "people/acting.html",
        person=person,
        approvers=[
            each
            for each in office
            if Role.APPROVER in each.roles and not each.acting and each.id != account_id
        ],
        appointments=appointments(session, [account_id]),
        capacities=CAPACITIES,
        today=clock.today(),
        refused=refused,
        given=request.form,
    )
