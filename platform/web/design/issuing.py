"""The urgent road: a draft is published, given to the agencies and announced by one press.

Findings that are no errors are shown and never in the way. Where a round on the template is open, the same
press takes a repair to its reports; one that takes cells away is looked at first.
"""

from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from agencies.access import Actor
from agencies.store import read_tree
from core.clock import VIETNAM, day_of
from core.db import Session
from core.errors import Forbidden, Invalid, NotFound, Refusal
from core.plugins import known_functions
from designer.publishing import publish_draft
from engine.findings import Finding, has_errors
from engine.transfer import adds_only
from runtime.flow.moving import open_rounds, request_move
from runtime.periods import Period, days
from runtime.programs import program_of
from runtime.rounds.asking import ask, askable, choices, last_sequence
from runtime.rounds.opening import period
from runtime.rounds.recipients import count_told
from runtime.steps import PATHS, SHORT
from template_library.drafts import load_draft
from template_library.examples import check_template
from template_library.models import Version
from template_library.shelf import forms_in_force
from template_library.versions import last_form
from web.days import END_OF_WORK, read_day, read_moment
from web.design.operations import subject_of_draft
from web.rounds.whom import with_condition
from web.routing import endpoint, may, row_id

blueprint = Blueprint("issuing", __name__, url_prefix="/designer/<path:draft>")
IN_MINUTES = {"45": 45, "120": 120}
"""Deadlines that are told from now on."""
MOST_SHOWN = 50


@endpoint(blueprint, "/issue", action="template.publish", subject=subject_of_draft)
def show(session: Session, actor: Actor, now: datetime, draft: str) -> ResponseReturnValue:
    """Who, until when: one page."""
    return _page(session, actor, now, draft)


@endpoint(blueprint, "/issue", action="template.publish", methods=["POST"], subject=subject_of_draft)
def go(session: Session, actor: Actor, now: datetime, draft: str) -> ResponseReturnValue:
    """Publish and open a round; what is refused is shown with what was answered."""
    _demand_opening()
    try:
        due_at, asked_for = _due_at(now), period_in(request.form, now)
        if due_at <= now:
            raise Invalid([Finding("round.deadline_past", facts={"due_at": due_at.isoformat()})])
        version = _publish(session, actor, now, draft)
        opened = ask(
            session,
            version,
            asked_for,
            actor.agency,
            scope=scope_in(request.form),
            steps=request.form["steps"] if request.form.get("steps") in PATHS else SHORT,
            due_at=due_at,
            sequence=last_sequence(session, draft, asked_for, actor.agency) + 1,
            note=request.form.get("note", ""),
            announce="announce" in request.form,
            take=sorted(set(request.form.getlist("take", type=row_id))),
            actor=actor.login,
            now=now,
        )
    except (Refusal, ValueError) as refused:
        session.rollback()
        return _page(session, actor, now, draft, refused), 422
    flash(_("Đã ban hành và đang giao cho các đơn vị. Có thể rời trang này rồi quay lại."))
    return redirect(url_for("rounds.show", round_id=opened.id))


@endpoint(blueprint, "/repair", action="template.publish", methods=["POST"], subject=subject_of_draft)
def repair(session: Session, actor: Actor, now: datetime, draft: str) -> ResponseReturnValue:
    """Publish, and take the open reports of a round along; where cells go, have it looked at first."""
    _demand_opening()
    try:
        rounds = {of.id: of for of in open_rounds(session, draft, actor.agency)}
        of = rounds.get(row_id(request.form.get("round", "")))
        if of is None:
            raise NotFound("round.unknown", id=request.form.get("round", "")[:20])
        version = _publish(session, actor, now, draft)
        before, after = (program_of(session, each).layout for each in (of.version_id, version.id))
        if not adds_only(before, after):
            flash(
                _(
                    "Đã ban hành phiên bản %(number)s; bản này bỏ hoặc đổi ô: xem từng báo cáo rồi chuyển.",
                    number=version.number,
                )
            )
            return redirect(url_for("moving.show", round_id=of.id, to=version.id))
        request_move(session, of.id, version.id, {}, actor=actor.login, now=now)
    except (Refusal, ValueError) as refused:
        session.rollback()
        return _page(session, actor, now, draft, refused), 422
    flash(_("Đã ban hành và đang đưa bản sửa tới các báo cáo đang mở; số đã nhập được giữ."))
    return redirect(url_for("rounds.show", round_id=of.id))


def _demand_opening() -> None:
    """Who publishes here also opens a round."""
    if not may("round.open"):
        raise Forbidden("access.refused", action="round.open")


def _publish(session: Session, actor: Actor, now: datetime, draft: str) -> Version:
    """The draft as it was looked at, in force from today."""
    seen = row_id(request.form.get("base", ""))
    return publish_draft(session, draft, base=seen, effective_from=day_of(now), actor=actor.login, now=now)


def period_in(given: MultiDict[str, str], now: datetime) -> Period:
    """From when to when the figures count: today, where nothing else is said."""
    first = given.get("start", "").strip()
    start = read_day(first) if first else day_of(now)
    last = given.get("end", "").strip()
    return days("once", start, read_day(last) if last else max(start, day_of(now)))


def scope_in(given: MultiDict[str, str]) -> str:
    """Who is to report, as chosen."""
    scope = given.get("scope", "")
    if scope != "codes":
        return with_condition(scope, given)
    codes = given.getlist("codes")
    if not codes:
        raise Invalid([Finding("round.none_chosen")])
    return with_condition(f"codes:{','.join(codes)}", given)


def _due_at(now: datetime) -> datetime:
    chosen = request.form.get("within", "")
    if chosen in IN_MINUTES:
        return (now + timedelta(minutes=IN_MINUTES[chosen], seconds=59)).replace(second=0, microsecond=0)
    if chosen == "today":
        return read_moment(day_of(now).isoformat(), END_OF_WORK)
    return read_moment(
        request.form.get("due", "").strip() or day_of(now).isoformat(), request.form.get("time", "")
    )


def _page(session: Session, actor: Actor, now: datetime, draft: str, refused: Exception | None = None) -> str:
    form, revision = load_draft(session, draft)
    today = day_of(now)
    _program, findings = check_template(
        form, forms_in_force(session, today), known_functions(), last_form(session, draft)
    )
    tree = read_tree(session, today)
    agencies = askable(tree, actor.agency)
    moment = now.astimezone(VIETNAM)
    facts: dict[str, Any] = {
        "draft": draft,
        "form": form,
        "revision": revision,
        "faulty": has_errors(findings),
        "findings": sorted(findings, key=lambda each: each.severity != "error")[:MOST_SHOWN],
        "choices": choices(tree, actor.agency),
        "own": len(tree.children(actor.agency)),
        "agencies": agencies,
        "told": count_told(session, tree, [each.id for each in agencies]),
        "rounds": [(of, period(of)) for of in open_rounds(session, draft, actor.agency)],
        "before_end": moment.strftime("%H:%M") < END_OF_WORK,
        "end_of_work": END_OF_WORK,
        "today": today,
        "paths": PATHS,
        "given": request.form,
        "refused": refused if isinstance(refused, Refusal) else None,
        "may_open": may("round.open"),
    }
    return render_template("designer/issue.html", **facts)
