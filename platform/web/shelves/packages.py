"""Packages of templates and regimes: taken out for another installation, brought in from one."""

from datetime import datetime

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from agencies.access import Actor
from core import clock
from core.db import Session
from designer.permits import demand_permitted
from engine.findings import Finding
from template_library.packages import read_package
from template_library.shelf import shelf
from template_library.shipping import Arrived, export_package, import_package
from web.routing import endpoint

blueprint = Blueprint("packages", __name__, url_prefix="/library/packages")


@endpoint(blueprint, "", action="package.export")
def show(session: Session, actor: Actor, now: datetime) -> ResponseReturnValue:
    """What can be taken along, and a place to bring a package in."""
    return _page(session, [], None)


@endpoint(blueprint, "/export", action="package.export", methods=["POST"], write=False)
def export(session: Session, actor: Actor, now: datetime) -> ResponseReturnValue:
    """The package of the chosen templates."""
    chosen = request.form.getlist("template")
    if not chosen:
        return _page(session, [Finding("package.none_chosen")], None), 422
    packed = export_package(session, chosen, on=clock.day_of(now))
    headers = {"Content-Disposition": 'attachment; filename="mau-bieu.zip"'}
    return Response(packed, mimetype="application/zip", headers=headers)


@endpoint(blueprint, "/import", action="template.import", methods=["POST"])
def import_(session: Session, actor: Actor, now: datetime) -> ResponseReturnValue:
    """Bring a package in: its forms as drafts to look at, its regimes into the catalogue."""
    file = request.files.get("file")
    data = file.read() if file and file.filename else b""
    package, findings = read_package(data) if data else (None, [Finding("file.none")])
    if package is None:
        return _page(session, findings, None), 422
    for form in package.forms.values():
        demand_permitted(session, actor.agency, form, "draft", now=now)
    arrived = import_package(session, package, agency=actor.agency, actor=actor.login, now=now)
    return _page(session, [], arrived)


def _page(session: Session, findings: object, arrived: Arrived | None) -> str:
    shelved = [each for each in shelf(session) if each.versions]
    return render_template("packages/show.html", shelved=shelved, findings=findings, arrived=arrived)
