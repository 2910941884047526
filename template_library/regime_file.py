"""A reporting regime as a value and as the file people exchange, `bieumau-regime/1`.

What a regime states is what Decree 09/2019/NĐ-CP asks of one: name, reporters, receiver, window, deadlines,
frequency, forms; a specialised one is used once it was approved.
"""

from dataclasses import dataclass
from typing import Any, Literal

from marshmallow import ValidationError, fields

from engine.findings import Finding, has_errors
from engine.form import LegalBasis
from template_library.fields import MAX_CODE, Day, Flag, Items, Text
from template_library.jsontext import read_json, write_json
from template_library.shape_faults import flatten
from template_library.shapes import Shape
from template_library.template_shapes import CODE, WORD, LegalBasisShape

FORMAT = "bieumau-regime/1"
RegimeKind = Literal["periodic", "thematic", "urgent"]
KINDS = ("periodic", "thematic", "urgent")


@dataclass(frozen=True, slots=True)
class Deadline:
    """By when somebody sends: each tier of reporters has its own."""

    who: str
    by: str


@dataclass(frozen=True, slots=True)
class Approval:
    """The decision by which a specialised regime may be used here."""

    number: str
    date: str
    by: str = ""


@dataclass(frozen=True, slots=True)
class Regime:
    """A reporting regime."""

    code: str
    name: str
    kind: RegimeKind = "periodic"
    field: str = ""
    issuer: str = ""
    legal_basis: tuple[LegalBasis, ...] = ()
    reporters: tuple[str, ...] = ()
    receiver: str = ""
    method: str = ""
    window: str = ""
    deadlines: tuple[Deadline, ...] = ()
    frequencies: tuple[str, ...] = ()
    templates: tuple[str, ...] = ()
    specialised: bool = False
    approval: Approval | None = None
    valid_from: str | None = None
    valid_to: str | None = None
    notes: str = ""

    @property
    def waits_for_approval(self) -> bool:
        """Whether it is a specialised one that nobody approved yet."""
        return self.specialised and self.approval is None


class DeadlineShape(Shape):
    """By when somebody sends."""

    holds = Deadline
    who = Text(required=True)
    by = Text(required=True)


class ApprovalShape(Shape):
    """A decision."""

    holds = Approval
    number = Text(required=True, limit=MAX_CODE)
    date = Day(required=True)
    by = Text(load_default="")


class RegimeShape(Shape):
    """The whole file."""

    holds = Regime
    format = Text(required=True, limit=MAX_CODE)
    code = Text(required=True, pattern=CODE)
    name = Text(required=True)
    kind = Text(one_of=KINDS, load_default="periodic")
    field = Text(load_default="")
    issuer = Text(load_default="")
    legal_basis = Items(fields.Nested(LegalBasisShape))
    reporters = Items(Text())
    receiver = Text(load_default="")
    method = Text(load_default="")
    window = Text(load_default="")
    deadlines = Items(fields.Nested(DeadlineShape))
    frequencies = Items(Text(pattern=WORD))
    templates = Items(Text(pattern=CODE))
    specialised = Flag(load_default=False)
    approval = fields.Nested(ApprovalShape)
    valid_from = Day()
    valid_to = Day()
    notes = Text(load_default="")

    def arguments(self, data: dict[str, Any]) -> dict[str, Any]:
        """The format is known."""
        del data["format"]
        return super().arguments(data)

    def get_attribute(self, obj: Any, attr: str, default: Any) -> Any:
        """The format is always this one."""
        return FORMAT if attr == "format" else super().get_attribute(obj, attr, default)


def read_regime(text: str | bytes) -> tuple[Regime | None, list[Finding]]:
    """The regime written in a file; None when a finding is an error."""
    data, findings = read_json(text)
    return (None, findings) if has_errors(findings) else data_to_regime(data)


def data_to_regime(data: Any) -> tuple[Regime | None, list[Finding]]:
    """The regime in the JSON value of a file; None when a finding is an error."""
    if isinstance(data, dict) and isinstance(data.get("format"), str) and data["format"] != FORMAT:
        facts = {"value": data["format"][:MAX_CODE], "known": FORMAT}
        return None, [Finding("file.format", where="format", facts=facts)]
    try:
        regime: Regime = RegimeShape().load(data)
    except ValidationError as error:
        return None, list(flatten(error.messages))
    return regime, []


def regime_to_data(regime: Regime) -> dict[str, Any]:
    """The JSON value of a regime's file, keys in their order, defaults left out."""
    data = RegimeShape().dump(regime)
    assert isinstance(data, dict)
    return data


def write_regime(regime: Regime) -> str:
    """The file of a regime: the same regime gives the same bytes."""
    return write_json(regime_to_data(regime))
