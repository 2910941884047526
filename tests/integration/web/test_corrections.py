"""Corrections, comments and complaints by the JSON interface and in pages, each by who may, nobody else."""

import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from agencies.people import find_login
from agencies.tokens import create_token
from core import clock
from core.db import unit_of_work
from core.jobs import run_pending_in_process
from runtime.filling.entry import Change, save
from runtime.flow.correction_models import Comment
from runtime.flow.workflow import move
from runtime.models import Journal
from runtime.periods import period_of
from runtime.totals.consolidate import request_consolidation
from tests.browsers import Browser, settle_people
from tests.builders import RIGHT
from tests.integration.web.test_fill import ask

CLERK, LEADER, PROVINCE, HEAD, STRANGER = "o-c1", "o-c1-ld", "o-31-th", "o-31-ld", "o-n1"
CELLS = [{"section": "A", "row": "I1", "column": column} for column in ("4", "8")]
NEW = [cell | {"value": value, "reason": "sót"} for cell, value in zip(CELLS, ("22", "12"), strict=True)]


@pytest.fixture
def reports(app: Flask) -> Iterator[Mapping[str, int]]:
    """Both communes accepted, the province's total handed on."""
    settle_people(app)
    made = ask(app, "II.06a-VPCP-KSTT", period_of("quarter", 2026, 3))
    who: dict[str, Any] = {"actor": "test", "now": clock.now()}
    with unit_of_work(app) as session:
        for code in ("C1", "C2"):
            changes = [Change("A", "I1", column, text) for column, text in RIGHT.items()]
            save(session, made[code], base=0, idempotency_key="one", changes=changes, **who)
            move(session, made[code], "submit", **who)
            move(session, made[code], "accept", **who)
        request_consolidation(session, made["round"], **who)
    with app.app_context():
        run_pending_in_process()
    with unit_of_work(app) as session:
        move(session, made["31"], "submit", **who)
    yield made


class Program:
    """A program that asks in somebody's name."""

    def __init__(self, app: Flask, login: str) -> None:
        with unit_of_work(app) as session:
            account = find_login(session, login)
            token = create_token(session, account, "t", days=1, actor=login, now=clock.now())
        self.client, self.headers = app.test_client(), {"Authorization": f"Bearer {token}"}

    def get(self, address: str) -> Any:
        answer = self.client.get(f"/api/v1{address}", headers=self.headers)
        assert answer.status_code == 200, answer.text
        return answer.json

    def post(self, address: str, **body: Any) -> TestResponse:
        return self.client.post(f"/api/v1{address}", json=body, headers=self.headers)


def test_a_correction_by_programs(app: Flask, reports: Mapping[str, int]) -> None:
    clerk, leader, province, head = (Program(app, login) for login in (CLERK, LEADER, PROVINCE, HEAD))
    asking = f"/reports/{reports['C1']}/corrections"
    assert Program(app, STRANGER).post(asking, cells=CELLS, reason="sai").status_code == 403
    asked = clerk.post(asking, cells=CELLS, reason="đếm sót")
    assert asked.status_code == 201 and asked.json
    address = f"/corrections/{asked.json['id']}"
    assert clerk.post(f"{address}/grant").status_code == 403
    assert clerk.post(f"{address}/fill", cells=NEW).status_code == 409  # not granted yet
    until = (clock.now() + timedelta(days=1)).isoformat()
    assert province.post(f"{address}/grant", until=until).status_code == 200
    assert province.get("/corrections")[0]["turn"] == "fill"
    refused = clerk.post(f"{address}/fill", cells=NEW[:1])
    assert refused.status_code == 400 and refused.json
    assert [finding["rule"] for finding in refused.json["findings"]] == ["K4"]
    assert clerk.post(f"{address}/fill", cells=NEW).status_code == 200
    assert clerk.post(f"{address}/approve").status_code == 403
    assert leader.post(f"{address}/approve").status_code == 200
    assert leader.post(f"{address}/approve").status_code == 409
    with app.app_context():
        run_pending_in_process()
    told = clerk.get(address)
    assert told["correction"]["state"] == "done"
    total = told["ripples"][0]
    cell = next(cell for cell in total["cells"] if cell["column"] == "4")
    assert cell | {"old": "40", "new": "42", "difference": "2", "percent": "5.00"} == cell
    assert province.post(f"/ripples/{total['id']}/sign").status_code == 403
    assert head.post(f"/ripples/{total['id']}/note").status_code == 409
    assert head.post(f"/ripples/{total['id']}/sign", note="đã xem").status_code == 200
    assert head.get("/ripples")[0]["state"] == "signed"
    assert head.get(f"/reports/{reports['31']}")["figures"]["A"]["I1"]["4"] == "42"
    assert province.post(f"/rounds/{reports['round']}/materiality", percent="0.5").status_code == 200
    assert clerk.post(f"/rounds/{reports['round']}/materiality", percent="50").status_code == 403


def test_a_faulty_delta_is_told_on_its_page_and_changes_nothing(
    app: Flask, reports: Mapping[str, int]
) -> None:
    clerk, province, report = Browser(app, CLERK), Browser(app, PROVINCE), reports["C1"]
    cells = ['["A", "I1", "4"]', '["A", "I1", "8"]']
    traced = clerk.get(f"/reports/{report}/trace?cell=A[I1;3]").text  # computed from cells that are typed
    link = re.search(r'href="(/reports/[0-9]+/corrections[^"]*)"', traced)
    assert link and clerk.get(unescape(link[1])).text.count("checked") == 3
    from_above = province.get(f"/reports/{report}/trace?cell=A[I1;4]").text
    assert "Đề nghị đính chính số này" in from_above
    assert "Đề nghị đính chính" not in province.get(f"/reports/{reports['31']}/trace?cell=A[I1;4]").text
    told = clerk.post(f"/reports/{report}/corrections", cell=cells, reason="")
    assert told.status_code == 422 and "checked" in told.text
    address = clerk.post(f"/reports/{report}/corrections", cell=cells, reason="sót").location
    assert province.post(f"{address}/grant", until="1/1/2020").status_code == 422
    assert province.post(f"{address}/grant", until="31/12/2099").status_code == 302
    with unit_of_work(app, write=False) as session:
        before = session.scalar(select(func.count()).select_from(Journal))
    told = clerk.post(f"{address}/fill", **{"new-0": "22", "reason-0": "sót", "new-1": "10"})
    assert told.status_code == 422 and "[K4]" in told.text and 'value="22"' in told.text
    given_back = Browser(app, LEADER).post(f"{address}/give_back", reason="xem lại")
    assert given_back.status_code == 409  # nothing was sent to him
    with unit_of_work(app, write=False) as session:
        assert session.scalar(select(func.count()).select_from(Journal)) == before


def test_threads_are_answered_in_place_and_counted_until_they_are_read(
    app: Flask, reports: Mapping[str, int]
) -> None:
    clerk, province, report = Browser(app, CLERK), Browser(app, PROVINCE), reports["C1"]
    address = f"/reports/{report}/comments"
    key = '["A", "I1", "4"]'
    assert province.post(address, cell=key, text="Vì sao tăng?").status_code == 302
    assert "1 ý kiến chưa đọc" in clerk.get("/").text
    assert "ý kiến chưa đọc" not in province.get("/").text
    page = clerk.get(address).text
    assert "Vì sao tăng?" in page and 'name="last" value="1"' in page
    assert clerk.post(f"{address}/seen", last="1").status_code == 200
    assert "ý kiến chưa đọc" not in clerk.get("/").text
    assert clerk.post(address, thread="1", text="Nhiều hồ sơ khai sinh.").status_code == 302
    assert "2 ý kiến chưa đọc" in Browser(app, HEAD).get("/").text
    assert " is-asked" in clerk.get(f"/reports/{report}").text
    assert clerk.post(f"{address}/resolve", thread="1", resolved="yes").status_code == 302
    assert " is-asked" not in clerk.get(f"/reports/{report}").text
    assert clerk.post(f"{address}/resolve", thread="1", resolved="yes").status_code == 409
    assert province.post(address, thread="1", text="Còn một điều nữa").status_code == 302
    threads = Program(app, CLERK).get(address)
    kinds = [said["kind"] for said in threads[0]["said"]]
    assert kinds == ["said", "said", "resolved", "reopened", "said"]
    assert threads[0]["cell"] == CELLS[0] and not threads[0]["resolved"]
    for form in ({"text": " "}, {"text": "x", "cell": "[1]"}, {"text": "x", "cell": '["A","I1","z"]'}):
        assert province.post(address, **form).status_code == 400
    assert province.post(address, text="x", thread="77").status_code == 404
    assert Browser(app, STRANGER).post(address, text="x").status_code == 403
    with unit_of_work(app, write=False) as session:
        assert session.scalar(select(func.count()).select_from(Comment)) == 5


def test_the_head_of_the_agency_answers_complaints(app: Flask, reports: Mapping[str, int]) -> None:
    report, leader = reports["C1"], Browser(app, LEADER)
    address, day = f"/reports/{report}/complaints", clock.today() + timedelta(days=10)
    clerk, province = Browser(app, CLERK), Browser(app, PROVINCE)
    assert province.post(address, text="Số này sai", answer_by="1/1/2020").status_code == 400
    assert province.post(address, text="Số này sai", answer_by=day.isoformat()).status_code == 302
    assert "1 kiến nghị chờ trả lời" in leader.get("/").text
    assert "Số này sai" in leader.get("/corrections").text
    for other in (clerk, province):
        assert other.post(f"{address}/answer", complaint="1", text="đúng").status_code == 403
    assert leader.post(f"{address}/answer", complaint="1", text="Đã kiểm tra, đúng").status_code == 302
    assert leader.post(f"{address}/answer", complaint="1", text="lần nữa").status_code == 409
    told = Program(app, PROVINCE).get(address)[0]
    assert (told["answer"], told["answered_by"]) == ("Đã kiểm tra, đúng", LEADER)
    assert "kiến nghị chờ" not in leader.get("/").text
