"""The shapes of corrections, comments and complaints in the JSON interface."""

from marshmallow import Schema, fields, validate

from runtime.flow.comments import LONGEST as LONGEST_COMMENT
from runtime.flow.corrections import MOST_CELLS
from web.api.report_schemas import Change, Moving
from web.api.schemas import LONG, SHORT, Finding, PeriodName

ROW = validate.Length(min=1, max=500)
SAID = validate.Length(min=1, max=LONGEST_COMMENT)


class Cell(Schema):
    """A cell by ids."""

    section = fields.String(required=True, validate=SHORT)
    row = fields.String(required=True, validate=ROW)
    column = fields.String(required=True, validate=SHORT)


class Asking(Schema):
    """Which cells of an accepted report are wrong, and why."""

    cells = fields.List(fields.Nested(Cell), required=True, validate=validate.Length(1, MOST_CELLS))
    reason = fields.String(required=True, validate=LONG)


class Granting(Moving):
    """Until when the cells may be corrected; without an end where nothing is said."""

    until = fields.AwareDateTime(load_default=None, allow_none=True)


class NewFigure(Change):
    """What shall stand in a cell, and why."""

    reason = fields.String(required=True, validate=LONG)


class Filling(Schema):
    """The new figures; a cell that is not named stays as it is."""

    cells = fields.List(fields.Nested(NewFigure), required=True, validate=validate.Length(1, MOST_CELLS))


class Noting(Schema):
    """What is to be said of a changed total."""

    note = fields.String(load_default="", validate=LONG)


class Materiality(Schema):
    """By how much a total may change without a new signature, in percent."""

    percent = fields.Decimal(required=True)


class CorrectedCell(Cell):
    """A cell of a correction: what stood there, what shall stand, why; null where nothing was given."""

    old = fields.String()
    new = fields.String(allow_none=True)
    reason = fields.String(allow_none=True)


class ChangedCell(Cell):
    """A cell of a total that changed: by how much, and in percent of the old figure."""

    old = fields.String()
    new = fields.String()
    difference = fields.Decimal(as_string=True, allow_none=True)
    percent = fields.Decimal(as_string=True, allow_none=True, places=2)


class Ripple(Schema):
    """A total that a correction changed, and who answered for it."""

    id = fields.Integer()
    report = fields.Integer(attribute="head.report")
    agency = fields.String(attribute="head.agency")
    state = fields.String()
    revision = fields.Integer()
    cells = fields.List(fields.Nested(ChangedCell))
    note = fields.String(allow_none=True)
    actor = fields.String(allow_none=True)
    at = fields.AwareDateTime(allow_none=True)


class CorrectionMove(Schema):
    """A correction went from hand to hand."""

    name = fields.String()
    actor = fields.String()
    at = fields.AwareDateTime()
    reason = fields.String(allow_none=True)


class Correction(Schema):
    """A correction; `turn` is what it waits for, `mine` whether this agency has to do it."""

    id = fields.Integer()
    report = fields.Integer(attribute="head.report")
    template = fields.String(attribute="head.template")
    period = PeriodName(attribute="head.period")
    agency = fields.String(attribute="head.agency")
    receiver = fields.String(attribute="head.receiver")
    state = fields.String()
    turn = fields.String()
    mine = fields.Boolean()
    reason = fields.String()
    until = fields.AwareDateTime(allow_none=True)
    asked_by = fields.String()
    asked_at = fields.AwareDateTime()


class CorrectionInFull(Schema):
    """A correction with its cells, what the checks warn of, its way, and the totals that it changed."""

    correction = fields.Nested(Correction, attribute="line")
    cells = fields.List(fields.Nested(CorrectedCell))
    findings = fields.List(fields.Nested(Finding))
    moves = fields.List(fields.Nested(CorrectionMove))
    ripples = fields.List(fields.Nested(Ripple))


class CorrectionStanding(Schema):
    """Where a correction, or a changed total, stands now."""

    id = fields.Integer()
    state = fields.String()


class Comment(Schema):
    """What somebody said; `kind` tells also that a thread was resolved or opened again."""

    id = fields.Integer()
    kind = fields.String()
    text = fields.String()
    revision = fields.Integer()
    actor = fields.String()
    at = fields.AwareDateTime()


class Thread(Schema):
    """What was said of a cell, or of the whole report where `cell` is null."""

    id = fields.Integer()
    cell = fields.Nested(Cell, allow_none=True)
    resolved = fields.Boolean()
    said = fields.List(fields.Nested(Comment))


class NewComment(Schema):
    """Something to say: of a cell, of the whole report, or in a thread."""

    text = fields.String(required=True, validate=SAID)
    cell = fields.Nested(Cell, load_default=None, allow_none=True)
    thread = fields.Integer(load_default=None, allow_none=True, strict=True)


class Resolving(Schema):
    """A thread is settled, or is not."""

    thread = fields.Integer(required=True, strict=True)
    resolved = fields.Boolean(load_default=True)


class NewComplaint(Schema):
    """Which figures are wrong, and by which day an answer is expected."""

    text = fields.String(required=True, validate=SAID)
    cell = fields.Nested(Cell, load_default=None, allow_none=True)
    answer_by = fields.Date(required=True)


class Answer(Schema):
    """An answer to a complaint."""

    complaint = fields.Integer(required=True, strict=True)
    text = fields.String(required=True, validate=SAID)


class Complaint(Schema):
    """A complaint about figures, with its answer."""

    id = fields.Integer()
    section = fields.String()
    row = fields.String()
    column = fields.String()
    text = fields.String()
    actor = fields.String()
    at = fields.AwareDateTime()
    answer_by = fields.Date()
    answer = fields.String(allow_none=True)
    answered_by = fields.String(allow_none=True)
    answered_at = fields.AwareDateTime(allow_none=True)
