"""What stands in a request, brought into shape: the first gate, before anything is looked up."""

from collections.abc import Iterator, Mapping
from typing import Any

from flask import request
from marshmallow import Schema, ValidationError
from werkzeug.exceptions import UnsupportedMediaType

from core.errors import Invalid
from engine.findings import Finding
from template_library.jsontext import path_to, read_json


def read_body(shape: Schema) -> Mapping[str, Any]:
    """The request's JSON in this shape; every fault with its place."""
    return in_shape(shape, _read_json())


def in_shape(shape: Schema, data: Any) -> Mapping[str, Any]:
    """The data of a request, or Invalid with a finding for each place that is not in shape."""
    try:
        return dict(shape.load(data))
    except ValidationError as error:
        raise Invalid(list(_faults(error.messages))) from None


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
    data, findings = read_json(request.get_data())
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
