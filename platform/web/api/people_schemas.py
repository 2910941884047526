"""The shapes of people and of the audit in the JSON interface."""

from marshmallow import Schema, fields, validate

from web.api.schemas import SHORT, Finding


class Person(Schema):
    """An account; `unconfirmed` are roles that a second person has still to confirm."""

    id = fields.Integer()
    login = fields.String()
    name = fields.String()
    telephone = fields.String()
    email = fields.String()
    roles = fields.List(fields.String())
    unconfirmed = fields.Function(lambda person: sorted(person.unconfirmed))
    has_password = fields.Boolean()
    locked_at = fields.AwareDateTime(allow_none=True)


class DeedQuery(Schema):
    """Which deeds: by whom, of which kind, about what, on which days; `before` the number of one."""

    who = fields.String(load_default="", validate=SHORT)
    what = fields.String(load_default="", validate=SHORT)
    about = fields.String(load_default="", validate=SHORT)
    since = fields.Date(load_default=None)
    until = fields.Date(load_default=None)
    before = fields.Integer(load_default=None, validate=validate.Range(1, 10**18 - 1))


class Deed(Schema):
    """Who did what to what, when, with facts that are no secrets."""

    id = fields.Integer()
    at = fields.AwareDateTime()
    actor = fields.String(allow_none=True)
    action = fields.String()
    subject = fields.String()
    facts = fields.Dict(keys=fields.String())


class Verified(Schema):
    """How far a walk along the seals is; once it is done, where the audit was tampered with."""

    state = fields.String()
    done = fields.Integer()
    total = fields.Integer()
    sealed = fields.Integer()
    waiting = fields.Integer()
    number = fields.Integer()
    head = fields.String()
    findings = fields.List(fields.Nested(Finding))
