"""Rehearsing a draft: over whom, until when; how far it is; what it found."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from agencies.access import Actor
from agencies.store import read_tree
from core.clock import day_of
from core.db import Session
from core.errors import Refusal
from rehearsal.requests import list_rehearsals, request_rehearsal
from runtime.filling.answers import finding_of
from runtime.periods import Period
from runtime.rounds.asking import choices, likely_periods
from template_library.drafts import load_draft
from web.days import read_moment
from web.design.operations import subject_of_draft
from web.routing import endpoint

blueprint = Blueprint("rehearsing", __name__, url_prefix="/designer/<path:draft>/rehearsal")
UNDER_WAY = ("pending", "running")
TOLD = ("findings", "total")
"""Parts of a result that are findings."""


@endpoint(blueprint, "", action="template.draft", subject=subject_of_draft)
def show(session: Session, actor: Actor, now: datetime, draft: str) -> ResponseReturnValue:
    """The last rehearsals, and what the next would be."""
    return _page(session, actor, now, draft)


@endpoint(blueprint, "", action="template.draft", methods=["POST"], subject=subject_of_draft)
def go(session: Session, actor: Actor, now: datetime, draft: str) -> ResponseReturnValue:
    """Have the draft rehearsed in the background."""
    try:
        due = request.form.get("due", "").strip()
        request_rehearsal(
            session,
            draft,
            agency=actor.agency,
            scope=request.form.get("scope", ""),
            period=_period(session, draft, now),
            due_at=read_moment(due, request.form.get("time", "")) if due else None,
            actor=actor.login,
            now=now,
        )
    except Refusal as refused:
        session.rollback()
        return _page(session, actor, now, draft, refused), 422
    flash(_("Đang diễn tập. Có thể rời trang này rồi quay lại xem kết quả."))
    return redirect(url_for("rehearsing.show", draft=draft))


@endpoint(blueprint, "/progress", action="template.draft", subject=subject_of_draft)
def progress(session: Session, actor: Actor, now: datetime, draft: str) -> ResponseReturnValue:
    """How far the latest is; the page asks again until it is done, then reloads."""
    job = next((job for _, job in list_rehearsals(session, draft)), None)
    answer: Response = make_response(render_template("designer/rehearsing.html", draft=draft, job=job))
    if job is None or job.state not in UNDER_WAY:
        answer.headers["HX-Refresh"] = "true"
    return answer


def _period(session: Session, draft: str, now: datetime) -> Period:
    """The period people would be asked for around today, by the template's first frequency."""
    form, _revision = load_draft(session, draft)
    return likely_periods(form.header.frequencies, day_of(now))[0]


def _page(session: Session, actor: Actor, now: datetime, draft: str, refused: Exception | None = None) -> str:
    form, revision = load_draft(session, draft)
    period = _period(session, draft, now)
    tree = read_tree(session, period.end)
    found = list_rehearsals(session, draft)
    return render_template(
        "designer/rehearsal.html",
        draft=draft,
        form=form,
        revision=revision,
        period=period,
        choices=choices(tree, actor.agency),
        own=len(tree.children(actor.agency)),
        job=found[0][1] if found else None,
        rehearsals=[(asked, job, _result(asked.result)) for asked, job in found],
        given=request.form,
        refused=refused,
    )


def _result(result: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """A result with its findings as such."""
    if result is None:
        return None
    told = {name: [finding_of(each) for each in result[name]] for name in TOLD if name in result}
    failed = [{**each, "finding": finding_of(each["finding"])} for each in result.get("failed", ())]
    off = [
        {**each, "day": date.fromisoformat(each["day"]), "next": date.fromisoformat(each["next"])}
        for each in result.get("days_off", ())
    ]
    return {**result, **told, "failed": failed, "days_off": off}
