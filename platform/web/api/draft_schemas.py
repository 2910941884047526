"""The shapes of drafts in the JSON interface, beside those that the designer's page sends."""

from marshmallow import Schema, fields, validate

from runtime.periods import EXAMPLES
from web.api.schemas import SHORT, PeriodName


class AskingQuery(Schema):
    """Whom and when a draft would ask; without them, those who and the periods that are likely."""

    scope = fields.String(load_default="", validate=validate.Length(max=20_000))
    frequency = fields.String(load_default=None, validate=validate.OneOf(list(EXAMPLES)))
    period = fields.String(load_default="", validate=SHORT)


class AskedElsewhere(Schema):
    """A round that asks the same agencies for some of the same cells; a new one can `take` its figures."""

    round = fields.Integer()
    template = fields.String()
    titles = fields.List(fields.String())
    reports = fields.Integer()
    begun = fields.Integer()


class Burden(Schema):
    """What a draft would ask in one period, of all agencies together."""

    period = PeriodName()
    agencies = fields.Integer(attribute="burden.agencies")
    cells = fields.Integer(attribute="burden.cells")
    hours = fields.Decimal(as_string=True, attribute="burden.hours")
    known = fields.Integer(attribute="burden.known")
    spared = fields.Decimal(as_string=True, attribute="burden.spared")
    asked = fields.List(fields.Nested(AskedElsewhere), attribute="burden.asked")
