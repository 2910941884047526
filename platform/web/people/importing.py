"""A province's people by one workbook, and the approver rights among them that wait for a second person."""

from collections.abc import Sequence
from datetime import datetime
from io import BytesIO

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from agencies import grants, people
from agencies.access import Actor
from agencies.people_import import Change, import_people
from agencies.people_sheet import blank_workbook
from agencies.store import read_tree
from core import clock
from core.db import Session
from core.errors import Invalid
from engine.findings import Finding
from web.people.account import WRONG
from web.routing import endpoint, row_id
from web.spreadsheets import XLSX

blueprint = Blueprint("people_import", __name__, url_prefix="/people")
FIELDS = {
    "name": _l("Họ tên"),
    "telephone": _l("Điện thoại"),
    "email": _l("Thư điện tử"),
    "roles": _l("Vai trò"),
}


@endpoint(blueprint, "/import", action="people.import")
def form(session: Session, actor: Actor, now: datetime) -> ResponseReturnValue:
    """Where a workbook is handed in."""
    return _import()


@endpoint(blueprint, "/import", action="people.import", methods=["POST"])
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


@endpoint(blueprint, "/import/blank.xlsx", action="people.import")
def blank(session: Session, actor: Actor, now: datetime) -> ResponseReturnValue:
    """A workbook to fill in."""
    return send_file(BytesIO(blank_workbook()), XLSX, as_attachment=True, download_name="tai-khoan.xlsx")


@endpoint(blueprint, "/unconfirmed", action="people.confirm_many")
def unconfirmed(session: Session, actor: Actor, now: datetime) -> ResponseReturnValue:
    """Whose approver rights wait, of all agencies: after an import there are many."""
    waiting = people.list_unconfirmed(session, clock.today())
    return render_template(
        "people/unconfirmed.html",
        mine=[person for person in waiting if not person.confirmable_by(actor.login)],
        others=[person for person in waiting if person.confirmable_by(actor.login)],
        tree=read_tree(session, clock.today(), besides={person.agency for person in waiting}),
    )


@endpoint(blueprint, "/unconfirmed", action="people.confirm_many", methods=["POST"])
def confirm_many(session: Session, actor: Actor, now: datetime) -> ResponseReturnValue:
    """Confirm those that were ticked, all or none."""
    chosen = set(request.form.getlist("person", type=row_id))
    grants.confirm_all(session, chosen, by=actor, now=now, on=clock.today())
    flash(gettext("Đã xác nhận quyền phê duyệt của %(number)s người.", number=len(chosen)))
    return redirect(url_for("people_import.unconfirmed"))


@blueprint.app_template_filter("field_name")
def field_name(field: str) -> str:
    """How pages call what is known of a person."""
    return str(FIELDS[field])


def _import(
    changes: Sequence[Change] | None = None, findings: Sequence[Finding] = (), done: bool = False
) -> str:
    part = "people/outcome.html" if "HX-Request" in request.headers else "people/import.html"
    kinds = {
        kind: sum(change.kind == kind for change in changes or ()) for kind in ("new", "changed", "same")
    }
    return render_template(part, changes=changes, findings=findings, done=done, kinds=kinds)
