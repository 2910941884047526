"""How a person wants to be told: by which ways, gathered or at once, and his quiet hours."""

from datetime import datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from agencies.access import Actor
from agencies.people import find
from agencies.reach import GATHERED, Wishes, read_wishes, set_wishes
from core.clock import day_of
from core.db import Session
from web.routing import endpoint

blueprint = Blueprint("reach", __name__)


@endpoint(blueprint, "/account/reach", action="account.self")
def show(session: Session, actor: Actor, now: datetime) -> ResponseReturnValue:
    """What one chose, or what holds for everybody."""
    return render_template(
        "account/reach.html",
        person=find(session, actor.account, day_of(now)),
        wishes=read_wishes(session, [actor.account])[actor.account],
        gathered=GATHERED,
    )


@endpoint(blueprint, "/account/reach", action="account.self", methods=["POST"])
def keep(session: Session, actor: Actor, now: datetime) -> ResponseReturnValue:
    """Keep another choice."""
    wishes = Wishes(
        "telephone" in request.form,
        "email" in request.form,
        request.form.get("gathered", ""),
        _hour("quiet_from"),
        _hour("quiet_until"),
    )
    set_wishes(session, actor.account, wishes)
    flash(_("Đã lưu cách nhận tin."))
    return redirect(url_for("reach.show"))


def _hour(name: str) -> int:
    text = request.form.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 3 else -1
