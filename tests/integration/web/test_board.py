"""The board as it is watched: who opened his report, what each waits for, whom to ring up, whom to remind."""

from dataclasses import replace
from datetime import time
from io import BytesIO

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import select, update

from agencies.accounts import Account
from agencies.attributes import DUTY_TELEPHONE, set_attribute
from agencies.store import read_tree
from core import clock
from core.db import unit_of_work
from core.jobs import run_pending_in_process
from core.notify import Notice, set_channel
from runtime.filling.seen import ReportSeen
from runtime.models import Move, Report
from runtime.rounds.planning import Order
from runtime.rounds.schedules import save_schedule
from template_library.fileformat import read_template
from template_library.shelf import seed_files
from template_library.versions import publish
from tests.browsers import SINCE, Browser, settle_people
from tests.integration.plugins.provider import SECRET, Provider

ROUND = {"template": "II.06a/VPCP/KSTT", "period": "quarter-2026-3", "due": "31/12/2099", "scope": "children"}


@pytest.fixture
def board(app: Flask) -> str:
    """The address of a round over two communes; the first has a duty telephone, its clerk another."""
    settle_people(app)
    with unit_of_work(app) as session:
        form, _ = read_template(seed_files()["II.06a-VPCP-KSTT"])
        assert form
        publish(session, form, actor="test", now=clock.now(), effective_from=SINCE)
        agency, now = read_tree(session, SINCE).with_code("C1").id, clock.now()
        set_attribute(session, agency, DUTY_TELEPHONE, "0225 123 456", since=SINCE, actor="test", now=now)
        session.execute(update(Account).where(Account.login == "o-c1").values(telephone="0912345678"))
    answer = Browser(app, "o-31-th").post("/rounds/open", **ROUND)
    with app.app_context():
        run_pending_in_process()
    return answer.headers["Location"]


def report_at(app: Flask, code: str) -> int:
    with unit_of_work(app, write=False) as session:
        agency = read_tree(session, SINCE).with_code(code).id
        return session.scalars(select(Report.id).filter_by(agency_id=agency)).one()


def test_the_first_look_is_kept(app: Flask, board: str) -> None:
    lead, report = Browser(app, "o-31-th"), report_at(app, "C1")
    assert lead.get(f"/reports/{report}").status_code == 200
    unseen = lead.get(f"{board}?state=assigned").text
    assert "Xã Một" in unseen and "Xã Hai" in unseen
    for login in ("o-c1", "o-c1-ld", "o-c1"):
        Browser(app, login).get(f"/reports/{report}?view=print")
    with unit_of_work(app, write=False) as session:
        (look,) = session.scalars(select(ReportSeen))
        assert (look.report_id, look.actor) == (report, "o-c1")
    unseen = lead.get(f"{board}?state=assigned").text
    assert "Xã Một" not in unseen and "Xã Hai" in unseen
    assert "Cán bộ nhập liệu – Xã Một" in lead.get(board).text


def test_chosen_reports_get_time_by_one_action(app: Flask, board: str) -> None:
    lead, report, page = Browser(app, "o-31-th"), report_at(app, "C1"), f"{board}/extend"
    until = {"due": "31/01/2100", "time": "09:00", "reason": "bão"}
    assert lead.post(page, **until).status_code == 422
    assert Browser(app, "o-c1").post(page, report=str(report), **until).status_code == 403
    assert lead.post(page, report=str(report), **until).status_code == 302
    assert lead.post(page, all="yes", q="xa hai", **until).status_code == 302
    assert "Đã gia hạn 1 báo cáo." in lead.get(board).text
    with unit_of_work(app) as session:
        due = session.execute(select(Report.id, Report.due_at).where(Report.receiver_id.is_not(None)))
        assert {moment and f"{moment.astimezone(clock.VIETNAM):%d/%m/%Y %H:%M}" for _, moment in due} == {
            "31/01/2100 09:00"
        }
        session.execute(update(Report).where(Report.id == report).values(state="submitted"))
    lead.post(page, all="yes", report=str(report), due="1/2/2100", time="09:00", reason="bão")
    told = lead.get(board).text
    assert "Đã gia hạn 1 báo cáo." in told and "đã nộp" in told


def test_what_is_locked_is_marked_with_why(app: Flask, board: str) -> None:
    lead, report = Browser(app, "o-31-th"), report_at(app, "C1")
    assert "đang khóa" not in lead.get(board).text
    lead.post(f"/reports/{report}/terms/lock", reason="đang rà soát")
    page = lead.get(f"{board}?state=locked").text
    assert "Cán bộ tổng hợp – Thành phố Hải Phòng – đang rà soát" in page
    assert "Xã Một" in page and "Xã Hai" not in page
    with unit_of_work(app) as session:
        other = Report.id != report, Report.receiver_id.is_not(None)
        session.execute(update(Report).where(*other).values(locks_at=clock.now()))
    assert "hết thời hạn, tự khóa" in lead.get(f"{board}?state=locked&q=xa hai").text


def test_the_way_with_missing_children_is_changed_on_the_board(app: Flask, board: str) -> None:
    lead, page = Browser(app, "o-31-th"), f"{board}/missing"
    assert Browser(app, "o-c1").post(page, missing="block", reason="gấp").status_code == 403
    assert lead.post(page, missing="block", reason="").status_code == 422
    assert lead.post(page, missing="block", reason="gấp").status_code == 302
    told = lead.get(board).text
    assert "sang “không cho gửi khi còn thiếu” – gấp" in " ".join(told.split())
    assert '<option value="block" selected>' in told


def test_counts_are_told_when_they_change(app: Flask, board: str) -> None:
    lead = Browser(app, "o-31-th")
    page = lead.get(f"{board}/counts").text
    was = page.partition("was=")[2].partition('"')[0]
    assert lead.get(f"{board}/counts?was={was}").status_code == 204
    Browser(app, "o-c1").get(f"/reports/{report_at(app, 'C1')}/fill")
    assert lead.get(f"{board}/counts?was={was}").status_code == 200


ASKED = {
    "q=xa mot": {"Xã Một"},
    "step=submit": {"Xã Một", "Xã Hai"},
    "step=accept": set(),
    "level=commune&q=hai": {"Xã Hai"},
    "level=province": set(),
    "area=0": set(),
    "state=late": set(),
}


def test_the_board_shows_what_is_asked_for(app: Flask, board: str) -> None:
    lead = Browser(app, "o-31-th")
    for asked, there in ASKED.items():
        body = lead.get(f"{board}?{asked}").text.partition("<tbody>")[2]
        assert {name for name in ("Xã Một", "Xã Hai") if name in body} == there, asked


def test_the_call_list_has_the_telephones(app: Flask, board: str) -> None:
    lead = Browser(app, "o-31-th")
    page = lead.get(f"{board}/calls").text
    assert "0225 123 456" in page and "0912345678" in page and "Xã Hai" in page
    rows = load_workbook(BytesIO(lead.get(f"{board}/calls.xlsx?q=mot").data)).active
    assert rows is not None
    told = [[cell.value for cell in row] for row in rows.iter_rows(min_row=2)]
    assert len(told) == 1 and told[0][1] == "Xã Một" and told[0][5] == "0225 123 456"
    assert told[0][6] == "Cán bộ nhập liệu – Xã Một: 0912345678"
    assert Browser(app, "o-c1").get(f"{board}/calls").status_code == 403


def test_those_that_are_shown_are_reminded(app: Flask, board: str) -> None:
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], notice_secret=SECRET)
    with unit_of_work(app) as session:
        values = Provider("http://127.0.0.1:1").values()
        set_channel(session, "http_gateway", values, enabled=True, actor="sys", now=clock.now())
        session.execute(update(Account).where(Account.login == "o-c2").values(telephone="0987654321"))
    lead = Browser(app, "o-31-th")
    assert lead.post(f"{board}/remind", q="hai").status_code == 302
    with unit_of_work(app, write=False) as session:
        assert session.scalars(select(Notice.addressee)).all() == ["Xã Hai"]


def test_a_year_tells_what_was_in_time_and_what_is_to_come(app: Flask, board: str) -> None:
    report, now = report_at(app, "C1"), clock.now()
    commune = Browser(app, "o-c1")
    assert "Hạn nộp" in commune.get("/year?year=2026&standing=owed").text
    with unit_of_work(app) as session:
        session.add(Move(report_id=report, name="submit", revision=1, actor="o-c1", at=now))
        session.get_one(Report, report).state = "submitted"
        lead = read_tree(session, SINCE).with_code("31").id
        order = Order(
            template="II.06a/VPCP/KSTT",
            frequency="quarter",
            windows="calendar",
            opens=1,
            opens_at=time(8, 0),
            due={"commune": 5},
            due_at=time(17, 0),
            scope="codes:C1",
            flow="direct",
            steps="submit,accept",
            active_from=SINCE,
        )
        save_schedule(session, order, lead=lead, actor="o-31-th", now=now)
    page = commune.get("/year?year=2026&standing=in_time").text
    assert f"/reports/{report}" in page and "Tháng 9" in page
    ahead = commune.get(f"/year?year={now.year + 1}&standing=coming").text
    assert ahead.count("sắp tới") == 5 and "Tháng 12" in ahead  # the tile and four quarters
    assert "Tháng" not in Browser(app, "o-c2").get(f"/year?year={now.year + 1}").text
    assert commune.get("/year?year=x").status_code == 200
