"""One move with many reports, from the inbox and from the compilation sheet; long sheets in pages."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from agencies.accounts import Grant
from agencies.importer import import_agencies
from agencies.people import find_login
from agencies.tokens import create_token
from core import clock
from core.db import unit_of_work
from core.jobs import run_pending_in_process
from runtime.filling.entry import Change, save
from runtime.flow.issuing import read_issuing
from runtime.flow.workflow import move
from runtime.models import Report
from runtime.periods import period_of
from runtime.rounds.opening import open_round
from template_library.fileformat import read_template
from template_library.shelf import seed_files
from template_library.versions import publish
from tests.browsers import SINCE, Browser, account_id, settle_people
from tests.builders import RIGHT
from tests.integration.web.programs import Program

CLERK, LEADER, PROVINCE = "o-c1", "o-c1-ld", "o-31-th"


@pytest.fixture
def world(app: Flask) -> Iterator[Flask]:
    settle_people(app)
    yield app


def ask(app: Flask, number: int, steps: str) -> Mapping[str, int]:
    """A round of the province for a quarter: reports by agency code, the round under `round`."""
    from agencies.store import read_tree

    period = period_of("quarter", 2026, number)
    with unit_of_work(app) as session:
        form, _ = read_template(seed_files()["II.06a-VPCP-KSTT"])
        assert form
        version = publish(session, form, actor="test", now=clock.now(), effective_from=SINCE)
        tree = read_tree(session, period.end)
        asked: dict[str, Any] = {
            "version": version,
            "period": period,
            "lead": tree.with_code("31").id,
            "steps": steps,
        }
        due = clock.now() + timedelta(days=2, hours=3, minutes=1)
        made = open_round(session, **asked, due_at=due, actor="test", now=clock.now()).id
    with app.app_context():
        run_pending_in_process()
    with unit_of_work(app, write=False) as session:
        found = session.query(Report).filter_by(round_id=made)
        return {"round": made} | {tree[report.agency_id].code: report.id for report in found}


def fill(app: Flask, report: int, **more: str) -> None:
    changes = [Change("A", "I1", column, text) for column, text in (RIGHT | more).items()]
    with unit_of_work(app) as session:
        made: dict[str, Any] = {"actor": "test", "now": clock.now()}
        save(session, report, base=0, idempotency_key="a save of the test", changes=changes, **made)


def hand_in(app: Flask, report: int) -> None:
    fill(app, report)
    with unit_of_work(app) as session:
        move(session, report, "submit", actor="test", now=clock.now())


def states(app: Flask, *reports: int) -> list[str]:
    with unit_of_work(app, write=False) as session:
        return [session.get_one(Report, report).state for report in reports]


def test_a_leader_approves_many_from_the_inbox(world: Flask) -> None:
    first, second = (ask(world, number, "submit,approve,accept")["C1"] for number in (1, 3))
    clerk, leader = Browser(world, CLERK), Browser(world, LEADER)
    assert "còn 2 ngày 3 giờ" in clerk.get("/").text and "data-bulk" not in clerk.get("/").text
    for report in (first, second):
        hand_in(world, report)
    page = leader.get("/?list=approve").text
    assert page.count("data-report") == 2 and page.count('data-clean="yes"') == 2
    assert "data-report" not in clerk.get("/").text
    form: dict[str, Any] = {"move": "approve", "report": [first, second], "back": "/?list=approve"}
    assert clerk.post("/reports/moves", **form).status_code == 403
    assert leader.post("/reports/moves", **form).headers["Location"] == "/?list=approve"
    assert states(world, first, second) == ["approved", "approved"]
    assert "Chờ Thành phố Hải Phòng".lower() in leader.get("/").text.lower()
    leader.post("/reports/moves", **form)  # once more: each is told why not
    assert "0 báo cáo" in leader.get("/").text
    assert leader.post("/reports/moves", **(form | {"back": "//evil"})).headers["Location"] == "/"


def test_a_clerk_submits_and_numbers_many_at_once(world: Flask) -> None:
    """From the inbox as from a program: all without errors; numbers in sequence, none for who is refused."""
    with unit_of_work(world) as session:
        grant = {"valid_from": SINCE, "granted_by": "test"}
        session.add(Grant(account_id=account_id(world, CLERK), role="records_clerk", **grant))
    reports = [ask(world, number, "submit,approve,issue,accept")["C1"] for number in (1, 3, 2)]
    fill(world, reports[0])
    fill(world, reports[1])
    fill(world, reports[2], **{"4": "1"})  # an error
    clerk, leader = Browser(world, CLERK), Browser(world, LEADER)
    page = clerk.get("/").text
    assert "Chọn mọi báo cáo không lỗi" in page
    assert (page.count("data-report"), page.count('data-clean="yes"')) == (3, 2)
    clerk.post("/reports/moves", move="submit", report=reports, back="/")
    assert states(world, *reports) == ["submitted", "submitted", "entering"]
    with unit_of_work(world) as session:
        move(session, reports[0], "recall", actor=CLERK, now=clock.now())
        token = create_token(session, find_login(session, CLERK), "t", days=1, actor="t", now=clock.now())
    program = Program(world.test_client(), token)
    assert [
        each["report"] for each in program.post("/reports/moves", {"move": "submit", "clean_own": True})
    ] == [reports[0]]
    leader.post("/reports/moves", move="approve", report=reports[:2])
    chosen = "&".join(f"report={report}" for report in reports)
    form = clerk.get(f"/reports/issue?{chosen}").text
    assert "Số đầu tiên" in form and form.count('name="report"') == 2
    assert clerk.get("/reports/issue").status_code == 404
    paper = {"symbol": "BC-UBND", "place": "P", "position": "CHỦ TỊCH", "signer": "người ký"}
    many: dict[str, Any] = {
        "move": "issue",
        "report": [*reports[:2], reports[2]],
        "day": "22/11/2026",
        **paper,
    }
    assert clerk.post("/reports/moves", **many, number="x").status_code == 400
    assert clerk.post("/reports/moves", **many, number="099").status_code == 302
    assert states(world, *reports) == ["issued", "issued", "entering"]
    with unit_of_work(world, write=False) as session:
        documents = [read_issuing(session, report) for report in reports]
    assert [each and each.sign for each in documents] == ["099/BC-UBND", "100/BC-UBND", None]
    document = {**paper, "number": "7", "day": "2026-11-22"}
    told = program.post("/reports/moves", {"move": "issue", "reports": reports[:1], "document": document})
    assert told[0]["code"] == "report.closed.issued"
    for wrong in ({"move": "issue"}, {"move": "submit", "document": document}):
        program.post("/reports/moves", {"reports": reports[:1], **wrong}, status=400)


def test_a_wrong_state_never_lends_a_right_of_another(world: Flask) -> None:
    """A clerk may recall what was handed in, not what his leader approved."""
    report = ask(world, 1, "submit,approve,accept")["C1"]
    hand_in(world, report)
    Browser(world, LEADER).post("/reports/moves", move="approve", report=report)
    Browser(world, CLERK).post("/reports/moves", move="recall", report=report)
    assert states(world, report) == ["approved"]


def test_numbers_of_no_report(world: Flask) -> None:
    leader = Browser(world, LEADER)
    for report in ("9" * 30, "x", "-1", "²"):
        assert leader.post("/reports/moves", move="approve", report=report).status_code == 302
        assert leader.post("/reports/moves", move="approve", clean_of=report).status_code == 302
    assert leader.post("/reports/moves", move="approve", report="999").status_code == 404
    assert leader.post("/reports/moves", move="approve", clean_of="999").status_code == 302


def test_a_long_sheet_comes_in_pages_and_its_clean_reports_are_taken_in_at_once(world: Flask) -> None:
    lines = "".join(f"commune,M{n:03},Xã {n},31\n" for n in range(1, 221))
    with unit_of_work(world) as session:
        import_agencies(session, f"level,code,name,parent_code\n{lines}".encode(), valid_from=SINCE)
    reports = ask(world, 3, "submit,accept")
    chosen = [reports[code] for code in ("C1", "M003", "M210")]
    for report in chosen:
        hand_in(world, report)
    province, sheet = Browser(world, PROVINCE), f"/rounds/{reports['round']}/compilation"
    first, second = province.get(sheet).text, province.get(f"{sheet}?page=2").text
    assert "Trang 1/2, tất cả 222 dòng" in first and "Cộng 222 đơn vị" in first
    assert "Xã 210" in second and "Xã 210" not in first
    assert "Xã 210" in province.get(f"{sheet}?q=xa 210").text
    assert province.get(f"{sheet}?state=submitted").text.count("data-report") == 3
    assert province.get(f"{sheet}?page=99").status_code == province.get(f"{sheet}?page=²").status_code == 200
    assert "Tiếp nhận tất cả 3 báo cáo không lỗi" in first
    answer = province.post("/reports/moves", move="accept", clean_of=reports["round"], back=f"{sheet}?page=2")
    assert answer.headers["Location"] == f"{sheet}?page=2"
    assert states(world, *chosen) == ["accepted"] * 3
