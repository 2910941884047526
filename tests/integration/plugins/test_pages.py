"""Setting the gateway up, trying it out, telling people of a round: as browsers ask for it."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from agencies.attributes import DUTY_TELEPHONE, set_attribute
from agencies.store import read_tree
from core import clock
from core.audit import Audit
from core.db import unit_of_work
from core.jobs import run_pending_in_process
from template_library.fileformat import read_template
from template_library.shelf import seed_files
from template_library.versions import publish
from tests.browsers import SINCE, Browser, settle_people
from tests.integration.plugins.provider import SECRET, Provider, serving

PROVINCE, SYSTEM = "o-31-th", "sys-31"
ROUND = {"template": "II.06a/VPCP/KSTT", "period": "quarter-2026-3", "due": "31/12/2026", "scope": "children"}


@pytest.fixture
def provider() -> Iterator[Provider]:
    with serving() as provider:
        yield provider


@pytest.fixture
def world(app: Flask) -> Flask:
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], notice_secret=SECRET)
    settle_people(app)
    with unit_of_work(app) as session:
        form, _ = read_template(seed_files()["II.06a-VPCP-KSTT"])
        assert form
        publish(session, form, actor="test", now=clock.now(), effective_from=SINCE)
        agency, now = read_tree(session, SINCE).with_code("C1").id, clock.now()
        set_attribute(session, agency, DUTY_TELEPHONE, "0912345678", since=SINCE, actor="test", now=now)
    return app


def set_up(app: Flask, provider: Provider) -> Browser:
    browser = Browser(app, SYSTEM)
    assert keep(browser, provider.values()).status_code == 302
    return browser


def keep(browser: Browser, values: Mapping[str, str]) -> TestResponse:
    typed = {f"set-{name}": value for name, value in values.items()}
    return browser.post("/notices", channel="http_gateway", enabled="yes", **typed)


def test_an_administrator_sets_the_gateway_up(world: Flask, provider: Provider) -> None:
    browser = set_up(world, provider)
    page = browser.get("/notices").text
    assert provider.address in page and "đã đặt trong BIEUMAU_NOTICE_SECRET" in page
    assert SECRET not in page
    with unit_of_work(world, write=False) as session:
        assert session.scalars(select(Audit.actor).filter_by(action="notice.set")).all() == [SYSTEM]


def test_faulty_settings_come_back_as_typed(world: Flask, provider: Provider) -> None:
    browser = Browser(world, SYSTEM)
    answer = keep(browser, provider.values(address="http://sms.example/<b>"))
    assert answer.status_code == 422
    assert "phải bắt đầu bằng https://" in answer.text and "http://sms.example/&lt;b&gt;" in answer.text
    assert "http://sms.example" not in browser.get("/notices").text


@pytest.mark.parametrize(
    ("status", "body", "told"),
    [
        (200, '{"error": 0, "id": "m-77"}', "m-77"),
        (200, '{"error": -1, "message": "<b>no</b>"}', "&lt;b&gt;no&lt;/b&gt;"),
        (500, "oops", "Nhà cung cấp đang bận"),
        (0, "", "Không liên lạc được"),
    ],
)
def test_one_message_is_tried_and_the_answer_shown(
    world: Flask, provider: Provider, status: int, body: str, told: str
) -> None:
    browser = set_up(world, provider)
    provider.answer = lambda number: (status, body)
    answer = browser.post("/notices/test", channel="http_gateway", to="0987 654 321")
    assert answer.status_code == 200 and told in answer.text
    assert [each["to"] for each in provider.asked] == ["84987654321"]
    assert provider.keys == [f"Bearer {SECRET}"] and SECRET not in answer.text


@pytest.mark.parametrize("telephone", ["113", "x", "0912345678;1", "9" * 5_000])
def test_a_number_that_is_none_is_not_sent(world: Flask, provider: Provider, telephone: str) -> None:
    browser = set_up(world, provider)
    answer = browser.post("/notices/test", channel="http_gateway", to=telephone)
    assert answer.status_code == 200 and "không phải số điện thoại" in answer.text
    assert provider.asked == []


def test_a_channel_that_is_not_there(world: Flask) -> None:
    browser = Browser(world, SYSTEM)
    for address in ("/notices", "/notices/test"):
        assert browser.post(address, channel="pigeon", to="0912345678").status_code == 404
    assert browser.post("/notices/test", channel="http_gateway", to="0912345678").status_code == 422


def test_who_opens_a_round_has_the_agencies_told(world: Flask, provider: Provider) -> None:
    set_up(world, provider)
    browser = Browser(world, PROVINCE)
    check = browser.get("/rounds/open?" + "&".join(f"{name}={value}" for name, value in ROUND.items()))
    assert "1/2 đơn vị có số điện thoại" in check.text
    board = browser.post("/rounds/open", **ROUND, announce="yes").headers["Location"]
    with world.app_context():
        run_pending_in_process()
    assert "1 đã gửi, 0 đang chờ, 0 không gửi được" in browser.get(board).text
    receipts = browser.get(f"{board}/notices").text
    assert "Xã Một" in receipts and "0912345678" in receipts and "m1" in receipts
    assert "Xã Một" in Browser(world, SYSTEM).get("/notices").text
    commune = Browser(world, "o-c1")
    assert commune.get(f"{board}/notices").status_code == 403
    assert "đã gửi, " not in commune.get(board).text


def test_without_the_tick_or_a_channel_nobody_is_told(world: Flask, provider: Provider) -> None:
    browser = Browser(world, PROVINCE)
    address = "/rounds/open?" + "&".join(f"{name}={value}" for name, value in ROUND.items())
    assert "announce" not in browser.get(address).text
    set_up(world, provider)
    browser.post("/rounds/open", **ROUND)
    with world.app_context():
        run_pending_in_process()
    assert provider.asked == []
