"""Reading the audit on a page: who sees what, filters, pages, the file, and a chain that was broken."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import text

from agencies.people import find_login
from agencies.tokens import create_token
from core import audit, clock
from core.db import unit_of_work
from core.jobs import run_pending_in_process
from tests.browsers import Browser, account_id, settle_people
from tests.integration.web.programs import Program

UNIT, SYSTEM = "o-c1-qt", "sys-31"


@pytest.fixture
def world(app: Flask) -> Iterator[Flask]:
    """Two communes in which something was done, and somebody refused."""
    settle_people(app)
    for admin, person in ((UNIT, "o-c1"), ("o-c2-qt", "o-c2")):
        address = f"/people/{account_id(app, person)}"
        Browser(app, admin).post(f"{address}/roles", role=["entry", "reader", "verifier"])
    Browser(app, "o-c2").get(f"/people/{account_id(app, 'o-c1')}")
    yield app


def test_a_unit_reads_of_its_own_people_a_system_administrator_of_all(world: Flask) -> None:
    own, everything = Browser(world, UNIT).get("/audit").text, Browser(world, SYSTEM).get("/audit").text
    told = "Đặt vai trò: Nhập liệu, Xem báo cáo, Thẩm định"
    assert told in own and "Quản trị đơn vị – Xã Một" in own and "o-c2" not in own
    assert everything.count(told) == 2 and "Bị từ chối: people.show" in everything
    assert Browser(world, "o-c1").get("/audit").status_code == 403
    assert Browser(world, UNIT).post("/audit/verify").status_code == 403


def test_filters(world: Flask) -> None:
    browser = Browser(world, SYSTEM)
    today = f"{clock.today():%d/%m/%Y}"
    tomorrow = f"{clock.today() + timedelta(days=1):%d/%m/%Y}"
    for asked, there, not_there in (
        ("what=people.roles", "o-c1-qt", "Bị từ chối: people.show"),
        ("what=refused", "Bị từ chối: people.show", "Đặt vai trò: Nhập"),
        ("who=O-C2-QT", "o-c2-qt", "o-c1-qt"),
        ("about=o-c1", "o-c1-qt", "Xã Hai"),
        (f"since={today}&until={today}", "Đặt vai trò: Nhập", "Không có việc nào khớp"),
        (f"since={tomorrow}", "Không có việc nào khớp", "Đặt vai trò: Nhập"),
        ("who=%25", "Không có việc nào khớp", "Đặt vai trò: Nhập"),
    ):
        page = browser.get(f"/audit?{asked}").text
        assert there in page and not_there not in page, asked
    for asked in ("since=31/2/2026", "until=x", "until=31/12/9999"):
        assert browser.get(f"/audit?{asked}").status_code == 422, asked
        assert browser.get(f"/audit.csv?{asked}").status_code == 400, asked
    for before in ("-1", "9" * 30, "x"):
        assert browser.get(f"/audit?before={before}").status_code == 200


def test_pages_and_the_file(world: Flask) -> None:
    with unit_of_work(world) as session:
        for number in range(150):
            audit.record(session, "=cmd", "people.locked", f"thu-{number}", now=clock.now())
    browser = Browser(world, SYSTEM)
    first = browser.get("/audit?what=people.locked").text
    assert "thu-149" in first and "thu-50<" in first and "thu-49<" not in first
    (address,) = re.findall(r'btn" href="(/audit\?before=[^"]+)"', first)
    second = browser.get(address.replace("&amp;", "&")).text
    assert "thu-49<" in second and "thu-0<" in second and "Xem các việc trước đó" not in second
    file = browser.get("/audit.csv?what=people.locked")
    lines = file.data.decode("utf-8-sig").splitlines()
    assert len(lines) == 151 and lines[0].startswith("Lúc,Tên đăng nhập") and "'=cmd" in lines[1]


def program(world: Flask, login: str) -> Program:
    with unit_of_work(world) as session:
        account = find_login(session, login)
        token = create_token(session, account, "thử", days=1, actor="test", now=clock.now())
    return Program(world.test_client(), token)


def test_programs_read_people_and_deeds_and_verify(world: Flask) -> None:
    unit, system = program(world, UNIT), program(world, SYSTEM)
    people = unit.get("/people/C1")
    assert {"o-c1", UNIT} <= {each["login"] for each in people}
    unit.get("/people/C2", status=403)
    own = unit.get("/audit?what=people.roles")
    assert {each["actor"] for each in own} == {UNIT}
    assert len(system.get("/audit?what=people.roles")) == 2
    assert system.get("/audit?since=0001-01-01&until=9999-12-31&before=1") == []
    unit.get("/audit/verification", status=403)
    system.get("/audit/verification", status=404)
    assert system.post("/audit/verification", None, status=202)["state"] == "pending"
    with world.app_context():
        run_pending_in_process()
    found = system.get("/audit/verification")
    assert (found["state"], found["findings"], found["sealed"] + found["waiting"] > 0) == ("done", [], True)


def verified(world: Flask, browser: Browser) -> str:
    """The page after the background work that was asked for there is done."""
    assert browser.post("/audit/verify").location == "/audit"
    assert "Đang kiểm tra niêm phong" in browser.get("/audit/verification").text
    with world.app_context():
        run_pending_in_process()
    assert browser.get("/audit/verification").text.strip() in (page := browser.get("/audit").text)
    return page


def test_the_seals_are_verified_on_the_page(world: Flask) -> None:
    with unit_of_work(world) as session:
        audit.seal(session)
    browser = Browser(world, SYSTEM)
    assert "Nhật ký nguyên vẹn." in verified(world, browser)
    with unit_of_work(world) as session:
        trigger = "DROP TRIGGER frozen_audit_update"
        on_server = "ALTER TABLE audit DISABLE TRIGGER frozen_audit_change"
        session.execute(text(trigger if "sqlite" in world.config["SETTINGS"].database_url else on_server))
        session.execute(text("UPDATE audit SET actor = 'x' WHERE id = 2"))
    page = verified(world, browser)
    assert "Nhật ký đã bị sửa" in page and "Dòng nhật ký 2" in page
