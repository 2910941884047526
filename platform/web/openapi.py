"""An operation of the JSON interface: its shapes around a view, and its place in the OpenAPI document.

    @operation("/rounds/<int:round_id>/consolidate", "POST", action="round.consolidate",
               subject=subject_of_round, body=Consolidating, answer=Job, status=202)
    def consolidate(session, actor, now, round_id, body): ...

Rights are those of `web.routing.endpoint`. Every operation is described from the same schemas that guard it.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from importlib.metadata import version
from typing import Any, TypeVar

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from flask import Blueprint, Response, json, request
from flask.typing import ResponseReturnValue
from marshmallow import Schema

from web import schemas
from web.bodies import in_shape, read_body
from web.routing import FindSubject, endpoint
from web.security import csrf

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")
csrf.exempt(blueprint)  # nobody is signed in here by a cookie
Asked = TypeVar("Asked", bound=Callable[..., Any])
PARAMETER = re.compile(r"<(?:(\w+):)?(\w+)>")


@dataclass(frozen=True)
class Operation:
    """What the document says of one address and method."""

    rule: str
    method: str
    name: str
    summary: str
    query: type[Schema] | None
    body: type[Schema] | None
    answer: type[Schema] | None
    many: bool
    status: int


OPERATIONS: list[Operation] = []


def operation(
    rule: str,
    method: str = "GET",
    *,
    action: str,
    subject: FindSubject | None = None,
    query: type[Schema] | None = None,
    body: type[Schema] | None = None,
    answer: type[Schema] | None = None,
    many: bool = False,
    status: int = 200,
    write: bool | None = None,
    name: str = "",
) -> Callable[[Asked], Asked]:
    """Register a view that takes its `query` and `body` in their shapes and returns what `answer` shows.

    Without `answer` the view returns a JSON value, which goes out as it is.
    """

    def register(view: Asked) -> Asked:
        @wraps(view)
        def answered(*given: Any, **arguments: Any) -> ResponseReturnValue:
            if query:
                arguments["query"] = in_shape(query(), request.args.to_dict())
            if body:
                arguments["body"] = read_body(body())
            found = view(*given, **arguments)
            if isinstance(found, Response):
                return found
            told = answer(many=many).dump(found) if answer else found
            return Response(json.dumps(told, ensure_ascii=False), status, mimetype="application/json")

        answered.__name__ = name or view.__name__
        summary = (view.__doc__ or "").strip()
        told = Operation(rule, method, answered.__name__, summary, query, body, answer, many, status)
        OPERATIONS.append(told)
        endpoint(blueprint, rule, action=action, methods=[method], subject=subject, write=write)(answered)
        return view

    return register


@blueprint.after_request
def _say_how_to_sign_in(response: Response) -> Response:
    if response.status_code == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def document() -> Mapping[str, Any]:
    """The OpenAPI document of all operations."""
    spec = APISpec(
        title="Bieumau",
        version=version("bieumau"),
        openapi_version="3.1.0",
        plugins=[MarshmallowPlugin()],
        servers=[{"url": blueprint.url_prefix}],
        security=[{"token": []}],
    )
    spec.components.security_scheme("token", {"type": "http", "scheme": "bearer"})
    for each in OPERATIONS:
        path, parameters = _path(each.rule)
        described: dict[str, Any] = {
            "operationId": each.name,
            "summary": each.summary,
            "parameters": parameters,
            "responses": {str(each.status): _content("OK", _answer(each)), "default": PROBLEM},
        }
        if each.query:
            described["parameters"] = [*parameters, {"in": "query", "schema": each.query}]
        if each.body:
            described["requestBody"] = {"required": True, **_content("", each.body)}
            del described["requestBody"]["description"]
        spec.path(path=path, operations={each.method.lower(): described})
    return spec.to_dict()


def _content(description: str, schema: Any, kind: str = "application/json") -> dict[str, Any]:
    return {"description": description, "content": {kind: {"schema": schema}}}


PROBLEM = _content("Problem", schemas.Problem, "application/problem+json")


def _answer(each: Operation) -> Any:
    if each.answer is None:
        return {}
    return {"type": "array", "items": each.answer} if each.many else each.answer


def _path(rule: str) -> tuple[str, list[dict[str, Any]]]:
    parameters = [
        {
            "in": "path",
            "name": name,
            "required": True,
            "schema": {"type": "integer" if kind == "int" else "string"},
        }
        for kind, name in PARAMETER.findall(rule)
    ]
    return PARAMETER.sub(r"{\2}", rule), parameters
