"""The shelf, opening a round, the board and the inbox, as a browser asks for them."""

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import select

from agencies.changing import close_agency
from agencies.importer import import_agencies
from agencies.store import read_tree
from core import clock
from core.db import unit_of_work
from core.jobs import Job, run_pending_in_process
from runtime.models import Report, Round
from template_library.fileformat import read_template
from template_library.shelf import seed_files
from template_library.versions import publish
from tests.browsers import SINCE, Browser, settle_people
from tests.integration.web.programs import Program
from tests.integration.web.test_queries import token_of
from tests.statements import counted

FORM = "II.06a/VPCP/KSTT"
SEED = seed_files()["II.06a-VPCP-KSTT"]
PROVINCE, COMMUNE, OUTSIDE = "o-31-th", "o-c1", "o-n1"
CHOSEN = {"template": FORM, "period": "quarter-2026-3", "due": "31/12/2026", "time": "17:00"}

BROKEN = [b"", b"\x89PNG\r\n\x1a\n", b"PK\x03\x04", b"[" * 100_000, b'{"format": 1}', b"\xff\xfe{}", b"null"]
BAD_ANSWERS: list[tuple[dict[str, str], str]] = [
    ({"template": "no such"}, "no such"),
    ({"period": "quarter-2026-9"}, "9/2026"),
    ({"period": "quarter-0000-1"}, ""),
    ({"period": "x"}, "Kỳ báo cáo"),
    ({"start": "31/2/2026"}, "31/2/2026"),
    ({"start": "5/5/2026", "end": "4/4/2026"}, "05"),
    ({"due": "mai"}, "mai"),
    ({"time": "25:99"}, "25:99"),
    ({"scope": "everyone"}, "everyone"),
    ({"scope": "codes"}, "Chưa chọn đơn vị nào"),
    ({"scope": "codes", "codes": "N1"}, "Xã Ngoài"),
    ({"scope": "codes", "codes": "?"}, "?"),
    ({"scope": "level:commune:01"}, "Xã Ngoài"),
    ({"scope": "level:x"}, ""),
    ({"period": "quarter-1990-1"}, ""),
    ({"template": "'\"<b>"}, "&lt;b&gt;"),
]


@pytest.fixture
def world(app: Flask) -> Iterator[Flask]:
    settle_people(app)
    with unit_of_work(app) as session:
        form, _ = read_template(SEED)
        assert form
        publish(session, form, actor="test", now=clock.now(), effective_from=SINCE)
    yield app


def opened(app: Flask, **changes: Any) -> int:
    """A round opened by the province, its reports handed out."""
    answer = Browser(app, PROVINCE).post("/rounds/open", **(CHOSEN | {"scope": "children"} | changes))
    assert answer.status_code == 302, answer.text
    with app.app_context():
        run_pending_in_process()
    return int(answer.headers["Location"].rpartition("/")[2])


def upload(data: bytes, name: str = "form.json") -> tuple[BytesIO, str]:
    return BytesIO(data), name


def test_a_file_is_brought_in_published_and_taken_out(world: Flask) -> None:
    browser = Browser(world, PROVINCE)
    own = SEED.replace(b"II.06a/VPCP/KSTT", b"II.06a/TP/KSTT")
    assert (
        browser.post("/library/import", file=upload(own)).headers["Location"]
        == "/library/drafts/II.06a/TP/KSTT"
    )
    assert "Bản nháp" in browser.get("/library/drafts/II.06a/TP/KSTT").text
    form = {"code": "II.06a/TP/KSTT", "effective_from": "1/7/2025"}
    assert "không phải là ngày" in browser.post("/library/publish", **(form | {"effective_from": "?"})).text
    address = browser.post("/library/publish", **form).headers["Location"]
    assert browser.get(address).status_code == 200
    file = browser.get(f"{address}/file")
    assert read_template(file.data)[0] == read_template(own)[0]
    assert 'filename="II.06a-TP-KSTT.v1.json"' in file.headers["Content-Disposition"]
    assert browser.get("/library/drafts/II.06a/TP/KSTT").status_code == 404


def test_a_draft_can_be_dropped(world: Flask) -> None:
    browser = Browser(world, PROVINCE)
    browser.post("/library/import", file=upload(SEED))
    assert browser.post("/library/publish", code=FORM, drop="1").status_code == 302
    assert browser.get(f"/library/drafts/{FORM}").status_code == 404
    assert browser.get("/library/?q=thu tuc").text.count("/library/versions/") >= 1


def test_broken_uploads_are_told(world: Flask) -> None:
    browser = Browser(world, PROVINCE)
    for data in BROKEN:
        answer = browser.post("/library/import", file=upload(data))
        assert answer.status_code == 422, data
        assert "Những chỗ cần sửa" in answer.text


def test_an_upload_of_30_mb_is_refused(world: Flask) -> None:
    kind = "multipart/form-data; boundary=x"
    answer = Browser(world, PROVINCE).client.post(
        "/library/import", data=b" " * 30_000_000, content_type=kind
    )
    assert answer.status_code == 413
    assert "Tệp quá lớn" in answer.text


def test_faulty_rules_are_shown_and_not_published(world: Flask) -> None:
    browser = Browser(world, PROVINCE)
    browser.post(
        "/library/import", file=upload(SEED.replace("cột 7 + cột 11".encode(), "cột 7 + cột 99".encode()))
    )
    page = browser.get(f"/library/drafts/{FORM}").text
    assert "99" in page and "Những chỗ cần sửa" in page and 'btn-primary" disabled' in page
    assert browser.post("/library/publish", code=FORM, effective_from="1/7/2025").status_code == 422


def test_the_steps_of_opening(world: Flask) -> None:
    browser = Browser(world, PROVINCE)
    assert FORM in browser.get("/rounds/open").text
    assert "Quý III/2026" in browser.get(f"/rounds/open?template={FORM}").text
    who = browser.get("/rounds/open?template=II.06a/VPCP/KSTT&period=quarter-2026-3&due=31/12/2026").text
    assert "Mọi đơn vị trực thuộc (2)" in who
    check = browser.get(
        f"/rounds/open?template={FORM}&period=quarter-2026-3&due=31/12/2026&scope=children"
    ).text
    assert "2 đơn vị" in check and "15/06/2026 – 14/09/2026" in check
    round_id = opened(world)
    check = browser.get(
        f"/rounds/open?template={FORM}&period=quarter-2026-3&due=31/12/2026&scope=children"
    ).text
    assert f'href="/rounds/{round_id}"' in check
    with unit_of_work(world, write=False) as session:
        assert len(session.scalars(select(Report)).all()) == 3
        due_at = session.get_one(Round, round_id).due_at
    assert due_at and due_at.isoformat() == "2026-12-31T10:00:00+00:00"


def test_bad_answers_are_told_and_open_nothing(world: Flask) -> None:
    browser = Browser(world, PROVINCE)
    for changes, told in BAD_ANSWERS:
        asked = CHOSEN | {"scope": "children"} | changes
        shown = browser.client.get("/rounds/open", query_string=asked)
        refused = browser.post("/rounds/open", **asked)
        assert (shown.status_code, refused.status_code) == (200, 422), changes
        for page in (shown.text, refused.text):
            assert told in page, changes
    with unit_of_work(world, write=False) as session:
        assert session.scalars(select(Round)).all() == []


def test_agencies_that_are_gone_are_named_and_left_out(world: Flask) -> None:
    with unit_of_work(world) as session:
        gone = read_tree(session, SINCE).with_code("C2").id
        close_agency(session, gone, on=date(2026, 8, 31), actor="test", now=clock.now())
    browser = Browser(world, PROVINCE)
    chosen: dict[str, Any] = {**CHOSEN, "scope": "codes", "codes": ["C1", "C2"]}
    refused = browser.post("/rounds/open", **chosen)
    assert refused.status_code == 422
    assert "C2" in refused.text and "Mở cho các đơn vị còn lại" in refused.text
    query = urlencode(chosen | {"without_gone": "1"}, doseq=True)
    checked = browser.get(f"/rounds/open?{query}").text
    assert "Xã Một" in checked and 'name="without_gone"' in checked
    assert browser.post("/rounds/open", **chosen, without_gone="1").status_code == 302
    with unit_of_work(world, write=False) as session:
        assert session.scalars(select(Round.scope)).one() == "codes:C1"


def test_rows_of_a_shared_form_are_taken_from_a_file(world: Flask) -> None:
    browser = Browser(world, PROVINCE)
    chosen: dict[str, Any] = {**CHOSEN, "scope": "rows", "tick": "C2; I2"}
    for content, told in (("Mã đơn vị;Các dòng\nC1;I1\n", "C1"), ("x", "Mã đơn vị")):
        file = (BytesIO(content.encode()), "phan-cong.csv")
        answer = browser.post("/rounds/open/rows", **chosen, file=file)
        assert answer.status_code == 200 and told in answer.text
    assert browser.post("/rounds/open/rows", **chosen).status_code == 200
    page = browser.post("/rounds/open/rows", **chosen, file=(BytesIO(b"Don vi,Dong\nC1,I1\n"), "a.csv")).text
    assert re.search(r'value="C1; A\[I1\]"[^>]* checked', page)
    assert re.search(r'value="C2; A\[I2\]"[^>]* checked', page)


def test_who_may_look_and_who_may_not(world: Flask) -> None:
    round_id = opened(world)
    assert Browser(world, COMMUNE).get(f"/rounds/{round_id}").status_code == 200
    outside = Browser(world, OUTSIDE)
    for address in (f"/rounds/{round_id}", f"/rounds/{round_id}/progress"):
        assert outside.get(address).status_code == 403
    assert outside.post(f"/rounds/{round_id}/consolidate").status_code == 403
    assert Browser(world, COMMUNE).get("/rounds/open").status_code == 403
    assert "Không có việc nào" in outside.get("/").text
    assert Browser(world, COMMUNE).get("/rounds/999").status_code == 404


def test_the_board_watches_its_work(world: Flask) -> None:
    browser = Browser(world, PROVINCE)
    answer = browser.post("/rounds/open", **CHOSEN, scope="children")
    address = answer.headers["Location"]
    waiting = browser.get(f"{address}/progress")
    assert "hx-get" in waiting.text and "HX-Refresh" not in waiting.headers
    assert browser.post(f"{address}/consolidate").status_code == 302
    with world.app_context():
        run_pending_in_process()
    assert browser.get(f"{address}/progress").headers["HX-Refresh"] == "true"
    for _ in range(2):  # an impatient finger
        assert browser.post(f"{address}/consolidate").status_code == 302
    with unit_of_work(world, write=False) as session:
        asked = select(Job).filter_by(function="runtime.consolidate", state="pending")
        assert len(session.scalars(asked).all()) == 1


def test_a_commune_sees_what_it_must_do(world: Flask) -> None:
    opened(world, due="1/1/2026")
    page = Browser(world, COMMUNE).get("/").text
    assert re.search(r"Quá hạn \d+ ngày", page)
    assert "/fill" in page and "Thành phố Hải Phòng" in page
    for query, found in (
        ("q=thu tuc", True),
        ("q=hai phong", True),
        ("q=zzz", False),
        ("list=repair", False),
    ):
        assert ("II.06a" in Browser(world, COMMUNE).get(f"/?{query}").text) is found
    assert "0/2" in Browser(world, PROVINCE).get("/").text


def test_queries_do_not_grow_with_the_communes(world: Flask) -> None:
    lines = "".join(f"commune,M{n},Xã {n},01\n" for n in range(40))
    with unit_of_work(world) as session:
        import_agencies(session, f"level,code,name,parent_code\n{lines}".encode(), valid_from=SINCE)
    numbers = {}
    for login in (PROVINCE, "o-01-th"):
        browser = Browser(world, login)
        address = browser.post("/rounds/open", **CHOSEN, scope="children").headers["Location"]
        with world.app_context():
            run_pending_in_process()
        for page in ("/", "/rounds/", address, "/library/"):
            browser.get(page)
            with counted() as sent:
                assert browser.get(page).status_code == 200
            numbers[login, "the board" if page == address else page] = len(sent)
    for login, page in list(numbers):
        assert numbers[login, page] == numbers[PROVINCE, page] <= 24


def test_problems_for_programs_and_for_people(world: Flask) -> None:
    browser = Browser(world, COMMUNE)
    told = browser.get("/rounds/open", Accept="application/json")
    assert told.headers["Content-Type"] == "application/problem+json"
    assert told.get_json() == told.get_json() | {"status": 403, "code": "access.refused", "findings": []}
    assert browser.get("/rounds/open", Accept="application/json").get_json()["detail"]
    assert "Phường" not in browser.get("/no/such").text and browser.get("/no/such").status_code == 404
    assert browser.client.delete("/").status_code in (400, 405)
    assert browser.client.post("/rounds/open").status_code == 400  # without the token of a page


def test_the_built_client_is_kept_for_ever_and_pages_are_not(world: Flask) -> None:
    browser = Browser(world, COMMUNE)
    page = browser.get("/", **{"Accept-Encoding": "gzip"})
    assert page.headers["Cache-Control"] == "no-store" and page.headers["Content-Encoding"] == "gzip"
    (script,) = re.findall(r'src="(/static/base-\w+\.js)"', browser.get("/").text)
    with browser.get(script, **{"Accept-Encoding": "br"}) as file:
        assert "immutable" in file.headers["Cache-Control"] and file.headers["Content-Encoding"] == "br"


def test_the_lead_unit_moves_the_deadline_closes_and_asks_again(world: Flask) -> None:
    round_id = opened(world)
    lead, unit = Browser(world, PROVINCE), Browser(world, COMMUNE)
    address = f"/rounds/{round_id}"
    assert "Đổi hạn nộp" in lead.get(address).text and "Hỏi lại lần nữa" not in lead.get(address).text
    assert "Đổi hạn nộp" not in unit.get(address).text
    for form, told in (
        ({"due": "32/1/2027", "reason": "bão"}, "không phải là ngày"),
        ({"due": "1/1/2020", "reason": "bão"}, "Hạn mới phải ở phía trước"),
        ({"due": "15/1/2027", "reason": " "}, "Hãy ghi lý do"),
    ):
        refused = lead.post(f"{address}/deadline", **form)
        assert (
            refused.status_code == 422
            and told in refused.text
            and '<details class="sheet" open>' in refused.text
        )
    assert unit.post(f"{address}/deadline", due="15/1/2027", reason="bão").status_code == 403
    assert (
        lead.post(f"{address}/deadline", due="15/1/2027", time="9h30", reason="bão số 5").status_code == 302
    )
    for page in (unit.get(address).text, unit.get("/").text):
        assert "09:30 15/01/2027" in page and "bão số 5" in page
    assert lead.post(f"{address}/ask_again").status_code == 409
    assert lead.post(f"{address}/close").status_code == 302
    assert "đã khóa" in unit.get("/rounds/").text
    assert FORM not in unit.get("/").text and "Đợt báo cáo đã khóa" in unit.get("/?list=done").text
    assert FORM not in lead.get("/").text and "Đã khóa" in lead.get("/?list=done").text
    with unit_of_work(world, write=False) as session:
        report = session.scalars(select(Report.id).where(Report.receiver_id.is_not(None))).first()
    assert "moves/submit" not in unit.get(f"/reports/{report}").text
    assert unit.post(f"/reports/{report}/moves/submit").status_code == 409
    assert lead.post(f"{address}/close").status_code == 409
    assert lead.post(f"{address}/consolidate").status_code == 409
    assert lead.post(f"{address}/reopen").status_code == 422
    assert lead.post(f"{address}/reopen", reason="thiếu hai xã").status_code == 302
    lead.post(f"{address}/close")
    again = lead.post(f"{address}/ask_again", due="20/2/2027")
    assert again.status_code == 302
    with world.app_context():
        run_pending_in_process()
    assert "lần 2" in lead.get(again.headers["Location"]).text
    assert unit.get("/").text.count(FORM) == 1  # the one asked before is closed


def test_figures_are_given_when_opening_also_into_locked_cells(world: Flask) -> None:
    with unit_of_work(world) as session:
        form, _ = read_template(seed_files()["KTXH-01"])
        assert form
        publish(session, form, actor="test", now=clock.now(), effective_from=SINCE)
    browser = Browser(world, PROVINCE)
    chosen = CHOSEN | {"template": "KTXH-01", "period": "month-2026-8", "scope": "children"}
    table = browser.client.get("/rounds/open/given.xlsx", query_string=chosen)
    assert [row[0].value for row in load_workbook(BytesIO(table.data)).worksheets[0]][1] == "C2"

    def file(*lines: str) -> tuple[BytesIO, str]:
        return upload("\n".join(("Mã đơn vị,Dòng,(1)", *lines)).encode(), "ke-hoach.csv")

    wrong = "C1,THU,nhiều", "N1,THU,5"
    told = browser.post("/rounds/open/given", **chosen, file=file(*wrong))
    assert told.status_code == 422 and "Dòng 2" in told.text and "N1" in told.text
    assert browser.post("/rounds/open", **chosen, file=file(*wrong)).status_code == 422
    assert "Tệp dùng được" in browser.post("/rounds/open/given", **chosen, file=file("C1,THU,500")).text
    with unit_of_work(world, write=False) as session:
        assert session.scalars(select(Round)).all() == []

    round_id = opened(world, **chosen, file=file("C1,THU,500"))
    lead, given = Program(world.test_client(), token_of(world, PROVINCE)), f"/rounds/{round_id}/given"
    reports = {line["code"]: line["report"] for line in lead.get(f"/rounds/{round_id}/reports")}

    def figure(code: str) -> str:
        with world.app_context():
            run_pending_in_process()
        shown: dict[str, Any] = lead.get(f"/reports/{reports[code]}")["figures"]
        return str(shown.get("A", {}).get("THU", {}).get("1", ""))

    def one(code: str, value: str) -> dict[str, str]:
        return {"agency": code, "cell": "A[THU;1]", "value": value}

    plan = figure("C1")
    assert Decimal(plan) == 500 and figure("C2") == ""
    assert lead.get(given) == [one("C1", plan)]
    answer = lead.post(given, {"figures": [one("C1", ""), one("C2", "7")]})
    assert (answer["new"], answer["freed"], answer["agencies"]) == (1, 1, 2)
    assert Decimal(figure("C2")) == 7
    for wrong_one in (one("N1", "7"), one("C1", "bảy"), one("C1", "7") | {"cell": "A[?;1]"}):
        lead.post(given, {"figures": [wrong_one]}, status=400)
