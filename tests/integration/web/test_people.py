"""What a unit's administrator does with his people, and nobody else does."""

import re
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO

import pytest
from flask import Flask
from openpyxl import load_workbook

from agencies.access import Role
from agencies.accounts import Grant
from core import audit, clock
from core.db import unit_of_work
from tests.browsers import PASSWORD, Browser, account_id, roles_of, settle_people, workbook

CODE = re.compile(r"[A-Z2-9]{4}-[A-Z2-9]{4}-[A-Z2-9]{4}")
ENTRY, LEADER, ADMIN = "o-c1", "o-c1-ld", "o-c1-qt"


@pytest.fixture
def world(app: Flask) -> Iterator[Flask]:
    settle_people(app)
    yield app


def at(app: Flask, login: str, deed: str = "") -> str:
    return f"/people/{account_id(app, login)}{deed and '/' + deed}"


def test_the_list_shows_ones_own_people(world: Flask) -> None:
    page = Browser(world, ADMIN).get("/people").text
    assert "Cán bộ nhập liệu – Xã Một" in page and "Xã Hai" not in page


def test_approver_rights_take_a_second_person(world: Flask) -> None:
    admin = Browser(world, ADMIN)
    assert admin.post(at(world, ENTRY, "roles"), role=["entry", "approver"]).status_code == 302
    assert roles_of(world, ENTRY) == {Role.ENTRY}
    assert "chờ xác nhận" in admin.get("/people").text
    assert admin.post(at(world, ENTRY, "confirm")).status_code == 403  # he granted them
    assert Browser(world, ENTRY).post(at(world, ENTRY, "confirm")).status_code == 403
    assert Browser(world, "o-c2-ld").post(at(world, ENTRY, "confirm")).status_code == 403
    leader = Browser(world, LEADER)
    assert "Xác nhận quyền phê duyệt" in leader.get(at(world, ENTRY)).text
    assert leader.post(at(world, ENTRY, "confirm")).status_code == 302
    assert roles_of(world, ENTRY) == {Role.ENTRY, Role.APPROVER}
    assert leader.post(at(world, ENTRY, "confirm")).status_code == 404
    # taken away and given again, it waits again
    admin.post(at(world, ENTRY, "roles"), role=["entry"])
    admin.post(at(world, ENTRY, "roles"), role=["entry", "approver"])
    assert roles_of(world, ENTRY) == {Role.ENTRY}


def test_nobody_makes_himself_an_approver(world: Flask) -> None:
    admin = Browser(world, ADMIN)
    admin.post(at(world, ADMIN, "roles"), role=["unit_admin", "approver"])
    assert admin.post(at(world, ADMIN, "confirm")).status_code == 403
    assert roles_of(world, ADMIN) == {Role.UNIT_ADMIN}


def test_a_unit_administrator_neither_makes_nor_resets_a_system_administrator(world: Flask) -> None:
    admin = Browser(world, "o-31-qt")
    assert admin.post(at(world, "o-31", "roles"), role=["system_admin"]).status_code == 403
    assert admin.post(at(world, "sys-31", "reset")).status_code == 403
    assert admin.post(at(world, "sys-31", "lock")).status_code == 403
    assert roles_of(world, "o-31") == {Role.ENTRY, Role.READER}


def test_rights_count_day_by_day(world: Flask) -> None:
    today = clock.today()
    days = [(Role.VERIFIER, today, today), (Role.DESIGNER, today + timedelta(1), None)]
    with unit_of_work(world) as session:
        for role, since, until in days:
            who = {"account_id": account_id(world, ENTRY), "granted_by": "test"}
            session.add(Grant(role=role, valid_from=since, valid_to=until, **who))
    assert roles_of(world, ENTRY) == {Role.ENTRY, Role.READER}


def test_reset_ends_visits_and_tells_a_code_once(world: Flask) -> None:
    inside, admin = Browser(world, ENTRY), Browser(world, ADMIN)
    page = admin.post(at(world, ENTRY, "reset"))
    code = CODE.search(page.text)
    assert page.status_code == 200 and code
    assert page.headers["Cache-Control"] == "no-store"
    assert not inside.is_in()
    assert Browser(world).sign_in(ENTRY).status_code == 422
    assert code[0] not in admin.get(at(world, ENTRY)).text
    form = {"login": ENTRY, "code": code[0], "new": "câu mới cũng dài", "again": "câu mới cũng dài"}
    assert Browser(world).post("/first-sign-in", **form).status_code == 302


def test_lock_and_unlock(world: Flask) -> None:
    admin = Browser(world, ADMIN)
    admin.post(at(world, ENTRY, "lock"))
    assert "Đã khóa" in admin.get("/people").text
    admin.post(at(world, ENTRY, "unlock"))
    assert Browser(world).sign_in(ENTRY).status_code == 302
    assert admin.post(at(world, ADMIN, "lock")).status_code == 403


def test_many_are_confirmed_at_once(world: Flask) -> None:
    rows = [(code, f"ld.{code.lower()}", "Lãnh đạo", "Phê duyệt", "", "") for code in ("C1", "C2", "N1")]
    first, second = Browser(world, "sys-31"), Browser(world, "sys2-31")
    first.post("/people/import", file=(BytesIO(workbook(*rows)), "a.xlsx"), do="import")
    assert "Còn 3 người do chính bạn giao quyền" in first.get("/people/unconfirmed").text
    ids = [account_id(world, login) for _, login, *_ in rows]
    assert first.post("/people/unconfirmed", person=ids[0]).status_code == 403
    assert "3 người" in second.get("/people").text
    assert "Xã Ngoài" in second.get("/people/unconfirmed").text
    assert second.post("/people/unconfirmed", person=ids[:2]).status_code == 302
    assert [roles_of(world, login) for _, login, *_ in rows] == [{Role.APPROVER}, {Role.APPROVER}, set()]


def test_a_move_leaves_rights_behind(world: Flask) -> None:
    inside, admin = Browser(world, ENTRY), Browser(world, ADMIN)
    unknown = admin.post(at(world, ENTRY, "move"), agency="XX")
    assert unknown.status_code == 422 and 'value="XX"' in unknown.text
    assert admin.post(at(world, ENTRY, "move"), agency="C2").status_code == 302
    assert not inside.is_in() and roles_of(world, ENTRY) == set()
    assert admin.get(at(world, ENTRY)).status_code == 403
    assert Browser(world, "o-c2-qt").post(at(world, ENTRY, "roles"), role=["entry"]).status_code == 302
    assert roles_of(world, ENTRY) == {Role.ENTRY}


def test_contact(world: Flask) -> None:
    admin = Browser(world, ADMIN)
    wrong = admin.post(at(world, ENTRY, "contact"), name=" ", telephone="1", email="thư")
    assert wrong.status_code == 422
    for told in ("Họ tên còn trống", "8 đến 12 chữ số", "Thư điện tử phải có dạng"):
        assert told in wrong.text
    admin.post(at(world, ENTRY, "contact"), name="Văn  phòng", telephone="0225 123.456")
    page = Browser(world, ENTRY).get("/account").text
    assert "0225123456" in page and "Văn phòng" in page


def test_a_newcomer_gets_a_slip(world: Flask) -> None:
    admin = Browser(world, ADMIN)
    form = {"name": "Cán bộ Ba", "telephone": "0225123456", "email": "ba@hp.gov.vn"}
    assert "Thêm người" in admin.get("/people/of/C1/new").text
    for login, told in (
        ("Á", "không dùng được"),
        (ENTRY.upper(), "đã có người dùng"),
        ("", "không dùng được"),
    ):
        again = admin.post("/people/of/C1/new", login=login, role=["entry"], **form)
        assert again.status_code == 422 and told in again.text
        assert 'value="Cán bộ Ba"' in again.text and 'value="entry" checked' in again.text
    slip = admin.post("/people/of/C1/new", login="CB.Ba", role=["entry", "approver"], **form)
    code = CODE.search(slip.text)
    assert code and "cb.ba" in slip.text
    first = {"login": "cb.ba", "code": code[0], "new": "câu mới cũng dài", "again": "câu mới cũng dài"}
    assert Browser(world).post("/first-sign-in", **first).status_code == 302
    assert roles_of(world, "cb.ba") == {Role.ENTRY}  # the approver right waits
    assert admin.post(at(world, "cb.ba", "confirm")).status_code == 403
    assert Browser(world, LEADER).post(at(world, "cb.ba", "confirm")).status_code == 302
    assert roles_of(world, "cb.ba") == {Role.ENTRY, Role.APPROVER}


def test_who_may_bring_newcomers_where(world: Flask) -> None:
    form = {"login": "cb.bon", "name": "Cán bộ Bốn"}
    assert Browser(world, LEADER).get("/people/of/C1/new").status_code == 403
    assert Browser(world, ADMIN).post("/people/of/C2/new", **form).status_code == 403
    assert Browser(world, ADMIN).post("/people/of/C1/new", role=["system_admin"], **form).status_code == 403
    assert Browser(world, "sys-31").post("/people/of/C2/new", role=["reader"], **form).status_code == 200
    assert roles_of(world, "cb.bon") == {Role.READER}


def test_the_telephone_on_duty(world: Flask) -> None:
    admin = Browser(world, ADMIN)
    wrong = admin.post("/people/of/C1/duty", telephone="gọi tôi")
    assert wrong.status_code == 422 and "không phải số điện thoại" in wrong.text
    assert admin.post("/people/of/C1/duty", telephone="0225 123 456").status_code == 302
    assert 'value="0225 123 456"' in admin.get("/people").text
    assert admin.post("/people/of/C2/duty", telephone="0225 123 456").status_code == 403


def test_slips_of_a_province(world: Flask) -> None:
    book = workbook(
        ("C1", "moi.mot", "Cán bộ Một", "Nhập liệu", "", ""),
        ("31", "moi.tinh", "Cán bộ Tỉnh", "Tổng hợp", "", ""),
    )
    admin = Browser(world, "sys-31")
    admin.post("/people/import", file=(BytesIO(book), "a.xlsx"), do="import")
    here = admin.post("/people/of/31/slips").text
    assert "moi.tinh" in here and "moi.mot" not in here
    everywhere = admin.post("/people/of/31/slips", below="1").text
    assert "moi.tinh" in everywhere and "moi.mot" in everywhere and "o-c1" not in everywhere
    first, second = CODE.findall(here)[0], CODE.findall(everywhere)[0]
    form = {"login": "moi.tinh", "new": PASSWORD, "again": PASSWORD}
    assert Browser(world).post("/first-sign-in", code=first, **form).status_code == 422
    assert Browser(world).post("/first-sign-in", code=second, **form).status_code == 302


def test_the_workbook_goes_round(world: Flask) -> None:
    admin = Browser(world, "sys-31")
    blank = admin.get("/people/import/blank.xlsx").data
    assert load_workbook(BytesIO(blank)).sheetnames == ["Tài khoản", "Vai trò"]
    faulty = admin.post("/people/import", file=(BytesIO(blank), "a.xlsx"))
    assert faulty.status_code == 422 and "không có dòng nào" in faulty.text
    book = workbook(("C1", "moi", "Cán bộ", "Nhập liệu, Phê duyệt", 912345678, "a@b.vn"))
    told = admin.post("/people/import", file=(BytesIO(book), "a.xlsx"), do="check").text
    assert "1 tài khoản mới" in told and "Tệp dùng được" in told
    assert "1 tài khoản mới" in admin.post("/people/import", file=(BytesIO(book), "a.xlsx"), do="import").text
    assert "1 giữ nguyên" in admin.post("/people/import", file=(BytesIO(book), "a.xlsx")).text
    assert roles_of(world, "moi") == {Role.ENTRY}  # the approver right waits
    assert admin.post(at(world, "moi", "confirm")).status_code == 403  # who imported, granted
    assert Browser(world, "sys2-31").post(at(world, "moi", "confirm")).status_code == 302
    assert admin.post("/people/import").status_code == 422  # no file at all


def test_every_deed_is_in_the_audit_and_every_refusal(world: Flask) -> None:
    admin = Browser(world, ADMIN)
    for deed in ("lock", "unlock", "reset"):
        admin.post(at(world, ENTRY, deed))
    Browser(world, "o-c2-qt").post(at(world, ENTRY, "lock"))
    with unit_of_work(world) as session:
        rows = [(row.actor, row.action, row.subject) for row in session.query(audit.Audit).order_by("id")]
        audit.seal(session)
        assert audit.verify(session).findings == []
    wanted = [(ADMIN, f"people.{deed}", ENTRY) for deed in ("locked", "unlocked", "reset")]
    refused = ("o-c2-qt", "refused:people.manage", at(world, ENTRY, "lock"))
    assert [row for row in rows if row in (*wanted, refused)] == [*wanted, refused]
