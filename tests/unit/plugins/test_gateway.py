"""What goes to a provider and what its answer means, without a wire."""

import json
from collections.abc import Mapping
from urllib.parse import parse_qs, urlsplit

import pytest

from core.notices import Message
from plugins.gateway_answer import read_answer
from plugins.gateway_request import build_request, faults_of, normal_telephone
from plugins.http_gateway import SETTINGS, HttpGateway

NASTY = 'Sở "Nội vụ"\\\r\nX-Evil: 1&to=0\t{secret}%00 <b>'
MESSAGE = Message("round/1/opened/2", "0912 345 678", "round_opened", NASTY, {"agency": "Xã {text}"})
DEFAULTS = {setting.name: setting.default for setting in SETTINGS}


def values(**changes: str) -> Mapping[str, str]:
    return DEFAULTS | {"address": "https://sms.example/send"} | changes


def test_json_is_filled_in_its_texts_only() -> None:
    body = '{"to": ["{telephone}"], "n": 1, "data": {"text": "{text}", "who": "{agency}", "k": "{secret}"}}'
    request = build_request(values(body=body), "s3cret", MESSAGE)
    assert request and request.body and request.headers["Content-Type"].startswith("application/json")
    assert json.loads(request.body) == {
        "to": ["84912345678"],
        "n": 1,
        "data": {"text": NASTY, "who": "Xã {text}", "k": "s3cret"},
    }


def test_a_web_form_is_filled_in_its_fields_only() -> None:
    body = "to={telephone}&text={text}&id={request}"
    request = build_request(values(body=body, body_kind="form", telephone="0"), "", MESSAGE)
    assert request and request.body
    filled = parse_qs(request.body.decode())
    assert filled == {"to": ["0912345678"], "text": [NASTY], "id": ["round/1/opened/2"]}


def test_an_address_is_filled_behind_the_question_mark() -> None:
    address = "https://sms.example/send?to={telephone}&text={text}&t={template}"
    given = values(method="GET", address=address, templates="round_opened: 77\ntest: 1")
    request = build_request(given, "", MESSAGE)
    assert request and request.body is None
    assert urlsplit(request.address).netloc == "sms.example"
    assert parse_qs(urlsplit(request.address).query) == {
        "to": ["84912345678"],
        "text": [NASTY],
        "t": ["77"],
    }


def test_a_header_stays_one_line() -> None:
    given = values(headers="Authorization: Bearer {secret}\nX-Text: {text}")
    request = build_request(given, "s3cret", MESSAGE)
    assert request and request.headers["Authorization"] == "Bearer s3cret"
    assert "\n" not in request.headers["X-Text"] and "\r" not in request.headers["X-Text"]


def test_marks_may_be_dropped() -> None:
    message = Message("1", "0912345678", "test", "Đề nghị báo cáo quý III")
    request = build_request(values(marks="drop"), "", message)
    assert request and request.body and json.loads(request.body)["text"] == "De nghi bao cao quy III"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("0912 345 678", "84912345678"),
        ("+84 (912) 345-678", "84912345678"),
        ("84912345678", "84912345678"),
        ("0225.3842.123", "842253842123"),
        ("113", None),
        ("0912345678; 0", None),
        ("", None),
        ("０９１２３４５６７８", None),
    ],
)
def test_telephones(text: str, found: str | None) -> None:
    assert normal_telephone(text, "84") == found


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"address": ""}, "gateway.address"),
        ({"address": "sms.example/send"}, "gateway.address"),
        ({"address": "http://sms.example/send"}, "gateway.not_https"),
        ({"address": "file:///etc/passwd"}, "gateway.address"),
        ({"address": "ftp://sms.example/"}, "gateway.not_https"),
        ({"address": "https://{agency}.example/send"}, "gateway.address"),
        ({"address": "https://user:word@sms.example/send"}, "gateway.address"),
        ({"address": "https://sms.example/a b"}, "gateway.address"),
        ({"address": "https://[::1/send"}, "gateway.address"),
        ({"address": "https://sms.example:99999/"}, "gateway.address"),
        ({"headers": "Bad header"}, "gateway.header"),
        ({"headers": "X: a\x01"}, "gateway.header"),
        ({"body": '{"to": "{telephone}"'}, "gateway.body"),
        ({"body": "[" * 100_000 + "{telephone}"}, "gateway.body"),
        ({"body_kind": "xml"}, "gateway.body"),
        ({"body": '{"to": "{telephone}", "x": "{phone}"}'}, "gateway.place"),
        ({"body": '{"to": "0912"}'}, "gateway.no_telephone"),
        ({"headers": "A: {secret}"}, "gateway.no_secret"),
        ({"success": "error"}, "gateway.success"),
    ],
)
def test_faults_of_what_an_administrator_wrote(changes: dict[str, str], code: str) -> None:
    assert code in {finding.code for finding in faults_of(values(**changes), False)}


def test_what_is_in_order_has_no_fault() -> None:
    good = values(headers="Authorization: Bearer {secret}", success="error = 0", id_path="data.0.id")
    assert not list(faults_of(good, True))
    assert not list(faults_of(values(address="http://127.0.0.1:8000/x?t={telephone}", body="{}"), True))


@pytest.mark.parametrize(
    ("status", "body", "outcome", "told"),
    [
        (200, '{"error": 0, "data": [{"id": "m1"}]}', "sent", "m1"),
        (202, '{"error": 0, "data": [{"id": 12}]}', "sent", "12"),
        (200, '{"error": 0}', "sent", ""),
        (200, '{"error": -124}', "failed", ""),
        (200, "OK", "failed", ""),
        (200, "[" * 100_000, "failed", ""),
        (302, "", "failed", ""),
        (400, '{"error": 0}', "failed", ""),
        (408, "", "later", ""),
        (429, "", "later", ""),
        (500, "", "later", ""),
        (503, "\x00<html>", "later", ""),
    ],
)
def test_answers(status: int, body: str, outcome: str, told: str) -> None:
    given = values(success="error = 0", id_path="data.0.id")
    receipt = read_answer(given, "", status, body.encode())
    assert (receipt.outcome, receipt.provider_id, receipt.status) == (outcome, told, status)
    assert "\0" not in receipt.answer and len(receipt.answer) <= 500


def test_an_answer_that_repeats_the_secret_does_not_give_it_away() -> None:
    receipt = read_answer(values(), "s3cret", 400, b"no such key s3cret")
    assert receipt.answer == "no such key •••"


def test_this_machine_can_trust_a_provider() -> None:
    assert list(HttpGateway().self_test()) == []
