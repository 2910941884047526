"""The shapes of who belongs to a round in the JSON interface."""

from marshmallow import Schema, fields, validate

from web.api.round_schemas import ANY_DAY
from web.api.schemas import LONG, SHORT


class LeftOut(Schema):
    """An agency that a round does without."""

    code = fields.String()
    name = fields.String()
    reason = fields.String()
    actor = fields.String()
    at = fields.AwareDateTime()


class Joined(LeftOut):
    """An agency that joined a round late."""


class Passed(Schema):
    """To how many a report was passed on, by whom and when last."""

    report = fields.Integer()
    number = fields.Integer()
    actor = fields.String()
    at = fields.AwareDateTime(allow_none=True)


class PassingOn(Schema):
    """To whom a report is passed on; the deadline is not after its own.

    `lines` split it instead, `C1.VP; THU, A[GN;3]` a line.
    """

    scope = fields.String(load_default="children", validate=validate.Length(min=1, max=200_000))
    due_at = fields.AwareDateTime(load_default=None, allow_none=True, validate=ANY_DAY)
    lines = fields.String(load_default="", validate=validate.Length(max=200_000))
    note = fields.String(load_default="", validate=LONG)


class OneAgency(Schema):
    """An agency by its code."""

    agency = fields.String(required=True, validate=SHORT)


class LeavingOut(OneAgency):
    """An agency to do without, and why."""

    reason = fields.String(required=True, validate=LONG)


class Joining(Schema):
    """Agencies by their codes, with a deadline of their own."""

    agencies = fields.List(
        fields.String(validate=SHORT), required=True, validate=validate.Length(min=1, max=5_000)
    )
    due_at = fields.AwareDateTime(load_default=None, allow_none=True, validate=ANY_DAY)
    reason = fields.String(load_default="", validate=LONG)


class Added(Schema):
    """How many agencies are new in a round."""

    round = fields.Integer()
    added = fields.Integer()
