"""Sharing one report out among the persons of its agency."""

from datetime import datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from agencies.access import Actor, Role
from agencies.people import Person, list_people
from core.clock import VIETNAM
from core.db import Session
from core.errors import Refusal
from runtime.filling.desk import find_report
from runtime.programs import program_for
from runtime.rights import subject_of_report
from runtime.rounds.opening import find_round, period
from runtime.rounds.personal_parts import give_parts, print_part, read_parts
from web.rounds.shared_rows import lines
from web.routing import endpoint

blueprint = Blueprint("parts", __name__, url_prefix="/reports/<int:report_id>/parts")
TYPES = {Role.ENTRY, Role.VERIFIER}


@endpoint(blueprint, "", action="report.give_part", subject=subject_of_report)
def show(session: Session, actor: Actor, now: datetime, report_id: int) -> ResponseReturnValue:
    """Who types what."""
    return _page(session, actor, now, report_id)


@endpoint(blueprint, "", action="report.give_part", methods=["POST"], subject=subject_of_report)
def give(session: Session, actor: Actor, now: datetime, report_id: int) -> ResponseReturnValue:
    """Have each person type what was written beside him."""
    layout = program_for(session, find_report(session, report_id)).layout
    try:
        texts = {
            person.login: request.form.get(f"part-{person.id}", "")
            for person in _typists(session, actor, now)
        }
        give_parts(session, report_id, layout, texts, actor=actor.login, now=now)
    except Refusal as refused:
        session.rollback()
        return _page(session, actor, now, report_id, refused), 422
    flash(_("Đã giao phần của từng người."))
    return redirect(url_for("parts.show", report_id=report_id))


def _typists(session: Session, actor: Actor, now: datetime) -> list[Person]:
    """Who types for the agency."""
    on = now.astimezone(VIETNAM).date()
    people = list_people(session, [actor.agency], on)
    return [each for each in people if not TYPES.isdisjoint(each.roles) and each.locked_at is None]


def _page(
    session: Session, actor: Actor, now: datetime, report_id: int, refused: Refusal | None = None
) -> str:
    report = find_report(session, report_id)
    of = find_round(session, report.round_id)
    layout, parts = program_for(session, report).layout, read_parts(session, report_id)
    typists = _typists(session, actor, now)
    return render_template(
        "reports/parts.html",
        report=report,
        of=of,
        period=period(of),
        people=typists,
        written={
            each.id: request.form.get(f"part-{each.id}", print_part(layout, parts.get(each.login, ())))
            for each in typists
        },
        lines=lines(layout),
        columns=[
            (section.section, column) for section in layout.sections.values() for column in section.columns
        ],
        refused=refused,
    )
