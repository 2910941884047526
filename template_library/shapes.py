"""The keys of a template file, in the order they are written: one marshmallow schema for each kind of object.

A schema loads into the value of `engine.form` and dumps it back; what equals its default is not written.
"""

import re
from typing import Any, ClassVar, get_args

from marshmallow import Schema, ValidationError, fields, post_dump, post_load, validates_schema

from engine.form import (
    CELL_TYPES,
    MAX_DECIMALS,
    CellOverride,
    CellState,
    Column,
    Example,
    Form,
    Header,
    LegalBasis,
    Nature,
    OutlinePart,
    Properties,
    Revision,
    Row,
    RowKind,
    Rows,
    Rule,
    Section,
    SectionKind,
)
from template_library.fields import (
    MAX_CODE,
    AggregationRule,
    Day,
    Fault,
    Flag,
    Items,
    Json,
    Name,
    Number,
    Strict,
    Table,
    Text,
    Whole,
    figures,
    near_misses,
)

FORMAT = "bieumau-template/1"
_WORD = re.compile(r"[a-z][a-z0-9_]*")
_SUFFIX = re.compile(r"[a-z0-9]{1,10}")
_CODE = re.compile(r"\S(.{0,98}\S)?")


class Shape(Schema):
    """An object of the file. `holds` is the class of its value; a mapping where there is none."""

    holds: ClassVar[type | None] = None
    error_messages = {"unknown": "file.unknown_key", "type": Fault("file.type", expected="object")}

    class Meta:
        """Unknown keys are refused below, with the keys that are meant."""

        unknown = "exclude"

    def on_bind_field(self, field_name: str, field_obj: fields.Field[Any]) -> None:
        """null stands for what is not stated."""
        field_obj.allow_none = not field_obj.required

    @validates_schema(pass_original=True, skip_on_field_errors=False)
    def refuse_unknown_keys(self, data: Any, original_data: Any, **kwargs: Any) -> None:
        """Each unknown key with its near misses."""
        if isinstance(original_data, dict):
            unknown = original_data.keys() - self.fields.keys()
            if unknown:
                near = {key: near_misses(key, self.fields) for key in sorted(unknown)[:MAX_CODE]}
                raise ValidationError(
                    {key: [Fault("file.unknown_key", key=key[:MAX_CODE], near=near[key])] for key in near}
                )

    @post_load
    def make(self, data: dict[str, Any], **kwargs: Any) -> Any:
        """The value, with defaults where the file states nothing."""
        if self.holds is None:
            return data
        return self.holds(**self.arguments(_tuples(data)))

    def arguments(self, data: dict[str, Any]) -> dict[str, Any]:
        """What the value is made of; a schema with more to decide adds to it."""
        if "properties" in data:
            data["properties"] = Properties(**_tuples(data["properties"]))
        return data

    @post_dump
    def trim(self, data: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
        """Leaves out what is at its default."""
        return {key: value for key, value in data.items() if not self.is_default(key, value, data)}

    def is_default(self, key: str, value: Any, data: dict[str, Any]) -> bool:
        """True when reading without the key gives the same value."""
        field = self.fields[key]
        default = None if field.required else field.load_default
        if isinstance(field, (Items, Table, Json)) and not value and key != "choices":
            return not field.required
        return value is None or (not field.required and value == default)


def _tuples(data: dict[str, Any]) -> dict[str, Any]:
    return {
        key: tuple(value) if isinstance(value, list) else value
        for key, value in data.items()
        if value is not None
    }


class NamedShape(Shape):
    """Something with a code, and an id that stays when the code changes."""

    code = Name(required=True)
    id = Name()

    def arguments(self, data: dict[str, Any]) -> dict[str, Any]:
        """The code is the id unless one is given."""
        return super().arguments({"id": data["code"], **data})

    def is_default(self, key: str, value: Any, data: dict[str, Any]) -> bool:
        """The id is written whenever it differs from the code."""
        return super().is_default(key, value, data) or (key == "id" and value == data["code"])


class TitledShape(NamedShape):
    """Something people see."""

    ordinal = Text(limit=MAX_CODE)
    title = Text(required=True)


def stated(types: frozenset[str]) -> type[Schema]:
    """The properties that a column, a row, a cell or a section can state about cells."""
    known = {
        "type": Text(one_of=sorted(types)),
        "unit": Text(limit=MAX_CODE),
        "decimals": Whole(0, MAX_DECIMALS),
        "required": Flag(),
        "min": Number(),
        "max": Number(),
        "choices": Items(Text(limit=500)),
        "aggregation": AggregationRule(),
        "nature": Text(one_of=get_args(Nature)),
    }
    for name, field in known.items():
        field.attribute = f"properties.{name}"
    return Shape.from_dict(dict(known))


class RevisionShape(Shape):
    """`revises` of a column."""

    holds = Revision
    column = Name(required=True)
    period = Text(one_of=["previous"], load_default="previous")


class RepeatShape(Shape):
    """`repeat` of a column group: over the agencies, or over the items of a code list."""

    over = Text(required=True, one_of=["agencies", "list"])
    list = Text(limit=MAX_CODE)


class Visibility(Shape):
    """What may be absent or unprinted."""

    when = Text(limit=None)
    print = Flag(load_default=True)


class ColumnShape(Visibility, stated(CELL_TYPES | {"by_row"}), TitledShape):  # type: ignore[misc]
    """A header cell."""

    holds = Column
    part = Text(limit=MAX_CODE)
    revises = fields.Nested(RevisionShape)
    repeat = fields.Nested(RepeatShape)
    children = Items(fields.Nested(lambda: ColumnShape()))

    def arguments(self, data: dict[str, Any]) -> dict[str, Any]:
        """The label in the number line is the code unless one is given."""
        return super().arguments({"ordinal": data["code"], **data})

    def is_default(self, key: str, value: Any, data: dict[str, Any]) -> bool:
        """An empty label is one that is given."""
        return super().is_default(key, value, data) or (key == "ordinal" and value == data["code"])


class RowHead(TitledShape):
    """The kind stands before the properties."""

    kind = Text(one_of=get_args(RowKind), load_default="data")


class RowShape(Visibility, stated(CELL_TYPES), RowHead):  # type: ignore[misc]
    """A row of the tree."""

    holds = Row
    ordinal = Text(limit=MAX_CODE, load_default="")
    part = Text(limit=MAX_CODE)
    indicator = Text(limit=MAX_CODE)
    max_rows = Whole(1, 100_000)
    children = Items(fields.Nested(lambda: RowShape()))


class RowsShape(Shape):
    """`rows` of a table."""

    holds = Rows
    kind = Text(one_of=["fixed", "agencies"], load_default="fixed")
    group_by = Text(limit=MAX_CODE)
    filled_by = Text(one_of=["each", "owner"])
    items = Items(fields.Nested(RowShape))


class CellPlace(Shape):
    """Where an override stands."""

    row = Name(required=True)
    column = Name(required=True)
    state = Text(one_of=get_args(CellState))


class CellShape(stated(CELL_TYPES), CellPlace):  # type: ignore[misc]
    """What one cell states for itself."""

    holds = CellOverride
    default = Text()
    when = Text(limit=None)


class RuleShape(NamedShape):
    """A constraint or formula. Its text is measured by the language."""

    holds = Rule
    text = Text(required=True, limit=None)
    computed = Flag(load_default=False)
    severity = Text(one_of=["error", "warning", "note"])
    message = Text(limit=2_000)
    valid_from = Day()
    valid_to = Day()


class PartShape(NamedShape):
    """One heading of an outline."""

    holds = OutlinePart
    title = Text(required=True)
    guidance = Text()
    required = Flag(load_default=False)
    text = Text()
    children = Items(fields.Nested(lambda: PartShape()))


class SectionAggregationShape(Shape):
    """`aggregation` of a section."""

    default = AggregationRule(attribute="default_aggregation")
    columns = Table(AggregationRule(), Name(), attribute="column_aggregation")
    rows = Table(AggregationRule(), Name(), attribute="row_aggregation")


class SectionHead(NamedShape):
    """What every kind of section has."""

    kind = Text(required=True, one_of=get_args(SectionKind))
    title = Text(load_default="")
    source = Text(one_of=["collected"])


SECTION_KEYS = {
    "table": {"columns", "rows", "cells", "rules", "aggregation"},
    "list": {"columns", "key", "group_by", "carry", "max_rows", "rules", "aggregation"},
    "outline": {"parts", "or_attachment"},
    "attachment": {"types"},
}
"""The keys of one kind of section only; all other keys belong to every kind."""


class SectionShape(Visibility, stated(CELL_TYPES), SectionHead):  # type: ignore[misc]
    """A section."""

    holds = Section
    aggregation = fields.Nested(SectionAggregationShape)
    columns = Items(fields.Nested(ColumnShape))
    rows = fields.Nested(RowsShape)
    cells = Items(fields.Nested(CellShape))
    key = Items(Name())
    group_by = Items(Name())
    carry = Text(one_of=["previous"])
    max_rows = Whole(1, 100_000)
    rules = Items(fields.Nested(RuleShape))
    parts = Items(fields.Nested(PartShape))
    or_attachment = Items(Text(pattern=_SUFFIX))
    types = Items(Text(pattern=_SUFFIX))

    @validates_schema(pass_original=True, skip_on_field_errors=False)
    def refuse_keys_of_other_kinds(self, data: Any, original_data: Any, **kwargs: Any) -> None:
        """A list has no rows, an attachment no columns."""
        kind = original_data.get("kind") if isinstance(original_data, dict) else None
        if isinstance(kind, str) and kind in SECTION_KEYS:
            foreign = set().union(*SECTION_KEYS.values()) - SECTION_KEYS[kind]
            misplaced = sorted(foreign & original_data.keys())
            if misplaced:
                raise ValidationError({key: [Fault("file.kind", key=key, kind=kind)] for key in misplaced})

    def arguments(self, data: dict[str, Any]) -> dict[str, Any]:
        """`required` of an outline or attachment is the section's own, else its cells'."""
        data |= data.pop("aggregation", {})
        if data["kind"] in ("outline", "attachment"):
            data["required"] = bool(data.get("properties", {}).pop("required", False))
        return super().arguments(data)

    def get_attribute(self, obj: Any, attr: str, default: Any) -> Any:
        """The way back of `arguments`."""
        if attr == "aggregation":
            return obj
        if attr == "properties.required" and obj.kind in ("outline", "attachment"):
            return obj.required or None
        return super().get_attribute(obj, attr, default)

    def is_default(self, key: str, value: Any, data: dict[str, Any]) -> bool:
        """Empty objects say nothing."""
        return super().is_default(key, value, data) or (key in ("rows", "aggregation") and value == {})


class LegalBasisShape(Shape):
    """A legal document."""

    holds = LegalBasis
    number = Text(required=True, limit=MAX_CODE)
    date = Day()
    title = Text()
    valid_from = Day()
    valid_to = Day()


class HeadingShape(Shape):
    """The top of the printed page."""

    form_number = Flag()
    issued_by = Text()
    received_by = Text()
    unit_line = Flag()


class SignatureShape(Shape):
    """One place for a signature."""

    title = Text(required=True)
    role = Text(limit=MAX_CODE)


class LayoutShape(Shape):
    """The printed page."""

    orientation = Text(one_of=["portrait", "landscape"])
    heading = fields.Nested(HeadingShape)
    signature_block = Items(fields.Nested(SignatureShape))
    recipients = Items(Text())


class ExampleShape(Shape):
    """Figures kept with the template; what they say is judged when they run."""

    holds = Example
    name = Text(required=True)
    figures = figures(required=True)
    context = Json()
    expect = Items(Name())


def _header(field: Strict | Items, name: str) -> Any:
    field.attribute = f"header.{name}"
    return field


class TemplateShape(Shape):
    """The whole file."""

    holds = Form
    format = Text(required=True, limit=MAX_CODE)
    code = _header(Text(required=True, pattern=_CODE), "code")
    name = _header(Text(required=True), "name")
    regime = _header(Text(one_of=["periodic", "thematic", "urgent"], load_default="periodic"), "regime")
    regime_code = _header(Text(limit=MAX_CODE), "regime_code")
    frequencies = _header(Items(Text(pattern=_WORD)), "frequencies")
    field = _header(Text(), "field")
    legal_basis = _header(Items(fields.Nested(LegalBasisShape)), "legal_basis")
    unit = _header(Text(limit=MAX_CODE), "unit")
    addressee = _header(Text(), "addressee")
    notes = _header(Text(), "notes")
    explanation = _header(Text(), "explanation")
    code_by_level = _header(Table(Text(limit=MAX_CODE)), "code_by_level")
    headline = _header(Items(Text(limit=500)), "headline")
    sections = Items(fields.Nested(SectionShape), required=True)
    layout = fields.Nested(LayoutShape)
    examples = Items(fields.Nested(ExampleShape))

    def arguments(self, data: dict[str, Any]) -> dict[str, Any]:
        """The header information is a value of its own."""
        del data["format"]
        return {**data, "header": Header(**_tuples(data["header"]))}

    def get_attribute(self, obj: Any, attr: str, default: Any) -> Any:
        """The format is always this one."""
        return FORMAT if attr == "format" else super().get_attribute(obj, attr, default)
