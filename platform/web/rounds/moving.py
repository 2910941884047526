"""Taking the open reports of a round over to another version of its form: looked at first, then done."""

from datetime import datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from agencies.access import Actor
from core.db import Session
from core.errors import Refusal
from engine.transfer import Became
from runtime.flow.moving import request_move, stragglers, versions_of
from runtime.flow.previews import preview_move
from runtime.rights import subject_of_round
from runtime.rounds.opening import find_round, period
from runtime.titles import title_in
from web.routing import endpoint, row_id

blueprint = Blueprint("moving", __name__, url_prefix="/rounds/<int:round_id>")
HEIR = "became"
"""The fields that say what became of a row or column: `A|rows|I2|J2`."""


@endpoint(blueprint, "/version", action="round.version", subject=subject_of_round)
def show(session: Session, actor: Actor, now: datetime, round_id: int) -> ResponseReturnValue:
    """What becomes of each open report in another version."""
    return _page(session, round_id, request.args)


@endpoint(blueprint, "/version", action="round.version", methods=["POST"], subject=subject_of_round)
def go(session: Session, actor: Actor, now: datetime, round_id: int) -> ResponseReturnValue:
    """Have them go over, in the background."""
    try:
        version = row_id(request.form.get("to", ""))
        request_move(session, round_id, version, _became(request.form), actor=actor.login, now=now)
    except (Refusal, ValueError) as refused:
        session.rollback()
        return _page(session, round_id, request.form, refused), 422
    flash(_("Đang chuyển các báo cáo đang mở sang phiên bản đã chọn; số đã nhập được giữ."))
    return redirect(url_for("rounds.show", round_id=round_id))


def _page(
    session: Session, round_id: int, given: MultiDict[str, str], refused: Exception | None = None
) -> str:
    of = find_round(session, round_id)
    versions = versions_of(session, of)
    asked = given.get("to", "")
    chosen = next((each for each in versions if str(each.id) == asked), versions[0] if versions else None)
    return render_template(
        "rounds/version.html",
        of=of,
        period=period(of),
        name=title_in(chosen.name, period(of)) if chosen else of.template_code,
        versions=versions,
        chosen=chosen,
        behind=len(stragglers(session, of)),
        preview=preview_move(session, of, chosen.id, _became(given)) if chosen else None,
        refused=refused if isinstance(refused, Refusal) else None,
    )


def _became(given: MultiDict[str, str]) -> Became:
    """What was said of rows and columns that are gone."""
    found: dict[str, dict[str, dict[str, str]]] = {}
    for text in given.getlist(HEIR):
        section, _bar, rest = text.partition("|")
        kind, _bar, rest = rest.partition("|")
        before, _bar, after = rest.partition("|")
        if kind in ("rows", "columns") and after:
            found.setdefault(section, {}).setdefault(kind, {})[before] = after
    return found
