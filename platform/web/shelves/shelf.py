"""The shelf of templates: what is published, as it is printed; a file brought in, looked at and published."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from typing import get_args

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from agencies.access import Actor
from agencies.store import last_known
from agencies.successors import owned_by
from agencies.tree import Node
from core import clock
from core.db import Session
from core.errors import Forbidden, Invalid
from core.messages import sentence
from core.plugins import known_functions
from designer.permits import demand_permitted
from engine.explain import explain_rule
from engine.findings import Finding, has_errors
from engine.form import Form
from engine.program import Program
from runtime.programs import program_of
from runtime.views.usage import usage_by_template
from template_library.catalogue import Entry, Wanted, catalogue, pick
from template_library.drafts import drop_draft, load_draft, save_draft
from template_library.examples import check_template
from template_library.fileformat import read_template
from template_library.models import Draft
from template_library.regime_file import KINDS
from template_library.shelf import forms_in_force
from template_library.states import State
from template_library.versions import get_version, last_form, load_form, publish
from web.days import read_day
from web.design.operations import subject_of_draft
from web.pages import lang
from web.paging import page_of
from web.routing import endpoint, may
from web.shelves.printed import tables

blueprint = Blueprint("library", __name__, url_prefix="/library")
MOST_SHOWN = 200  # findings of one file
ASKED = ("q", "shelf", "field", "regime", "tag", "state")
LONGEST_ASKED = 200


@endpoint(blueprint, "/", action="library.show")
def index(session: Session, actor: Actor, now: datetime) -> ResponseReturnValue:
    """Every template with its versions."""
    return _shelf(session, actor, now, [])


@endpoint(blueprint, "/versions/<int:version_id>", action="library.show")
def show(session: Session, actor: Actor, now: datetime, version_id: int) -> ResponseReturnValue:
    """A version as it is printed, with its rules in words."""
    version = get_version(session, version_id)
    form, program = load_form(version), program_of(session, version_id)
    return render_template("library/show.html", version=version, **_look(form, program))


@endpoint(blueprint, "/versions/<int:version_id>/file", action="library.show")
def export(session: Session, actor: Actor, now: datetime, version_id: int) -> ResponseReturnValue:
    """The file of a version, byte for byte as it was published."""
    version = get_version(session, version_id)
    name = version.template_code.replace("/", "-")
    headers = {"Content-Disposition": f'attachment; filename="{name}.v{version.number}.json"'}
    return Response(version.file, mimetype="application/json", headers=headers)


@endpoint(blueprint, "/import", action="template.import", methods=["POST"])
def import_(session: Session, actor: Actor, now: datetime) -> ResponseReturnValue:
    """Keep a template file as the draft of its template; a file with faults is told, and not kept."""
    file = request.files.get("file")
    form, findings = read_template(file.read()) if file and file.filename else (None, [Finding("file.none")])
    if form is None:
        return _shelf(session, actor, now, findings), 422
    demand_permitted(session, actor.agency, form, "draft", now=now)
    known = session.get(Draft, form.header.code)
    save_draft(
        session,
        form,
        base=known.revision if known else 0,
        actor=actor.login,
        now=now,
        agency=actor.agency,
    )
    return redirect(url_for("library.draft", code=form.header.code))


@endpoint(blueprint, "/drafts/<path:code>", action="template.import")
def draft(session: Session, actor: Actor, now: datetime, code: str) -> ResponseReturnValue:
    """A draft as it would be printed, with what is wrong with it."""
    return _draft(session, actor, code, [])


@endpoint(blueprint, "/publish", action="template.publish_file", methods=["POST"])
def publish_(session: Session, actor: Actor, now: datetime) -> ResponseReturnValue:
    """Freeze the draft into a version; or, asked to drop it, forget it."""
    code, since = request.form.get("code", ""), request.form.get("effective_from", "")
    form, _revision = load_draft(session, code)
    if not may("template.publish", subject_of_draft(session, actor, code)):
        raise Forbidden("access.refused", action="template.publish")
    if request.form.get("drop"):
        drop_draft(session, code)
        flash(gettext("Đã bỏ bản nháp %(code)s.", code=code))
        return redirect(url_for("library.index"))
    try:
        start = read_day(since)
        demand_permitted(session, actor.agency, form, "set_up", now=now)
        others = forms_in_force(session, start)
        version = publish(session, form, actor=actor.login, now=now, effective_from=start, others=others)
    except Invalid as refused:
        return _draft(session, actor, code, refused.findings), 422
    drop_draft(session, code)
    told = gettext("Đã ban hành %(code)s phiên bản %(number)s.", code=code, number=version.number)
    flash(told)
    return redirect(url_for("library.show", version_id=version.id))


def _shelf(session: Session, actor: Actor, now: datetime, findings: list[Finding]) -> str:
    today = clock.day_of(now)
    asked = {name: request.args.get(name, "").strip()[:LONGEST_ASKED] for name in ASKED}
    own = owned_by(session, actor.agency, today)
    entries = [entry for entry in catalogue(session, on=today) if entry.is_offered(own)]
    owners = last_known(session, {entry.agency for entry in entries if entry.agency is not None})
    found = pick(
        [entry for entry in entries if _on_shelf(entry, asked["shelf"], owners, own)],
        Wanted(asked["q"], asked["field"], asked["regime"], asked["tag"], asked["state"]),
    )
    return render_template(
        "library/index.html",
        page=page_of(found),
        asked=asked,
        owners=owners,
        choices=_choices(entries, owners),
        usage=usage_by_template(session),
        findings=findings[:MOST_SHOWN],
    )


def _choices(entries: Sequence[Entry], owners: Mapping[int, Node]) -> Mapping[str, Sequence[tuple[str, str]]]:
    """What can be chosen in each list, with its words."""
    levels = {node.level: gettext("Kho cấp %(level)s", level=node.level_name) for node in owners.values()}
    agencies = {str(agency): node.name for agency, node in owners.items()}
    fields = sorted({entry.field for entry in entries} - {""})
    tags = sorted({tag for entry in entries for tag in entry.tags})
    return {
        "shelf": [
            ("own", gettext("Của cơ quan tôi")),
            ("common", gettext("Mẫu đi kèm")),
            *sorted(levels.items(), key=lambda each: each[1]),
            *sorted(agencies.items(), key=lambda each: each[1]),
        ],
        "field": [(name, name) for name in fields],
        "tag": [(name, name) for name in tags],
        "regime": [(kind, sentence(f"regime.kind.{kind}", {}, lang())) for kind in KINDS],
        "state": [(state, sentence(f"template.state.{state}", {}, lang())) for state in get_args(State)],
    }


def _on_shelf(entry: Entry, shelf: str, owners: Mapping[int, Node], own: AbstractSet[int]) -> bool:
    """`own`, `common`, the level of an owner, or the number of one."""
    if shelf in ("", "own", "common"):
        return {"": True, "own": entry.agency in own, "common": entry.is_common}[shelf]
    return entry.agency is not None and shelf in (owners[entry.agency].level, str(entry.agency))


def _draft(session: Session, actor: Actor, code: str, findings: list[Finding] | tuple[Finding, ...]) -> str:
    form, _revision = load_draft(session, code)
    saved = session.get_one(Draft, code)
    program, found = check_template(
        form, forms_in_force(session, clock.today()), known_functions(), last_form(session, code)
    )
    told = [*findings, *(finding for finding in found if finding not in findings)]
    return render_template(
        "library/draft.html",
        draft=saved,
        own=may("template.publish", subject_of_draft(session, actor, code)),
        findings=told[:MOST_SHOWN],
        faulty=has_errors(found),
        today=clock.today(),
        **_look(form, program),
    )


def _look(form: Form, program: Program) -> dict[str, object]:
    rules = [(rule.section, rule.rule, explain_rule(program, rule, lang())) for rule in program.rules]
    codes = {section.id: section.code for section in form.sections}
    return {"form": form, "tables": tables(form), "rules": [(codes[s], r, told) for s, r, told in rules]}
