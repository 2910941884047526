"""An operation of the JSON interface: its shapes around a view, and its place in the OpenAPI document.

    @operation("/rounds/<int:round_id>/consolidate", "POST", action="round.consolidate",
               subject=subject_of_round, body=Consolidating, answer=Job, status=202)
    def consolidate(session, actor, now, round_id, body): ...

Rights are those of `web.routing.endpoint`. Every operation is described from the same schemas that guard it.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import wraps
from http import HTTPStatus
from importlib.metadata import version
from typing import Any, TypeVar
from urllib.parse import urlencode

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from flask import Blueprint, Response, json, request
from flask.typing import ResponseReturnValue
from marshmallow import Schema
from marshmallow.fields import List

from agencies.access import Subject, allowed
from web.api import schemas
from web.bodies import in_shape, read_body
from web.rights import TABLE
from web.routing import FindSubject, endpoint
from web.security import csrf

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")
csrf.exempt(blueprint)  # nobody is signed in here by a cookie
Asked = TypeVar("Asked", bound=Callable[..., Any])
PAGING = ("limit", "offset")
BINARY = {"type": "string", "format": "binary"}
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
    kind: str
    takes: str
    action: str

    @property
    def is_open(self) -> bool:
        """Whether a token is not asked for."""
        return allowed(TABLE, None, self.action, Subject())

    @property
    def is_paged(self) -> bool:
        """Whether it answers with a part of a list."""
        return self.many and self.method == "GET"


Data = Mapping[str, Any]
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
    summary: str = "",
    kind: str = "application/json",
    takes: str = "",
) -> Callable[[Asked], Asked]:
    """Register a view that takes its `query` and `body` in their shapes and returns what `answer` shows.

    Without `answer` the view returns a JSON value, which goes out as it is, or a response of a `kind`. What a
    client sends in a type that it `takes` beside JSON the view reads itself. A list that is read goes out in
    parts. The summary is the view's docstring where none is given.
    """

    def register(view: Asked) -> Asked:
        @wraps(view)
        def answered(*asked: Any, **arguments: Any) -> ResponseReturnValue:
            given = _given(query)
            if told.is_paged:
                part = in_shape(schemas.Paging(), {name: given.pop(name) for name in PAGING if name in given})
            if query:
                arguments["query"] = in_shape(query(), given)
            if body:
                arguments["body"] = read_body(body())
            found = view(*asked, **arguments)
            if isinstance(found, Response):
                return found
            headers: Mapping[str, str] = {}
            if told.is_paged:
                found, headers = _part(found, part)
            data = answer(many=many).dump(found) if answer else found
            text = json.dumps(data, ensure_ascii=False)
            return Response(text, status, headers, mimetype="application/json")

        answered.__name__ = name or view.__name__
        words, named = summary or (view.__doc__ or "").strip(), answered.__name__
        told = Operation(rule, method, named, words, query, body, answer, many, status, kind, takes, action)
        OPERATIONS.append(told)
        endpoint(blueprint, rule, action=action, methods=[method], subject=subject, write=write)(answered)
        return view

    return register


def on(thing: str, subject: FindSubject) -> Callable[..., Callable[[Asked], Asked]]:
    """Operations on one thing: `of_round = on("/rounds/<int:round_id>", subject_of_round)`.

    `@of_round("/join", "POST", action="round.join", …)` is below its address and asks how one stands to it.
    """

    def below(rest: str, method: str = "GET", **told: Any) -> Callable[[Asked], Asked]:
        return operation(f"{thing}{rest}", method, subject=subject, **told)

    return below


def _given(query: type[Schema] | None) -> dict[str, Any]:
    """What stands in the address; a name that may stand there more than once, as a list."""
    lists = {name for name, field in query().fields.items() if isinstance(field, List)} if query else set()
    return {name: values if name in lists else values[-1] for name, values in request.args.lists()}


def _part(found: Sequence[Any], part: Data) -> tuple[Sequence[Any], Mapping[str, str]]:
    """The part that was asked for, and where the list goes on."""
    end = part["offset"] + part["limit"]
    headers = {"X-Total-Count": str(len(found))}
    if end < len(found):
        asked = request.args.to_dict(flat=False) | {"limit": [part["limit"]], "offset": [end]}
        headers["Link"] = f'<{request.path}?{urlencode(asked, doseq=True)}>; rel="next"'
    return found[part["offset"] : end], headers


@blueprint.after_request
def _say_how_to_sign_in(response: Response) -> Response:
    """As RFC 6750 has it: a token that opens nothing is told apart from none."""
    if response.status_code == 401:
        wrong = ', error="invalid_token"' if request.authorization else ""
        response.headers["WWW-Authenticate"] = f'Bearer realm="Bieumau"{wrong}'
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
            "tags": [each.rule.split("/")[1].partition(".")[0]],
            "parameters": [*parameters, *_in_query(each)],
            "responses": {str(each.status): _success(each), **_refusals(each)},
        }
        if each.is_open:
            described["security"] = []
        if each.body:
            described["requestBody"] = {"required": True, **_content("", each.body)}
            del described["requestBody"]["description"]
        if each.takes:
            described["requestBody"] = {"required": True, "content": {each.takes: {"schema": BINARY}}}
        spec.path(path=path, operations={each.method.lower(): described})
    return spec.to_dict()


def _content(description: str, schema: Any, kind: str = "application/json") -> dict[str, Any]:
    return {"description": description, "content": {kind: {"schema": schema}}}


def _success(each: Operation) -> dict[str, Any]:
    """What a good answer is."""
    described = _content("OK", _answer(each), each.kind)
    if each.is_paged:
        count = {"description": "How long the whole list is", "schema": {"type": "integer"}}
        link = {"description": "Where the list goes on", "schema": {"type": "string"}}
        described["headers"] = {"X-Total-Count": count, "Link": link}
    return described


def _refusals(each: Operation) -> dict[str, Any]:
    """Every status a refusal can have, and why."""
    named = "<" in each.rule
    able = {
        400: bool(each.query or each.body or each.is_paged),
        401: not each.is_open,
        403: not each.is_open,
        404: named or each.method == "POST",
        409: each.method == "POST",
        413: bool(each.body or each.takes),
        415: each.body is not None,
    }
    codes = [str(code) for code, can in able.items() if can]
    return {code: _problem(HTTPStatus(int(code)).phrase) for code in codes} | {"default": _problem("Problem")}


def _problem(description: str) -> dict[str, Any]:
    return _content(description, schemas.Problem, "application/problem+json")


def _in_query(each: Operation) -> list[dict[str, Any]]:
    shapes = [each.query, schemas.Paging if each.is_paged else None]
    return [{"in": "query", "schema": shape} for shape in shapes if shape]


def _answer(each: Operation) -> Any:
    if each.kind != "application/json":
        return BINARY
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
