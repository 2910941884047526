"""One's own access tokens: made, shown once, revoked."""

from collections.abc import Sequence
from datetime import datetime

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from agencies.access import Actor
from agencies.tokens import create_token, list_tokens, revoke_token
from core.db import Session
from core.errors import Invalid
from engine.findings import Finding
from web.routing import endpoint

blueprint = Blueprint("tokens", __name__, url_prefix="/account/tokens")
DAYS = (30, 90, 365)
"""How long a token may be good, to choose from."""


@endpoint(blueprint, "/", action="account.self")
def index(session: Session, actor: Actor, now: datetime) -> ResponseReturnValue:
    """The tokens that are good."""
    return _page(session, actor, now)


@endpoint(blueprint, "/", action="account.self", methods=["POST"])
def create(session: Session, actor: Actor, now: datetime) -> ResponseReturnValue:
    """Make one and show it; nobody sees it again."""
    name, days = request.form.get("name", ""), request.form.get("days", 0, type=int)
    try:
        made = create_token(session, actor.account, name, days=days, actor=actor.login, now=now)
    except Invalid as refused:
        return _page(session, actor, now, findings=refused.findings), 422
    return _page(session, actor, now, made=made)


@endpoint(blueprint, "/<int:token_id>/revoke", action="account.self", methods=["POST"])
def revoke(session: Session, actor: Actor, now: datetime, token_id: int) -> ResponseReturnValue:
    """End one of one's own at once."""
    revoke_token(session, actor.account, token_id, actor=actor.login, now=now)
    return redirect(url_for("tokens.index"))


def _page(
    session: Session, actor: Actor, now: datetime, *, made: str = "", findings: Sequence[Finding] = ()
) -> str:
    tokens = list_tokens(session, actor.account, now=now)
    return render_template("account/tokens.html", tokens=tokens, made=made, findings=findings, days=DAYS)
