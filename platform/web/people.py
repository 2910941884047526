"""The people of an agency, for its administrator: rights, codes, locks, moves; the import of a province."""

from collections.abc import Sequence
from datetime import datetime
from io import BytesIO

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from agencies import people
from agencies.access import GRANTED, Actor, Role, Subject
from agencies.accounts_rights import subject_of_account, subject_of_agency
from agencies.people_import import Change, import_people
from agencies.people_sheet import blank_workbook
from agencies.store import read_tree
from agencies.tree import Tree
from core import clock
from core.db import Session
from core.errors import Invalid
from engine.findings import Finding
from web.account import WRONG
from web.routing import endpoint, may

blueprint = Blueprint("people", __name__)
FIELDS = {
    "name": _l("Họ tên"),
    "telephone": _l("Điện thoại"),
    "email": _l("Thư điện tử"),
    "roles": _l("Vai trò"),
}
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


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
    return _list(session, actor, tree, tree.with_code(code).id, "")


@endpoint(blueprint, "/people/of/<code>/slips", action="people.slips", methods=["POST"], subject=_agency)
def print_slips(session: Session, actor: Actor, now: datetime, code: str) -> ResponseReturnValue:
    """Slips with new codes, told once; for the agencies below too where a system administrator asks."""
    tree = read_tree(session, clock.today())
    agencies = [tree.with_code(code).id]
    if "below" in request.form and Role.SYSTEM_ADMIN in actor.roles:
        agencies += [node.id for node in tree.descendants(agencies[0])]
    return _slips(people.print_slips(session, agencies, by=actor.login, now=now), tree, code)


@endpoint(blueprint, "/people/<int:account_id>", action="people.show", subject=subject_of_account)
def show(session: Session, actor: Actor, now: datetime, account_id: int) -> ResponseReturnValue:
    """One person and what may be done about him."""
    return _person(session, actor, account_id)


@endpoint(
    blueprint,
    "/people/<int:account_id>/contact",
    action="people.manage",
    methods=["POST"],
    subject=subject_of_account,
)
def set_contact(session: Session, actor: Actor, now: datetime, account_id: int) -> ResponseReturnValue:
    """Name, telephone, e-mail."""
    texts = {name: request.form.get(name, "")[:200] for name in ("name", "telephone", "email")}
    try:
        people.set_contact(session, account_id, **texts, by=actor, now=now)
    except Invalid as refused:
        return _person(session, actor, account_id, refused.findings), WRONG
    flash(gettext("Đã lưu."))
    return _back(account_id)


@endpoint(
    blueprint,
    "/people/<int:account_id>/roles",
    action="people.manage",
    methods=["POST"],
    subject=subject_of_account,
)
def set_roles(session: Session, actor: Actor, now: datetime, account_id: int) -> ResponseReturnValue:
    """Exactly the ticked roles."""
    wanted = [role for role in GRANTED if role in request.form.getlist("role")]
    people.set_roles(session, account_id, wanted, by=actor, now=now, on=clock.today())
    if people.find(session, account_id, clock.today()).unconfirmed:
        flash(gettext("Đã lưu vai trò. Quyền phê duyệt có hiệu lực sau khi một người khác xác nhận."))
    else:
        flash(gettext("Đã lưu vai trò."))
    return _back(account_id)


@endpoint(
    blueprint,
    "/people/<int:account_id>/confirm",
    action="people.confirm",
    methods=["POST"],
    subject=subject_of_account,
)
def confirm(session: Session, actor: Actor, now: datetime, account_id: int) -> ResponseReturnValue:
    """Confirm approver rights."""
    people.confirm(session, account_id, by=actor, now=now, on=clock.today())
    flash(gettext("Đã xác nhận quyền phê duyệt."))
    return _back(account_id)


@endpoint(blueprint, "/people/unconfirmed", action="people.confirm_many")
def unconfirmed(session: Session, actor: Actor, now: datetime) -> ResponseReturnValue:
    """Whose approver rights wait, of all agencies: after an import there are many."""
    waiting = people.list_unconfirmed(session, clock.today())
    return render_template(
        "people/unconfirmed.html",
        mine=[person for person in waiting if _excluded(actor, person)],
        others=[person for person in waiting if not _excluded(actor, person)],
        tree=read_tree(session, clock.today(), besides={person.agency for person in waiting}),
    )


@endpoint(blueprint, "/people/unconfirmed", action="people.confirm_many", methods=["POST"])
def confirm_many(session: Session, actor: Actor, now: datetime) -> ResponseReturnValue:
    """Confirm those that were ticked, all or none."""
    chosen = request.form.getlist("person", type=int)
    for account_id in sorted(set(chosen)):
        people.confirm(session, account_id, by=actor, now=now, on=clock.today())
    flash(gettext("Đã xác nhận quyền phê duyệt của %(number)s người.", number=len(chosen)))
    return redirect(url_for("people.unconfirmed"))


@endpoint(
    blueprint,
    "/people/<int:account_id>/lock",
    action="people.manage",
    methods=["POST"],
    subject=subject_of_account,
)
def lock(session: Session, actor: Actor, now: datetime, account_id: int) -> ResponseReturnValue:
    """Keep out."""
    people.lock(session, account_id, by=actor, now=now)
    flash(gettext("Đã khóa tài khoản; người này bị đăng xuất ngay."))
    return _back(account_id)


@endpoint(
    blueprint,
    "/people/<int:account_id>/unlock",
    action="people.manage",
    methods=["POST"],
    subject=subject_of_account,
)
def unlock(session: Session, actor: Actor, now: datetime, account_id: int) -> ResponseReturnValue:
    """Let in again."""
    people.unlock(session, account_id, by=actor, now=now)
    flash(gettext("Đã mở khóa tài khoản."))
    return _back(account_id)


@endpoint(
    blueprint,
    "/people/<int:account_id>/reset",
    action="people.manage",
    methods=["POST"],
    subject=subject_of_account,
)
def reset(session: Session, actor: Actor, now: datetime, account_id: int) -> ResponseReturnValue:
    """A new code in place of the password."""
    slip = people.reset(session, account_id, by=actor.login, now=now)
    tree = read_tree(session, clock.today())
    return _slips([slip], tree, tree[slip.agency].code)


@endpoint(
    blueprint,
    "/people/<int:account_id>/move",
    action="people.manage",
    methods=["POST"],
    subject=subject_of_account,
)
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


@endpoint(blueprint, "/people/import", action="people.import")
def import_form(session: Session, actor: Actor, now: datetime) -> ResponseReturnValue:
    """Where a workbook is handed in."""
    return _import()


@endpoint(blueprint, "/people/import", action="people.import", methods=["POST"])
def import_(session: Session, actor: Actor, now: datetime) -> ResponseReturnValue:
    """Say what the workbook would change, or bring it in."""
    file = request.files.get("file")
    dry_run = request.form.get("do") != "import"
    data = file.read() if file else b""
    try:
        changes = import_people(session, data, by=actor.login, now=now, on=clock.today(), dry_run=dry_run)
    except Invalid as refused:
        return _import(findings=refused.findings), 200 if "HX-Request" in request.headers else WRONG
    return _import(changes, done=not dry_run)


@endpoint(blueprint, "/people/import/blank.xlsx", action="people.import")
def blank(session: Session, actor: Actor, now: datetime) -> ResponseReturnValue:
    """A workbook to fill in."""
    return send_file(BytesIO(blank_workbook()), XLSX, as_attachment=True, download_name="tai-khoan.xlsx")


@blueprint.app_template_filter("field_name")
def field_name(field: str) -> str:
    """How pages call what is known of a person."""
    return str(FIELDS[field])


def _back(account_id: int) -> ResponseReturnValue:
    return redirect(url_for("people.show", account_id=account_id))


def _list(session: Session, actor: Actor, tree: Tree, agency: int, text: str) -> str:
    persons = people.list_people(session, [agency], clock.today())
    return render_template(
        "people/list.html",
        office=tree[agency],
        persons=persons,
        waiting=sum(not person.has_password and not person.locked_at for person in persons),
        below=bool(tree.children(agency)),
        anywhere=Role.SYSTEM_ADMIN in actor.roles,
        may_print=may("people.slips", Subject(frozenset({"unit"} if agency == actor.agency else set()))),
        text=text,
        unconfirmed=len(people.list_unconfirmed(session, clock.today())) if may("people.confirm_many") else 0,
        found=tree.matching(text)[:50] if text and Role.SYSTEM_ADMIN in actor.roles else [],
    )


def _person(
    session: Session, actor: Actor, account_id: int, findings: Sequence[Finding] = (), agency: str = ""
) -> str:
    person = people.find(session, account_id, clock.today())
    subject = subject_of_account(session, actor, account_id)
    tree = read_tree(session, clock.today())
    return render_template(
        "people/show.html",
        person=person,
        office=tree[person.agency],
        oneself=account_id == actor.account,
        may_manage=may("people.manage", subject),
        may_confirm=may("people.confirm", subject) and not _excluded(actor, person),
        roles=[role for role in GRANTED if role != Role.SYSTEM_ADMIN or role in actor.roles],
        findings=findings,
        moved_to=agency,
    )


def _excluded(actor: Actor, person: people.Person) -> bool:
    """Whether he granted the rights himself, or gets them."""
    return actor.login in (person.login, *person.unconfirmed.values())


def _slips(slips: Sequence[people.Slip], tree: Tree, code: str) -> str:
    by_agency: dict[int, list[people.Slip]] = {}
    for slip in slips:
        by_agency.setdefault(slip.agency, []).append(slip)
    groups = [(tree[agency], group) for agency, group in by_agency.items()]
    return render_template("people/slips.html", groups=groups, code=code, address=request.host_url)


def _import(
    changes: Sequence[Change] | None = None, findings: Sequence[Finding] = (), done: bool = False
) -> str:
    part = "people/outcome.html" if "HX-Request" in request.headers else "people/import.html"
    kinds = {
        kind: sum(change.kind == kind for change in changes or ()) for kind in ("new", "changed", "same")
    }
    return render_template(part, changes=changes, findings=findings, done=done, kinds=kinds)
