"""Figures by sheet: those the lead unit gives in a round, and those of earlier periods; looked over first."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from agencies.access import Actor
from core import clock
from core.db import Session
from core.errors import Invalid
from engine.findings import Finding
from runtime.filling.given import Loaded, given_table, load_given
from runtime.filling.history import Brought, bring_in
from runtime.periods import WINDOWS
from runtime.rights import subject_of_round
from runtime.rounds.opening import find_round, period
from runtime.typed_periods import find_windows
from template_library.shelf import list_versions
from template_library.versions import find_version
from web.people.account import WRONG
from web.rounds.schedules import FREQUENCIES
from web.routing import endpoint
from web.spreadsheets import xlsx

blueprint = Blueprint("given", __name__, url_prefix="/rounds")
GIVEN = "/<int:round_id>/given"


@endpoint(blueprint, GIVEN, action="round.give", subject=subject_of_round)
def show(session: Session, actor: Actor, now: datetime, round_id: int) -> ResponseReturnValue:
    """Where a sheet of given figures is handed in."""
    return _given(session, round_id)


@endpoint(blueprint, GIVEN, action="round.give", methods=["POST"], subject=subject_of_round)
def load(session: Session, actor: Actor, now: datetime, round_id: int) -> ResponseReturnValue:
    """Say what the sheet would change, or give its figures."""
    dry_run = request.form.get("do") != "give"
    try:
        loaded = load_given(session, round_id, _file(), dry_run=dry_run, actor=actor.login, now=now)
    except Invalid as refused:
        return _given(session, round_id, findings=refused.findings), WRONG
    return _given(session, round_id, loaded, done=not dry_run)


@endpoint(blueprint, f"{GIVEN}.xlsx", action="round.give", subject=subject_of_round)
def as_xlsx(session: Session, actor: Actor, now: datetime, round_id: int) -> ResponseReturnValue:
    """The sheet to fill in, with what is given already."""
    return xlsx(given_table(session, round_id), f"so-giao-san-{round_id}")


@endpoint(blueprint, "/history", action="round.bring_in")
def history(session: Session, actor: Actor, now: datetime) -> ResponseReturnValue:
    """Where earlier periods are handed in."""
    return _history(session)


@endpoint(blueprint, "/history", action="round.bring_in", methods=["POST"])
def bring(session: Session, actor: Actor, now: datetime) -> ResponseReturnValue:
    """Say what a sheet of earlier periods would bring, or bring it in."""
    form, dry_run = request.form, request.form.get("do") != "bring"
    try:
        brought = bring_in(
            session,
            find_version(session, form.get("template", ""), on=clock.day_of(now)),
            actor.agency,
            form.get("frequency", ""),
            find_windows(form.get("windows", "")),
            _file(),
            dry_run=dry_run,
            actor=actor.login,
            now=now,
        )
    except Invalid as refused:
        return _history(session, findings=refused.findings), WRONG
    return _history(session, brought, done=not dry_run)


def _file() -> bytes:
    file = request.files.get("file")
    return file.read() if file else b""


def _given(
    session: Session,
    round_id: int,
    loaded: Loaded | None = None,
    findings: Sequence[Finding] = (),
    done: bool = False,
) -> str:
    of = find_round(session, round_id)
    address = url_for("given.show", round_id=round_id)
    return _page(
        of=of,
        period=period(of),
        brought=loaded and [(None, loaded)],
        findings=findings,
        done=done,
        address=address,
    )


def _history(
    session: Session,
    brought: Sequence[Brought] | None = None,
    findings: Sequence[Finding] = (),
    done: bool = False,
) -> str:
    told = None if brought is None else [(each.period, each.loaded) for each in brought]
    templates = {version.template_code: version.name for version in list_versions(session)}
    address = url_for("given.history")
    return _page(of=None, templates=templates, brought=told, findings=findings, done=done, address=address)


def _page(**shown: Any) -> str:
    return render_template(
        "rounds/given.html", frequencies=FREQUENCIES, windows=WINDOWS, given=request.form, **shown
    )
