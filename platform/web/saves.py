"""A save as it comes from the browser, and the answer it gets."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from marshmallow import EXCLUDE, Schema, fields, validate

from agencies.access import Actor
from core.db import Session
from core.messages import sentence
from engine.form import Form
from runtime.answers import CellConflict
from runtime.changes import changed_since
from runtime.entry import MAX_CHANGES, Change, save
from runtime.filling import find_report, with_places
from runtime.programs import program_of
from web.bodies import read_body
from web.fillable import finding_data
from web.filters import moment
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
        actor=actor.login,
        now=now,
    )
    report = find_report(session, report_id)
    form = program_of(session, report.version_id).form
    given = [{"section": each.section, "row": each.row, "column": each.column} for each in changes]
    refused = [f for f in saved.findings if f.code.startswith(REFUSED) and _place(form, f.where) in given]
    standing = [finding for finding in saved.findings if finding not in refused]
    names = names_of(session, now, [conflict.actor for conflict in saved.conflicts])
    return {
        "revision": saved.revision,
        "conflicts": [_conflict(form, conflict, names) for conflict in saved.conflicts],
        "rejected": [
            _place(form, finding.where) | {"message": sentence(finding.key, finding.facts, lang)}
            for finding in refused
        ],
        "changes": [asdict(each) for each in changed_since(session, report_id, body["base"])],
        "findings": [finding_data(form, found, lang) for found in with_places(session, report, standing)],
        "standing": report.standing,
    }


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
