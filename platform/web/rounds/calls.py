"""The call list of a round, to be printed or taken along as a workbook."""

from datetime import datetime

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _

from agencies.access import Actor
from core.clock import day_of
from core.db import Session
from core.messages import sentence, show
from runtime.rights import subject_of_round
from runtime.views.board import Board, read_board
from runtime.views.calls import Call, read_calls
from web.rounds.choosing import read_chosen
from web.routing import endpoint
from web.spreadsheets import Value, xlsx

blueprint = Blueprint("calls", __name__, url_prefix="/rounds/<int:round_id>")


@endpoint(blueprint, "/calls", action="round.calls", subject=subject_of_round)
def listed(session: Session, actor: Actor, now: datetime, round_id: int) -> ResponseReturnValue:
    """The list, as it is printed."""
    board, calls = _read(session, actor, now, round_id)
    return render_template(
        "rounds/calls.html", board=board, calls=calls, chosen=read_chosen(), now=now, back=round_id
    )


@endpoint(blueprint, "/calls.xlsx", action="round.calls", subject=subject_of_round)
def as_xlsx(session: Session, actor: Actor, now: datetime, round_id: int) -> ResponseReturnValue:
    """The list as a workbook; telephones are texts."""
    lang = str(get_locale())
    head = [_("Mã"), _("Đơn vị"), _("Trạng thái"), _("Hạn nộp"), _("Mở lần đầu"), _("Điện thoại trực")]
    rows: list[list[Value]] = [[*head, _("Người phụ trách")]]
    for call in _read(session, actor, now, round_id)[1]:
        line = call.line
        moments = [show(moment, lang) if moment else "" for moment in (line.due_at, line.seen_at)]
        people = "; ".join(f"{person.name}: {person.telephone}" for person in call.people)
        state = sentence(f"report.state.{line.state}", {}, lang)
        rows.append([line.code, line.agency, state, *moments, call.duty, people])
    return xlsx(rows, f"danh-sach-goi-{round_id}")


def _read(session: Session, actor: Actor, now: datetime, round_id: int) -> tuple[Board, list[Call]]:
    """Who leads the round rings up anybody, a receiver those who report to it."""
    board, chosen = read_board(session, round_id, now), read_chosen()
    lines = [
        line
        for line in board.lines
        if chosen.takes(line) and actor.agency in (board.lead_id, line.receiver_id)
    ]
    return board, read_calls(session, lines, day_of(now))
