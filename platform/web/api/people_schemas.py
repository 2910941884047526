"""The shapes of people and of the audit in the JSON interface."""

from marshmallow import Schema, fields, validate

from agencies.acting import CAPACITIES
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


class Appointing(Schema):
    """For whom (his login) somebody acts, in what capacity, from a day to a day, by which decision."""

    acting_for = fields.String(required=True, validate=SHORT)
    first = fields.Date(required=True)
    last = fields.Date(required=True)
    decision = fields.String(required=True, validate=SHORT)
    capacity = fields.String(load_default="KT.", validate=validate.OneOf(CAPACITIES))
    position = fields.String(load_default="", validate=SHORT)


class Acting(Schema):
    """Somebody who acts for another; `confirmed` where a second person has said so."""

    grant = fields.Integer()
    login = fields.String()
    name = fields.String()
    acting_for = fields.String()
    decision = fields.String()
    capacity = fields.String()
    position = fields.String()
    first = fields.Date()
    last = fields.Date()
    confirmed = fields.Boolean()


class EndingActing(Schema):
    """The appointment that ends, by its number."""

    grant = fields.Integer(required=True, strict=True, validate=validate.Range(1, 10**17))


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
