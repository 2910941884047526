"""A save as it comes from the browser, and the answer it gets."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from marshmallow import EXCLUDE, Schema, fields, validate

from agencies.access import Actor
from core.db import Session
from core.errors import Conflict
from core.messages import sentence
from engine.figures import find_cell, print_figure
from engine.findings import Finding
from engine.form import Form
from engine.program import Program
from engine.sheet import Place, Sheet
from runtime.filling.answers import CellConflict, Saved
from runtime.filling.changes import changed_since
from runtime.filling.contexts import context_of
from runtime.filling.desk import find_report, lay_out, with_places
from runtime.filling.entry import MAX_CHANGES, Change, prepare, save
from runtime.filling.preparing import Prepared
from runtime.filling.words import has_words
from runtime.models import Report
from runtime.programs import program_for
from runtime.sheets import read_sheets
from web.bodies import Changes, read_body
from web.filters import moment
from web.reports.fillable import finding_data
from web.reports.live import live_data, rows_key
from web.reports.words import words_data
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
    version = fields.Integer(load_default=None, strict=True)
    how = fields.String(load_default="typed", validate=validate.OneOf(["typed", "pasted"]))
    changes = Changes(
        fields.Nested(ChangeShape), required=True, validate=validate.Length(min=1, max=MAX_CHANGES)
    )


class ExplanationShape(Schema):
    """Why a warning stands."""

    rule = fields.String(required=True, validate=validate.Length(min=1, max=200))
    where = fields.String(required=True, validate=validate.Length(max=500))
    text = fields.String(required=True)


@dataclass(frozen=True)
class Sent:
    """A save as it was sent, worked out beforehand, with the answer it gets when it can be kept like that."""

    asked: Mapping[str, Any]
    rows: str | None
    version: int | None
    prepared: Prepared | None = None
    answer: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class _After:
    """What is told of a report after a save: its own figures, and the cells changed since the save's base."""

    report: Report
    program: Program
    sheet: Sheet
    standing: Any
    changes: Mapping[Place, str]


def prepare_store(session: Session, actor: Actor, now: datetime, report_id: int, lang: str) -> Sent:
    """The save in the request, worked out without waiting for other writers."""
    body = read_body(SaveShape(unknown=EXCLUDE))
    report = find_report(session, report_id)
    _demand_version(report, body["version"])
    changes = [Change(**change) for change in body["changes"]]
    asked = {name: body[name] for name in ("base", "idempotency_key", "how", "client")}
    sent = Sent({**asked, "changes": changes, "actor": actor.login}, body["rows"], body["version"])
    if has_words(program_for(session, report).form):  # told as they stand once they are kept
        return sent
    prepared = prepare(session, report_id, **sent.asked)
    if prepared is None:
        return sent
    new = {(section, row, column): now for section, row, column, _, now, _ in prepared.entries}
    known = body["base"] == report.revision
    changed = new if known else changed_since(session, report_id, body["base"]) | new
    after = _After(report, prepared.program, prepared.after, prepared.standing, changed)
    return replace(sent, prepared=prepared, answer=_answer(session, now, sent, prepared.saved, after, lang))


def store(session: Session, now: datetime, report_id: int, sent: Sent, lang: str) -> Mapping[str, Any]:
    """Store the save in the request and answer it."""
    saved = save(session, report_id, **sent.asked, now=now, prepared=sent.prepared)
    if sent.prepared and sent.answer and saved is sent.prepared.saved:
        return sent.answer
    report = find_report(session, report_id)
    _demand_version(report, sent.version)  # in between, it may have gone over to another
    program = program_for(session, report)
    sheet = read_sheets(session, program.layout, [report_id], "own")[report_id]
    changed = changed_since(session, report_id, sent.asked["base"])
    after = _After(report, program, sheet, report.standing, changed)
    return _answer(session, now, sent, saved, after, lang)


def _demand_version(report: Report, version: int | None) -> None:
    """Raise Conflict where the page shows the form in another version than the report is in."""
    if version not in (None, report.version_id):
        raise Conflict("save.other_version")


def _answer(
    session: Session, now: datetime, sent: Sent, saved: Saved, after: _After, lang: str
) -> Mapping[str, Any]:
    report, program, form = after.report, after.program, after.program.form
    given = {(each.section, each.row, each.column): each.value or "" for each in sent.asked["changes"]}
    refused = [f for f in saved.findings if f.code.startswith(REFUSED) and _place(form, f.where) in given]
    standing = [finding for finding in saved.findings if finding not in refused]
    names = names_of(session, now, [conflict.actor for conflict in saved.conflicts])
    knows_rows = sent.rows is not None and any(s.patterns for s in program.layout.sections.values())
    has_news = knows_rows and not report.is_total and rows_key(after.sheet) != sent.rows
    found = with_places(session, report, program, after.sheet, standing)
    return {
        "revision": saved.revision,
        "conflicts": [_conflict(form, conflict, names) for conflict in saved.conflicts],
        "rejected": [
            _rejected(after.sheet, place, given[place], each, lang)
            for each in refused
            for place in [_place(form, each.where)]
        ],
        "changes": [_named(place) | {"value": value} for place, value in after.changes.items()],
        "findings": [finding_data(program, each, lang) for each in found],
        "suggestions": [_named(_place(form, each.where)) | asdict(each) for each in saved.suggestions],
        "standing": after.standing,
        "live": _live(session, after, lang) if has_news else None,
        "words": words_data(lay_out(session, report.id), lang) if has_words(form) else [],
    }


def _live(session: Session, after: _After, lang: str) -> Mapping[str, Any]:
    """What the page checks by, after rows came or went."""
    context, _ = context_of(session, after.program, after.report)
    return live_data(after.program, after.sheet, context, lang)


def _rejected(sheet: Sheet, place: Place, given: str, finding: Finding, lang: str) -> Mapping[str, str]:
    """Why a value was not taken, and what stands in its place; a text stays in the page to be shortened."""
    section, row, column = place
    layout = sheet.layout.sections.get(section)
    cell = find_cell(layout, row, column) if layout else None
    stands = print_figure(cell, sheet.figure(*place)) if cell else given
    return _named(place) | {"value": stands, "message": sentence(finding.key, finding.facts, lang)}


def _conflict(form: Form, conflict: CellConflict, names: Mapping[str, str]) -> Mapping[str, str]:
    at = moment(datetime.fromisoformat(conflict.at))
    told = {"mine": conflict.mine, "theirs": conflict.theirs, "actor": names[conflict.actor], "at": at}
    return _named(_place(form, conflict.where)) | told


def _place(form: Form, where: str) -> Place:
    """Section id, row and column of `A[I1;3]`; a row's name may hold any sign."""
    name, _bracket, rest = where.partition("[")
    row, _semicolon, column = rest.removesuffix("]").rpartition(";")
    section = form.section_by_code.get(name)
    return (section.id if section else name, row, column)


def _named(place: Place) -> dict[str, str]:
    return dict(zip(("section", "row", "column"), place, strict=True))
