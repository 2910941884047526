"""The people of an agency, for its administrator: who is there, newcomers, slips, the telephone on duty."""

from collections.abc import Sequence
from datetime import datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from agencies import people
from agencies.access import GRANTED, Actor, Role, Subject
from agencies.accounts_rights import subject_of_agency
from agencies.attributes import DUTY_TELEPHONE, duty_telephone, set_attribute
from agencies.contacts import Contact, read_contact
from agencies.store import read_tree
from agencies.tree import Tree
from core import clock
from core.db import Session
from core.errors import Invalid
from engine.findings import Finding
from web.people.account import WRONG
from web.routing import endpoint, may

blueprint = Blueprint("people", __name__)


def _agency(session: Session, actor: Actor, code: str) -> Subject:
    return subject_of_agency(session, actor, code, clock.today())


@endpoint(blueprint, "/people", action="people.own")
def show_own(session: Session, actor: Actor, now: datetime) -> ResponseReturnValue:
    """One's own agency; a system administrator finds others from here."""
    tree = read_tree(session, clock.today())
    text = request.args.get("find", "").strip()
    return _list(session, actor, tree, actor.agency, text)


@endpoint(blueprint, "/people/of/<code>", action="people.list", subject=_agency)
def show_agency(session: Session, actor: Actor, now: datetime, code: str) -> ResponseReturnValue:
    """The people of one agency."""
    tree = read_tree(session, clock.today())
    return _list(session, actor, tree, tree.with_code(code).id)


@endpoint(blueprint, "/people/of/<code>/slips", action="people.slips", methods=["POST"], subject=_agency)
def print_slips(session: Session, actor: Actor, now: datetime, code: str) -> ResponseReturnValue:
    """Slips with new codes, told once; for the agencies below too where a system administrator asks."""
    tree = read_tree(session, clock.today())
    agencies = [tree.with_code(code).id]
    if "below" in request.form and Role.SYSTEM_ADMIN in actor.roles:
        agencies += [node.id for node in tree.descendants(agencies[0])]
    return slips_page(people.print_slips(session, agencies, by=actor.login, now=now), tree, code)


@endpoint(blueprint, "/people/of/<code>/new", action="people.add", subject=_agency)
def add_form(session: Session, actor: Actor, now: datetime, code: str) -> ResponseReturnValue:
    """The form for a newcomer."""
    return _newcomer(session, actor, code)


@endpoint(blueprint, "/people/of/<code>/new", action="people.add", methods=["POST"], subject=_agency)
def add(session: Session, actor: Actor, now: datetime, code: str) -> ResponseReturnValue:
    """Bring a newcomer in and show his slip, once."""
    tree = read_tree(session, clock.today())
    login, wanted = request.form.get("login", ""), ticked_roles()
    try:
        slip = people.add(
            session,
            login,
            typed_contact(),
            tree.with_code(code).id,
            wanted,
            by=actor,
            now=now,
            on=clock.today(),
        )
    except Invalid as refused:
        return _newcomer(session, actor, code, refused.findings), WRONG
    return slips_page([slip], tree, code)


@endpoint(blueprint, "/people/of/<code>/duty", action="agency.duty", methods=["POST"], subject=_agency)
def set_duty(session: Session, actor: Actor, now: datetime, code: str) -> ResponseReturnValue:
    """The telephone of who is on duty, from today on."""
    tree, given = read_tree(session, clock.today()), request.form.get("telephone", "")
    agency = tree.with_code(code).id
    try:
        set_attribute(session, agency, DUTY_TELEPHONE, given, since=clock.today(), actor=actor.login, now=now)
    except Invalid as refused:
        return _list(session, actor, tree, agency, findings=refused.findings), WRONG
    flash(gettext("Đã lưu điện thoại trực."))
    return redirect(url_for("people.show_agency", code=code))


def typed_contact() -> Contact:
    """Name, telephone and e-mail of the form that was sent."""
    return read_contact(*(request.form.get(name, "") for name in ("name", "telephone", "email")))


def ticked_roles() -> list[Role]:
    """The roles ticked in the form that was sent."""
    return [role for role in GRANTED if role in request.form.getlist("role")]


def offered_roles(actor: Actor) -> list[Role]:
    """The roles that somebody may give: a system administrator is made by another one only."""
    return [role for role in GRANTED if role != Role.SYSTEM_ADMIN or role in actor.roles]


def slips_page(slips: Sequence[people.Slip], tree: Tree, code: str) -> str:
    """Slips to print, agency by agency; `code` is where one came from."""
    by_agency: dict[int, list[people.Slip]] = {}
    for slip in slips:
        by_agency.setdefault(slip.agency, []).append(slip)
    groups = [(tree[agency], group) for agency, group in by_agency.items()]
    return render_template("people/slips.html", groups=groups, code=code, address=request.host_url)


def _list(
    session: Session,
    actor: Actor,
    tree: Tree,
    agency: int,
    text: str = "",
    findings: Sequence[Finding] = (),
) -> str:
    persons = people.list_people(session, [agency], clock.today())
    subject = Subject(frozenset({"unit"} if agency == actor.agency else set()))
    anywhere = Role.SYSTEM_ADMIN in actor.roles
    return render_template(
        "people/list.html",
        office=tree[agency],
        persons=persons,
        waiting=sum(not person.has_password and not person.locked_at for person in persons),
        below=bool(tree.children(agency)),
        anywhere=anywhere,
        subject=subject,
        text=text,
        unconfirmed=len(people.list_unconfirmed(session, clock.today())) if may("people.confirm_many") else 0,
        found=tree.matching(text)[:50] if text and anywhere else [],
        telephone=duty_telephone(tree, agency),
        findings=findings,
    )


def _newcomer(session: Session, actor: Actor, code: str, findings: Sequence[Finding] = ()) -> str:
    office = read_tree(session, clock.today()).with_code(code)
    return render_template(
        "people/new.html",
        office=office,
        roles=offered_roles(actor),
        given=request.form,
        ticked=ticked_roles(),
        findings=findings,
    )
