"""A draft from a workbook: handed in, drawn in the background, doubts answered beside the sheet."""

from datetime import datetime
from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from agencies.access import Actor, Subject
from core.db import Session
from core.errors import Invalid, Refusal
from designer.excel import uploads
from designer.excel.doubts import Doubt
from engine.findings import Finding
from template_library.fileformat import read_template
from web.design.drawn import doubt_json
from web.pages import lang
from web.routing import endpoint
from web.shelves.printed import tables

blueprint = Blueprint("drawing", __name__, url_prefix="/designer/excel")
UNDER_WAY = ("pending", "running")


def subject_of_upload(session: Session, actor: Actor, upload_id: int) -> Subject:
    """A workbook is its agency's own."""
    found, _ = uploads.find_upload(session, upload_id)
    return Subject(frozenset({"own"} if found.agency_id == actor.agency else ()))


@endpoint(blueprint, "", action="template.begin")
def new(session: Session, actor: Actor, now: datetime) -> ResponseReturnValue:
    """Where a workbook is handed in."""
    return render_template("drawing/new.html", findings=[])


@endpoint(blueprint, "", action="template.begin", methods=["POST"])
def hand_in(session: Session, actor: Actor, now: datetime) -> ResponseReturnValue:
    """Keep the workbook and draw it in the background."""
    file = request.files.get("file")
    try:
        if not file or not file.filename:
            raise Invalid([Finding("file.none")])
        made = uploads.upload(
            session, file.read(), file.filename, agency=actor.agency, actor=actor.login, now=now
        )
    except Invalid as refused:
        return render_template("drawing/new.html", findings=refused.findings), 422
    return redirect(url_for("drawing.show", upload_id=made.id))


@endpoint(blueprint, "/<int:upload_id>", action="template.draft", subject=subject_of_upload)
def show(session: Session, actor: Actor, now: datetime, upload_id: int) -> ResponseReturnValue:
    """How far the drawing is, or the sheet beside what was drawn."""
    return _page(session, upload_id)


@endpoint(blueprint, "/<int:upload_id>/progress", action="template.draft", subject=subject_of_upload)
def progress(session: Session, actor: Actor, now: datetime, upload_id: int) -> ResponseReturnValue:
    """The page asks again until it is drawn, then reloads."""
    found, job = uploads.find_upload(session, upload_id)
    answer: Response = make_response(render_template("drawing/progress.html", upload=found, job=job))
    if job is None or job.state not in UNDER_WAY:
        answer.headers["HX-Refresh"] = "true"
    return answer


@endpoint(
    blueprint, "/<int:upload_id>/answer", action="template.draft", methods=["POST"], subject=subject_of_upload
)
def answer(session: Session, actor: Actor, now: datetime, upload_id: int) -> ResponseReturnValue:
    """Answer one doubt; the workbook is drawn again."""
    name, choice = request.form.get("name", ""), request.form.get("choice", "")
    uploads.answer(session, upload_id, name, choice, actor=actor.login, now=now)
    return redirect(url_for("drawing.show", upload_id=upload_id))


@endpoint(
    blueprint, "/<int:upload_id>/draft", action="template.draft", methods=["POST"], subject=subject_of_upload
)
def begin(session: Session, actor: Actor, now: datetime, upload_id: int) -> ResponseReturnValue:
    """Make the draft and open the designer on it."""
    try:
        code = request.form.get("code", "").strip()
        draft = uploads.begin_drawn(session, upload_id, code, agency=actor.agency, actor=actor.login, now=now)
    except Refusal as refused:
        session.rollback()
        return _page(session, upload_id, refused), 422
    return redirect(url_for("designing.edit", draft=draft.template_code))


def _page(session: Session, upload_id: int, refused: Refusal | None = None) -> str:
    found, job = uploads.find_upload(session, upload_id)
    result: dict[str, Any] = found.result or {}
    form = read_template(result["file"])[0] if result.get("file") else None
    doubts = [doubt_json(Doubt(**kept), lang()) for kept in result.get("doubts", ())]
    return render_template(
        "drawing/show.html",
        upload=found,
        job=job,
        result=result,
        form=form,
        tables=tables(form) if form else [],
        rules=[rule for section in form.sections for rule in section.rules] if form else [],
        doubts=sorted(doubts, key=lambda doubt: bool(doubt["answered"])),
        findings=[uploads.finding_of(kept) for kept in result.get("findings", ())],
        refused=refused,
    )
