"""The keys of sections and of what they hold: columns, rows, cells, rules, parts of an outline."""

import re
from typing import Any, get_args

from marshmallow import ValidationError, fields, validates_schema

from engine.form import (
    CELL_TYPES,
    CellOverride,
    CellState,
    Column,
    OutlinePart,
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
    Name,
    Table,
    Text,
    Whole,
)
from template_library.shapes import NamedShape, Shape, TitledShape, Visibility, stated

_SUFFIX = re.compile(r"[a-z0-9]{1,10}")


class RevisionShape(Shape):
    """`revises` of a column."""

    holds = Revision
    column = Name(required=True)
    period = Text(one_of=["previous"], load_default="previous")


class RepeatShape(Shape):
    """`repeat` of a column group: over the agencies, or over the items of a code list."""

    over = Text(required=True, one_of=["agencies", "list"])
    list = Text(limit=MAX_CODE)


class ColumnShape(Visibility, stated(CELL_TYPES | {"by_row"}), TitledShape):  # type: ignore[misc]
    """A header cell."""

    holds = Column
    part = Text(limit=MAX_CODE)
    indicator = Text(limit=MAX_CODE)
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
