"""What the designer's page sends: edits, undoing, beginning, publishing."""

from collections.abc import Mapping
from typing import Any

from marshmallow import EXCLUDE, RAISE, Schema, ValidationError, fields, validate, validates_schema

from designer.document import KINDS
from designer.history import MAX_OPS

MOST_EDITS = 200
LONGEST_ID = 250
KEY = validate.Length(min=8, max=100)


class Strict(Schema):
    """Unknown keys are refused."""

    class Meta:
        """See above."""

        unknown = RAISE


class RefShape(Strict):
    """The name of a thing in the document."""

    kind = fields.String(required=True, validate=validate.OneOf(["template", *KINDS]))
    id = fields.String(validate=validate.Length(max=20_000))
    section = fields.String(validate=validate.Length(max=LONGEST_ID))
    row = fields.String(validate=validate.Length(max=LONGEST_ID))
    column = fields.String(validate=validate.Length(max=LONGEST_ID))

    @validates_schema
    def refuse_half_names(self, data: Mapping[str, Any], **_: Any) -> None:
        """A cell goes by row and column, other things by their id."""
        needed = {"template": set(), "cell": {"section", "row", "column"}}.get(data.get("kind", ""), {"id"})
        if missing := needed - data.keys():
            raise ValidationError({name: ["Missing data for required field."] for name in sorted(missing)})


class OpShape(Strict):
    """One operation; which keys it needs, its verb says."""

    op = fields.String(required=True, validate=validate.OneOf(["set", "insert", "move", "delete"]))
    at = fields.Nested(RefShape)
    key = fields.String(validate=validate.Length(min=1, max=LONGEST_ID))
    value = fields.Raw(allow_none=True)
    kind = fields.String(validate=validate.OneOf(KINDS))
    id = fields.String(validate=validate.Length(max=20_000))
    section = fields.String(validate=validate.Length(max=LONGEST_ID))
    row = fields.String(validate=validate.Length(max=LONGEST_ID))
    column = fields.String(validate=validate.Length(max=LONGEST_ID))
    parent = fields.Nested(RefShape, allow_none=True)
    after = fields.String(allow_none=True, validate=validate.Length(max=20_000))
    node = fields.Dict(keys=fields.String())

    NEEDED = {
        "set": {"at", "key", "value"},
        "insert": {"kind", "parent", "after", "node"},
        "move": {"kind", "id", "parent", "after"},
        "delete": {"kind"},
    }

    @validates_schema
    def refuse_half_operations(self, data: Mapping[str, Any], **_: Any) -> None:
        """Each verb has what it needs."""
        missing = self.NEEDED.get(data.get("op", ""), set()) - data.keys()
        if data.get("op") == "delete" and "id" not in data and not {"row", "column"} <= data.keys():
            missing |= {"id"}
        if missing:
            raise ValidationError({name: ["Missing data for required field."] for name in sorted(missing)})


class EditsShape(Strict):
    """Edits made one after the other on top of a revision; each is one step of undo."""

    base = fields.Integer(required=True, strict=True, validate=validate.Range(min=0))
    key = fields.String(required=True, validate=KEY)
    edits = fields.List(
        fields.List(fields.Nested(OpShape), validate=validate.Length(min=1, max=MAX_OPS)),
        required=True,
        validate=validate.Length(min=1, max=MOST_EDITS),
    )


class UndoShape(Strict):
    """Taking back, as seen on top of a revision."""

    base = fields.Integer(required=True, strict=True, validate=validate.Range(min=0))
    key = fields.String(required=True, validate=KEY)


class TurnShape(UndoShape):
    """The table to transpose."""

    section = fields.String(required=True, validate=validate.Length(max=LONGEST_ID))


class StepsQuery(Schema):
    """The revision whose steps are known."""

    after = fields.Integer(required=True, validate=validate.Range(min=0))

    class Meta:
        """Programs that ask may say more."""

        unknown = EXCLUDE


class PublishShape(Strict):
    """The day from which the version holds, and the revision that was looked at."""

    base = fields.Integer(required=True, strict=True, validate=validate.Range(min=0))
    effective_from = fields.String(required=True, validate=validate.Length(max=20))


class CodeShape(Strict):
    """The code that a draft is to have."""

    code = fields.String(required=True, validate=validate.Length(min=1, max=200))
