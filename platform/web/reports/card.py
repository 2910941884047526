"""The leader's card: a report in a hand's breadth, decided by a thumb, and the next one."""

from datetime import datetime
from functools import partial

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _

from agencies.access import Actor, Subject
from core.db import Session
from runtime.filling.desk import lay_out
from runtime.flow.workflow import move, open_moves
from runtime.rights import subject_of_report
from runtime.steps import ACCEPT, APPROVE, MOVES, REFUSE, RETURN
from runtime.titles import read_title
from runtime.views.card import DECIDED, after, headlines, read_queue
from web.reports.cells import cell_name
from web.reports.fillable import finding_data
from web.reports.report import move_name
from web.reports.seeing import see
from web.routing import endpoint, may
from web.shown import figure

blueprint = Blueprint("card", __name__)
OFFERED = (APPROVE.name, REFUSE.name, ACCEPT.name, RETURN.name)


@endpoint(blueprint, "/card", action="inbox.show")
def first(session: Session, actor: Actor, now: datetime) -> ResponseReturnValue:
    """To the first report that waits; or that none does."""
    queue = waiting(session, actor)
    if queue:
        return redirect(url_for("card.show", report_id=queue[0]))
    return render_template("reports/card_none.html")


@endpoint(blueprint, "/reports/<int:report_id>/card", action="report.show", subject=subject_of_report)
def show(session: Session, actor: Actor, now: datetime, report_id: int) -> ResponseReturnValue:
    """One report."""
    see(session, report_id, actor=actor, now=now)
    desk, queue = lay_out(session, report_id), waiting(session, actor)
    subject, lang = subject_of_report(session, actor, report_id), str(get_locale())
    allowed = {step.name for step in open_moves(session, desk.report) if may(f"report.{step.name}", subject)}
    return render_template(
        "reports/card.html",
        desk=desk,
        title=read_title(desk.program.form.header.name, desk.titles),
        headlines=headlines(desk),
        cell_name=partial(cell_name, desk),
        findings=[finding_data(desk.program, found, lang) for found in desk.found],
        moves=[MOVES[name] for name in OFFERED if name in allowed],
        place=queue.index(report_id) + 1 if report_id in queue else 0,
        waiting=len(queue),
        next=after(queue, report_id),
        move_name=partial(move_name, lang=lang),
        figure=partial(figure, lang=lang),
    )


def waiting(session: Session, actor: Actor) -> list[int]:
    """The reports that who asks may decide on."""
    steps = [
        step
        for step, relation in DECIDED.items()
        if any(may(f"report.{step}", Subject(frozenset({relation}), state)) for state in MOVES[step].starts)
    ]
    return read_queue(session, actor.agency, steps) if steps else []


def _offer(name: str) -> None:
    """The address of one decision; the next report follows."""

    def decide(session: Session, actor: Actor, now: datetime, report_id: int) -> ResponseReturnValue:
        following = after(waiting(session, actor), report_id)
        reason = "; ".join(filter(None, (text.strip() for text in request.form.getlist("reason"))))
        move(session, report_id, name, reason=reason, actor=actor.login, now=now)
        flash(_("Đã ghi: %(move)s.", move=move_name(name, str(get_locale())).lower()))
        return redirect(url_for("card.show", report_id=following) if following else url_for("card.first"))

    decide.__name__ = f"decide_{name}"
    decide.__doc__ = f"Make the move {name} and go on."
    endpoint(
        blueprint,
        f"/reports/<int:report_id>/card/{name}",
        action=f"report.{name}",
        methods=("POST",),
        subject=subject_of_report,
    )(decide)


for _name in OFFERED:
    _offer(_name)
