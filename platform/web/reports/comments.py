"""Comments, questions and complaints about a report or one of its cells."""

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from agencies.access import Actor
from agencies.store import read_tree
from core.clock import day_of
from core.db import Session
from core.errors import Invalid
from engine.findings import Finding
from engine.sheet import Place
from runtime.filling.desk import Desk, lay_out
from runtime.filling.places import find_place
from runtime.flow.comments import WHOLE, Thread, resolve, say, see, threads_of
from runtime.flow.complaints import answer, complain, complaints_of
from runtime.rights import subject_of_report
from web.days import read_day
from web.reports.cells import cell_name, print_key, read_key
from web.routing import endpoint, may, row_id
from web.shown import names_of

blueprint = Blueprint("comments", __name__, url_prefix="/reports/<int:report_id>")
ANSWER_IN = timedelta(days=10)
"""When an answer to a complaint is asked for, where nothing else is said."""


def talk(session: Session, now: datetime, desk: Desk) -> dict[str, Any]:
    """What pages of a report show of what was said about it; `open_at` counts open threads by cell."""
    threads = threads_of(session, desk.report.id)
    logins = {each.actor for thread in threads for each in thread.said}
    agencies = {each.agency_id for thread in threads for each in thread.said}
    return {
        "threads": threads,
        "open_at": Counter(thread.place for thread in threads if not thread.resolved),
        "last_comment": max((each.id for thread in threads for each in thread.said), default=0),
        "spoken_of": partial(_place_name, desk),
        "speakers": names_of(session, now, logins) if logins else {},
        "homes": _homes(session, now, agencies),
    }


def _place_name(desk: Desk, place: Place) -> str:
    return str(_("Cả báo cáo")) if place == WHOLE else cell_name(desk, place)


def _homes(session: Session, now: datetime, agencies: set[int]) -> Mapping[int, str]:
    if not agencies:
        return {}
    tree = read_tree(session, day_of(now), only=min(agencies), besides=agencies)
    return {agency: tree[agency].name for agency in agencies}


@endpoint(blueprint, "/comments", action="comment.say", subject=subject_of_report)
def show(session: Session, actor: Actor, now: datetime, report_id: int) -> ResponseReturnValue:
    """All that was said of a report; with `?cell=A[I1;4]` the form is about that cell."""
    desk, named = lay_out(session, report_id), request.args.get("cell", "")
    place = find_place(desk.program.layout, named) if named else WHOLE
    subject = subject_of_report(session, actor, report_id)
    complains = may("complaint.add", subject)
    complaints = complaints_of(session, report_id) if complains else []
    by = {login for each in complaints for login in (each.actor, each.answered_by) if login}
    return render_template(
        "reports/comments.html",
        desk=desk,
        **talk(session, now, desk),
        place=place,
        key=print_key(place),
        complains=complains,
        complaints=complaints,
        people=names_of(session, now, by),
        from_homes=_homes(session, now, {each.agency_id for each in complaints}),
        answers=may("complaint.answer", subject),
        today=day_of(now),
        answer_by=(day_of(now) + ANSWER_IN).strftime("%d/%m/%Y"),
    )


def _deed(address: str, action: str) -> Callable[[Callable[..., str]], None]:
    """The address of something said: it leads back to the page it was said on."""

    def register(view: Callable[..., str]) -> None:
        def made(session: Session, actor: Actor, now: datetime, report_id: int) -> ResponseReturnValue:
            flash(view(session, actor, now, report_id))
            return redirect(url_for("comments.show", report_id=report_id))

        made.__name__, made.__doc__ = view.__name__, view.__doc__
        endpoint(blueprint, address, action=action, methods=("POST",), subject=subject_of_report)(made)

    return register


@_deed("/comments", "comment.say")
def spoken(session: Session, actor: Actor, now: datetime, report_id: int) -> str:
    """Say something about the report or a cell, or answer."""
    form = request.form
    who: dict[str, Any] = {"agency": actor.agency, "actor": actor.login, "now": now}
    place, thread = read_key(form.get("cell", "")), form.get("thread")
    say(session, report_id, form.get("text", ""), place=place, thread=_id(thread) if thread else None, **who)
    return str(_("Đã gửi ý kiến."))


@_deed("/comments/resolve", "comment.say")
def resolved(session: Session, actor: Actor, now: datetime, report_id: int) -> str:
    """Settle a thread, or open it again."""
    settled = request.form.get("resolved", "yes") == "yes"
    who: dict[str, Any] = {"agency": actor.agency, "actor": actor.login, "now": now}
    resolve(session, report_id, _id(request.form.get("thread", "")), resolved=settled, **who)
    return str(_("Đã đánh dấu giải quyết xong.") if settled else _("Đã mở lại ý kiến."))


@endpoint(blueprint, "/comments/seen", action="comment.say", methods=("POST",), subject=subject_of_report)
def seen(session: Session, actor: Actor, now: datetime, report_id: int) -> ResponseReturnValue:
    """Remember what was read; the page says so by itself."""
    see(session, report_id, _id(request.form.get("last", "")), login=actor.login)
    return {}


@_deed("/complaints", "complaint.add")
def complained(session: Session, actor: Actor, now: datetime, report_id: int) -> str:
    """Complain about figures; the head of the agency answers."""
    form = request.form
    complain(
        session,
        report_id,
        form.get("text", ""),
        place=read_key(form.get("cell", "")),
        answer_by=read_day(form.get("answer_by", "")),
        agency=actor.agency,
        actor=actor.login,
        now=now,
    )
    return str(_("Đã gửi kiến nghị; thủ trưởng đơn vị sẽ trả lời."))


@_deed("/complaints/answer", "complaint.answer")
def answered(session: Session, actor: Actor, now: datetime, report_id: int) -> str:
    """Answer a complaint."""
    complaint, text = _id(request.form.get("complaint", "")), request.form.get("text", "")
    answer(session, report_id, complaint, text, actor=actor.login, now=now)
    return str(_("Đã trả lời kiến nghị."))


def _id(text: str) -> int:
    try:
        return row_id(text)
    except ValueError:
        raise Invalid([Finding("request.shape", facts={"error": text[:50]})]) from None


def asked_about(threads: list[Thread]) -> list[Place]:
    """The cells that somebody asks about, for the sheet that is filled."""
    return [thread.place for thread in threads if not thread.resolved and thread.place != WHOLE]
