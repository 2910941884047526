"""Keeping the indicator library: sets, lists brought in, one indicator defined, retired, assigned."""

from collections.abc import Callable
from datetime import datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from agencies.access import Actor
from agencies.store import read_tree
from core import clock
from core.db import Session
from core.errors import Invalid, NotFound
from engine.findings import Finding
from indicator_library import assignments, catalogue, importer
from indicator_library.meaning import Meaning, listed
from web.days import read_day
from web.indicators.catalogue import PARTS, choices, page, subject_of_set
from web.people.account import WRONG
from web.routing import View, endpoint, may

blueprint = Blueprint("indicator_keeping", __name__, url_prefix="/indicators")


def _keeping(name: str, method: str = "GET") -> Callable[[View], View]:
    """The address of something done with a set by who keeps it."""
    address = f"/sets/<int:set_id>/{name}"
    return endpoint(blueprint, address, action="indicator.keep", methods=[method], subject=subject_of_set)


@endpoint(blueprint, "/sets", action="indicator.show")
def sets(session: Session, actor: Actor, now: datetime) -> ResponseReturnValue:
    """All sets, and a form for a new one."""
    return _sets(session, actor, [])


@endpoint(blueprint, "/sets", action="indicator.add_set", methods=["POST"])
def add_set(session: Session, actor: Actor, now: datetime) -> ResponseReturnValue:
    """A new set kept by the actor's agency, or what is told of one it keeps."""
    try:
        info = catalogue.SetInfo(
            line("code"), line("name"), line("issuer"), line("legal_basis"), read_day(line("since"))
        )
        catalogue.save_set(session, info, agency=actor.agency, actor=actor.login, now=now)
    except Invalid as refused:
        return _sets(session, actor, list(refused.findings)), WRONG
    flash(gettext("Đã lưu bộ chỉ tiêu %(code)s.", code=info.code))
    return redirect(url_for("indicator_keeping.sets"))


@_keeping("import")
def import_form(session: Session, actor: Actor, now: datetime, set_id: int) -> ResponseReturnValue:
    """Where a list is handed in."""
    return _import(session, set_id)


@_keeping("import", "POST")
def import_(session: Session, actor: Actor, now: datetime, set_id: int) -> ResponseReturnValue:
    """Say what a list would change, or bring it in."""
    file, dry_run = request.files.get("file"), request.form.get("do") != "import"
    data = file.read() if file else b""
    try:
        since = read_day(line("since"))
        changes = importer.import_indicators(
            session, data, set_id=set_id, since=since, actor=actor.login, now=now, dry_run=dry_run
        )
    except Invalid as refused:
        return _import(session, set_id, findings=refused.findings), WRONG
    return _import(session, set_id, changes=changes, done=not dry_run)


@_keeping("new")
def new(session: Session, actor: Actor, now: datetime, set_id: int) -> ResponseReturnValue:
    """A form for an indicator of a set."""
    return _new(session, set_id, [])


@_keeping("save", "POST")
def save(session: Session, actor: Actor, now: datetime, set_id: int) -> ResponseReturnValue:
    """Define an indicator, or give a known one another meaning from a day on."""
    code, is_new = line("code"), request.form.get("new") == "1"
    try:
        if is_new and catalogue.find(session, clock.today(), codes=[code], with_retired=True):
            raise Invalid([Finding("indicator.taken", facts={"code": code})])
        catalogue.define(
            session,
            code,
            typed_meaning(),
            set_id=set_id,
            group=line("group"),
            since=read_day(line("since")),
            actor=actor.login,
            now=now,
        )
    except Invalid as refused:
        found = list(refused.findings)
        return (_new(session, set_id, found) if is_new else page(session, actor, code, found)), WRONG
    flash(gettext("Đã lưu chỉ tiêu %(code)s.", code=code))
    return redirect(url_for("indicators.show", indicator=code))


@_keeping("retire", "POST")
def retire(session: Session, actor: Actor, now: datetime, set_id: int) -> ResponseReturnValue:
    """Have an indicator be collected no more."""
    code = _typed_code(session, set_id)
    catalogue.retire(session, code, on=clock.today(), actor=actor.login, now=now)
    flash(gettext("Chỉ tiêu %(code)s thôi thu thập từ hôm nay.", code=code))
    return redirect(url_for("indicators.show", indicator=code))


@_keeping("assign", "POST")
def assign(session: Session, actor: Actor, now: datetime, set_id: int) -> ResponseReturnValue:
    """Give an indicator to an agency, or take it from one."""
    code = _typed_code(session, set_id)
    try:
        since = read_day(line("since"))
        if ending := request.form.get("end", ""):
            held = {str(each.id): each.id for each in assignments.assignments(session, since, codes=[code])}
            if ending not in held:
                raise NotFound("indicator.no_assignment", id=ending[:20])
            assignments.end(session, held[ending], on=since, actor=actor.login, now=now)
        else:
            _assign(session, actor, now, code)
    except Invalid as refused:
        return page(session, actor, code, refused.findings), WRONG
    flash(gettext("Đã lưu phân công."))
    return redirect(url_for("indicators.show", indicator=code))


def _assign(session: Session, actor: Actor, now: datetime, code: str) -> None:
    agency, until = line("agency"), line("until")
    node = next((node for node in read_tree(session, clock.today()) if node.code == agency), None)
    if node is None:
        raise Invalid([Finding("agency.unknown_code", facts={"code": agency, "on": clock.today()})])
    assignments.assign(
        session,
        [code],
        node.id,
        line("duty"),
        decision=line("decision"),
        since=read_day(line("since")),
        until=read_day(until) if until else None,
        actor=actor.login,
        now=now,
    )


def _typed_code(session: Session, set_id: int) -> str:
    """The indicator of the set that a form is about."""
    code = line("code")
    if catalogue.get(session, code, clock.today()).set_id != set_id:
        raise NotFound("indicator.unknown", code=code)
    return code


def typed_meaning() -> Meaning:
    """The meaning a form tells."""
    decimals = line("decimals")
    return Meaning(
        name=line("name"),
        unit=line("unit"),
        type=line("type") or "decimal",
        decimals=int(decimals) if decimals.isdecimal() and len(decimals) == 1 else 0,
        nature=line("nature") or "flow",  # type: ignore[arg-type]  # judged by `meaning.faults`
        roll_up=line("roll_up") or "sum",  # type: ignore[arg-type]
        formula=line("formula"),
        explanation=line("explanation"),
        disaggregations=listed(request.form.get("disaggregations", "")),
        frequencies=tuple(request.form.getlist("frequencies")),
        levels=tuple(request.form.getlist("levels")),
        legal_basis=line("legal_basis"),
        responsible=line("responsible"),
        rolls_up_to=line("rolls_up_to"),
        source=line("source"),
        provenance=line("provenance"),
    )


def line(name: str) -> str:
    """A field as one line."""
    return " ".join(request.form.get(name, "").split())[:2_000]


def _sets(session: Session, actor: Actor, findings: list[Finding]) -> str:
    kept = catalogue.list_sets(session)
    counts = {each.id: 0 for each in kept}
    for known in catalogue.find(session, clock.today()):
        counts[known.set_id] += 1
    return render_template(
        "indicators/sets.html",
        sets=kept,
        counts=counts,
        keeps=kept_by(session, actor),
        findings=findings,
        today=clock.today(),
    )


def kept_by(session: Session, actor: Actor) -> set[int]:
    """The sets that the actor may change."""
    kept = [each.id for each in catalogue.list_sets(session)]
    return {each for each in kept if may("indicator.keep", subject_of_set(session, actor, each))}


def _import(session: Session, set_id: int, **told: object) -> str:
    return render_template(
        "indicators/import.html",
        kept=catalogue.get_set(session, set_id),
        parts=PARTS,
        today=clock.today(),
        **{"changes": None, "findings": (), "done": False, **told},
    )


def _new(session: Session, set_id: int, findings: list[Finding]) -> str:
    return render_template(
        "indicators/new.html",
        kept=catalogue.get_set(session, set_id),
        findings=findings,
        today=clock.today(),
        **choices(),
    )
