"""The keys of the whole file: header information, sections, printed layout, examples."""

import re
from typing import Any

from marshmallow import fields

from engine.form import Example, Form, Header, LegalBasis
from template_library.fields import MAX_CODE, Day, Flag, Items, Json, Name, Strict, Table, Text, figures
from template_library.section_shapes import SectionShape
from template_library.shapes import Shape, tuples

FORMAT = "bieumau-template/1"
WORD = re.compile(r"[a-z][a-z0-9_]*")
CODE = re.compile(r"\S(.{0,98}\S)?")


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
    code = _header(Text(required=True, pattern=CODE), "code")
    name = _header(Text(required=True), "name")
    regime = _header(Text(one_of=["periodic", "thematic", "urgent"], load_default="periodic"), "regime")
    regime_code = _header(Text(limit=MAX_CODE), "regime_code")
    frequencies = _header(Items(Text(pattern=WORD)), "frequencies")
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
        return {**data, "header": Header(**tuples(data["header"]))}

    def get_attribute(self, obj: Any, attr: str, default: Any) -> Any:
        """The format is always this one."""
        return FORMAT if attr == "format" else super().get_attribute(obj, attr, default)
