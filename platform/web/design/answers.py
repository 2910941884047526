"""What is told of a draft: its state, the steps others made, what was refused, what is wrong at which spot.

The same for the designer's page and for programs.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Literal

from agencies.access import Actor, Subject
from core.db import Session
from core.messages import sentence
from designer import history
from designer.document import Document, Ref, size_of
from designer.models import Step
from designer.programs import compiler_for
from designer.recoding import recode
from designer.review import review
from engine.findings import Finding
from rehearsal.requests import keep_under
from template_library.models import Draft
from web.owners import owned
from web.pages import lang
from web.routing import may
from web.shown import names_of

SMALL = 3_000
"""Cells of a draft whose review goes out with each answer; of larger ones it is asked for by itself."""
Told = Mapping[str, Any]


def subject_of_draft(session: Session, actor: Actor, draft: str) -> Subject:
    """A draft is its agency's own; without one it is everybody's."""
    found = history.find_draft(session, draft)
    return owned(session, actor, actor.agency if found.agency_id is None else found.agency_id)


def state_of(session: Session, actor: Actor, now: datetime, code: str) -> Told:
    """All that a page begins with."""
    found, document = history.open_draft(session, code)
    subject = subject_of_draft(session, actor, code)
    return {
        "revision": found.revision,
        "document": document,
        "derived": _small(session, document, now),
        "may": {"edit": may("template.draft", subject), "publish": may("template.publish", subject)},
        **_stacks(session, found, actor),
    }


def edited(session: Session, actor: Actor, now: datetime, code: str, body: Told) -> Told:
    """Make the edits of a request; the answer holds all steps since its base."""
    made = {"base": body["base"], "key": body["key"], "actor": actor.login, "now": now}
    return _answer(session, history.edit(session, code, body["edits"], **made), actor, now)


def taken_back(
    session: Session, actor: Actor, now: datetime, code: str, way: Literal["undo", "redo"], body: Told
) -> Told:
    """Take back the last step of who asks, or his last taking back."""
    made = {"base": body["base"], "key": body["key"], "actor": actor.login, "now": now}
    return _answer(session, history.undo(session, code, way, **made), actor, now)


def turned(session: Session, actor: Actor, now: datetime, code: str, body: Told) -> Told:
    """Transpose a table."""
    made = {"base": body["base"], "key": body["key"], "actor": actor.login, "now": now}
    return _answer(session, history.turn(session, code, body["section"], **made), actor, now)


def recoded(session: Session, actor: Actor, now: datetime, code: str, new: str) -> str:
    """Give a draft that was never published another code; the code it has then."""
    made = recode(session, code, " ".join(new.split()), actor=actor.login, now=now)
    keep_under(session, code, made.template_code)
    return made.template_code


def steps_since(session: Session, actor: Actor, now: datetime, code: str, after: int) -> Told:
    """What was done after a revision, by others or on another page."""
    found = history.find_draft(session, code)
    made = history.steps_after(session, found, after)
    answer: dict[str, Any] = {"revision": found.revision, "steps": _steps(made, actor)}
    if made:
        document = history.read_document(found.file)
        answer |= {"derived": _small(session, document, now), **_stacks(session, found, actor)}
    return answer


def reviewed(session: Session, now: datetime, code: str) -> Told:
    """What is wrong with a draft and what its rules say, with the revision that was looked at."""
    found, document = history.open_draft(session, code)
    return {"revision": found.revision, "derived": _derived(session, document, now)}


def finding_at(finding: Finding, where: Ref | None) -> Told:
    """A finding in words, with the thing it is about."""
    return {
        "code": finding.code,
        "severity": finding.severity,
        "told": sentence(finding.key, finding.facts, lang()),
        "where": where,
    }


def _answer(session: Session, answer: history.Answer, actor: Actor, now: datetime) -> Told:
    return {
        "revision": answer.draft.revision,
        "steps": _steps(answer.steps, actor),
        "refused": [
            {
                "edit": each.edit,
                "findings": [finding_at(_named(session, now, f), ref) for f, ref in each.findings],
            }
            for each in answer.refused
        ],
        "derived": _small(session, answer.document, now),
        **_stacks(session, answer.draft, actor),
    }


def _steps(made: Sequence[Step], actor: Actor) -> Sequence[Told]:
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


def _small(session: Session, document: Document, now: datetime) -> Told | None:
    """The review of a draft that is not large."""
    return _derived(session, document, now) if size_of(document) <= SMALL else None


def _derived(session: Session, document: Document, now: datetime) -> Told:
    found = review(document, compiler_for(session, document, now))
    findings = [finding_at(*each) for each in found.findings]
    faults: dict[str, list[Told]] = {}
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
