"""The designer's requests: what a draft is now, edits by operations, undo, what is wrong with it, publishing.

The page sends operations on ids with the revision they were made on; a draft is never sent as a whole.
"""

from datetime import datetime

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from agencies.access import Actor
from core.db import Session
from core.errors import Invalid
from designer import history
from designer.beginnings import begin_copy, begin_empty
from designer.document import ref_at
from designer.publishing import publish_draft
from template_library.drafts import drop_draft
from template_library.versions import get_version
from web.bodies import in_shape, read_body
from web.days import read_day
from web.design.answers import (
    edited,
    finding_at,
    recoded,
    reviewed,
    state_of,
    steps_since,
    taken_back,
    turned,
)
from web.design.answers import subject_of_draft as subject_of_draft
from web.design.schemas import EditsShape, PublishShape, StepsQuery, TurnShape, UndoShape
from web.routing import endpoint, row_id

blueprint = Blueprint("designer", __name__, url_prefix="/designer")


@endpoint(blueprint, "/<path:draft>/state", action="template.draft", subject=subject_of_draft)
def state(session: Session, actor: Actor, now: datetime, draft: str) -> ResponseReturnValue:
    """All that the page begins with."""
    return dict(state_of(session, actor, now, draft))


@endpoint(
    blueprint, "/<path:draft>/edits", action="template.draft", methods=["POST"], subject=subject_of_draft
)
def edits(session: Session, actor: Actor, now: datetime, draft: str) -> ResponseReturnValue:
    """Edits on top of a revision; the answer holds all steps since it."""
    return dict(edited(session, actor, now, draft, read_body(EditsShape())))


@endpoint(
    blueprint, "/<path:draft>/undo", action="template.draft", methods=["POST"], subject=subject_of_draft
)
def undo(session: Session, actor: Actor, now: datetime, draft: str) -> ResponseReturnValue:
    """Take back the last step of who asks."""
    return dict(taken_back(session, actor, now, draft, "undo", read_body(UndoShape())))


@endpoint(
    blueprint, "/<path:draft>/redo", action="template.draft", methods=["POST"], subject=subject_of_draft
)
def redo(session: Session, actor: Actor, now: datetime, draft: str) -> ResponseReturnValue:
    """Take back the last undoing of who asks."""
    return dict(taken_back(session, actor, now, draft, "redo", read_body(UndoShape())))


@endpoint(
    blueprint, "/<path:draft>/transpose", action="template.draft", methods=["POST"], subject=subject_of_draft
)
def transpose(session: Session, actor: Actor, now: datetime, draft: str) -> ResponseReturnValue:
    """Make the rows of a table columns and its columns rows, in one edit."""
    return dict(turned(session, actor, now, draft, read_body(TurnShape())))


@endpoint(blueprint, "/<path:draft>/steps", action="template.draft", subject=subject_of_draft)
def steps(session: Session, actor: Actor, now: datetime, draft: str) -> ResponseReturnValue:
    """What was done after a revision, by others or on another page."""
    after = in_shape(StepsQuery(), request.args.to_dict())["after"]
    return dict(steps_since(session, actor, now, draft, after))


@endpoint(blueprint, "/<path:draft>/derived", action="template.draft", subject=subject_of_draft)
def derived(session: Session, actor: Actor, now: datetime, draft: str) -> ResponseReturnValue:
    """What is wrong with a draft and what its rules say."""
    return dict(reviewed(session, now, draft))


@endpoint(
    blueprint, "/<path:draft>/publish", action="template.publish", methods=["POST"], subject=subject_of_draft
)
def publish(session: Session, actor: Actor, now: datetime, draft: str) -> ResponseReturnValue:
    """Freeze what was looked at; the answer is the version's address, or what is in the way."""
    body = read_body(PublishShape())
    _found, document = history.open_draft(session, draft)
    try:
        start = read_day(body["effective_from"])
        version = publish_draft(
            session, draft, base=body["base"], effective_from=start, actor=actor.login, now=now
        )
    except Invalid as refused:
        findings = [finding_at(each, ref_at(document, each.where)) for each in refused.findings]
        return {"code": refused.code, "detail": findings[0]["told"], "findings": findings}, 422
    told = gettext("Đã ban hành %(code)s phiên bản %(number)s.", code=draft, number=version.number)
    flash(told)
    return {"address": url_for("library.show", version_id=version.id)}


@endpoint(
    blueprint, "/<path:draft>/code", action="template.draft", methods=["POST"], subject=subject_of_draft
)
def recode(session: Session, actor: Actor, now: datetime, draft: str) -> ResponseReturnValue:
    """Give a template that was never published another code."""
    code = recoded(session, actor, now, draft, request.form.get("code", ""))
    flash(gettext("Biểu mang mã %(code)s.", code=code))
    return redirect(url_for("designing.edit", draft=code))


@endpoint(
    blueprint, "/<path:draft>/drop", action="template.draft", methods=["POST"], subject=subject_of_draft
)
def drop(session: Session, actor: Actor, now: datetime, draft: str) -> ResponseReturnValue:
    """Forget a draft; versions stay."""
    history.lock_draft(session, draft)
    drop_draft(session, draft)
    flash(gettext("Đã bỏ bản nháp %(code)s.", code=draft))
    return redirect(url_for("library.index"))


@endpoint(blueprint, "/begin", action="template.begin", methods=["POST"])
def begin(session: Session, actor: Actor, now: datetime) -> ResponseReturnValue:
    """A draft of a new template with one empty table."""
    code, name = (request.form.get(key, "").strip() for key in ("code", "name"))
    orientation = request.form.get("orientation") or "landscape"
    made = begin_empty(
        session, code, name, orientation=orientation, agency=actor.agency, actor=actor.login, now=now
    )
    return redirect(url_for("designing.edit", draft=made.template_code))


@endpoint(blueprint, "/copy", action="template.begin", methods=["POST"])
def copy(session: Session, actor: Actor, now: datetime) -> ResponseReturnValue:
    """A draft from a version: of its template's next version, or of a template under another code."""
    version = get_version(session, request.form.get("version", default=0, type=row_id))
    code = request.form.get("code", "").strip()
    made = begin_copy(session, version, code=code, agency=actor.agency, actor=actor.login, now=now)
    return redirect(url_for("designing.edit", draft=made.template_code))
