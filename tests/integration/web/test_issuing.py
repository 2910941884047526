"""The urgent road: a draft is published and given to everybody by one press, repaired by another."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from core import clock
from core.db import unit_of_work
from core.errors import NotFound
from core.jobs import run_pending_in_process
from engine.form import Form, Row, Rule
from runtime.filling.entry import Change, save
from runtime.models import Report, Round
from template_library.drafts import load_draft, save_draft
from template_library.fileformat import read_template
from template_library.shelf import seed_files
from template_library.versions import last_form
from tests.browsers import Browser, settle_people

FORM = "II.06a/VPCP/KSTT"
ISSUE, REPAIR = f"/designer/{FORM}/issue", f"/designer/{FORM}/repair"
DESIGNER = "o-31-th"
NOTE = "Chỉ tính đến 16 giờ <hôm nay>"
CHOSEN = {"scope": "children", "within": "45", "base": "1", "note": NOTE}


def seed() -> Form:
    form, _ = read_template(seed_files()["II.06a-VPCP-KSTT"])
    assert form
    return replace(form, examples=())


def draft(app: Flask, form: Form) -> None:
    with unit_of_work(app) as session:
        save_draft(session, form, base=0, actor="test", now=clock.now())


def with_rows(form: Form, *children: Row) -> Form:
    section = form.sections[0]
    first = replace(section.rows.items[0], children=children)
    return replace(form, sections=(replace(section, rows=replace(section.rows, items=(first,))),))


@pytest.fixture
def world(app: Flask) -> Iterator[Flask]:
    settle_people(app)
    draft(app, seed())
    yield app


def issue(app: Flask, base: str = "1") -> int:
    answer = Browser(app, DESIGNER).post(ISSUE, **(CHOSEN | {"base": base}))
    assert answer.status_code == 302, answer.text
    with app.app_context():
        run_pending_in_process()
    return int(answer.headers["Location"].rpartition("/")[2])


def type_in(app: Flask, report: int) -> None:
    with unit_of_work(app) as session:
        change = [Change("A", "I2", "4", "20")]
        save(session, report, base=0, idempotency_key="typed-in", changes=change, actor="c", now=clock.now())


def reports(app: Flask, round_id: int) -> list[Report]:
    with unit_of_work(app, write=False) as session:
        asked = select(Report).filter_by(round_id=round_id).where(Report.receiver_id.is_not(None))
        return list(session.scalars(asked.order_by(Report.id)))


def test_one_press_publishes_and_asks(world: Flask) -> None:
    page = Browser(world, DESIGNER).get(ISSUE).text
    assert "45 phút nữa" in page and "Mọi đơn vị trực thuộc (2)" in page
    before = clock.now()
    round_id = issue(world)
    with unit_of_work(world, write=False) as session:
        of = session.get_one(Round, round_id)
        assert (of.frequency, of.period_start, of.period_end) == ("once", clock.today(), clock.today())
        assert of.due_at and timedelta(minutes=43) < of.due_at - before < timedelta(minutes=46)
        with pytest.raises(NotFound):
            load_draft(session, FORM)
    assert [report.state for report in reports(world, round_id)] == ["assigned", "assigned"]
    first = reports(world, round_id)[0].id
    assert "Chỉ tính đến 16 giờ &lt;hôm nay&gt;" in Browser(world, "o-c1").get(f"/reports/{first}/fill").text
    assert Browser(world, DESIGNER).post(ISSUE, **CHOSEN).status_code == 409  # nothing is left to publish


def test_warnings_are_shown_and_not_in_the_way_errors_are(world: Flask) -> None:
    form = seed()
    section = form.sections[0]
    twice = Rule(id="K9", code="K9", text="cột 3 = cột 7 + cột 11", severity="warning")
    warned = replace(form, sections=(replace(section, rules=(*section.rules, twice)),))
    with unit_of_work(world) as session:
        save_draft(session, warned, base=1, actor="test", now=clock.now())
    page = Browser(world, DESIGNER).get(ISSUE).text
    assert "không cản việc ban hành" in page and "K9" in page
    assert Browser(world, DESIGNER).post(ISSUE, **CHOSEN).status_code == 422  # changed since it was looked at
    issue(world, base="2")

    broken = replace(form, sections=(replace(section, rules=(replace(twice, text="cột 99 = 1"),)),))
    draft(world, broken)
    browser = Browser(world, DESIGNER)
    assert "phải sửa trước khi ban hành" in browser.get(ISSUE).text
    assert browser.post(ISSUE, **CHOSEN).status_code == 422


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        ({"within": "at", "due": "1/1/2020", "time": "8:00"}, "2020"),
        ({"within": "at", "due": "mai"}, "mai"),
        ({"within": "at", "due": "1/1/2100", "time": "25:00"}, "25:00"),
        ({"scope": "codes"}, "Chưa chọn đơn vị nào"),
        ({"scope": "codes", "codes": "N1"}, "Xã Ngoài"),
        ({"scope": ""}, 'role="alert"'),
        ({"start": "5/5/2026", "end": "4/4/2026"}, "05"),
    ],
)
def test_a_wrong_answer_publishes_nothing(world: Flask, answers: dict[str, str], told: str) -> None:
    answer = Browser(world, DESIGNER).post(ISSUE, **(CHOSEN | answers))
    assert (answer.status_code, told in answer.text) == (422, True)
    with unit_of_work(world, write=False) as session:
        assert last_form(session, FORM) is None
        assert session.scalars(select(Round)).all() == []


def test_a_repair_reaches_open_reports_and_keeps_their_figures(world: Flask) -> None:
    round_id = issue(world)
    first, second = reports(world, round_id)
    type_in(world, first.id)
    children = seed().sections[0].rows.items[0].children
    new = Row(id="I9", code="I9", title="Lĩnh vực mới", ordinal="9")
    draft(world, with_rows(seed(), *children, new))
    browser = Browser(world, DESIGNER)
    assert "Ban hành bản sửa và đưa vào đợt này" in browser.get(ISSUE).text
    answer = browser.post(REPAIR, round=str(round_id), base="1")
    assert answer.headers["Location"] == f"/rounds/{round_id}"
    with world.app_context():
        run_pending_in_process()
    after = reports(world, round_id)
    assert {report.version_id for report in after} != {first.version_id}
    assert after[0].standing and after[0].standing["filled"] == 1
    assert "phiên bản khác của biểu" in browser.get(f"/rounds/{round_id}").text


def test_a_page_of_the_version_before_is_told_and_stores_nothing(world: Flask) -> None:
    round_id = issue(world)
    report = reports(world, round_id)[0]
    clerk = Browser(world, "o-c1")
    assert clerk.get(f"/reports/{report.id}/version").json == {"version": report.version_id}
    children = seed().sections[0].rows.items[0].children
    draft(world, with_rows(seed(), *children, Row(id="I9", code="I9", title="Mới", ordinal="9")))
    Browser(world, DESIGNER).post(REPAIR, round=str(round_id), base="1")
    with world.app_context():
        run_pending_in_process()
    body = {
        "base": 0,
        "idempotency_key": "typed-on-the-old-page",
        "version": report.version_id,
        "changes": [{"section": "A", "row": "I1", "column": "4", "value": "7"}],
    }

    def send() -> int:
        return clerk.client.post(
            f"/reports/{report.id}/save",
            data=json.dumps(body),
            content_type="application/json",
            headers={"X-CSRFToken": clerk.token(), "Accept": "application/json"},
        ).status_code

    assert send() == 409
    assert "Số đã nhập được giữ nguyên" in clerk.get(f"/reports/{report.id}/fill").text
    body["version"] = reports(world, round_id)[0].version_id
    assert send() == 200


def test_a_repair_that_takes_a_place_away_asks_where_figures_go(world: Flask) -> None:
    round_id = issue(world)
    type_in(world, reports(world, round_id)[0].id)
    first, second, *rest = seed().sections[0].rows.items[0].children
    draft(world, with_rows(seed(), first, replace(second, id="J2", code="J2", title="Hộ tịch mới"), *rest))
    browser = Browser(world, DESIGNER)
    answer = browser.post(REPAIR, round=str(round_id), base="1")
    assert answer.headers["Location"].startswith(f"/rounds/{round_id}/version?to=")
    page = browser.get(answer.headers["Location"]).text
    assert "(cất đi)" in page and "Hộ tịch mới" in page
    version = answer.headers["Location"].rpartition("=")[2]
    section = seed().sections[0].id
    done = browser.post(f"/rounds/{round_id}/version", to=version, became=f"{section}|rows|I2|J2")
    assert done.headers["Location"] == f"/rounds/{round_id}"
    with world.app_context():
        run_pending_in_process()
    after = reports(world, round_id)[0]
    assert after.version_id == int(version) and after.standing and after.standing["filled"] == 1
    assert "chuyển sang phiên bản mới của biểu" in browser.get(f"/reports/{after.id}").text
    assert browser.post(f"/rounds/{round_id}/version", to=version).status_code == 422
    assert browser.post(f"/rounds/{round_id}/version", to="x").status_code == 422


def test_what_is_asked_already_is_offered_and_taken_over(world: Flask) -> None:
    first, second, *rest = seed().sections[0].rows.items[0].children
    asked = with_rows(seed(), first, replace(second, indicator="NDC-01"), *rest)
    with unit_of_work(world) as session:
        save_draft(session, asked, base=1, actor="test", now=clock.now())
    other = replace(asked, header=replace(asked.header, code="CU"))
    draft(world, other)
    browser = Browser(world, DESIGNER)
    old = browser.post("/designer/CU/issue", **CHOSEN).headers["Location"].rpartition("/")[2]
    with world.app_context():
        run_pending_in_process()
    type_in(world, reports(world, int(old))[0].id)

    told = browser.get(f"/designer/{FORM}/asked?scope=children").text
    assert "Đã hỏi trong cùng kỳ" in told and f'name="take" value="{old}" checked' in told
    assert "/asked" in browser.get(ISSUE).text
    ahead = browser.get(f"/designer/{FORM}/asked").text  # in the publish dialog: the likely periods
    assert "× 2 đơn vị" in ahead and 'name="take"' not in ahead
    for beside in ("scope=codes", "scope=codes&codes=N1", "scope=children&start=mai"):
        answer = browser.get(f"/designer/{FORM}/asked?{beside}")
        assert (answer.status_code, answer.text.strip()) == (200, "")
    assert browser.post(ISSUE, **(CHOSEN | {"base": "2", "take": old})).status_code == 302
    with world.app_context():
        run_pending_in_process()
    with unit_of_work(world, write=False) as session:
        new = session.scalars(select(Round.id).filter_by(template_code=FORM)).one()
    assert [each.revision > 0 for each in reports(world, new)] == [True, False]
