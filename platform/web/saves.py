"""A save as it comes from the browser, and the answer it gets."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from marshmallow import EXCLUDE, Schema, fields, validate

from agencies.access import Actor
from core.db import Session
from core.messages import sentence
from engine.figures import find_cell, print_figure
from engine.findings import Finding
from engine.form import Form
from engine.program import Program
from engine.sheet import Sheet
from runtime.answers import CellConflict
from runtime.changes import changed_since
from runtime.contexts import context_of
from runtime.entry import MAX_CHANGES, Change, save
from runtime.filling import find_report, with_places
from runtime.models import Report
from runtime.programs import program_for
from runtime.sheets import read_sheets
from web.bodies import read_body
from web.fillable import finding_data
from web.filters import moment
from web.live import live_data, rows_key
from web.shown import names_of

LONGEST_KEY = 100
REFUSED = ("figure.", "E_")
"""Codes of findings about a value that was not stored; other findings are about what stands."""


class ChangeShape(Schema):
    """A cell and the text given for it."""

    section = fields.String(required=True, validate=validate.Length(max=200))
    row = fields.String(required=True, validate=validate.Length(max=500))
    column = fields.String(required=True, validate=validate.Length(max=200))
    value = fields.String(required=True, allow_none=True)


class SaveShape(Schema):
    """Changes made on top of a revision."""

    base = fields.Integer(required=True, strict=True, validate=validate.Range(min=0))
    idempotency_key = fields.String(required=True, validate=validate.Length(min=8, max=LONGEST_KEY))
    client = fields.String(load_default=None, validate=validate.Length(min=1, max=64))
    rows = fields.String(load_default=None, validate=validate.Length(max=64))
    how = fields.String(load_default="typed", validate=validate.OneOf(["typed", "pasted"]))
    changes = fields.List(
        fields.Nested(ChangeShape), required=True, validate=validate.Length(min=1, max=MAX_CHANGES)
    )


class ExplanationShape(Schema):
    """Why a warning stands."""

    rule = fields.String(required=True, validate=validate.Length(min=1, max=200))
    where = fields.String(required=True, validate=validate.Length(max=500))
    text = fields.String(required=True)


def store(session: Session, actor: Actor, now: datetime, report_id: int, lang: str) -> Mapping[str, Any]:
    """Store the save in the request and answer it."""
    body = read_body(SaveShape(unknown=EXCLUDE))
    changes = [Change(**change) for change in body["changes"]]
    saved = save(
        session,
        report_id,
        base=body["base"],
        idempotency_key=body["idempotency_key"],
        changes=changes,
        how=body["how"],
        client=body["client"],
        actor=actor.login,
        now=now,
    )
    report = find_report(session, report_id)
    program = program_for(session, report)
    form = program.form
    given = [{"section": each.section, "row": each.row, "column": each.column} for each in changes]
    refused = [f for f in saved.findings if f.code.startswith(REFUSED) and _place(form, f.where) in given]
    standing = [finding for finding in saved.findings if finding not in refused]
    names = names_of(session, now, [conflict.actor for conflict in saved.conflicts])
    knows_rows = body["rows"] is not None and any(s.patterns for s in program.layout.sections.values())
    sheet = Sheet(program.layout)
    if refused or knows_rows:
        sheet = read_sheets(session, program.layout, [report.id], "own")[report.id]
    has_news = knows_rows and not report.coverage and rows_key(sheet) != body["rows"]
    return {
        "revision": saved.revision,
        "conflicts": [_conflict(form, conflict, names) for conflict in saved.conflicts],
        "rejected": [_rejected(sheet, _place(form, each.where), each, lang) for each in refused],
        "changes": [asdict(each) for each in changed_since(session, report_id, body["base"])],
        "findings": [finding_data(program, found, lang) for found in with_places(session, report, standing)],
        "suggestions": [_place(form, each.where) | asdict(each) for each in saved.suggestions],
        "standing": report.standing,
        "live": _live(session, report, program, sheet, lang) if has_news else None,
    }


def _live(session: Session, report: Report, program: Program, sheet: Sheet, lang: str) -> Mapping[str, Any]:
    """What the page checks by, after rows came or went."""
    context, _ = context_of(session, program, report)
    return live_data(program, sheet, context, lang)


def _rejected(sheet: Sheet, place: Mapping[str, str], finding: Finding, lang: str) -> Mapping[str, str]:
    """Why a value was not taken, and what stands in its place."""
    cell = find_cell(sheet.layout.sections[place["section"]], place["row"], place["column"])
    stands = print_figure(cell, sheet.figure(**place)) if cell else ""
    return {**place, "value": stands, "message": sentence(finding.key, finding.facts, lang)}


def _conflict(form: Form, conflict: CellConflict, names: Mapping[str, str]) -> Mapping[str, str]:
    at = moment(datetime.fromisoformat(conflict.at))
    told = {"mine": conflict.mine, "theirs": conflict.theirs, "actor": names[conflict.actor], "at": at}
    return _place(form, conflict.where) | told


def _place(form: Form, where: str) -> dict[str, str]:
    """Section id, row and column of `A[I1;3]`; a row's name may hold any sign."""
    name, _bracket, rest = where.partition("[")
    row, _semicolon, column = rest.removesuffix("]").rpartition(";")
    section = form.section_by_code.get(name)
    return {"section": section.id if section else name, "row": row, "column": column}
