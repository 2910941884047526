"""Help in the product: how rules are written."""

from datetime import datetime

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from agencies.access import Actor
from core.db import Session
from core.plugins import known_functions
from web.pages import lang
from web.routing import endpoint
from web.rules.reference import reference

blueprint = Blueprint("help", __name__, url_prefix="/help")


@endpoint(blueprint, "/language", action="library.show")
def language(session: Session, actor: Actor, now: datetime) -> ResponseReturnValue:
    """The reference of the rule language with the functions there are here."""
    return render_template("help/language.html", told=reference(lang(), known_functions()))
