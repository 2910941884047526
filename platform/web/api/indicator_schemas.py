"""The shapes of the indicator library in the JSON interface; what a meaning may say its room judges."""

from typing import Any

from marshmallow import Schema, fields, post_load, validate

from indicator_library.assignments import DUTIES
from indicator_library.meaning import LEVELS, Meaning, from_value
from web.api.schemas import LONG, SHORT


class IndicatorQuery(Schema):
    """Which indicators, as meant on a day: code or name holds `text`, of a set, collected at a level."""

    text = fields.String(load_default="", validate=SHORT)
    set = fields.String(load_default="", validate=SHORT)
    level = fields.String(load_default="", validate=validate.OneOf(list(LEVELS)))
    retired = fields.Boolean(load_default=False)
    on = fields.Date(load_default=None)


class IndicatorSet(Schema):
    """A set of indicators somebody issued."""

    id = fields.Integer()
    code = fields.String()
    name = fields.String()
    issuer = fields.String()
    legal_basis = fields.String()


class IndicatorMeaning(Schema):
    """What an indicator means."""

    name = fields.String(required=True, validate=validate.Length(1, 300))
    unit = fields.String(validate=LONG)
    type = fields.String(validate=SHORT)
    decimals = fields.Integer(validate=validate.Range(0, 9))
    nature = fields.String(validate=SHORT)
    roll_up = fields.String(validate=SHORT)
    formula = fields.String(validate=LONG)
    explanation = fields.String(validate=LONG)
    disaggregations = fields.List(fields.String(validate=SHORT), validate=validate.Length(max=100))
    frequencies = fields.List(fields.String(validate=SHORT))
    levels = fields.List(fields.String(validate=SHORT))
    legal_basis = fields.String(validate=LONG)
    responsible = fields.String(validate=LONG)
    rolls_up_to = fields.String(validate=LONG)
    source = fields.String(validate=LONG)
    provenance = fields.String(validate=LONG)

    @post_load
    def _meaning(self, data: Any, **_: Any) -> Meaning:
        return from_value(data)


class Indicator(Schema):
    """An indicator as it is meant on a day."""

    code = fields.String()
    set = fields.String()
    group = fields.String()
    version = fields.Integer()
    since = fields.Date()
    retired_on = fields.Date(allow_none=True)
    meaning = fields.Dict(keys=fields.String())


class Assignment(Schema):
    """An agency that answers for an indicator, or supplies it."""

    indicator = fields.String(attribute="indicator_code")
    agency = fields.String()
    duty = fields.String(metadata={"enum": list(DUTIES)})
    decision = fields.String()
    since = fields.Date(attribute="valid_from")
    until = fields.Date(attribute="valid_to", allow_none=True)


class IndicatorAround(Indicator):
    """An indicator with all that is known of it."""

    history = fields.List(fields.Dict(keys=fields.String()))
    assignments = fields.List(fields.Nested(Assignment))
    templates = fields.List(fields.String())


class AssignmentQuery(Schema):
    """Of an agency or an indicator, as they hold on a day."""

    agency = fields.String(load_default="", validate=SHORT)
    indicator = fields.String(load_default="", validate=SHORT)
    on = fields.Date(load_default=None)


class Assigning(Schema):
    """Indicators given to an agency."""

    indicators = fields.List(
        fields.String(validate=SHORT), required=True, validate=validate.Length(min=1, max=1_000)
    )
    agency = fields.String(required=True, validate=SHORT)
    duty = fields.String(required=True, validate=validate.OneOf(DUTIES))
    decision = fields.String(load_default="", validate=LONG)
    since = fields.Date(required=True)
    until = fields.Date(load_default=None, allow_none=True)


class Assigned(Schema):
    """How many an agency did not have before."""

    added = fields.Integer()


class Proposing(Schema):
    """A new indicator, or another meaning of a known one."""

    code = fields.String(required=True, validate=SHORT)
    set = fields.String(required=True, validate=SHORT)
    group = fields.String(load_default="", validate=LONG)
    meaning = fields.Nested(IndicatorMeaning, required=True)
    reason = fields.String(required=True, validate=LONG)


class Answering(Schema):
    """Whether a proposal is accepted; declined with words why."""

    proposal = fields.Integer(required=True, validate=validate.Range(1, 10**18))
    accept = fields.Boolean(required=True)
    answer = fields.String(load_default="", validate=LONG)
    since = fields.Date(load_default=None)


class Withdrawing(Schema):
    """A proposal of one's own that nobody answered yet."""

    proposal = fields.Integer(required=True, validate=validate.Range(1, 10**18))


class Proposal(Schema):
    """What an agency proposed, and the answer."""

    id = fields.Integer()
    code = fields.String(attribute="indicator_code")
    set = fields.String()
    group = fields.String()
    meaning = fields.Dict(keys=fields.String())
    reason = fields.String()
    agency = fields.String()
    state = fields.String()
    answer = fields.String(allow_none=True)
