"""The designer's pages: drafts to go on with, a new template, the canvas, which asks `operations`."""

from datetime import datetime

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from agencies.access import Actor
from core.clock import day_of
from core.db import Session
from designer import history
from designer.listing import list_drafts
from template_library.versions import last_form
from web.design.operations import subject_of_draft
from web.design.texts import texts
from web.pages import lang
from web.routing import endpoint, may

blueprint = Blueprint("designing", __name__, url_prefix="/designer")
ASKED = ("state", "edits", "steps", "undo", "redo", "derived", "transpose")


@endpoint(blueprint, "", action="template.begin")
def index(session: Session, actor: Actor, now: datetime) -> ResponseReturnValue:
    """Drafts of one's agency, and the ways to begin another."""
    return render_template("designer/index.html", drafts=list_drafts(session, actor.agency, day_of(now)))


@endpoint(blueprint, "/new", action="template.begin")
def new(session: Session, actor: Actor, now: datetime) -> ResponseReturnValue:
    """What a new template is called."""
    return render_template("designer/new.html")


@endpoint(blueprint, "/<path:draft>", action="template.draft", subject=subject_of_draft)
def edit(session: Session, actor: Actor, now: datetime, draft: str) -> ResponseReturnValue:
    """The form as its own canvas."""
    _found, document = history.open_draft(session, draft)
    data = {
        "lang": lang(),
        "who": actor.login,
        "urls": {name: url_for(f"designer.{name}", draft=draft) for name in ASKED},
        "texts": texts(),
    }
    publishes = may("template.publish", subject_of_draft(session, actor, draft))
    return render_template(
        "designer/edit.html",
        form=document,
        data=data,
        publishes=publishes,
        published=last_form(session, draft) is not None,
        today=day_of(now),
    )
