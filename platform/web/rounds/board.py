"""Rounds: the list, the board of one with its progress, summing up."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, gettext

from agencies.access import Actor
from core.clock import VIETNAM
from core.db import Session
from core.notify import counts
from engine.findings import Finding
from expr.text import fold
from runtime.flow.moving import versions_of
from runtime.rights import subject_of_round
from runtime.rounds.closing import round_moves
from runtime.rounds.membership import joined, left_out
from runtime.rounds.notices import subject_of
from runtime.rounds.opening import find_round
from runtime.totals.consolidate import request_consolidation
from runtime.views.board import count_states, list_rounds, read_board, read_work
from runtime.views.headlines import round_headlines
from web.paging import page_of
from web.rounds.choosing import choices_of, read_chosen
from web.routing import endpoint
from web.shown import figure, names_of

blueprint = Blueprint("rounds", __name__, url_prefix="/rounds")


@endpoint(blueprint, "/", action="round.list")
def index(session: Session, actor: Actor, now: datetime) -> ResponseReturnValue:
    """Rounds that concern the agency."""
    query = request.args.get("q", "").strip()[:200]
    rounds = [
        each
        for each in list_rounds(session, actor.agency, now.astimezone(VIETNAM).date())
        if fold(query) in fold(f"{each.template} {each.name} {each.period.label} {each.lead}")
    ]
    return render_template("rounds/index.html", page=page_of(rounds), query=query)


@endpoint(blueprint, "/<int:round_id>", action="round.show", subject=subject_of_round)
def show(session: Session, actor: Actor, now: datetime, round_id: int) -> ResponseReturnValue:
    """The board: who is how far."""
    return board_page(session, actor, now, round_id)


def board_page(
    session: Session,
    actor: Actor,
    now: datetime,
    round_id: int,
    findings: Sequence[Finding] = (),
    tried: str = "",
) -> str:
    """The board; with the faults of a form on it that was `tried`."""
    of, chosen, board = find_round(session, round_id), read_chosen(), read_board(session, round_id, now)
    lines = [line for line in board.lines if chosen.takes(line)]
    moves, page = round_moves(session, round_id), page_of(lines)
    looked = [line.seen_by for line in page.items if line.seen_by]
    looked += [line.lock.actor for line in page.items if line.lock and line.lock.actor]
    return render_template(
        "rounds/show.html",
        board=board,
        page=page,
        counts=count_states(session, round_id, now),
        owed=sum(line.is_owed for line in lines),
        chosen=chosen,
        choices=choices_of(board.lines),
        subject=subject_of_round(session, actor, round_id),
        told=counts(session, subject_of(round_id)),
        headlines=round_headlines(session, board.lead_report),
        figure=partial(figure, kind="decimal", lang=str(get_locale())),
        moves=moves,
        gone=left_out(session, round_id) if board.head.closed_at else [],
        late=joined(session, round_id) if board.head.closed_at else [],
        versions=versions_of(session, of),
        missing=of.missing,
        people=names_of(session, now, [*looked, *(made.actor for made in moves)]),
        findings=findings,
        tried=tried,
        given=request.form,
    )


@endpoint(blueprint, "/<int:round_id>/counts", action="round.show", subject=subject_of_round)
def live_counts(session: Session, actor: Actor, now: datetime, round_id: int) -> ResponseReturnValue:
    """The counts on the board; the page asks again and again, and is told nothing where nothing changed."""
    counts = count_states(session, round_id, now)
    if request.args.get("was") == "-".join(map(str, counts.values())):
        return "", 204
    return render_template("rounds/counts.html", round_id=round_id, counts=counts, chosen=read_chosen())


@endpoint(blueprint, "/<int:round_id>/progress", action="round.show", subject=subject_of_round)
def progress(session: Session, actor: Actor, now: datetime, round_id: int) -> ResponseReturnValue:
    """How far the round's work is; the page asks again until it is done, then reloads."""
    work = read_work(session, find_round(session, round_id))
    answer: Response = make_response(render_template("rounds/progress.html", work=work, round_id=round_id))
    if work is None or not work.under_way:
        answer.headers["HX-Refresh"] = "true"
    return answer


@endpoint(
    blueprint,
    "/<int:round_id>/consolidate",
    action="round.consolidate",
    methods=["POST"],
    subject=subject_of_round,
)
def consolidate(session: Session, actor: Actor, now: datetime, round_id: int) -> ResponseReturnValue:
    """Sum up what was accepted, in the background."""
    work = read_work(session, find_round(session, round_id))
    if work is None or not work.under_way:
        request_consolidation(session, round_id, actor=actor.login, now=now)
    flash(gettext("Đang tổng hợp. Có thể rời trang này rồi quay lại xem kết quả."))
    return redirect(url_for("rounds.show", round_id=round_id))
