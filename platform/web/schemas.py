"""The shapes of the JSON interface: what may come in, what goes out. Only shape is checked here."""

from datetime import UTC, datetime
from typing import Any

from flask_babel import get_locale
from marshmallow import INCLUDE, Schema, fields, post_load, validate

from runtime.entry import MAX_CHANGES
from runtime.models import HOWS
from runtime.periods import EXAMPLES, WINDOWS, Period
from runtime.steps import PATHS
from runtime.steps import SHORT as SHORT_PATH

SHORT = validate.Length(min=1, max=200)
LONG = validate.Length(max=2_000)
ANY_DAY = validate.Range(datetime(2000, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC))


class PeriodName(fields.String):
    """A period as people call it."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **_: Any) -> str:
        period: Period = value
        return period.name_in(str(get_locale()))


class Finding(Schema):
    """One thing a check found; `code` is for programs, `message` for people."""

    code = fields.String()
    severity = fields.String(metadata={"enum": ["error", "warning", "note"]})
    where = fields.String()
    section = fields.String()
    rule = fields.String()
    verdict = fields.String()
    facts = fields.Dict(keys=fields.String())
    message = fields.String()
    position = fields.Integer()
    end = fields.Integer()


class Problem(Schema):
    """Why a request was refused (RFC 9457)."""

    type = fields.String()
    status = fields.Integer()
    title = fields.String()
    code = fields.String()
    detail = fields.String()
    findings = fields.List(fields.Nested(Finding))


class Me(Schema):
    """Who asks."""

    login = fields.String()
    name = fields.String()
    agency = fields.String()
    roles = fields.List(fields.String())


class OnDay(Schema):
    """As of a day, today where none is given."""

    on = fields.Date(load_default=None)


class Version(Schema):
    """A published version of a template."""

    code = fields.String(attribute="template_code")
    number = fields.Integer()
    name = fields.String()
    effective_from = fields.Date()
    content_hash = fields.String()


class Publishing(Schema):
    """From when on a version is in force, today where nothing is said."""

    effective_from = fields.Date(load_default=None)


class TemplateFile(Schema):
    """A template file, `bieumau-template/1`; `template_library.fileformat` knows its shape."""

    class Meta:
        unknown = INCLUDE

    @post_load(pass_original=True)
    def _as_given(self, data: Any, original: Any, **_: Any) -> Any:
        return original


class Checked(Schema):
    """All that is wrong with what was sent."""

    findings = fields.List(fields.Nested(Finding))


class AgencyQuery(OnDay):
    """Agencies directly below `parent`, at every depth with `level`; or those whose name holds `text`."""

    parent = fields.String(load_default=None, validate=SHORT)
    level = fields.String(load_default=None, validate=SHORT)
    text = fields.String(load_default=None, validate=SHORT)


class Agency(Schema):
    """An agency as it was on a day."""

    code = fields.String()
    name = fields.String()
    level = fields.String()


class AgencyAround(Agency):
    """An agency with those above it, the nearest first, and those directly below."""

    above = fields.List(fields.Nested(Agency))
    below = fields.List(fields.Nested(Agency))


class Task(Schema):
    """Something to do: a report the agency owes, or, without `report`, a round whose reports come to it."""

    report = fields.Integer(allow_none=True)
    round = fields.Integer()
    template = fields.String()
    name = fields.String()
    period = PeriodName()
    lead = fields.String()
    due_at = fields.AwareDateTime(allow_none=True)
    state = fields.String()
    turn = fields.String()
    done = fields.Integer()
    total = fields.Integer()
    overdue = fields.Integer()


class InboxQuery(Schema):
    """With `done`, what is finished."""

    done = fields.Boolean(load_default=False)


class Opening(Schema):
    """The round to open, led by the agency of who asks."""

    template = fields.String(required=True, validate=SHORT)
    frequency = fields.String(required=True, validate=validate.OneOf(list(EXAMPLES)))
    period = fields.String(required=True, validate=SHORT)
    windows = fields.String(load_default="decree_09", validate=validate.OneOf(list(WINDOWS)))
    scope = fields.String(load_default="children", validate=validate.Length(min=1, max=200_000))
    rows = fields.String(
        load_default="",
        validate=validate.Length(max=200_000),
        metadata={"description": "Who fills which rows of a shared form, a line each: `31.STC; THU, GN`."},
    )
    flow = fields.String(load_default="direct", validate=validate.OneOf(["direct", "tree"]))
    steps = fields.String(load_default=SHORT_PATH, validate=validate.OneOf(PATHS))
    due_at = fields.AwareDateTime(load_default=None, allow_none=True, validate=ANY_DAY)
    sequence = fields.Integer(load_default=1, strict=True, validate=validate.Range(1, 1_000))


class Round(Schema):
    """A round; `states` counts the reports that have a receiver."""

    id = fields.Integer()
    template = fields.String()
    name = fields.String()
    period = PeriodName()
    lead = fields.String()
    due_at = fields.AwareDateTime(allow_none=True)
    opened = fields.Boolean()
    states = fields.Dict(keys=fields.String(), values=fields.Integer())


class RoundStatus(Round):
    """How far a round is; `job` is its opening or its latest summing up."""

    lead_report = fields.Integer(allow_none=True)
    coverage = fields.Dict(keys=fields.String(), allow_none=True)
    job = fields.Dict(keys=fields.String(), allow_none=True)


class BoardLine(Schema):
    """A report of a round."""

    report = fields.Integer()
    code = fields.String()
    agency = fields.String()
    receiver = fields.String()
    state = fields.String()
    filled = fields.Integer()
    cells = fields.Integer()
    errors = fields.Integer()
    warnings = fields.Integer()
    late = fields.Boolean()


class Consolidating(Schema):
    """Which reports to sum up."""

    include_submitted = fields.Boolean(load_default=False)


class Job(Schema):
    """A piece of background work."""

    id = fields.Integer()
    function = fields.String()
    state = fields.String()
    done = fields.Integer()
    total = fields.Integer()
    requested_at = fields.AwareDateTime()
    finished_at = fields.AwareDateTime(allow_none=True)
    error = fields.Dict(keys=fields.String(), allow_none=True)


class Move(Schema):
    """A report went from one hand to another."""

    name = fields.String()
    actor = fields.String()
    at = fields.AwareDateTime()
    reason = fields.String(allow_none=True)


class Report(Schema):
    """A report with its figures by section, row and column, as exchange texts."""

    id = fields.Integer()
    round = fields.Integer()
    template = fields.String()
    version = fields.Integer()
    period = PeriodName()
    code = fields.String()
    name = fields.String()
    state = fields.String()
    revision = fields.Integer()
    coverage = fields.Dict(keys=fields.String(), allow_none=True)
    figures = fields.Dict(keys=fields.String())
    findings = fields.List(fields.Nested(Finding))
    moves = fields.List(fields.Nested(Move))


class Change(Schema):
    """A cell by ids, and the exchange text given for it; null makes it blank."""

    section = fields.String(required=True, validate=SHORT)
    row = fields.String(required=True, validate=validate.Length(min=1, max=500))
    column = fields.String(required=True, validate=SHORT)
    value = fields.String(required=True, allow_none=True, validate=validate.Length(max=20_000))


class Save(Schema):
    """Changes made on top of revision `base`; sent again with the same key they are stored once."""

    base = fields.Integer(required=True, strict=True, validate=validate.Range(min=0))
    idempotency_key = fields.String(required=True, validate=validate.Length(min=1, max=100))
    how = fields.String(load_default="imported", validate=validate.OneOf(HOWS[:3]))
    changes = fields.List(
        fields.Nested(Change), required=True, validate=validate.Length(min=1, max=MAX_CHANGES)
    )


class CellConflict(Schema):
    """A cell another hand changed since `base`; theirs stands."""

    where = fields.String()
    mine = fields.String()
    theirs = fields.String()
    actor = fields.String()
    at = fields.String()


class Saved(Schema):
    """What was stored, what was not and why, and what the checks say now."""

    revision = fields.Integer()
    stored = fields.Integer()
    conflicts = fields.List(fields.Nested(CellConflict))
    findings = fields.List(fields.Nested(Finding))


class Moving(Schema):
    """Why a report is moved; some moves ask for a reason."""

    reason = fields.String(load_default="", validate=LONG)


class Standing(Schema):
    """Where a report stands after a move."""

    id = fields.Integer()
    state = fields.String()
    revision = fields.Integer()


class CellQuery(Schema):
    """A cell as people name it: `A[I1;3]`."""

    cell = fields.String(required=True, validate=validate.Length(min=1, max=1_000))


class Entry(Schema):
    """A change of a cell: who, when, how, from what to what."""

    revision = fields.Integer()
    old = fields.String()
    new = fields.String()
    actor = fields.String()
    at = fields.AwareDateTime()
    how = fields.String()


class Part(Schema):
    """What one report gave to a total; `changed` when it was changed after it was summed up."""

    report = fields.Integer()
    code = fields.String()
    name = fields.String()
    revision = fields.Integer()
    value = fields.String()
    changed = fields.Boolean()
    entries = fields.List(fields.Nested(Entry))


class Traced(Schema):
    """A figure, the changes of its own report, and the reports below, the largest first."""

    where = fields.String()
    value = fields.String()
    entries = fields.List(fields.Nested(Entry))
    parts = fields.List(fields.Nested(Part))
