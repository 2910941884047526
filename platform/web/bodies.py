"""What stands in a request, brought into shape: the first gate, before anything is looked up."""

from collections.abc import Iterator, Mapping
from typing import Any

from flask import request
from marshmallow import Schema, ValidationError, fields
from werkzeug.exceptions import UnsupportedMediaType

from core.errors import Invalid
from engine.findings import Finding
from template_library.jsontext import path_to, read_json

CHANGE = {"section", "row", "column", "value"}
PLAIN = 100
"""A text so long every shape of a change takes."""


def read_body(shape: Schema) -> Mapping[str, Any]:
    """The request's JSON in this shape; every fault with its place."""
    return in_shape(shape, _read_json())


def in_shape(shape: Schema, data: Any) -> Mapping[str, Any]:
    """The data of a request, or Invalid with a finding for each place that is not in shape."""
    try:
        return dict(shape.load(data))
    except ValidationError as error:
        raise Invalid(list(_faults(error.messages))) from None


class Changes(fields.List[Any]):
    """Changed cells. Where all are plainly in shape they are taken as they are, hundreds in no time."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> list[Any]:
        if isinstance(value, list) and all(map(_is_plain, value)):
            return value
        return super()._deserialize(value, attr, data, **more)


def _is_plain(change: Any) -> bool:
    """Whether a change has just a short section, row, column and value, of which the value may be empty."""
    if not isinstance(change, dict) or change.keys() != CHANGE:
        return False
    texts = change["section"], change["row"], change["column"], change["value"] or ""
    return all(isinstance(text, str) and len(text) <= PLAIN for text in texts) and all(texts[:3])


def _faults(messages: Any, where: str = "") -> Iterator[Finding]:
    if isinstance(messages, dict):
        for key, inside in messages.items():
            yield from _faults(inside, where if key == "_schema" else path_to(where, key))
    else:
        for message in messages:
            yield Finding("request.shape", where=where, facts={"error": str(message)})


def _read_json() -> Any:
    """The JSON value in the request's body; texts that no database can hold are refused."""
    if request.mimetype != "application/json":
        raise UnsupportedMediaType
    sent = request.get_data()
    data, findings = read_json(sent)
    if b"\\u" in sent:  # nothing else brings in what cannot be kept
        findings += [Finding("request.text", where=where) for where in _unkept(data)]
    if findings:
        raise Invalid(findings)
    return data


def _unkept(value: Any, where: str = "") -> Iterator[str]:
    match value:
        case str():
            if not _can_keep(value):
                yield where
        case dict():
            for key, item in value.items():
                yield from _unkept(item, path_to(where, key)) if _can_keep(key) else [where]
        case list():
            for index, item in enumerate(value):
                yield from _unkept(item, path_to(where, index))


def _can_keep(text: str) -> bool:
    """PostgreSQL keeps no NUL, and no database half a Unicode character."""
    return "\0" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)
