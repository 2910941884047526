"""Schedules in pages: planned before they are kept, kept, paused; only by who leads."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask

from agencies.store import read_tree
from core import clock
from core.db import unit_of_work
from runtime.rounds.schedules import open_due
from tests.browsers import PASSWORD, Browser
from tests.builders import SINCE, build
from tests.integration.web.programs import programs

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

    with unit_of_work(app) as session:
        build(session, 2)
        nodes = [node for node in read_tree(session, SINCE) if node.code in ("31", "C0001")]
        demo_people(session, nodes, prefix="o", password=PASSWORD, now=clock.now())
    yield Browser(app, "o-31-th")


def test_a_schedule_from_its_preview_to_its_round(app: Flask, lead: Browser) -> None:
    assert "Chưa có lịch nào" in lead.get("/schedules/").text
    shown = lead.post("/schedules/new", **ANSWERS, do="preview")
    assert shown.status_code == 200 and shown.text.count(">đã mở<") == 0
    assert shown.text.count("17:00") >= 24  # twelve periods, two levels
    assert 'name="version-2027-1"' in shown.text and "giao từng cấp" in shown.text
    named = ANSWERS | {"flow": "levels", "version-2027-1": "1"}
    assert (
        "không có phiên bản số 8"
        in lead.post("/schedules/new", **named | {"version-2027-1": "8"}, do="save").text
    )
    kept = lead.post("/schedules/new", **named, do="save")
    assert kept.status_code == 302
    assert re.search(r'name="version-2027-1"[^>]* value="1"', lead.get(kept.location).text)
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


def test_a_program_keeps_schedules(app: Flask) -> None:
    with unit_of_work(app) as session:
        world = build(session, 2)
        tree = read_tree(session, SINCE)
        asking = programs(app, session, [tree[world.lead], tree.with_code("C0001")])
    lead, other = asking["xa-31-th"], asking["xa-c0001"]
    said = {
        "template": "II.06a/VPCP/KSTT",
        "frequency": "quarter",
        "opens_at": "08:00",
        "due": {"commune": 2, "province": 5},
        "due_at": "17:00",
        "due_times": {"commune": "11:30"},
        "steps": "submit,accept",
        "flow": "levels",
        "active_from": "2026-01-01",
        "own": {"2098-1": {"end": None, "opens_at": "2098-03-15T01:00:00+00:00", "due": {}}},
        "versions": {"2027-1": 1},
    }
    assert lead.get("/schedules") == []
    assert [each["version"] for each in lead.ask("POST", "/schedules/preview", said)[-2:]] == [1, 1]
    crossed = said | {"due": {"commune": 5, "province": 2}}
    told = lead.ask("POST", "/schedules/preview", crossed, status=400)
    assert told["findings"][0]["code"] == "schedule.crossed"
    lead.ask("POST", "/schedules", said | {"own": {"0000-1": {}}}, status=400)
    made = lead.ask("POST", "/schedules", said, status=201)
    assert said.items() <= made.items() and not made["paused"]
    address = f"/schedules/{made['id']}"
    assert lead.get("/schedules") == [lead.get(address)] == [made]
    with unit_of_work(app) as session:
        assert open_due(session, clock.now())
    periods = lead.get(f"{address}/periods")
    assert [bool(each["round"]) for each in periods[:3]] == [True, True, False]
    commune, province = (periods[-1]["deadlines"][level] for level in ("commune", "province"))
    assert commune < province and "T11:30:00+07:00" in commune
    assert lead.ask("POST", address, said | {"missing": "block"})["missing"] == "block"
    assert lead.ask("POST", f"{address}/pause")["paused"]
    assert not lead.ask("POST", f"{address}/resume")["paused"]
    other.ask("GET", address, status=403)
    other.ask("POST", f"{address}/pause", status=403)
    assert other.get("/schedules") == []
