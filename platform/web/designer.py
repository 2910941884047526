"""The designer's requests: what a draft is now, edits by operations, undo, what is wrong with it, publishing.

The page sends operations on ids with the revision they were made on; a draft is never sent as a whole.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from agencies.access import Actor, Subject
from core.db import Session
from core.errors import Invalid
from core.messages import sentence
from designer import history
from designer.beginnings import begin_copy, begin_empty
from designer.document import Document, Ref, ref_at, size_of
from designer.models import Step
from designer.programs import compiler_for
from designer.publishing import publish_draft
from designer.review import review
from engine.findings import Finding
from template_library.drafts import drop_draft
from template_library.models import Draft
from template_library.versions import get_version, load_form
from web.bodies import read_body
from web.days import read_day
from web.designer_schemas import EditsShape, PublishShape, UndoShape
from web.pages import lang
from web.routing import endpoint, may, row_id
from web.shown import names_of

blueprint = Blueprint("designer", __name__, url_prefix="/designer")
SMALL = 3_000
"""Cells of a draft whose review goes out with each answer; of larger ones the page asks for it by itself."""


def subject_of_draft(session: Session, actor: Actor, draft: str) -> Subject:
    """A draft is its agency's own; without one it is everybody's."""
    found = history.find_draft(session, draft)
    return Subject(frozenset({"own"} if found.agency_id in (None, actor.agency) else ()))


@endpoint(blueprint, "/<path:draft>/state", action="template.draft", subject=subject_of_draft)
def state(session: Session, actor: Actor, now: datetime, draft: str) -> ResponseReturnValue:
    """All that the page begins with."""
    found, document = history.open_draft(session, draft)
    subject = subject_of_draft(session, actor, draft)
    return {
        "revision": found.revision,
        "document": document,
        "derived": _small(session, document, now),
        "may": {"edit": may("template.draft", subject), "publish": may("template.publish", subject)},
        **_stacks(session, found, actor),
    }


@endpoint(
    blueprint, "/<path:draft>/edits", action="template.draft", methods=["POST"], subject=subject_of_draft
)
def edits(session: Session, actor: Actor, now: datetime, draft: str) -> ResponseReturnValue:
    """Edits on top of a revision; the answer holds all steps since it."""
    body = read_body(EditsShape())
    answer = history.edit(
        session, draft, body["edits"], base=body["base"], key=body["key"], actor=actor.login, now=now
    )
    return _answer(session, answer, actor, now)


@endpoint(
    blueprint, "/<path:draft>/undo", action="template.draft", methods=["POST"], subject=subject_of_draft
)
def undo(session: Session, actor: Actor, now: datetime, draft: str) -> ResponseReturnValue:
    """Take back the last step of who asks."""
    body = read_body(UndoShape())
    answer = history.undo(
        session, draft, "undo", base=body["base"], key=body["key"], actor=actor.login, now=now
    )
    return _answer(session, answer, actor, now)


@endpoint(
    blueprint, "/<path:draft>/redo", action="template.draft", methods=["POST"], subject=subject_of_draft
)
def redo(session: Session, actor: Actor, now: datetime, draft: str) -> ResponseReturnValue:
    """Take back the last undoing of who asks."""
    body = read_body(UndoShape())
    answer = history.undo(
        session, draft, "redo", base=body["base"], key=body["key"], actor=actor.login, now=now
    )
    return _answer(session, answer, actor, now)


@endpoint(blueprint, "/<path:draft>/steps", action="template.draft", subject=subject_of_draft)
def steps(session: Session, actor: Actor, now: datetime, draft: str) -> ResponseReturnValue:
    """What was done after a revision, by others or on another page."""
    found, document = history.open_draft(session, draft)
    after = request.args.get("after", default=0, type=int)
    made = history.steps_after(session, found, max(after, 0))
    answer = {"revision": found.revision, "steps": _steps(made, actor)}
    if made:
        answer |= {"derived": _small(session, document, now), **_stacks(session, found, actor)}
    return answer


@endpoint(blueprint, "/<path:draft>/derived", action="template.draft", subject=subject_of_draft)
def derived(session: Session, actor: Actor, now: datetime, draft: str) -> ResponseReturnValue:
    """What is wrong with a draft and what its rules say, with the revision that was looked at."""
    found, document = history.open_draft(session, draft)
    return {"revision": found.revision, "derived": _derived(session, document, now)}


@endpoint(
    blueprint, "/<path:draft>/publish", action="template.publish", methods=["POST"], subject=subject_of_draft
)
def publish(session: Session, actor: Actor, now: datetime, draft: str) -> ResponseReturnValue:
    """Freeze what was looked at; the answer is the version's address, or what is in the way."""
    body = read_body(PublishShape())
    _found, document = history.open_draft(session, draft)
    try:
        start = read_day(body["effective_from"])
        version = publish_draft(
            session, draft, base=body["base"], effective_from=start, actor=actor.login, now=now
        )
    except Invalid as refused:
        findings = [_finding(each, ref_at(document, each.where)) for each in refused.findings]
        return {"code": refused.code, "detail": findings[0]["told"], "findings": findings}, 422
    told = gettext("Đã ban hành %(code)s phiên bản %(number)s.", code=draft, number=version.number)
    flash(told)
    return {"address": url_for("library.show", version_id=version.id)}


@endpoint(
    blueprint, "/<path:draft>/drop", action="template.draft", methods=["POST"], subject=subject_of_draft
)
def drop(session: Session, actor: Actor, now: datetime, draft: str) -> ResponseReturnValue:
    """Forget a draft; versions stay."""
    history.lock_draft(session, draft)
    drop_draft(session, draft)
    flash(gettext("Đã bỏ bản nháp %(code)s.", code=draft))
    return redirect(url_for("library.index"))


@endpoint(blueprint, "/begin", action="template.begin", methods=["POST"])
def begin(session: Session, actor: Actor, now: datetime) -> ResponseReturnValue:
    """A draft of a new template with one empty table."""
    code, name = (request.form.get(key, "").strip() for key in ("code", "name"))
    orientation = request.form.get("orientation") or "landscape"
    made = begin_empty(
        session, code, name, orientation=orientation, agency=actor.agency, actor=actor.login, now=now
    )
    return redirect(url_for("designing.edit", draft=made.template_code))


@endpoint(blueprint, "/copy", action="template.begin", methods=["POST"])
def copy(session: Session, actor: Actor, now: datetime) -> ResponseReturnValue:
    """A draft from a version: of its template's next version, or of a template under another code."""
    version = get_version(session, request.form.get("version", default=0, type=row_id))
    code = request.form.get("code", "").strip() or None
    form = load_form(version)
    made = begin_copy(session, form, code=code, agency=actor.agency, actor=actor.login, now=now)
    return redirect(url_for("designing.edit", draft=made.template_code))


def _answer(session: Session, answer: history.Answer, actor: Actor, now: datetime) -> ResponseReturnValue:
    return {
        "revision": answer.draft.revision,
        "steps": _steps(answer.steps, actor),
        "refused": [
            {
                "edit": each.edit,
                "findings": [_finding(_named(session, now, f), ref) for f, ref in each.findings],
            }
            for each in answer.refused
        ],
        "derived": _small(session, answer.document, now),
        **_stacks(session, answer.draft, actor),
    }


def _steps(made: Sequence[Step], actor: Actor) -> Sequence[Mapping[str, Any]]:
    return [
        {"revision": step.number, "by": step.login, "mine": step.login == actor.login, "ops": step.ops}
        for step in made
    ]


def _stacks(session: Session, draft: Draft, actor: Actor) -> Mapping[str, str | None]:
    """What undoing would take back, in a sentence; None where there is nothing."""
    found = history.stacks(session, draft, actor.login)
    return {way: _deed(session, draft, step) if step else None for way, step in found.items()}


def _deed(session: Session, draft: Draft, number: int) -> str:
    ops = session.get_one(Step, (draft.id, number)).ops
    own = [op for op in ops if not op.get("derived")]
    deed = own[0]["op"] if len(own) == 1 else "many"
    return sentence(f"step.{deed}", {"count": len(own)}, lang())


def _small(session: Session, document: Document, now: datetime) -> Mapping[str, Any] | None:
    """The review of a draft that is not large."""
    return _derived(session, document, now) if size_of(document) <= SMALL else None


def _derived(session: Session, document: Document, now: datetime) -> Mapping[str, Any]:
    found = review(document, compiler_for(session, document, now))
    findings = [_finding(*each) for each in found.findings]
    faults: dict[str, list[Mapping[str, Any]]] = {}
    for told in findings:
        where = told["where"]
        if where and where["kind"] == "rule":
            faults.setdefault(where["id"], []).append(told)
    rules = {each.rule: {"told": each.sentence[lang()], "cells": each.cells} for each in found.rules}
    return {
        "findings": findings,
        "rules": {
            rule: {**rules.get(rule, {"told": "", "cells": []}), "findings": faults.get(rule, [])}
            for rule in {**rules, **faults}
        },
        "computed": found.computed,
    }


def _named(session: Session, now: datetime, finding: Finding) -> Finding:
    """The finding with a person's name where it tells who was in the way."""
    login = finding.facts.get("by")
    if not isinstance(login, str):
        return finding
    return replace(finding, facts={**finding.facts, "by": names_of(session, now, [login])[login]})


def _finding(finding: Finding, where: Ref | None) -> Mapping[str, Any]:
    return {
        "code": finding.code,
        "severity": finding.severity,
        "told": sentence(finding.key, finding.facts, lang()),
        "where": where,
    }
