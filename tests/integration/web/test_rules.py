"""The rules of a template in the browser: listed, tried while typed, looked into; of versions and drafts."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from core import clock
from core.db import unit_of_work
from core.jobs import run_pending_in_process
from runtime.filling.entry import Change, save
from runtime.models import Report
from template_library.fileformat import read_template
from template_library.shelf import seed_files
from template_library.versions import publish
from tests.browsers import SINCE, Browser, settle_people
from tests.builders import RIGHT

SEED = seed_files()["II.06a-VPCP-KSTT"]
CODE = "II.06a/VPCP/KSTT"
DESIGNER, COMMUNE = "o-31-th", "o-c1"


@pytest.fixture
def world(app: Flask) -> Iterator[Flask]:
    settle_people(app)
    with unit_of_work(app) as session:
        form, _ = read_template(SEED)
        assert form
        publish(session, form, actor="test", now=clock.now(), effective_from=SINCE)
    yield app


def ask(browser: Browser, text: str, cursor: int | None = None, **given: Any) -> TestResponse:
    address = given.pop("address", "/library/versions/1/rules/try")
    body = {"section": "A", "text": text, "cursor": len(text) if cursor is None else cursor} | given
    return browser.client.post(address, json=body, headers={"X-CSRFToken": browser.token()})


def test_rules_are_listed_in_words_and_found_without_marks(world: Flask) -> None:
    browser = Browser(world, COMMUNE)
    page = browser.get("/library/versions/1/rules").text
    assert "K4" in page and "phải bằng" in page
    found = browser.get("/library/versions/1/rules?q=K4").text
    assert "rule=K4" in found and "rule=K3" not in found
    assert "Không có quy tắc nào khớp" in browser.get("/library/versions/1/rules?q=zzz").text


def test_a_rule_is_told_while_it_is_typed(world: Flask) -> None:
    browser = Browser(world, COMMUNE)
    offered = ask(browser, "cột 3 = cột ").json
    assert offered and {"4", "13"} <= {offer["text"] for offer in offered["offers"]}
    assert all(offer["title"] for offer in offered["offers"] if offer["kind"] == "column")
    good = ask(browser, "cot 3 = cột 4").json
    assert good and good["faults"]
    good = ask(browser, "cột 3 >= cột 4").json
    assert good and not good["faults"] and good["targets"] > 1
    assert "phải lớn hơn hoặc bằng" in good["told"]["vi"] and "must be at least" in good["told"]["en"]
    assert good["text"] == "cột 3 >= cột 4"


def test_what_is_wrong_has_its_place_and_a_suggestion(world: Flask) -> None:
    answer = ask(Browser(world, COMMUNE), "cột 3 = cột 99").json
    assert answer
    [fault] = answer["faults"]
    assert "cột 3 = cột 99"[fault["start"] : fault["end"]] == "99"
    assert "99" in fault["message"]


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({"section": "nowhere"}, 404),
        ({"text": 5}, 400),
        ({"cursor": -1}, 400),
        ({"cursor": "1"}, 400),
        ({"text": "x" * 20_000}, 400),
        ({"text": "\0"}, 400),
        ({"text": "(" * 4_000}, 200),
        ({"text": "dòng 1 = " + "dòng 1 + " * 400 + "dòng 1", "cursor": 10**9}, 200),
        ({"address": "/library/versions/99/rules/try"}, 404),
        ({"address": "/library/rules/try?code=none"}, 403),
    ],
)
def test_odd_questions_are_answered(world: Flask, given: dict[str, Any], status: int) -> None:
    asked: dict[str, Any] = {"text": "cột 3", "cursor": 0} | given
    assert ask(Browser(world, COMMUNE), **asked).status_code == status


def test_a_rule_is_looked_into(world: Flask) -> None:
    browser = Browser(world, COMMUNE)
    page = browser.get("/library/versions/1/rules/one?section=A&rule=K4").text
    assert "Các ô được đọc" in page and "Quy tắc liên quan" in page and "0/0 báo cáo" in page
    form, _ = read_template(SEED)
    assert form
    example = next(each for each in form.examples if each.expect)
    rule = next(rule for rule in form.sections[0].rules if rule.code == example.expect[0])
    assert browser.get("/library/versions/1/rules/one").status_code == 404
    address = f"/library/versions/1/rules/one?section=A&rule={rule.code}&example={example.name}"
    told = browser.get(address).text
    assert "verdict-fail" in told and "Phần của quy tắc" in told


def test_failures_are_those_one_may_read(world: Flask) -> None:
    province = Browser(world, DESIGNER)
    opened = province.post(
        "/rounds/open", template=CODE, period="quarter-2026-3", due="31/12/2026", scope="children"
    )
    assert opened.status_code == 302
    with world.app_context():
        run_pending_in_process()
    with unit_of_work(world) as session:
        report_id = session.scalars(select(Report.id).where(Report.receiver_id.is_not(None))).first()
        assert report_id
        changes = [Change("A", "I1", column, value) for column, value in (RIGHT | {"9": "12"}).items()]
        now = clock.now()
        save(session, report_id, base=0, idempotency_key="12345678", changes=changes, actor="t", now=now)
    address = "/library/versions/1/rules/one?section=A&rule=K4"
    page = province.get(address).text
    assert "1/1 báo cáo" in page and f"report={report_id}" in page
    steps = province.get(f"{address}&report={report_id}").text
    assert "verdict-fail" in steps and "Chứng thực" in steps
    outside = Browser(world, "o-n1")
    assert "0/0 báo cáo" in outside.get(address).text
    assert outside.get(f"{address}&report={report_id}").status_code == 403
    assert province.get(f"{address}&report=999").status_code == 404


def test_drafts_are_the_designers(world: Flask) -> None:
    browser = Browser(world, DESIGNER)
    sent = browser.client.post(
        "/library/import",
        data={"csrf_token": browser.token(), "file": (BytesIO(SEED), "form.json")},
    )
    assert sent.status_code == 302
    page = browser.get(f"/library/rules?code={CODE}")
    assert page.status_code == 200 and "K4" in page.text
    one = browser.get(f"/library/rules/one?code={CODE}&section=A&rule=K4")
    assert one.status_code == 200 and "Các lần không đạt" not in one.text
    tried = ask(browser, "cột 3 >= cột 4", address=f"/library/rules/try?code={CODE}").json
    assert tried and tried["text"] == "cột 3 >= cột 4"
    for address in (f"/library/rules?code={CODE}", f"/library/rules/one?code={CODE}&section=A&rule=K4"):
        assert Browser(world, COMMUNE).get(address).status_code == 403
    assert browser.get("/library/rules?code=none").status_code == 404


@pytest.mark.parametrize(("lang", "told"), [("vi", "Từ khóa"), ("en", "Keywords")])
def test_the_reference_is_at_hand(world: Flask, lang: str, told: str) -> None:
    browser = Browser(world, COMMUNE)
    browser.post("/lang", lang=lang)
    page = browser.get("/help/language").text
    assert told in page and "tăng_trưởng" in page and "E_AMBIGUOUS" in page
    assert "/help/language" in browser.get("/library/versions/1/rules").text
