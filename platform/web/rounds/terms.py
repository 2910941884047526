"""The time reports have: asking, granting one or many, letting in late, locking; what waits in a round."""

from collections.abc import Callable, Collection
from datetime import datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import LazyString, get_locale, ngettext
from flask_babel import lazy_gettext as _l

from agencies.access import Actor
from agencies.store import read_tree
from core.db import Session
from core.errors import Invalid
from engine.findings import Finding
from runtime.filling.desk import find_report
from runtime.flow.workflow import Outcome
from runtime.models import Report
from runtime.rights import subject_of_report, subject_of_round
from runtime.rounds.locks import is_locked
from runtime.rounds.opening import find_round, period
from runtime.rounds.terms import (
    ask_time,
    asked_for,
    extend_all,
    grant_time,
    let_in,
    lock_report,
    refuse_time,
    terms_of,
    unlock_report,
    waiting,
)
from runtime.views.board import read_board
from web.days import read_moment
from web.people.account import WRONG
from web.reports.selections import flash_refusals, refused_by_state
from web.rounds.board import board_page
from web.rounds.choosing import read_chosen
from web.routing import endpoint, row_id
from web.shown import names_of

blueprint = Blueprint("terms", __name__)
Deed = Callable[[Session, int, Actor, datetime], object]


@endpoint(blueprint, "/reports/<int:report_id>/terms", action="report.show", subject=subject_of_report)
def show(session: Session, actor: Actor, now: datetime, report_id: int) -> ResponseReturnValue:
    """A report's deadline and lock, what happened to them, and what may be done."""
    return _page(session, actor, now, report_id)


@endpoint(blueprint, "/rounds/<int:round_id>/terms", action="round.terms", subject=subject_of_round)
def of_round(session: Session, actor: Actor, now: datetime, round_id: int) -> ResponseReturnValue:
    """Who waits for more time in a round."""
    of, asked = find_round(session, round_id), waiting(session, round_id)
    tree = read_tree(session, of.period_end, besides={report.agency_id for report, _ in asked})
    return render_template(
        "rounds/terms.html",
        of=of,
        period=period(of),
        asked=[(report, term, tree[report.agency_id].name) for report, term in asked],
        people=names_of(session, now, [term.actor for _, term in asked]),
    )


@endpoint(
    blueprint,
    "/rounds/<int:round_id>/extend",
    action="round.terms",
    methods=["POST"],
    subject=subject_of_round,
)
def extend(session: Session, actor: Actor, now: datetime, round_id: int) -> ResponseReturnValue:
    """Give chosen reports of the board, or all that it shows, more time at once."""
    chosen = set(request.form.getlist("report", type=row_id))
    if request.form.get("all"):
        shown, board = read_chosen(), read_board(session, round_id, now)
        mine = board.lead_id == actor.agency
        lines = [line for line in board.lines if line.is_owed and (mine or line.receiver_id == actor.agency)]
        chosen |= {line.report for line in lines if shown.takes(line)}
    try:
        if not chosen:
            raise Invalid([Finding("term.none_chosen")])
        outcomes = extend_chosen(session, actor, now, round_id, chosen, _until(), _reason())
    except Invalid as refused:
        session.rollback()
        return board_page(session, actor, now, round_id, refused.findings, "extend"), WRONG
    done = sum(outcome.refusal is None for outcome in outcomes)
    flash(ngettext("Đã gia hạn %(num)s báo cáo.", "Đã gia hạn %(num)s báo cáo.", done))
    flash_refusals(outcomes, str(get_locale()))
    return redirect(url_for("rounds.show", round_id=round_id))


def extend_chosen(
    session: Session,
    actor: Actor,
    now: datetime,
    round_id: int,
    chosen: Collection[int],
    until: datetime,
    reason: str,
) -> list[Outcome]:
    """More time for each of some reports: each has its own record, or is told why not."""
    late = refused_by_state(session, actor, "report.decide_time", chosen)
    left = set(chosen) - {outcome.report for outcome in late}
    done = extend_all(session, round_id, left, until, reason=reason, actor=actor.login, now=now)
    states = {report: session.get_one(Report, report).state for report in done}
    return [*(Outcome(report, states[report], refusal) for report, refusal in done.items()), *late]


def _page(
    session: Session, actor: Actor, now: datetime, report_id: int, refused: Invalid | None = None
) -> str:
    report, terms = find_report(session, report_id), terms_of(session, report_id)
    of = find_round(session, report.round_id)
    tree = read_tree(session, of.period_end, besides=[report.agency_id])
    return render_template(
        "reports/terms.html",
        report=report,
        of=of,
        period=period(of),
        agency=tree[report.agency_id],
        subject=subject_of_report(session, actor, report_id),
        terms=terms,
        asked=asked_for(terms),
        locked=is_locked(report, now),
        now=now,
        people=names_of(session, now, [term.actor for term in terms]),
        findings=refused.findings if refused else [],
        given=request.form,
    )


def _until() -> datetime:
    return read_moment(request.form.get("due", ""), request.form.get("time", ""))


def _offer(name: str, action: str, told: LazyString, deed: Deed) -> None:
    """The address of one step; what is refused is shown on the report's page."""

    def made(session: Session, actor: Actor, now: datetime, report_id: int) -> ResponseReturnValue:
        try:
            deed(session, report_id, actor, now)
        except Invalid as refused:
            session.rollback()
            return _page(session, actor, now, report_id, refused), WRONG
        flash(str(told))
        return redirect(url_for("terms.show", report_id=report_id))

    made.__name__, made.__doc__ = name, f"Make the step {name}."
    rule = f"/reports/<int:report_id>/terms/{name}"
    endpoint(blueprint, rule, action=action, methods=["POST"], subject=subject_of_report)(made)


def _reason() -> str:
    return request.form.get("reason", "")


def _ask(session: Session, report: int, actor: Actor, now: datetime) -> object:
    return ask_time(session, report, _until(), reason=_reason(), actor=actor.login, now=now)


def _grant(session: Session, report: int, actor: Actor, now: datetime) -> object:
    return grant_time(session, report, _until(), reason=_reason(), actor=actor.login, now=now)


def _refuse(session: Session, report: int, actor: Actor, now: datetime) -> object:
    return refuse_time(session, report, reason=_reason(), actor=actor.login, now=now)


def _late(session: Session, report: int, actor: Actor, now: datetime) -> object:
    return let_in(session, report, _until(), reason=_reason(), actor=actor.login, now=now)


def _lock(session: Session, report: int, actor: Actor, now: datetime) -> object:
    return lock_report(session, report, reason=_reason(), actor=actor.login, now=now)


def _unlock(session: Session, report: int, actor: Actor, now: datetime) -> object:
    return unlock_report(session, report, reason=_reason(), actor=actor.login, now=now)


_offer("ask", "report.ask_time", _l("Đã gửi yêu cầu gia hạn."), _ask)
_offer("grant", "report.decide_time", _l("Đã cho gia hạn; hạn mới tự hết."), _grant)
_offer("refuse", "report.decide_time", _l("Đã từ chối gia hạn."), _refuse)
_offer("late", "report.decide_time", _l("Đã cho nhập muộn; báo cáo vẫn tính là muộn."), _late)
_offer("lock", "report.decide_time", _l("Đã khóa báo cáo."), _lock)
_offer("unlock", "report.decide_time", _l("Đã mở khóa báo cáo."), _unlock)
