"""Schedules in pages: planned before they are kept, kept, paused; only by who leads."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask

from core import clock
from core.db import unit_of_work
from runtime.rounds.schedules import open_due
from tests.browsers import PASSWORD, Browser
from tests.builders import build

ANSWERS = {
    "template": "II.06a/VPCP/KSTT",
    "frequency": "quarter",
    "windows": "decree_09",
    "opens": "1",
    "opens_at": "08:00",
    "scope": "children",
    "flow": "direct",
    "steps": "submit,accept",
    "due_commune": "2",
    "due_province": "5",
    "due_at": "17:00",
    "active_from": "01/01/2026",
}


@pytest.fixture
def lead(app: Flask) -> Iterator[Browser]:
    from agencies.accounts import demo_people
    from agencies.store import read_tree
    from tests.builders import SINCE

    with unit_of_work(app) as session:
        build(session, 2)
        nodes = [node for node in read_tree(session, SINCE) if node.code in ("31", "C0001")]
        demo_people(session, nodes, prefix="o", password=PASSWORD, now=clock.now())
    yield Browser(app, "o-31-th")


def test_a_schedule_from_its_preview_to_its_round(app: Flask, lead: Browser) -> None:
    assert "Chưa có lịch nào" in lead.get("/schedules/").text
    shown = lead.post("/schedules/new", **ANSWERS, do="preview")
    assert shown.status_code == 200 and shown.text.count("đã mở") == 0
    assert shown.text.count("17:00") >= 24  # twelve periods, two levels
    kept = lead.post("/schedules/new", **ANSWERS, do="save")
    assert kept.status_code == 302
    found = re.search(r"/schedules/(\d+)", kept.location)
    assert found
    with unit_of_work(app) as session:
        assert open_due(session, clock.now())
    assert "đã mở" in lead.get(found[0]).text
    assert lead.post(f"{found[0]}/pause", do="pause").status_code == 302
    assert "tạm dừng" in lead.get("/schedules/").text
    assert Browser(app, "o-c0001").post(f"{found[0]}/pause", do="resume").status_code == 403


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"due_province": "1"}, "không được sớm hơn"),
        ({"due_commune": "hai"}, "không phải số nguyên"),
        ({"opens_at": "25:00"}, "25:00"),
        ({"active_from": "hôm nay"}, "hôm nay"),
        ({"scope": "level:huyện:99"}, ""),
        ({"template": "KHÔNG CÓ"}, "KHÔNG CÓ"),
    ],
)
def test_faults_are_told_and_answers_stay(lead: Browser, wrong: dict[str, str], told: str) -> None:
    answer = lead.post("/schedules/new", **ANSWERS | wrong, do="save")
    assert answer.status_code in (404, 422) and told in answer.text
