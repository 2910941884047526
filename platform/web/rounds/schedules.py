"""Schedules of an agency: what opens by itself, edited with the coming periods and deadlines beside it."""

import re
from collections.abc import Iterable
from datetime import datetime, time
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.datastructures import MultiDict

from agencies.access import Actor, Subject
from agencies.listing import LEVELS
from agencies.store import read_tree
from core import clock
from core.db import Session
from core.errors import Invalid
from engine.findings import Finding
from runtime.models import Schedule
from runtime.periods import MONTHS, WINDOWS
from runtime.rounds.asking import choices
from runtime.rounds.schedules import (
    Order,
    Planned,
    coming,
    faults,
    find_schedule,
    list_schedules,
    order_of,
    pause,
    planned,
    save_schedule,
)
from runtime.steps import PATHS
from template_library.shelf import shelf
from web.days import read_day
from web.indicators.catalogue import FREQUENCY_NAMES
from web.people.account import WRONG
from web.routing import endpoint

blueprint = Blueprint("schedules", __name__, url_prefix="/schedules")
SHOWN = 12
FREQUENCIES = {each: FREQUENCY_NAMES[each] for each in MONTHS}
ASKED_LEVELS = ("province", "district", "commune", "department")


def subject_of_schedule(session: Session, actor: Actor, schedule_id: int) -> Subject:
    """Whether the actor's agency leads the rounds of a schedule."""
    own = find_schedule(session, schedule_id).lead_id == actor.agency
    return Subject(frozenset({"lead"} if own else ()))


@endpoint(blueprint, "/", action="schedule.list")
def index(session: Session, actor: Actor, now: datetime) -> ResponseReturnValue:
    """Those of the actor's agency, each with what comes next."""
    mine = list_schedules(session, actor.agency)
    nexts = {each.id: _next(session, each) for each in mine}
    return render_template("schedules/index.html", schedules=mine, nexts=nexts, frequencies=FREQUENCIES)


@endpoint(blueprint, "/new", action="schedule.add")
def new(session: Session, actor: Actor, now: datetime) -> ResponseReturnValue:
    """A form for a new one; answers that came along are kept."""
    return _editor(session, actor, request.args)


@endpoint(blueprint, "/new", action="schedule.add", methods=["POST"])
def add(session: Session, actor: Actor, now: datetime) -> ResponseReturnValue:
    """Keep a new one, or show what it would plan."""
    return _save(session, actor, now, None)


@endpoint(blueprint, "/<int:schedule_id>", action="schedule.keep", subject=subject_of_schedule)
def show(session: Session, actor: Actor, now: datetime, schedule_id: int) -> ResponseReturnValue:
    """One schedule with its periods."""
    schedule = find_schedule(session, schedule_id)
    return _editor(session, actor, _answers(order_of(schedule)), schedule)


@endpoint(
    blueprint, "/<int:schedule_id>", action="schedule.keep", methods=["POST"], subject=subject_of_schedule
)
def save(session: Session, actor: Actor, now: datetime, schedule_id: int) -> ResponseReturnValue:
    """Change one; rounds that are there stay as they are."""
    return _save(session, actor, now, find_schedule(session, schedule_id))


@endpoint(
    blueprint,
    "/<int:schedule_id>/pause",
    action="schedule.keep",
    methods=["POST"],
    subject=subject_of_schedule,
)
def pause_(session: Session, actor: Actor, now: datetime, schedule_id: int) -> ResponseReturnValue:
    """Stop opening rounds, or go on."""
    stop = request.form.get("do") != "resume"
    pause(session, schedule_id, until_told=stop, actor=actor.login, now=now)
    flash(gettext("Đã tạm dừng.") if stop else gettext("Lịch chạy tiếp; các kỳ đã lỡ được mở ngay."))
    return redirect(url_for("schedules.show", schedule_id=schedule_id))


def _save(session: Session, actor: Actor, now: datetime, schedule: Schedule | None) -> ResponseReturnValue:
    try:
        order = _read(request.form)
        if request.form.get("do") == "preview":
            return _editor(session, actor, request.form, schedule, findings=faults(order))
        kept = save_schedule(
            session,
            order,
            lead=actor.agency,
            schedule=schedule.id if schedule else None,
            actor=actor.login,
            now=now,
        )
    except Invalid as refused:
        session.rollback()
        return _editor(session, actor, request.form, schedule, findings=refused.findings), WRONG
    flash(gettext("Đã lưu lịch báo cáo. Các đợt tự mở theo lịch dưới đây."))
    return redirect(url_for("schedules.show", schedule_id=kept.id))


def _editor(
    session: Session,
    actor: Actor,
    answers: "MultiDict[str, str]",
    schedule: Schedule | None = None,
    findings: Iterable[Finding] = (),
) -> str:
    today = clock.today()
    tree = read_tree(session, today)
    return render_template(
        "schedules/edit.html",
        schedule=schedule,
        answers=answers,
        findings=list(findings),
        periods=_preview(session, answers, schedule),
        shelved=[each for each in shelf(session) if each.versions],
        frequencies=FREQUENCIES,
        windows=list(WINDOWS),
        levels={level: LEVELS[level] for level in ASKED_LEVELS},
        choices=choices(tree, actor.agency),
        paths=PATHS,
        today=today,
    )


def _preview(session: Session, answers: "MultiDict[str, str]", schedule: Schedule | None) -> list[Planned]:
    """The next twelve periods as the answers say; of what is kept, with the rounds that are there."""
    try:
        order = _read(answers)
    except Invalid:
        return []
    if next(faults(order), None):
        return []
    if schedule and order_of(schedule) == order:
        return coming(session, schedule, clock.today(), SHOWN)
    return [each for each, _ in zip(planned(order, clock.today()), range(SHOWN), strict=False)]


def _next(session: Session, schedule: Schedule) -> Planned | None:
    lines = coming(session, schedule, clock.today(), 2)
    return next((each for each in lines if each.round is None), None)


def _read(given: "MultiDict[str, str]") -> Order:
    """What the form says; Invalid where a part cannot be read."""
    ends = given.get("active_to", "").strip()
    due = {level: _whole(given.get(f"due_{level}", "")) for level in ASKED_LEVELS}
    return Order(
        template=given.get("template", ""),
        frequency=given.get("frequency", ""),
        windows=given.get("windows", ""),
        opens=_whole(given.get("opens", "")) or 0,
        opens_at=_time(given.get("opens_at", "")),
        due={level: days for level, days in due.items() if days is not None},
        due_at=_time(given.get("due_at", "")),
        scope=given.get("scope", ""),
        flow=given.get("flow", "direct"),
        steps=given.get("steps", ""),
        active_from=read_day(given.get("active_from", "")),
        active_to=read_day(ends) if ends else None,
    )


def _answers(order: Order) -> "MultiDict[str, str]":
    """An order as its form shows it."""
    shown: dict[str, Any] = {
        "template": order.template,
        "frequency": order.frequency,
        "windows": order.windows,
        "opens": str(order.opens),
        "opens_at": order.opens_at.isoformat("minutes"),
        "due_at": order.due_at.isoformat("minutes"),
        "scope": order.scope,
        "flow": order.flow,
        "steps": order.steps,
        "active_from": f"{order.active_from:%d/%m/%Y}",
        "active_to": f"{order.active_to:%d/%m/%Y}" if order.active_to else "",
    }
    return MultiDict(shown | {f"due_{level}": str(days) for level, days in order.due.items()})


def _whole(text: str) -> int | None:
    """A small whole number; None where nothing was typed."""
    if not text.strip():
        return None
    if not re.fullmatch(r"-?\d{1,3}", text.strip()):
        raise Invalid([Finding("schedule.number", facts={"text": text[:20]})])
    return int(text)


def _time(text: str) -> time:
    match = re.fullmatch(r"(\d{1,2})[:h.](\d{2})", text.strip())
    try:
        return time(int(match[1]), int(match[2])) if match else time.fromisoformat(text.strip())
    except ValueError:
        raise Invalid([Finding("day.bad_time", facts={"text": text[:20]})]) from None
