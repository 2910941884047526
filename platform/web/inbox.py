"""The first page: what must I do."""

from datetime import datetime

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from agencies.access import Actor, Subject
from core.clock import VIETNAM
from core.db import Session
from runtime.inbox import LISTS, Task, read_inbox
from web.routing import endpoint, may

blueprint = Blueprint("inbox", __name__)


@endpoint(blueprint, "/", action="inbox.show")
def show(session: Session, actor: Actor, now: datetime) -> ResponseReturnValue:
    """All that waits, or one of the lists that the counts lead to."""
    chosen, query = request.args.get("list", ""), request.args.get("q", "").strip()[:200]
    today = now.astimezone(VIETNAM).date()
    inbox = read_inbox(session, actor.agency, done=chosen == "done", now=now, today=today)
    tasks = [task for task in inbox.tasks if _belongs(task, chosen) and task.matches(query)]
    tiles = [(name, inbox.counts[name]) for name in (*LISTS, "overdue")]
    fills = may("report.enter", Subject(frozenset({"own"}), "entering"))
    return render_template(
        "inbox/show.html", tasks=tasks, tiles=tiles, chosen=chosen, query=query, fills=fills
    )


def _belongs(task: Task, chosen: str) -> bool:
    if chosen == "overdue":
        return task.overdue > 0
    return chosen not in LISTS or task.turn == chosen
