"""Bulletins, terms and outages in pages: begun, asked, granted and told by those who may."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from agencies.accounts import DEMO_ADMIN, demo_people
from agencies.store import read_tree
from core import clock
from core.db import unit_of_work
from core.jobs import run
from runtime.models import Report, Round
from runtime.rounds.term_models import Event
from tests.browsers import PASSWORD, Browser
from tests.builders import SINCE, build

ANSWERS = {"name": "Bão số 3", "template": "II.06a/VPCP/KSTT", "scope": "children", "flow": "direct"}
ANSWERS |= {"steps": "submit,accept", "due_minutes": "120", "every_hours": "6"}


@pytest.fixture
def lead(app: Flask) -> Iterator[Browser]:
    with unit_of_work(app) as session:
        build(session, 2)
        nodes = [node for node in read_tree(session, SINCE) if node.code in ("31", "C0001")]
        demo_people(session, nodes, prefix="o", password=PASSWORD, now=clock.now())
        demo_people(session, nodes[:1], prefix="sys", password=PASSWORD, now=clock.now(), offices=DEMO_ADMIN)
    yield Browser(app, "o-31-th")


def begin(app: Flask, lead: Browser) -> tuple[str, int]:
    """The page of an event, and the first commune's report of its first bulletin."""
    kept = lead.post("/events/new", **ANSWERS)
    assert kept.status_code == 302, kept.text
    hand_out(app)
    with unit_of_work(app, write=False) as session:
        last = select(Report.id).where(Report.receiver_id.is_not(None)).order_by(Report.id.desc())
        first = session.scalars(select(Report.id).where(Report.receiver_id.is_not(None)).limit(1)).one()
        assert session.scalars(last.limit(1)).one() > first
    return kept.location, first


def hand_out(app: Flask) -> None:
    with app.app_context():
        with unit_of_work(write=False) as session:
            job = session.scalars(select(Round.job_id).order_by(Round.id.desc()).limit(1)).one()
        assert job
        run(job)


def test_an_event_from_its_first_bulletin_to_its_end(app: Flask, lead: Browser) -> None:
    assert "Chưa có sự kiện nào" in lead.get("/events/").text
    refused = lead.post("/events/new", **ANSWERS | {"due_minutes": "5"})
    assert refused.status_code == 422 and "từ 10 phút" in refused.text and "Bão số 3" in refused.text
    page, _ = begin(app, lead)
    shown = lead.get(page).text
    assert "0/2" in shown and "tự mở lúc" in shown
    assert lead.post(f"{page}/next").status_code == 302
    hand_out(app)
    assert re.search(r"Số 2\s*</a>", lead.get(page).text)
    assert lead.post(f"{page}/close").status_code == 302
    assert "Báo cáo tổng kết" in lead.get(page).text
    assert lead.post(f"{page}/next").status_code == 409
    assert "đã kết thúc" in lead.get("/events/").text
    assert Browser(app, "o-c0001").get(page).status_code == 403
    with unit_of_work(app, write=False) as session:
        assert session.scalars(select(Event.closed_at)).one()


def test_time_is_asked_for_and_granted_in_pages(app: Flask, lead: Browser) -> None:
    _, report = begin(app, lead)
    clerk, page = Browser(app, "o-c0001"), f"/reports/{report}/terms"
    day = f"{clock.today() + timedelta(days=3):%d/%m/%Y}"
    assert clerk.post(f"{page}/ask", due=day, time="09:15", reason="").status_code == 422
    assert clerk.post(f"{page}/ask", due=day, time="09:15", reason="mất điện").status_code == 302
    assert "đang chờ trả lời" in clerk.get(page).text
    assert clerk.post(f"{page}/grant", due=day, time="09:15", reason="").status_code == 403
    with unit_of_work(app, write=False) as session:
        of = session.scalars(select(Report.round_id).filter_by(id=report)).one()
    assert "mất điện" in lead.get(f"/rounds/{of}/terms").text
    assert "Cho gia hạn" in lead.get(page).text
    assert lead.post(f"{page}/grant", due=day, time="09:15", reason="").status_code == 302
    assert f"09:15 {day}" in clerk.get(page).text
    assert lead.post(f"{page}/lock", reason="chốt số").status_code == 302
    assert "Báo cáo đã khóa" in clerk.get(f"/reports/{report}/fill").text
    assert clerk.post(f"/reports/{report}/moves/submit").status_code in (409, 422)
    assert lead.post(f"{page}/late", due=day, time="10:00", reason="hệ thống lỗi").status_code == 302
    assert "Báo cáo đã khóa" not in clerk.get(f"/reports/{report}/fill").text
    assert lead.post(f"{page}/unlock", reason="").status_code == 422


def test_an_outage_is_told_on_every_page(app: Flask, lead: Browser) -> None:
    _, report = begin(app, lead)
    operator, now = Browser(app, "sys-31"), clock.now()
    with unit_of_work(app) as session:
        session.execute(update(Report).values(due_at=now + timedelta(hours=1)))
    local = now.astimezone(clock.VIETNAM)
    ends = local + timedelta(hours=5)
    told = {"starts_day": f"{local:%d/%m/%Y}", "starts_time": f"{local:%H:%M}", "reason": "Nâng cấp"}
    told |= {"ends_day": f"{ends:%d/%m/%Y}", "ends_time": f"{ends:%H:%M}"}
    assert operator.post("/operating/outages", **told | {"ends_day": "x"}).status_code == 422
    assert operator.post("/operating/outages", **told).status_code == 302
    assert "Nâng cấp" in lead.get("/").text and "Nâng cấp" in Browser(app).get("/sign-in").text
    with unit_of_work(app, write=False) as session:
        due = session.scalars(select(Report.due_at).filter_by(id=report)).one()
        assert due and due > now + timedelta(hours=5)
    assert (
        operator.post("/operating/days", day="26/12/2026", works="yes", name="Quyết định").status_code == 302
    )
    assert "26/12/2026" in operator.get("/operating").text
    assert operator.post("/operating/days/remove", day="2026-12-26").status_code == 302
    assert lead.get("/operating").status_code == 403
