"""The shapes of schedules in the JSON interface: what one says, the periods and deadlines that come of it."""

from datetime import date

from marshmallow import Schema, fields, validate

from agencies.listing import LEVELS
from runtime.periods import EXAMPLES
from runtime.rounds.opening import MISSING, NOTE
from runtime.rounds.planning import LONGEST_LOCK, MOST_DAYS, MOST_SPANS
from runtime.rounds.scopes import FLOWS
from runtime.steps import LONG, PATHS
from web.api.round_schemas import ANY_DAY
from web.api.schemas import SHORT, PeriodName

DAY = validate.Range(date(2000, 1, 1), date(2200, 1, 1))
LEVEL = fields.String(validate=validate.OneOf(list(LEVELS)))
KEY = fields.String(validate=validate.Regexp(r"2[01]\d\d-\d{1,3}\Z"), metadata={"example": "2026-4"})


class Own(Schema):
    """What one period has in place of the rule: a closing day, an opening, deadlines by level."""

    end = fields.Date(load_default=None, allow_none=True, validate=DAY)
    opens_at = fields.AwareDateTime(load_default=None, allow_none=True, validate=ANY_DAY)
    due = fields.Dict(keys=LEVEL, values=fields.AwareDateTime(validate=ANY_DAY), load_default=dict)


class Order(Schema):
    """What a schedule says; left out, a part is as in a new one.

    `opens` and `due` are days after the window closed, working days where the period has a number; `locks`
    minutes after a level's deadline; `own` is by period (`2026-4`), `versions` by the period they begin with.
    """

    template = fields.String(required=True, validate=SHORT)
    frequency = fields.String(required=True, validate=validate.OneOf(list(EXAMPLES)))
    windows = fields.String(load_default="decree_09", validate=SHORT)
    opens = fields.Integer(load_default=1, strict=True, validate=validate.Range(-MOST_DAYS, MOST_DAYS))
    opens_at = fields.Time("%H:%M", required=True)
    due = fields.Dict(
        keys=LEVEL, values=fields.Integer(strict=True, validate=validate.Range(0, MOST_DAYS)), required=True
    )
    due_at = fields.Time("%H:%M", required=True)
    due_times = fields.Dict(keys=LEVEL, values=fields.Time("%H:%M"), load_default=dict)
    scope = fields.String(load_default="children", validate=validate.Length(min=1, max=200_000))
    flow = fields.String(load_default="direct", validate=validate.OneOf(FLOWS))
    steps = fields.String(load_default=LONG, validate=validate.OneOf(PATHS))
    missing = fields.String(load_default=NOTE, validate=validate.OneOf(MISSING))
    active_from = fields.Date(required=True, validate=DAY)
    active_to = fields.Date(load_default=None, allow_none=True, validate=DAY)
    own = fields.Dict(
        keys=KEY, values=fields.Nested(Own), load_default=dict, validate=validate.Length(max=MOST_SPANS)
    )
    spans = fields.List(
        fields.Tuple((fields.Date(validate=DAY), fields.Date(validate=DAY))),
        load_default=list,
        validate=validate.Length(max=MOST_SPANS),
    )
    locks = fields.Dict(
        keys=LEVEL,
        values=fields.Integer(strict=True, validate=validate.Range(0, LONGEST_LOCK)),
        load_default=dict,
    )
    versions = fields.Dict(
        keys=KEY,
        values=fields.Integer(strict=True, validate=validate.Range(1, 1_000_000)),
        load_default=dict,
        validate=validate.Length(max=MOST_SPANS),
    )


class Schedule(Order):
    """A schedule of the agency; `refused` is why its last round could not open."""

    id = fields.Integer()
    paused = fields.Boolean()
    refused = fields.Dict(keys=fields.String(), values=fields.String(), allow_none=True)


class Planned(Schema):
    """A period with its opening and deadlines; `round` where it is open, `version` where one is named."""

    key = fields.String()
    period = PeriodName()
    start = fields.Date(attribute="period.start")
    end = fields.Date(attribute="period.end")
    opens_at = fields.AwareDateTime()
    deadlines = fields.Dict(keys=fields.String(), values=fields.AwareDateTime())
    is_own = fields.Boolean()
    version = fields.Integer(allow_none=True)
    round = fields.Integer(allow_none=True)
