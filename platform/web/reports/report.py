"""Reading a report as it is printed, where each figure comes from, and its moves from hand to hand."""

from datetime import datetime
from functools import partial
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _

from agencies.access import Actor, Subject
from agencies.acting import Acting, acted
from agencies.attributes import duty_telephone
from core.clock import VIETNAM
from core.db import Session
from core.messages import sentence
from engine.figures import find_cell
from runtime.correction_rights import whatever_its_round
from runtime.filling.desk import Desk, find_report, lay_out
from runtime.filling.places import find_place
from runtime.flow.issuing import read_issuing, signed_by, signed_file
from runtime.flow.revisions import revision_code
from runtime.flow.workflow import Mark, move, open_moves
from runtime.models import Move
from runtime.rights import subject_of_report
from runtime.rounds.entry_for import entries_for
from runtime.sheets import whole
from runtime.steps import APPROVE, BACK, ISSUE, MOVES, Step
from runtime.titles import read_title
from runtime.totals.adjustments import adjustments
from runtime.totals.following import follows
from runtime.totals.provisional import provisional
from runtime.totals.trace import trace_figure
from web.reports.cells import cell_name, print_key
from web.reports.comments import talk
from web.reports.fillable import finding_data, sections_data
from web.reports.seeing import see
from web.reports.words import words_data
from web.routing import endpoint, may
from web.shown import figure, header_rows, names_of

blueprint = Blueprint("reports", __name__)
PARTS = ("whole", "own", "children", "provisional")


@endpoint(blueprint, "/reports/<int:report_id>", action="report.show", subject=subject_of_report)
def show(session: Session, actor: Actor, now: datetime, report_id: int) -> ResponseReturnValue:
    """The report to read; who may type in it goes to the sheet, unless it is a total or to be printed."""
    subject = subject_of_report(session, actor, report_id)
    typing = may("report.enter", subject)
    part = request.args.get("part", "whole")
    reading = request.args.get("view") == "print" or part == "provisional"
    if typing and not reading and not find_report(session, report_id).is_total:
        return redirect(url_for("fill.sheet", report_id=report_id))
    see(session, report_id, actor=actor, now=now)
    desk = lay_out(session, report_id)
    entered = provisional(session, desk.report) if part == "provisional" else None
    sheet = {"own": desk.own, "children": desk.children}.get(part, desk.sheet)
    if entered:
        sheet = whole(desk.program, desk.own, entered.sheet, desk.context)
    lang, told_by = str(get_locale()), entries_for(session, report_id)
    adjusted = adjustments(session, desk.report) if desk.report.is_total else []
    sections = sections_data(desk, sheet)
    return render_template(
        "reports/show.html",
        desk=desk,
        now=now,
        typing=typing,
        part=part if part in PARTS else "whole",
        title=read_title(desk.program.form.header.name, desk.titles),
        entered=entered,
        following=follows(desk.report),
        adjusted=adjusted,
        adjusters=names_of(session, now, [each.reasons[0].actor for each in adjusted]) if adjusted else {},
        name=partial(_cell_name, desk),
        sections=[(section, header_rows(section)) for section in sections],
        words=words_data(desk, lang),
        marks=_marks(desk),
        findings=[finding_data(desk.program, found, lang) for found in desk.found],
        moves=_moves(session, desk, subject),
        marking=_may_mark(session, desk, subject),
        forward=desk.of.steps.split(","),
        signs=may("report.sign", subject),
        **_paper(session, desk),
        move_name=partial(move_name, lang=lang),
        people=names_of(
            session, now, [*(made.actor for made in desk.moves), *(each.actor for each in told_by)]
        ),
        told_by=told_by,
        acting={made.id: acting for made in desk.moves if (acting := _acted(session, made))},
        types_for="own" not in subject.relations and may("report.enter_for", subject) and not typing,
        telephone=duty_telephone(desk.tree, desk.agency.id),
        figure=partial(figure, lang=lang),
        corrects=may("correction.ask", whatever_its_round(subject, desk.report)),
        **talk(session, now, desk),
    )


def _acted(session: Session, made: Move) -> Acting | None:
    """For whom somebody acted when he approved."""
    if made.name != APPROVE.name:
        return None
    return acted(session, [made.actor], made.at.astimezone(VIETNAM).date()).get(made.actor)


def move_name(name: str, lang: str) -> str:
    """What a move is called on its button and in the history."""
    return sentence(f"report.move.{name}", {}, lang)


def _marks(desk: Desk) -> dict[tuple[str, str, str], str]:
    """The worst finding of each cell."""
    order = sorted(desk.found, key=lambda found: found.finding.severity == "error")
    return {place: found.finding.severity for found in order for place in found.cells}


@endpoint(blueprint, "/reports/<int:report_id>/trace", action="report.show", subject=subject_of_report)
def trace(session: Session, actor: Actor, now: datetime, report_id: int) -> ResponseReturnValue:
    """Where one figure comes from: the reports it was summed up from, and who typed it, when and how."""
    desk = lay_out(session, report_id)
    where = request.args.get("cell", "")[:500]
    entered = "entered" in request.args
    traced = trace_figure(session, find_report(session, report_id), where, entered=entered)
    section, row, column = find_place(desk.program.layout, where)
    layout = desk.program.layout.sections[section]
    cell = find_cell(layout, row, column)
    settled = whatever_its_round(subject_of_report(session, actor, report_id), desk.report)
    typed = [find_place(desk.program.layout, each) for each in traced.typed]
    return render_template(
        "reports/trace_part.html" if "HX-Request" in request.headers else "reports/trace.html",
        desk=desk,
        traced=traced,
        adjusting=desk.report.is_total
        and not entered
        and may("report.adjust", subject_of_report(session, actor, report_id)),
        entered=entered,
        name=partial(_cell_name, desk),
        people=names_of(session, now, [entry.actor for entry in traced.entries]),
        told_by={each.actor: each for each in entries_for(session, report_id)},
        computed=(section, row, column) in desk.computed,
        kind=cell.type if cell else "",
        wrong=[print_key(place) for place in typed] if may("correction.ask", settled) else [],
        marking=_may_mark(session, desk, subject_of_report(session, actor, report_id)),
        figure=partial(figure, lang=str(get_locale())),
    )


def _moves(session: Session, desk: Desk, subject: Subject) -> list[Step]:
    """What who reads may do with the report now."""
    return [step for step in open_moves(session, desk.report) if may(f"report.{step.name}", subject)]


def _paper(session: Session, desk: Desk) -> dict[str, Any]:
    """What stands on the printed report, and its signed copy; of one that was never moved there is none."""
    if not desk.moves:
        return {"issuing": None, "signed_by": None, "signed": None, "code": ""}
    return {
        "issuing": read_issuing(session, desk.report.id),
        "signed_by": signed_by(session, desk.report),
        "signed": signed_file(session, desk.report.id),
        "code": revision_code(session, desk.report),
    }


def _may_mark(session: Session, desk: Desk, subject: Subject) -> bool:
    """Whether who reads may give the report back now, with marks on its cells."""
    return any(step in BACK for step in _moves(session, desk, subject))


def _sent_marks() -> list[Mark]:
    """The cells that were marked, each with its note."""
    cells, notes = request.form.getlist("mark"), request.form.getlist("note")
    return [Mark(cell[:1_000], note) for cell, note in zip(cells, notes, strict=False)]


def _cell_name(desk: Desk, where: str) -> str:
    return cell_name(desk, find_place(desk.program.layout, where))


def _offer(step: Step) -> None:
    """The address of one move; the table of moves says from which states it may be made."""

    def made(session: Session, actor: Actor, now: datetime, report_id: int) -> ResponseReturnValue:
        reason, marks = request.form.get("reason", ""), _sent_marks()
        report = move(session, report_id, step.name, reason=reason, marks=marks, actor=actor.login, now=now)
        state = sentence(f"report.state.{report.state}", {}, str(get_locale()))
        flash(_("Báo cáo nay %(state)s.", state=state))
        return redirect(url_for("reports.show", report_id=report_id))

    made.__name__ = f"move_{step.name}"
    made.__doc__ = f"Make the move {step.name}."
    endpoint(
        blueprint,
        f"/reports/<int:report_id>/moves/{step.name}",
        action=f"report.{step.name}",
        methods=("POST",),
        subject=subject_of_report,
    )(made)


for _step in MOVES.values():
    if _step is not ISSUE:  # it has a page of its own
        _offer(_step)
