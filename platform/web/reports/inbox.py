"""The first page: what must I do."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from agencies.access import Actor, Subject
from core.clock import day_of
from core.db import Session
from runtime.steps import MOVES
from runtime.views.card import DECIDED
from runtime.views.corrections import waiting
from runtime.views.headlines import task_headlines
from runtime.views.inbox import LISTS, Task, read_inbox
from web.paging import page_of
from web.reports.report import move_name
from web.routing import endpoint, may
from web.shown import figure

blueprint = Blueprint("inbox", __name__)
MANY = ("verify", "submit", "approve", "issue", "send")
"""What one does with many reports of one's own agency at once."""
SELDOM = ("submit", "issue")
"""Turns of few ways, counted only where something waits for them."""
OWN = frozenset({"own"})


@endpoint(blueprint, "/", action="inbox.show")
def show(session: Session, actor: Actor, now: datetime) -> ResponseReturnValue:
    """All that waits, or one of the lists that the counts lead to."""
    chosen, query = request.args.get("list", ""), request.args.get("q", "").strip()[:200]
    read = partial(read_inbox, session, actor.agency, now=now, today=day_of(now))
    inbox = read()
    shown = read(done=True) if chosen == "done" else inbox
    tasks = [task for task in shown.tasks if _belongs(task, chosen) and task.matches(query)]
    tiles = [(name, inbox.counts[name]) for name in (*LISTS, "overdue")]
    tiles = [(name, count) for name, count in tiles if count or name not in SELDOM]
    page, lang = page_of(tasks), str(get_locale())
    return render_template(
        "inbox/show.html",
        page=page,
        headlines=task_headlines(session, actor.agency, page.items),
        figure=partial(figure, kind="decimal", lang=lang),
        tiles=tiles,
        beside=waiting(session, actor.agency, actor.login),
        chosen=chosen,
        query=query,
        fills=may("report.enter", Subject(OWN, "entering")),
        movable=_movable(tasks),
        decides=_decides(inbox.counts),
        move_name=partial(move_name, lang=lang),
        now=now,
        back=request.full_path.rstrip("?"),
    )


def _movable(tasks: Sequence[Task]) -> Mapping[str, set[int]]:
    """The reports that who asks may move on now, to do so with many at once; none that is blank."""
    found: dict[str, set[int]] = {}
    for task in tasks:
        if task.report and task.done and task.step in MANY and may(f"report.{task.step}", _own(task)):
            found.setdefault(task.step, set()).add(task.report)
    return found


def _own(task: Task) -> Subject:
    return Subject(OWN, "closed" if task.turn == "closed" else task.state)


def _decides(counts: Mapping[str, int]) -> bool:
    """Whether reports wait for a decision of who asks."""
    return any(
        counts[step] and may(f"report.{step}", Subject(frozenset({relation}), MOVES[step].starts[0]))
        for step, relation in DECIDED.items()
    )


def _belongs(task: Task, chosen: str) -> bool:
    if chosen == "overdue":
        return task.overdue > 0
    return chosen not in LISTS or task.turn == chosen
