"""The shapes of in whose hands a report is in the JSON interface."""

from marshmallow import Schema, fields, validate

from runtime.rounds.models import CHANNELS
from web.api.round_schemas import ANY_DAY
from web.api.schemas import SHORT


class Telling(Schema):
    """How figures came to who types them for an agency."""

    channel = fields.String(required=True, validate=validate.OneOf(CHANNELS))
    spoken_with = fields.String(required=True, validate=validate.Length(min=1, max=300))
    spoken_at = fields.AwareDateTime(required=True, validate=ANY_DAY)
    note = fields.String(load_default="", validate=validate.Length(max=300))


class Told(Schema):
    """The same, with who typed and since when."""

    channel = fields.String()
    spoken_with = fields.String()
    spoken_at = fields.AwareDateTime()
    note = fields.String(allow_none=True)
    actor = fields.String()
    at = fields.AwareDateTime()


class PersonalPart(Schema):
    """What a person types of a report: `A[THU], A[;3]`, a section, an indicator's code."""

    login = fields.String(required=True, validate=SHORT)
    cells = fields.String(required=True, validate=validate.Length(max=20_000))


class Linking(Schema):
    """Who is to answer by a link, and for how many days it holds."""

    name = fields.String(required=True, validate=SHORT)
    days = fields.Integer(load_default=7, strict=True, validate=validate.Range(1, 60))


class Address(Schema):
    """What to send to who answers."""

    address = fields.String()


class OneLink(Schema):
    """A link by its number."""

    link = fields.Integer(required=True, strict=True, validate=validate.Range(1, 10**17))


class Link(Schema):
    """A link without what it opens by."""

    id = fields.Integer()
    name = fields.String()
    created_by = fields.String()
    created_at = fields.AwareDateTime()
    valid_until = fields.AwareDateTime()
    revoked_at = fields.AwareDateTime(allow_none=True)
    opened_at = fields.AwareDateTime(allow_none=True)
