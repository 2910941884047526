"""The shapes of the JSON interface: what may come in, what goes out. Only shape is checked here."""

from typing import Any

from flask_babel import get_locale
from marshmallow import INCLUDE, Schema, fields, post_load, validate

from runtime.periods import Period

SHORT = validate.Length(min=1, max=200)
LONG = validate.Length(max=2_000)
MOST_ITEMS = 5_000


class PeriodName(fields.String):
    """A period as people call it."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **_: Any) -> str:
        period: Period = value
        return period.name_in(str(get_locale()))


class Paging(Schema):
    """A part of a list; the answer's `X-Total-Count` tells how long the whole is, `Link` where it goes on."""

    limit = fields.Integer(load_default=1_000, validate=validate.Range(1, MOST_ITEMS))
    offset = fields.Integer(load_default=0, validate=validate.Range(0, 10**9))


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


class HeadlineCell(Schema):
    """A cell that stands for a form, and its figure as exchange text; of a round, the provisional total's."""

    title = fields.String()
    value = fields.String()


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
    waits_for = fields.String()
    done = fields.Integer()
    total = fields.Integer()
    coming = fields.Integer()
    overdue = fields.Integer()
    headlines = fields.List(fields.Nested(HeadlineCell))


class InboxQuery(Schema):
    """With `done`, what is finished."""

    done = fields.Boolean(load_default=False)


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
