"""Schedules of an agency: what opens by itself, edited with the coming periods and deadlines beside it."""

from collections.abc import Iterable
from datetime import datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from agencies.access import Actor, Subject
from agencies.listing import LEVELS
from agencies.store import read_tree
from core import clock
from core.db import Session
from core.errors import Invalid, Refusal
from core.working_days import read_swaps
from engine.findings import Finding
from runtime.models import Schedule
from runtime.rounds.asking import choices
from runtime.rounds.planning import Planned, faults, planned
from runtime.rounds.schedules import (
    coming,
    find_schedule,
    list_schedules,
    order_of,
    pause,
    save_schedule,
    version_of,
)
from runtime.steps import PATHS
from template_library.shelf import shelf
from web.people.account import WRONG
from web.rounds.order_form import ASKED_LEVELS, answers_of, own_key, planned_back, read_order
from web.routing import endpoint

blueprint = Blueprint("schedules", __name__, url_prefix="/schedules")
SHOWN = 12
FREQUENCIES = {
    "daily": _l("ngày"),
    "week": _l("tuần"),
    "half_month": _l("nửa tháng"),
    "month": _l("tháng"),
    "quarter": _l("quý"),
    "half_year": _l("6 tháng"),
    "nine_months": _l("9 tháng"),
    "ten_months": _l("10 tháng"),
    "year": _l("năm"),
    "custom": _l("theo các khoảng ngày riêng"),
    "once": _l("một lần"),
}


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
    return _editor(session, actor, answers_of(order_of(schedule)), schedule)


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
        if request.form.get("do") == "back":
            return _editor(session, actor, planned_back(request.form), schedule)
        order = read_order(request.form)
        if request.form.get("do") == "preview":
            return _editor(session, actor, request.form, schedule, faults(order, read_swaps(session)))
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
        return _editor(session, actor, request.form, schedule, refused.findings), WRONG
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
    periods = _preview(session, answers, schedule)
    shown = {each.key for each in periods if each.round is None}
    return render_template(
        "schedules/edit.html",
        schedule=schedule,
        answers=answers,
        findings=list(findings),
        periods=periods,
        versions=_versions(session, answers.get("template", ""), periods),
        own={name: text for name, text in answers.items() if (key := own_key(name)) and key not in shown},
        shelved=[each for each in shelf(session) if each.versions],
        frequencies=FREQUENCIES,
        levels={level: LEVELS[level] for level in ASKED_LEVELS},
        choices=choices(tree, actor.agency),
        paths=PATHS,
        today=today,
    )


def _preview(session: Session, answers: "MultiDict[str, str]", schedule: Schedule | None) -> list[Planned]:
    """The next twelve periods as the answers say; of what is kept, with the rounds that are there."""
    try:
        order = read_order(answers)
    except Invalid:
        return []
    swaps = read_swaps(session)
    if next(faults(order, swaps), None):
        return []
    if schedule and order_of(schedule) == order:
        return coming(session, schedule, clock.today(), SHOWN)
    return [each for each, _ in zip(planned(order, clock.today(), swaps), range(SHOWN), strict=False)]


def _versions(session: Session, template: str, periods: Iterable[Planned]) -> dict[str, int]:
    """The number of the version that each period uses; none where none is in force by then."""
    found = {}
    for each in periods:
        try:
            found[each.key] = version_of(session, template, each).number
        except Refusal:
            continue
    return found


def _next(session: Session, schedule: Schedule) -> Planned | None:
    lines = coming(session, schedule, clock.today(), 2)
    return next((each for each in lines if each.round is None), None)
