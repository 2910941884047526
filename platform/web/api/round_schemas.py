"""The shapes of rounds in the JSON interface: opening, watching, comparing, closing."""

from datetime import UTC, datetime

from marshmallow import Schema, fields, validate

from runtime.periods import EXAMPLES
from runtime.rounds.opening import MISSING, NOTE
from runtime.rounds.scopes import FLOWS
from runtime.steps import PATHS
from runtime.steps import SHORT as SHORT_PATH
from web.api.schemas import LONG, SHORT, PeriodName

ANY_DAY = validate.Range(datetime(2000, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC))
MOST_CELLS = 12
"""Cells of each report beside each other in one compilation sheet."""


class GivenFigure(Schema):
    """A figure that the lead unit gives to an agency, in a cell (`A[I1;4]`); an empty one frees the cell."""

    agency = fields.String(required=True, validate=SHORT)
    cell = fields.String(required=True, validate=validate.Length(min=1, max=1_000))
    value = fields.String(required=True, validate=LONG)


GIVEN = validate.Length(max=100_000)


class Opening(Schema):
    """The round to open, led by the agency of who asks."""

    template = fields.String(required=True, validate=SHORT)
    frequency = fields.String(required=True, validate=validate.OneOf(list(EXAMPLES)))
    period = fields.String(required=True, validate=SHORT)
    windows = fields.String(load_default="decree_09", validate=SHORT)
    scope = fields.String(load_default="children", validate=validate.Length(min=1, max=200_000))
    rows = fields.String(
        load_default="",
        validate=validate.Length(max=200_000),
        metadata={"description": "Who fills which rows of a shared form, a line each: `31.STC; THU, GN`."},
    )
    flow = fields.String(load_default="direct", validate=validate.OneOf(FLOWS))
    steps = fields.String(load_default=SHORT_PATH, validate=validate.OneOf(PATHS))
    missing = fields.String(load_default=NOTE, validate=validate.OneOf(MISSING))
    without_gone = fields.Boolean(
        load_default=False
    )  # leave out those of `codes:` that are not there any more
    due_at = fields.AwareDateTime(load_default=None, allow_none=True, validate=ANY_DAY)
    given = fields.List(
        fields.Nested(GivenFigure),
        load_default=list,
        validate=GIVEN,
        metadata={"description": "Figures that arrive filled and locked, also in cells the form locks."},
    )
    sequence = fields.Integer(load_default=1, strict=True, validate=validate.Range(1, 1_000))
    take = fields.List(
        fields.Integer(strict=True, validate=validate.Range(1, 10**18 - 1)),
        load_default=list,
        validate=validate.Length(max=50),
        metadata={"description": "Rounds from which figures are taken that were reported already."},
    )


class Giving(Schema):
    """Figures to give in a round; with `dry_run` only told what they come to."""

    figures = fields.List(fields.Nested(GivenFigure), required=True, validate=GIVEN)
    dry_run = fields.Boolean(load_default=False)


class Loaded(Schema):
    """What given figures came to, by cells; those the form computes are passed over.

    Of the agencies so many have handed in: what changes reaches them when their report comes back.
    """

    new = fields.Integer()
    changed = fields.Integer()
    same = fields.Integer()
    freed = fields.Integer()
    computed = fields.Integer()
    agencies = fields.Integer()
    handed_in = fields.Integer()


class Round(Schema):
    """A round; `states` counts the reports that have a receiver."""

    id = fields.Integer()
    template = fields.String()
    name = fields.String()
    period = PeriodName()
    sequence = fields.Integer()
    lead = fields.String()
    due_at = fields.AwareDateTime(allow_none=True)
    opened = fields.Boolean()
    closed_at = fields.AwareDateTime(allow_none=True)
    states = fields.Dict(keys=fields.String(), values=fields.Integer())


class RoundStatus(Round):
    """How far a round is; `job` is its opening or its latest summing up."""

    missing = fields.String()
    lead_report = fields.Integer(allow_none=True)
    coverage = fields.Dict(keys=fields.String(), allow_none=True)
    job = fields.Dict(keys=fields.String(), allow_none=True)


class Lock(Schema):
    """Since when a report is locked; why: `lock` by hand, `late` after late entry, `level` by its round."""

    since = fields.AwareDateTime()
    name = fields.String()
    actor = fields.String()
    reason = fields.String()


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
    lock = fields.Nested(Lock, allow_none=True)
    step = fields.String()
    waits_for = fields.String()
    seen_at = fields.AwareDateTime(allow_none=True)
    seen_by = fields.String()


class Consolidating(Schema):
    """Which reports to sum up."""

    include_submitted = fields.Boolean(load_default=False)


class Reason(Schema):
    """Why something is done with a round; the agencies see it."""

    reason = fields.String(load_default="", validate=LONG)


class Missing(Reason):
    """What becomes of totals that a child is missing from."""

    missing = fields.String(required=True, validate=validate.OneOf(MISSING))


class Deadline(Reason):
    """Another deadline for all reports of a round."""

    due_at = fields.AwareDateTime(required=True, validate=ANY_DAY)


class AskingAgain(Schema):
    """The deadline of the same asked once more."""

    due_at = fields.AwareDateTime(load_default=None, allow_none=True, validate=ANY_DAY)


class ChangingVersion(Schema):
    """The version that open reports go over to, by its number, and what rows and columns became in it."""

    version = fields.Integer(required=True, strict=True, validate=validate.Range(1, 1_000_000))
    became = fields.Dict(
        keys=fields.String(validate=SHORT),
        values=fields.Dict(
            keys=fields.String(validate=validate.OneOf(["rows", "columns"])),
            values=fields.Dict(keys=fields.String(validate=SHORT), values=fields.String(validate=SHORT)),
        ),
        load_default=dict,
        metadata={"description": 'As `{"A": {"rows": {"I1": "J1"}}}`; what is not named keeps its id.'},
    )


class RoundMove(Schema):
    """What was done with a round: deadline, missing, close, reopen or version."""

    name = fields.String()
    actor = fields.String()
    at = fields.AwareDateTime()
    due_before = fields.AwareDateTime(allow_none=True)
    due_at = fields.AwareDateTime(allow_none=True)
    missing_before = fields.String(allow_none=True)
    missing = fields.String(allow_none=True)
    reason = fields.String(allow_none=True)


class CellsQuery(Schema):
    """Cells to compare, as people name them: `A[I1;3]`, each by itself; else those of the headline."""

    cell = fields.List(
        fields.String(validate=validate.Length(min=1, max=1_000)),
        load_default=list,
        validate=validate.Length(max=MOST_CELLS),
    )


class CompilationLine(Schema):
    """A report in the sheet: the exchange texts of the cells, and those of the period before."""

    report = fields.Integer()
    code = fields.String()
    name = fields.String()
    state = fields.String()
    moved_at = fields.AwareDateTime(allow_none=True)
    is_clean = fields.Boolean()
    values = fields.List(fields.String())
    imputed = fields.List(fields.Boolean())
    last = fields.List(fields.String())


class Compilation(Schema):
    """The reports that come to the agency of who asks, side by side."""

    cells = fields.List(fields.String())
    lines = fields.List(fields.Nested(CompilationLine))
