"""The rules of a template: in words, tried while they are typed, looked into one by one.

The same pages for a published version and for a draft; what may stand in a rule does not depend on the rules
there are, so what is compiled is kept for as long as the draft stays as it is.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256
from itertools import islice
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from marshmallow import Schema, fields, validate

from agencies.access import Actor
from core import clock
from core.db import Session
from core.errors import Forbidden, NotFound
from core.messages import sentence
from core.plugins import known_functions
from engine.calculate import calculate, evaluator
from engine.context import Context
from engine.explain import explain_rule
from engine.figures import read_figures
from engine.findings import has_errors
from engine.form import Example, Rule
from engine.given import read_context
from engine.program import CompiledRule, Program, compile_form, compile_rule
from engine.related import cells_read, related
from engine.sheet import Sheet
from engine.workings import Working, workings
from expr.complete import complete
from expr.faults import Fault
from expr.parser import MAX_CHARACTERS
from expr.printer import print_rule
from expr.targets import Run
from expr.text import fold
from runtime.filling.desk import Desk, lay_out
from runtime.filling.failures import Failures, failures_of
from runtime.programs import program_of
from runtime.rights import subject_of_report
from template_library.drafts import load_draft
from template_library.models import Draft
from template_library.shelf import forms_in_force
from template_library.versions import get_version
from web.bodies import read_body
from web.pages import lang
from web.routing import endpoint, may
from web.rules.words import cell_told, target_told, value_told, verdict_told

blueprint = Blueprint("rules", __name__, url_prefix="/library")
MOST_RUNS = 20
"""Targets told step by step."""
MOST_CELLS = 500
"""Cells of a typed rule that are told."""
MOST_DRAFTS = 32
_DRAFTS: dict[tuple[object, ...], Program] = {}


class TypedShape(Schema):
    """A rule as it stands in the box."""

    section = fields.String(required=True, validate=validate.Length(max=200))
    text = fields.String(required=True, validate=validate.Length(max=4 * MAX_CHARACTERS))
    cursor = fields.Integer(required=True, strict=True, validate=validate.Range(min=0))
    computed = fields.Boolean(load_default=False)


@dataclass(frozen=True)
class Opened:
    """A template whose rules are looked at: `version` is None for a draft; `address` leads to its pages."""

    program: Program
    title: str
    version: int | None
    code: str

    def address(self, page: str, **given: Any) -> str:
        """The address of a page about this template."""
        if self.version is None:
            return url_for(f"rules.{page}_draft", code=self.code, **given)
        return url_for(f"rules.{page}_version", version_id=self.version, **given)

    @property
    def back(self) -> str:
        """The template as it is printed."""
        if self.version is None:
            return url_for("library.draft", code=self.code)
        return url_for("library.show", version_id=self.version)


@endpoint(blueprint, "/versions/<int:version_id>/rules", action="library.show")
def list_version(session: Session, actor: Actor, now: datetime, version_id: int) -> ResponseReturnValue:
    """The rules of a version in words, and a box to try one."""
    return _list(_version(session, version_id))


@endpoint(blueprint, "/rules", action="template.import")
def list_draft(session: Session, actor: Actor, now: datetime) -> ResponseReturnValue:
    """The rules of a draft in words, and a box to try one."""
    return _list(_draft(session))


@endpoint(
    blueprint, "/versions/<int:version_id>/rules/try", action="library.show", methods=["POST"], write=False
)
def try_version(session: Session, actor: Actor, now: datetime, version_id: int) -> ResponseReturnValue:
    """What a typed rule would be in a version."""
    return tried(_version(session, version_id).program)


@endpoint(blueprint, "/rules/try", action="template.import", methods=["POST"], write=False)
def try_draft(session: Session, actor: Actor, now: datetime) -> ResponseReturnValue:
    """What a typed rule would be in a draft."""
    return tried(_draft(session).program)


@endpoint(blueprint, "/versions/<int:version_id>/rules/one", action="library.show")
def show_version(session: Session, actor: Actor, now: datetime, version_id: int) -> ResponseReturnValue:
    """One rule of a version, with the reports in which it failed; step by step in one of them."""
    opened, code = _version(session, version_id), request.args.get("rule", "")
    report, desk = request.args.get("report", type=int), None
    if report is not None and report in range(10**18):
        if not may("report.show", subject_of_report(session, actor, report)):
            raise Forbidden("access.refused", action="report.show")
        desk = lay_out(session, report)
        if desk.report.version_id != version_id:
            raise NotFound("report.unknown", report=str(report))
    return _show(opened, failures_of(session, version_id, code, agency=actor.agency), desk)


@endpoint(blueprint, "/rules/one", action="template.import")
def show_draft(session: Session, actor: Actor, now: datetime) -> ResponseReturnValue:
    """One rule of a draft."""
    return _show(_draft(session), None)


def _version(session: Session, version_id: int) -> Opened:
    version = get_version(session, version_id)
    return Opened(program_of(session, version_id), version.name, version_id, version.template_code)


def _draft(session: Session) -> Opened:
    code = request.args.get("code", "")
    draft = session.get(Draft, code)
    if draft is None:
        raise NotFound("template.unknown", template=code)
    key = (sha256(draft.file.encode()).digest(), known_functions(), clock.today())
    if key not in _DRAFTS:
        while len(_DRAFTS) >= MOST_DRAFTS:
            del _DRAFTS[next(iter(_DRAFTS))]
        form, _revision = load_draft(session, code)
        _DRAFTS[key] = compile_form(form, forms_in_force(session, clock.today()), known_functions())
    return Opened(_DRAFTS[key], _DRAFTS[key].form.header.name, None, code)


def _list(opened: Opened) -> str:
    query, codes = request.args.get("q", "").strip()[:200], _codes(opened.program)
    rules = [
        (codes[rule.section], rule, explain_rule(opened.program, rule, lang()))
        for rule in opened.program.rules
    ]
    return render_template(
        "rules/list.html",
        opened=opened,
        query=query,
        rules=[each for each in rules if fold(query) in fold(_searched(*each))],
        sections=[section for section in opened.program.form.sections if section.id in codes],
    )


def _codes(program: Program) -> Mapping[str, str]:
    return {section.id: section.code for section in program.directory.form.sections}


def _searched(section: str, rule: CompiledRule, told: str) -> str:
    return f"{section} {rule.rule.code} {rule.rule.text} {told}"


# --- a rule while it is typed


def tried(program: Program) -> ResponseReturnValue:
    """What may come next in a typed rule, what is wrong with it, what it says and touches."""
    typed = read_body(TypedShape())
    section = program.directory.form.section.get(typed["section"])
    if section is None:
        raise NotFound("section.unknown", name=typed["section"])
    text: str = typed["text"]
    offers = complete(text, typed["cursor"], section, program.directory, program.functions, lang())
    answer: dict[str, Any] = {"offers": [asdict(offer) for offer in offers], "faults": [], "told": {}}
    if text.strip():
        rule = Rule("typed", "typed", text, computed=typed["computed"])
        compiled, faults, _cost = compile_rule(program, section.id, rule)
        answer["faults"] = [_fault(fault) for fault in faults]
        if compiled:
            targets = Run(compiled.tree, section, program.directory).targets()
            answer |= {
                "told": {each: explain_rule(program, compiled, each) for each in ("vi", "en")},
                "text": print_rule(compiled.tree, program.directory, section.id),
                "targets": len(targets),
                "cells": [*islice(cells_read(program, compiled), MOST_CELLS)],
            }
    return answer


def _fault(fault: Fault) -> Mapping[str, object]:
    facts = fault.facts if "suggestions" in fault.facts else {**fault.facts, "suggestions": fault.suggestions}
    return {
        "start": fault.start,
        "end": max(fault.end, fault.start + 1),
        "message": sentence(fault.key, facts, lang()),
        "suggestions": list(fault.suggestions),
    }


# --- one rule


@dataclass(frozen=True)
class Ran:
    """A rule at one target: where, its verdict, its parts with their values."""

    where: str
    verdict: str
    parts: Sequence[Working]


def _show(opened: Opened, failures: Failures | None, desk: Desk | None = None) -> str:
    program, rule = opened.program, _rule(opened.program)
    example = next((e for e in program.form.examples if e.name == request.args.get("example")), None)
    if desk is not None:
        runs = list(_runs(desk.program, rule, desk.sheet, desk.context))
    else:
        runs = list(_run_example(program, rule, example)) if example else []
    return render_template(
        "rules/show.html",
        opened=opened,
        rule=rule,
        section=_codes(program)[rule.section],
        told=explain_rule(program, rule, lang()),
        cells=[cell_told(program, *place) for place in cells_read(program, rule)],
        related=[(_codes(program)[each.rule.section], each) for each in related(program, rule)],
        failures=failures,
        examples=program.form.examples,
        example=example,
        desk=desk,
        runs=runs[:MOST_RUNS],
        left=max(0, len(runs) - MOST_RUNS),
        value=value_told,
        verdict=verdict_told,
    )


def _rule(program: Program) -> CompiledRule:
    section, code = request.args.get("section", ""), request.args.get("rule", "")
    for rule in program.rules:
        if rule.rule.code == code and _codes(program)[rule.section] == section:
            return rule
    raise NotFound("rule.unknown", rule=code)


def _run_example(program: Program, rule: CompiledRule, example: Example) -> Iterator[Ran]:
    sheet, faults = read_figures(program.layout, example.figures)
    context, misread = read_context(program, example.context)
    if not has_errors([*faults, *misread]):
        yield from _runs(program, rule, calculate(program, sheet, context).sheet, context)


def _runs(program: Program, rule: CompiledRule, sheet: Sheet, context: Context) -> Iterator[Ran]:
    """Where the rule runs, failed targets first."""
    work = evaluator(program, sheet, context)
    targets = Run(rule.tree, work.directory.form.section[rule.section], work.directory).targets()
    verdicts = [(target, work.verdict(rule.tree, target)) for target in targets]
    for target, verdict in sorted(verdicts, key=lambda each: each[1] != "fail"):
        where = target_told(program, rule.section, target.key)
        yield Ran(where, verdict, workings(work, rule.tree, target, rule.section))
