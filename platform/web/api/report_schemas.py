"""The shapes of reports in the JSON interface: figures, saves, moves, where a figure comes from."""

from marshmallow import Schema, fields, validate

from runtime.filling.entry import MAX_CHANGES
from runtime.flow.models import AUTHORITIES
from runtime.models import HOWS
from runtime.steps import MOVES
from web.api.schemas import LONG, SHORT, Finding, PeriodName
from web.bodies import Changes

MOST_REPORTS = 10_000


class PlacedMark(Schema):
    """A cell that was marked, by ids, with its note."""

    section = fields.String()
    row = fields.String()
    column = fields.String()
    note = fields.String()


class Move(Schema):
    """A report went from one hand to another; marks are cells to look at again."""

    name = fields.String()
    actor = fields.String()
    at = fields.AwareDateTime()
    reason = fields.String(allow_none=True)
    marks = fields.List(fields.Nested(PlacedMark))


class File(Schema):
    """A document that goes with a report; `digest` is the SHA-256 of what is in it."""

    section = fields.String()
    digest = fields.String()
    name = fields.String()
    kind = fields.String()
    size = fields.Integer()
    actor = fields.String()
    at = fields.AwareDateTime()


class Heading(Schema):
    """What stands under a heading: as written, and with figures in the place of fields."""

    part = fields.String(attribute="part.id")
    title = fields.String(attribute="part.title")
    required = fields.Boolean(attribute="part.required")
    text = fields.String()
    said = fields.String()


class Chapter(Schema):
    """A narrative, saved as cells of the column `text`, or a section of documents."""

    section = fields.String(attribute="section.id")
    headings = fields.List(fields.Nested(Heading), attribute="passages")
    files = fields.List(fields.Nested(File))


class NewFile(Schema):
    """Which section a document is for, and what it is called; its kind is told by its content."""

    section = fields.String(required=True, validate=SHORT)
    name = fields.String(required=True, validate=SHORT)


class OneFile(Schema):
    """A document of a report."""

    digest = fields.String(required=True, validate=SHORT)


class OldFile(OneFile):
    """A document to take away."""

    section = fields.String(required=True, validate=SHORT)


class Report(Schema):
    """A report with its figures by section, row and column, as exchange texts.

    `rows` are those its agency fills, by section, where agencies share a form. The cells of a total that are
    `imputed` hold figures of the period before for agencies that did not report.
    """

    id = fields.Integer()
    round = fields.Integer()
    template = fields.String()
    version = fields.Integer()
    period = PeriodName()
    code = fields.String()
    name = fields.String()
    state = fields.String()
    revision = fields.Integer()
    rows = fields.Dict(keys=fields.String(), allow_none=True)
    coverage = fields.Dict(keys=fields.String(), allow_none=True)
    figures = fields.Dict(keys=fields.String())
    imputed = fields.List(fields.String())
    words = fields.List(fields.Nested(Chapter))
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
    changes = Changes(fields.Nested(Change), required=True, validate=validate.Length(min=1, max=MAX_CHANGES))


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


class Mark(Schema):
    """A cell as people name it (`A[I1;3]`), and why it is to be looked at again."""

    cell = fields.String(required=True, validate=validate.Length(min=1, max=1_000))
    note = fields.String(load_default="", validate=validate.Length(max=500))


class MovingOne(Moving):
    """Why one report is moved, with the cells that are marked when it is given back."""

    marks = fields.List(fields.Nested(Mark), load_default=list, validate=validate.Length(max=500))


class Document(Schema):
    """What the records clerk wrote on a report; `authority` by what the signer signs."""

    number = fields.String(required=True, validate=SHORT)
    symbol = fields.String(required=True, validate=SHORT)
    place = fields.String(required=True, validate=SHORT)
    day = fields.Date(required=True)
    authority = fields.String(load_default="", validate=validate.OneOf(AUTHORITIES))
    position = fields.String(required=True, validate=SHORT)
    signer = fields.String(required=True, validate=SHORT)


class SignedName(Schema):
    """What the signed document is called; of a scan, the revision code that was read on the paper."""

    name = fields.String(required=True, validate=SHORT)
    code = fields.String(load_default="", validate=SHORT)


class Signed(Schema):
    """The signed document that was taken in, with its revision code; `typed` where it is a scan's."""

    revision = fields.Integer()
    code = fields.String()
    digest = fields.String()
    name = fields.String()
    size = fields.Integer()
    typed = fields.Boolean()
    actor = fields.String()
    at = fields.AwareDateTime()


class Event(Schema):
    """What happened to a report: a sitting of saves lasts until a moment, other things happen at once."""

    at = fields.AwareDateTime()
    until = fields.AwareDateTime(allow_none=True)
    kind = fields.String()
    actor = fields.String()
    reason = fields.String()
    facts = fields.Dict(keys=fields.String())


class Standing(Schema):
    """Where a report stands after a move."""

    id = fields.Integer()
    state = fields.String()
    revision = fields.Integer()


class CellQuery(Schema):
    """A cell as people name it: `A[I1;3]`."""

    cell = fields.String(required=True, validate=validate.Length(min=1, max=1_000))


class TraceQuery(CellQuery):
    """Of a total as handed on, or with `entered` of the provisional one."""

    entered = fields.Boolean(load_default=False)


class Provisional(Schema):
    """The total of everything entered below a receiver's report: how many reports are in each state.

    `entered` of `expected` hold figures; `untouched` are being filled and hold none.
    """

    states = fields.Dict(keys=fields.String(), values=fields.Integer())
    untouched = fields.Integer()
    entered = fields.Integer()
    expected = fields.Integer()
    figures = fields.Dict(keys=fields.String())


class Adjusting(Schema):
    """What a cell of a total shall read, as exchange text, and why; an empty value takes that back."""

    cell = fields.String(required=True, validate=validate.Length(min=1, max=1_000))
    value = fields.String(required=True, validate=SHORT)
    reason = fields.String(required=True, validate=SHORT)


class AdjustmentReason(Schema):
    """One adjustment of a cell."""

    amount = fields.String()
    basis = fields.String()
    reason = fields.String()
    actor = fields.String()
    at = fields.AwareDateTime()


class Adjusted(Schema):
    """A cell of a total that stands adjusted; `moved` when what is summed up is no longer its `basis`."""

    where = fields.String()
    amount = fields.String()
    proposed = fields.String()
    basis = fields.String()
    moved = fields.Boolean()
    reasons = fields.List(fields.Nested(AdjustmentReason))


class Entry(Schema):
    """A change of a cell: who, when, how, from what to what."""

    revision = fields.Integer()
    old = fields.String()
    new = fields.String()
    actor = fields.String()
    at = fields.AwareDateTime()
    how = fields.String()


class Part(Schema):
    """What one report gave to a total; `changed` when it was changed after it was summed up.

    An `earlier` one stands in the place of a report that is not in; what comes of such a one is `imputed`.
    """

    report = fields.Integer()
    code = fields.String()
    name = fields.String()
    revision = fields.Integer()
    value = fields.String()
    changed = fields.Boolean()
    earlier = fields.Boolean()
    imputed = fields.Boolean()
    entries = fields.List(fields.Nested(Entry))


class Traced(Schema):
    """A figure, the changes of its own report, and the reports below, the largest first."""

    where = fields.String()
    value = fields.String()
    imputed = fields.Boolean()
    entries = fields.List(fields.Nested(Entry))
    parts = fields.List(fields.Nested(Part))


class Selection(Moving):
    """One move with many reports: those listed, of the round `clean_of`, or of one's own (`clean_own`).

    Of these two, all without errors or warnings; those to be handed in, without errors. Reports that are
    issued have a `document`, whose number is that of the first.
    """

    move = fields.String(required=True, validate=validate.OneOf(list(MOVES)))
    reports = fields.List(
        fields.Integer(strict=True, validate=validate.Range(1, 10**18 - 1)),
        load_default=list,
        validate=validate.Length(max=MOST_REPORTS),
    )
    clean_of = fields.Integer(
        load_default=None, allow_none=True, strict=True, validate=validate.Range(1, 10**18 - 1)
    )
    clean_own = fields.Boolean(load_default=False)
    document = fields.Nested(Document, load_default=None, allow_none=True)


class Moved(Schema):
    """What became of one report of a selection: its state, and why it was not moved."""

    report = fields.Integer()
    state = fields.String()
    code = fields.String()
    detail = fields.String()
