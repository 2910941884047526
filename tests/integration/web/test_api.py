"""The gates of the JSON interface: who may come in, what is in shape; whatever comes, nothing breaks."""

import json
import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agencies.store import read_tree
from agencies.tokens import AccessToken
from core import clock
from core.db import unit_of_work
from tests.builders import build, start_round
from tests.integration.web.programs import Program, programs
from web.api.openapi import OPERATIONS, Operation, document
from web.routing import ENDPOINTS


@pytest.fixture
def asking(app: Flask) -> Mapping[str, Program]:
    """Programs of a province with two communes and an open round."""
    with unit_of_work(app) as session:
        world = build(session, 2)
        start_round(session, world)
        tree = read_tree(session, clock.today())
        return programs(app, session, [tree[world.lead], *tree.children(world.lead)])


def test_only_a_good_token_comes_in(app: Flask, asking: Mapping[str, Program]) -> None:
    mine = asking["xa-c0001"]
    assert mine.get("/me")["login"] == "xa-c0001"
    for wrong in ("", "bieumau_x", "\0", "é", mine.token[:-1], mine.token.upper()):
        told = Program(mine.client, wrong).get("/me", status=401)
        assert (told["code"], told["title"]) == ("http.401", "Cần đăng nhập")
        assert "Authorization: Bearer" in told["detail"]
    answer = app.test_client().get("/api/v1/me", headers={"Authorization": "Basic eDp5"})
    wrong = 'Bearer realm="Bieumau", error="invalid_token"'
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, wrong)
    none = app.test_client().get("/api/v1/me")
    assert none.headers["WWW-Authenticate"] == 'Bearer realm="Bieumau"'
    assert Program(mine.client, "").get("/openapi.json")["openapi"] == "3.1.0"


@pytest.mark.parametrize("end", ["revoked", "over", "locked"])
def test_a_token_ends(app: Flask, asking: Mapping[str, Program], end: str) -> None:
    from agencies.accounts import Account
    from agencies.people import find_login
    from agencies.tokens import revoke_token

    mine, now = asking["xa-c0001"], clock.now()
    with unit_of_work(app) as session:
        account = find_login(session, "xa-c0001")
        token = session.query(AccessToken).filter_by(account_id=account).one()
        match end:
            case "revoked":
                revoke_token(session, account, token.id, actor="a", now=now)
                revoke_token(session, account, token.id, actor="a", now=now)
            case "over":
                token.valid_until = now - timedelta(seconds=1)
            case _:
                session.get_one(Account, account).locked_at = now
    mine.get("/me", status=401)
    assert asking["xa-c0002"].get("/me")["agency"] == "C0002"


def test_a_cookie_does_not_count(app: Flask, asking: Mapping[str, Program]) -> None:
    """Else another site could have a browser send a request that changes something."""
    from agencies.people import find_login
    from agencies.visits import begin_visit

    with unit_of_work(app) as session:
        visit = begin_visit(session, _account(session, find_login(session, "xa-c0001")), now=clock.now())
    client = app.test_client()
    with client.session_transaction() as browser:
        browser["_user_id"] = visit
    assert client.get("/account").status_code == 200
    assert client.get("/api/v1/me").status_code == 401


def _account(session: Any, account: int) -> Any:
    from agencies.accounts import Account

    return session.get_one(Account, account)


def test_one_agency_does_not_see_anothers(asking: Mapping[str, Program]) -> None:
    reports = {line["code"]: line["report"] for line in asking["xa-31-th"].get("/rounds/1/reports")}
    other = f"/reports/{reports['C0002']}"
    mine = asking["xa-c0001"]
    save = {"base": 0, "idempotency_key": "1", "changes": [change()]}
    mine.get(other, status=403)
    mine.get(f"{other}/trace?cell=A[I1;4]", status=403)
    for verb, body in (("save", save), ("submit", {}), ("accept", {}), ("return", {"reason": "x"})):
        mine.post(f"{other}/{verb}", body, status=403)
    mine.post("/rounds/1/consolidate", {}, status=403)
    mine.post("/templates", {}, status=403)
    mine.get("/jobs", status=403)
    job = asking["xa-31-th"].post("/rounds/1/consolidate", {}, status=202)["id"]
    mine.get(f"/jobs/{job}", status=403)
    assert asking["xa-31-th"].get(f"/jobs/{job}")["state"] == "pending"


def change(**more: Any) -> dict[str, Any]:
    return {"section": "A", "row": "I1", "column": "4", "value": "1"} | more


SHAPES: list[tuple[Any, set[str]]] = [
    ({}, {"base", "idempotency_key", "changes"}),
    ({"base": -1, "idempotency_key": "", "changes": []}, {"base", "idempotency_key", "changes"}),
    ({"base": "0", "idempotency_key": 1, "changes": [{}]}, {"base", "idempotency_key"}),
    ({"base": 0, "idempotency_key": "1", "changes": [change(value=1)]}, {"changes[0].value"}),
    ({"base": 0, "idempotency_key": "1", "changes": [change()], "more": 1}, {"more"}),
    ({"base": 0, "idempotency_key": "\0", "changes": [change()]}, {"idempotency_key"}),
    ({"base": 0, "idempotency_key": "1", "changes": [change(row="I|\ud800")]}, {"changes[0].row"}),
    ([], {""}),
    ("x", {""}),
]


def test_what_is_not_in_shape_is_told_with_its_place(asking: Mapping[str, Program]) -> None:
    for body, where in SHAPES:
        told = asking["xa-c0001"].post("/reports/2/save", body, status=400)
        assert where <= {finding["where"] for finding in told["findings"]}, told
        assert all(finding["message"] for finding in told["findings"])


BODIES: list[tuple[bytes, str, int]] = [
    (b"{" + b" " * 30_000_000 + b"}", "application/json", 413),
    (b"{}", "text/plain", 415),
    (b"base=0", "application/x-www-form-urlencoded", 415),
    (b"", "application/json", 400),
    (b'{"base": 0,', "application/json", 400),
    (b'{"base": 0, "base": 1}', "application/json", 400),
    (b"[" * 100_000, "application/json", 400),
    (b'{"base": NaN}', "application/json", 400),
    (b'{"base": 1e99999999999999999999}', "application/json", 400),
    (b'\xff\xfe{"base"', "application/json", 400),
]


def test_a_body_that_is_no_json(asking: Mapping[str, Program]) -> None:
    for data, kind, status in BODIES:
        sent = {"data": data, "content_type": kind}
        told = asking["xa-c0001"].ask("POST", "/reports/2/save", status=status, **sent)
        assert told["status"] == status
        assert told["detail"]


def test_numbers_in_addresses_have_an_end(asking: Mapping[str, Program]) -> None:
    for number in ("0", "9" * 18, "9" * 19, "9" * 400, "-1", "1.0", "x", "１"):
        asking["xa-31-th"].get(f"/reports/{number}", status=404)
    asking["xa-31-th"].get("/templates/%00", status=400)
    asking["xa-31-th"].get("/agencies?text=%00", status=400)


def test_the_document_tells_of_every_operation() -> None:
    told = document()
    ours = {name.partition(".")[2] for name in ENDPOINTS if name.startswith("api.")}
    described = {each["operationId"] for path in told["paths"].values() for each in path.values()}
    assert described == ours == {each.name for each in OPERATIONS}
    text = json.dumps(told)
    for name in set(re.findall(r'"#/components/schemas/(\w+)"', text)):
        assert told["components"]["schemas"][name]["properties"] is not None
    for path, operations in told["paths"].items():
        for each in operations.values():
            assert each["summary"].endswith(".")
            named = {given["name"] for given in each["parameters"] if given["in"] == "path"}
            assert named == set(re.findall(r"\{(\w+)\}", path))


def test_every_operation_tells_its_refusals_and_its_list() -> None:
    paths = document()["paths"]
    for each in OPERATIONS:
        address = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", each.rule)
        told = paths[address][each.method.lower()]
        assert told["summary"].endswith("."), each.rule
        statuses = {"default", str(each.status)} | (set() if each.is_open else {"401", "403"})
        assert statuses <= set(told["responses"]), each.rule
        for status, answer in told["responses"].items():
            kinds = set(answer["content"])
            assert kinds == ({each.kind} if status == str(each.status) else {"application/problem+json"})
        named = {parameter["name"] for parameter in told["parameters"] if parameter["in"] == "query"}
        assert ({"limit", "offset"} <= named) is each.is_paged


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.text(max_size=8), inside, max_size=3),
    max_leaves=6,
)
LIKELY: Mapping[str, list[Any]] = {
    "base": [0, 1, 10**30],
    "cell": ["A[I1;4]", "A[I|x;4]", "A[I1;99]", "A[;]", "[["],
    "changes": [[change()], [change(row="I|x"), change(row="I|y", value="-")], [change(section="Z")]],
    "clean_of": [1, 2, 10**30],
    "code": ["II.06a/VPCP/KSTT", "31", "C0001"],
    "column": ["4", "3", "13"],
    "due_at": ["2026-09-20T17:00:00+07:00", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"],
    "effective_from": ["2026-01-01", "0001-01-01", "9999-12-31"],
    "flow": ["direct", "tree"],
    "frequency": ["quarter", "daily", "custom", "nine_months"],
    "idempotency_key": ["1", "2"],
    "limit": [1, 0, 10**30],
    "move": ["accept", "return", "fly"],
    "level": ["commune", "x"],
    "offset": [0, 1, 10**9, -1],
    "on": ["2026-01-01", "0001-01-01", "9999-12-31"],
    "parent": ["31", "VN", "x"],
    "period": ["III/2026", "2026-09-15", "1/1/0001", "9T/2026", "31/12/9999", "1/1/1-1/1/9999"],
    "reason": ["thiếu", ""],
    "reports": [[1, 2], [2], [999], [10**30]],
    "scope": ["children", "level:commune", "level:commune:31", "codes:C0001", "codes:", "level:", ":"],
    "template": ["II.06a/VPCP/KSTT", "x"],
}


def value_of(name: str) -> st.SearchStrategy[Any]:
    return st.sampled_from(LIKELY[name]) | JUNK if name in LIKELY else JUNK


def like(shape: Any) -> st.SearchStrategy[dict[str, Any]]:
    """Data in the shape of a schema, more or less."""
    fields = shape().fields if shape else {}
    names = {name: value_of(name) for name in fields}
    required = {name: given for name, given in names.items() if fields[name].required}
    optional = {name: given for name, given in names.items() if not fields[name].required}
    return st.fixed_dictionaries(required, optional=optional)


def test_whatever_comes_nothing_breaks(asking: Mapping[str, Program], scale: Any) -> None:
    """Requests made from the schemas, in shape or out of it, by somebody with rights."""
    for each in OPERATIONS:
        try_out(each, asking["xa-31-th"], scale(25, 1_000))


def try_out(each: Operation, lead: Program, times: int) -> None:
    numbers = st.integers(0, 4) | st.integers()

    @settings(
        max_examples=times,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.data())
    def send(data: st.DataObject) -> None:
        address = re.sub(r"<int:\w+>", lambda _: str(data.draw(numbers)), each.rule)
        code = st.sampled_from(LIKELY["code"]) | st.text(st.characters(codec="utf-8"), max_size=10)
        address = re.sub(r"<[\w:]+>", lambda _: quote(data.draw(code), safe="/"), address)
        query = {name: str(value) for name, value in data.draw(like(each.query)).items()}
        if any("\ud800" <= letter <= "\udfff" for text in query.values() for letter in text):
            return  # no address can hold it
        body = data.draw(like(each.body) | JUNK) if each.body else None
        answer = lead.client.open(
            f"/api/v1{address}",
            method=each.method,
            query_string=query,
            headers={"Authorization": f"Bearer {lead.token}"},
            data=None if body is None else json.dumps(body),
            content_type="application/json" if each.body else None,
        )
        assert answer.status_code < 500, (address, query, body)
        if answer.status_code < 300:
            assert answer.mimetype == each.kind
        elif answer.status_code >= 400:
            assert answer.mimetype == "application/problem+json"
            json.loads(answer.data)

    send()
