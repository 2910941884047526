"""What all objects of a template file share: a marshmallow schema for each kind, keys in the order written.

A schema loads into the value of `engine.form` and dumps it back; what equals its default is not written.
"""

from typing import Any, ClassVar, get_args

from marshmallow import Schema, ValidationError, fields, post_dump, post_load, validates_schema

from engine.form import MAX_DECIMALS, Nature, Properties
from template_library.fields import (
    MAX_CODE,
    AggregationRule,
    Fault,
    Flag,
    Items,
    Name,
    Number,
    Text,
    Whole,
    near_misses,
)


class Shape(Schema):
    """An object of the file. `holds` is the class of its value; a mapping where there is none."""

    holds: ClassVar[type | None] = None
    error_messages = {"unknown": "file.unknown_key", "type": Fault("file.type", "object")}

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
            faults = {
                key: [unknown_key(key, near_misses(key, self.fields))]
                for key in sorted(original_data.keys() - self.fields.keys())
            }
            if faults:
                raise ValidationError(faults)

    @post_load
    def make(self, data: dict[str, Any], **kwargs: Any) -> Any:
        """The value, with defaults where the file states nothing."""
        if self.holds is None:
            return {key: value for key, value in data.items() if value is not None}
        return self.holds(**self.arguments(tuples(data)))

    def arguments(self, data: dict[str, Any]) -> dict[str, Any]:
        """What the value is made of; a schema with more to decide adds to it."""
        if "properties" in data:
            data["properties"] = Properties(**tuples(data["properties"]))
        return data

    @post_dump
    def trim(self, data: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
        """Leaves out what is at its default."""
        return {key: value for key, value in data.items() if not self.is_default(key, value, data)}

    def is_default(self, key: str, value: Any, data: dict[str, Any]) -> bool:
        """True when reading without the key gives the same value."""
        field = self.fields[key]
        empty = value in ([], {}) and key != "choices"
        return not field.required and (value is None or empty or value == field.load_default)


def unknown_key(key: str, near: list[str]) -> Fault:
    """The fault of a key that the format does not have."""
    return Fault("file.unknown_key", "near" if near else "", key=key[:MAX_CODE], suggestions=near)


def tuples(data: dict[str, Any]) -> dict[str, Any]:
    """Lists as the tuples of frozen values; what is null is left to their defaults."""
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


class Visibility(Shape):
    """What may be absent or unprinted."""

    when = Text(limit=None)
    print = Flag(load_default=True)
