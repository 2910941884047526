"""What the lead unit does with an open round: deadline, missing children, closing, opening, asking again."""

from collections.abc import Callable
from datetime import datetime

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from agencies.access import Actor
from core.db import Session
from core.errors import Invalid
from runtime.rights import subject_of_round
from runtime.rounds.closing import ask_again, close_round, move_deadline, reopen_round
from runtime.rounds.reminders import remind_all
from runtime.totals.missing_policy import change_missing
from runtime.views.board import read_board
from web.days import read_moment
from web.people.account import WRONG
from web.rounds.board import board_page
from web.rounds.choosing import read_chosen
from web.routing import View, endpoint

blueprint = Blueprint("closing", __name__, url_prefix="/rounds/<int:round_id>")


def _deed(name: str) -> Callable[[View], View]:
    """The address of something done with a round; what is refused is shown on the board, with its form."""

    def register(view: View) -> View:
        def made(session: Session, actor: Actor, now: datetime, round_id: int) -> ResponseReturnValue:
            try:
                return view(session, actor, now, round_id)
            except Invalid as refused:
                session.rollback()
                return board_page(session, actor, now, round_id, refused.findings, name), WRONG

        made.__name__, made.__doc__ = view.__name__, view.__doc__
        action = f"round.{name}"
        endpoint(blueprint, f"/{name}", action=action, methods=["POST"], subject=subject_of_round)(made)
        return view

    return register


@_deed("remind")
def remind(session: Session, actor: Actor, now: datetime, round_id: int) -> ResponseReturnValue:
    """Tell who has not handed in, of those that the board shows."""
    chosen = read_chosen()
    shown = [line.report for line in read_board(session, round_id, now).lines if chosen.takes(line)]
    told = remind_all(session, round_id, shown if chosen.args else None, actor=actor.login, now=now)
    flash(_("Đang gửi %(number)s tin nhắc; mỗi giờ nhắc nhiều nhất một lần.", number=told))
    return redirect(url_for("rounds.show", round_id=round_id))


@_deed("deadline")
def deadline(session: Session, actor: Actor, now: datetime, round_id: int) -> ResponseReturnValue:
    """Another deadline for all, with the reason."""
    due_at = read_moment(request.form.get("due", ""), request.form.get("time", ""))
    move_deadline(session, round_id, due_at, reason=_reason(), actor=actor.login, now=now)
    flash(_("Đã đổi hạn nộp; các đơn vị thấy hạn mới và lý do."))
    return _board(round_id)


@_deed("missing")
def missing(session: Session, actor: Actor, now: datetime, round_id: int) -> ResponseReturnValue:
    """Another way with children that totals lack, with the reason."""
    way = request.form.get("missing", "")
    change_missing(session, round_id, way, reason=_reason(), actor=actor.login, now=now)
    flash(_("Đã đổi cách xử lý khi thiếu báo cáo; số tổng hợp chưa nộp được cộng lại theo đó."))
    return _board(round_id)


@_deed("close")
def close(session: Session, actor: Actor, now: datetime, round_id: int) -> ResponseReturnValue:
    """Have the round stand still."""
    close_round(session, round_id, reason=_reason(), actor=actor.login, now=now)
    flash(_("Đã khóa đợt báo cáo; không ai nhập hay nộp được nữa."))
    return _board(round_id)


@_deed("reopen")
def reopen(session: Session, actor: Actor, now: datetime, round_id: int) -> ResponseReturnValue:
    """Have a closed round go on."""
    reopen_round(session, round_id, reason=_reason(), actor=actor.login, now=now)
    flash(_("Đã mở lại đợt báo cáo."))
    return _board(round_id)


@_deed("ask_again")
def again(session: Session, actor: Actor, now: datetime, round_id: int) -> ResponseReturnValue:
    """Ask the same of the same agencies once more."""
    due = request.form.get("due", "").strip()
    due_at = read_moment(due, request.form.get("time", "")) if due else None
    asked = ask_again(session, round_id, due_at=due_at, actor=actor.login, now=now)
    flash(_("Đang mở đợt hỏi lại. Có thể rời trang này rồi quay lại."))
    return _board(asked.id)


def _reason() -> str:
    return request.form.get("reason", "")


def _board(round_id: int) -> ResponseReturnValue:
    return redirect(url_for("rounds.show", round_id=round_id))
