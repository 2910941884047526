"""The correction desk: asking for corrections, granting, filling and approving them, answering for totals."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from functools import partial

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _

from agencies.access import Actor
from core.clock import day_of
from core.db import Session
from core.errors import Invalid
from engine.findings import Finding
from engine.sheet import Place
from runtime.correction_rights import subject_of_correction, subject_of_ripple, subject_of_settled
from runtime.filling.answers import finding_of
from runtime.filling.desk import Desk, lay_out
from runtime.flow.changed import NUMBER
from runtime.flow.corrections import PLAIN, approve, ask, fill, find_correction, grant
from runtime.flow.corrections import move as move_correction
from runtime.flow.ripple import set_materiality, settle
from runtime.models import Round
from runtime.rights import subject_of_round
from runtime.rounds.opening import find_round
from runtime.views.corrections import read_correction, read_desk
from web.days import read_moment
from web.filters import state
from web.findings import finding_text
from web.people.account import WRONG
from web.reports.cells import cell_name, print_key, read_key
from web.reports.fillable import sections_data
from web.routing import endpoint, may
from web.shown import figure, header_rows, names_of

blueprint = Blueprint("corrections", __name__)
SHOWN_CODES = ("correction.move.", "correction.state.", "ripple.state.")
"""Beginnings of the words that the templates here ask for."""
TERM = timedelta(days=3)
"""How long a grant is offered to last."""


@endpoint(blueprint, "/corrections", action="correction.desk")
def desk(session: Session, actor: Actor, now: datetime) -> ResponseReturnValue:
    """What this agency has to do with corrections, and what others do."""
    told = read_desk(session, actor.agency, now=now)
    return render_template(
        "corrections/desk.html",
        desk=told,
        people=names_of(session, now, [line.asked_by for line in told.corrections]),
        now=now,
        percent=_percent,
        figure=_shown,
    )


@endpoint(
    blueprint, "/reports/<int:report_id>/corrections", action="correction.ask", subject=subject_of_settled
)
def choose(session: Session, actor: Actor, now: datetime, report_id: int) -> ResponseReturnValue:
    """The figures of a report, to choose those that are wrong."""
    return _choose_page(session, report_id, ())


def _choose_page(session: Session, report_id: int, findings: Sequence[Finding]) -> str:
    laid = lay_out(session, report_id)
    sections = sections_data(laid, laid.own)
    return render_template(
        "corrections/ask.html",
        desk=laid,
        sections=[(section, header_rows(section)) for section in sections],
        figure=partial(figure, lang=str(get_locale())),
        key=lambda *place: print_key(place),
        chosen=request.values.getlist("cell"),
        reason=request.form.get("reason", ""),
        errors=_told(findings),
    )


@endpoint(
    blueprint,
    "/reports/<int:report_id>/corrections",
    action="correction.ask",
    methods=("POST",),
    subject=subject_of_settled,
)
def asked(session: Session, actor: Actor, now: datetime, report_id: int) -> ResponseReturnValue:
    """Ask the receiver to let them be corrected."""
    reason = request.form.get("reason", "")
    try:
        places = [read_key(text) for text in request.form.getlist("cell")]
        made = ask(session, report_id, places, reason=reason, actor=actor.login, now=now)
    except Invalid as refused:
        session.rollback()
        return _choose_page(session, report_id, refused.findings), WRONG
    flash(_("Đã gửi đề nghị đính chính; nơi nhận báo cáo sẽ trả lời."))
    return redirect(url_for("corrections.show", correction_id=made.id))


@endpoint(
    blueprint,
    "/corrections/<int:correction_id>",
    action="correction.show",
    subject=subject_of_correction,
)
def show(session: Session, actor: Actor, now: datetime, correction_id: int) -> ResponseReturnValue:
    """One correction: what stands, what shall stand, why, and what it changed above."""
    return _page(session, actor, now, correction_id)


def _page(
    session: Session, actor: Actor, now: datetime, correction_id: int, findings: Sequence[Finding] = ()
) -> str:
    told = read_correction(session, correction_id, agency=actor.agency, now=now)
    subject = subject_of_correction(session, actor, correction_id)
    laid, typed = lay_out(session, told.line.head.report), request.form
    by = [*(made.actor for made in told.moves), *(each.actor for each in told.ripples if each.actor)]
    return render_template(
        "corrections/show.html",
        told=told,
        line=told.line,
        cells=[
            {
                "name": cell_name(laid, (cell.section, cell.row, cell.column)),
                "old": cell.old,
                "new": typed.get(f"new-{at}", cell.old if cell.new is None else cell.new),
                "reason": typed.get(f"reason-{at}", cell.reason or ""),
                "given": cell.reason is not None,
            }
            for at, cell in enumerate(told.cells)
        ],
        name=partial(_cell_of, laid),
        errors=_told(findings),
        warnings=_told([finding_of(finding) for finding in told.findings]),
        moves=[step.name for step in PLAIN if may(f"correction.{step.name}", subject)],
        grants=may("correction.grant", subject),
        fills=may("correction.fill", subject) and told.line.turn == "fill",
        approves=may("correction.approve", subject),
        ripples=[(each, _ripple_moves(session, actor, each.id)) for each in told.ripples],
        people=names_of(session, now, by),
        term=day_of(now + TERM).strftime("%d/%m/%Y"),
        now=now,
        percent=_percent,
        round=_leads(session, actor, told.line.head.round),
        figure=_shown,
    )


def _ripple_moves(session: Session, actor: Actor, ripple_id: int) -> list[str]:
    subject = subject_of_ripple(session, actor, ripple_id)
    return [name for name in ("note", "sign") if may(f"ripple.{name}", subject)]


def _leads(session: Session, actor: Actor, round_id: int) -> Round | None:
    """The round where who asks may say what change is material."""
    of = find_round(session, round_id)
    return of if may("round.materiality", subject_of_round(session, actor, round_id)) else None


def _cell_of(laid: Desk, section: str, row: str, column: str) -> str:
    return cell_name(laid, (section, row, column))


def _percent(number: Decimal | None) -> str:
    """A share as people write it; "–" where there was nothing to compare with."""
    return "–" if number is None else f"{figure(f'{number:.2f}', 'decimal', str(get_locale()))}%"


def _shown(text: str) -> str:
    return figure(text, "decimal", str(get_locale())) if NUMBER.fullmatch(text) else text


def _told(findings: Sequence[Finding]) -> list[str]:
    return [finding_text(finding, str(get_locale())) for finding in findings]


def _back(correction_id: int) -> ResponseReturnValue:
    return redirect(url_for("corrections.show", correction_id=correction_id))


@endpoint(
    blueprint,
    "/corrections/<int:correction_id>/grant",
    action="correction.grant",
    methods=("POST",),
    subject=subject_of_correction,
)
def granted(session: Session, actor: Actor, now: datetime, correction_id: int) -> ResponseReturnValue:
    """Let the cells be corrected until a moment."""
    told = request.form
    try:
        until = read_moment(told["until"], told.get("time", "")) if told.get("until") else None
        reason = told.get("reason", "")
        grant(session, correction_id, until=until, reason=reason, actor=actor.login, now=now)
    except Invalid as refused:
        session.rollback()
        return _page(session, actor, now, correction_id, refused.findings), WRONG
    flash(_("Đã cho đính chính."))
    return _back(correction_id)


@endpoint(
    blueprint,
    "/corrections/<int:correction_id>/fill",
    action="correction.fill",
    methods=("POST",),
    subject=subject_of_correction,
)
def filled(session: Session, actor: Actor, now: datetime, correction_id: int) -> ResponseReturnValue:
    """The new figures with their reasons, checked with the whole report."""
    try:
        fill(session, correction_id, _given(session, actor, now, correction_id), actor=actor.login, now=now)
    except Invalid as refused:
        session.rollback()
        return _page(session, actor, now, correction_id, refused.findings), WRONG
    flash(_("Đã trình số đính chính cho lãnh đạo."))
    return _back(correction_id)


def _given(
    session: Session, actor: Actor, now: datetime, correction_id: int
) -> Mapping[Place, tuple[str | None, str]]:
    """The cells in which another figure or a reason was typed."""
    cells = read_correction(session, correction_id, agency=actor.agency, now=now).cells
    given: dict[Place, tuple[str | None, str]] = {}
    for at, cell in enumerate(cells):
        new, why = request.form.get(f"new-{at}", cell.old), request.form.get(f"reason-{at}", "")
        if new != cell.old or why.strip():
            given[cell.section, cell.row, cell.column] = new or None, why
    return given


@endpoint(
    blueprint,
    "/corrections/<int:correction_id>/approve",
    action="correction.approve",
    methods=("POST",),
    subject=subject_of_correction,
)
def approved(session: Session, actor: Actor, now: datetime, correction_id: int) -> ResponseReturnValue:
    """Have the new figures stand."""
    approve(session, correction_id, actor=actor.login, now=now)
    flash(_("Đã duyệt; số mới đang được đưa lên các báo cáo tổng hợp."))
    return _back(correction_id)


def _offer(name: str) -> None:
    """The address of a move that brings nothing but a reason."""

    def made(session: Session, actor: Actor, now: datetime, correction_id: int) -> ResponseReturnValue:
        reason = request.form.get("reason", "")
        move_correction(session, correction_id, name, reason=reason, actor=actor.login, now=now)
        now_is = state(find_correction(session, correction_id).state, "correction")
        flash(_("Đính chính nay %(state)s.", state=now_is))
        return _back(correction_id)

    made.__name__, made.__doc__ = f"move_{name}", f"Make the move {name}."
    address, action = f"/corrections/<int:correction_id>/{name}", f"correction.{name}"
    endpoint(blueprint, address, action=action, methods=("POST",), subject=subject_of_correction)(made)


for _step in PLAIN:
    _offer(_step.name)


def _answer(name: str) -> None:
    """The address of signing a total again, or of noting that it changed."""

    def made(session: Session, actor: Actor, now: datetime, ripple_id: int) -> ResponseReturnValue:
        note = request.form.get("note", "")
        told = settle(session, ripple_id, signs=name == "sign", note=note, actor=actor.login, now=now)
        flash(_("Đã ký lại số tổng hợp.") if name == "sign" else _("Đã ghi nhận thay đổi."))
        return _back(told.correction_id)

    made.__name__, made.__doc__ = f"{name}_ripple", f"Make the move {name} with a changed total."
    address, action = f"/ripples/<int:ripple_id>/{name}", f"ripple.{name}"
    endpoint(blueprint, address, action=action, methods=("POST",), subject=subject_of_ripple)(made)


for _name in ("sign", "note"):
    _answer(_name)


@endpoint(
    blueprint,
    "/rounds/<int:round_id>/materiality",
    action="round.materiality",
    methods=("POST",),
    subject=subject_of_round,
)
def materiality(session: Session, actor: Actor, now: datetime, round_id: int) -> ResponseReturnValue:
    """By what share a total of the round may change without a new signature."""
    hundredths = read_percent(request.form.get("percent", ""))
    set_materiality(session, round_id, hundredths, actor=actor.login, now=now)
    flash(_("Đã đặt ngưỡng ký lại của đợt báo cáo."))
    return redirect(url_for("corrections.desk"))


def read_percent(text: str) -> int:
    """Hundredths of a percent from a text like 0,5; Invalid where it is none."""
    try:
        return int((Decimal(text.strip().replace(",", ".") or "0") * 100).to_integral_exact())
    except (InvalidOperation, ValueError, OverflowError):
        raise Invalid([Finding("ripple.materiality")]) from None
