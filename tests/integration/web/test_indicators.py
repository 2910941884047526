"""The indicator library in pages: kept by an agency, looked through by all, proposed to."""

import re
from collections.abc import Iterator
from io import BytesIO

import pytest
from flask import Flask

from agencies.access import Role
from agencies.accounts import Grant
from core.db import unit_of_work
from tests.browsers import SINCE, Browser, account_id, settle_people

KEEPER, OTHER = "o-31-qt", "o-c1-qt"
MEANING = {"name": "Dân số", "unit": "người", "type": "integer", "decimals": "0"}
DAY = "01/01/2026"


@pytest.fixture
def world(app: Flask) -> Iterator[Flask]:
    settle_people(app)
    for login in (KEEPER, OTHER):
        person = account_id(app, login)
        with unit_of_work(app) as session:
            row = {"role": Role.DESIGNER, "valid_from": SINCE, "granted_by": "test"}
            session.add(Grant(account_id=person, **row))
    yield app


def new_set(keeper: Browser) -> str:
    told = {"code": "T", "name": "Bộ chỉ tiêu tỉnh", "since": DAY}
    assert keeper.post("/indicators/sets", **told).status_code == 302
    found = re.search(r"/indicators/sets/(\d+)/import", keeper.get("/indicators/sets").text)
    assert found
    return f"/indicators/sets/{found[1]}"


def test_an_indicator_from_its_list_to_its_agency(world: Flask) -> None:
    keeper = Browser(world, KEEPER)
    address = new_set(keeper)
    data = "Mã số,Tên chỉ tiêu,Đơn vị tính\nT0101,Diện tích,ha\nT0102,Dân số,người\n".encode()

    def hand_in(do: str) -> str:
        file = (BytesIO(data), "list.csv")
        return keeper.post(f"{address}/import", file=file, since=DAY, do=do).text

    assert "Tệp dùng được" in hand_in("check")
    assert "Chưa có chỉ tiêu" in keeper.get("/indicators/").text
    assert "Đã nhập xong" in hand_in("import")
    other = Browser(world, OTHER)
    found = other.get("/indicators/?q=dan+so").text
    assert "T0102" in found and "T0101" not in found
    keeper.post(f"{address}/assign", code="T0102", agency="C1", duty="responsible", since=DAY)
    page = other.get("/indicators/of/T0102").text
    assert "Xã Một" in page and "chịu trách nhiệm" in page
    assert other.post(f"{address}/retire", code="T0102").status_code == 403
    offered = other.get("/indicators/offered?q=T0101").get_json()
    assert [(each["code"], each["unit"]) for each in offered] == [("T0101", "ha")]


def test_a_change_is_another_version_and_faults_lose_nothing(world: Flask) -> None:
    keeper = Browser(world, KEEPER)
    address = new_set(keeper)
    new = MEANING | {"code": "T0102", "since": DAY, "new": "1"}
    assert keeper.post(f"{address}/save", **new).status_code == 302
    again = keeper.post(f"{address}/save", **new)
    assert again.status_code == 422 and "không dùng lại" in again.text
    changed = MEANING | {"code": "T0102", "since": "01/07/2026", "name": "Dân số trung bình"}
    assert keeper.post(f"{address}/save", **changed).status_code == 302
    page = keeper.get("/indicators/of/T0102").text
    assert "Dân số trung bình" in page and "từ 01/01/2026" in page
    wrong = keeper.post(f"{address}/save", **changed | {"since": "hôm qua"})
    assert wrong.status_code == 422
    assert keeper.post(f"{address}/retire", code="T0102").status_code == 302
    assert "thôi thu thập" in keeper.get("/indicators/of/T0102").text
    assert keeper.get("/indicators/of/T9").status_code == 404


def test_a_proposal_is_answered_by_who_keeps_the_set(world: Flask) -> None:
    keeper, other = Browser(world, KEEPER), Browser(world, OTHER)
    address = new_set(keeper)
    asked = MEANING | {"code": "X0101", "set": "T", "reason": "Xã cần theo dõi."}
    assert other.post("/indicators/proposals", **asked).status_code == 302
    waiting = keeper.get("/indicators/proposals").text
    (number,) = set(re.findall(r'name="proposal" value="(\d+)"', waiting))
    assert 'value="accept"' not in other.get("/indicators/proposals").text
    assert keeper.post("/indicators/proposals/withdrawn", proposal=number).status_code == 403
    assert other.post(f"{address}/answer", proposal=number, do="accept").status_code == 403
    assert keeper.post(f"{address}/answer", proposal=number, do="decline").status_code == 422
    assert keeper.post(f"{address}/answer", proposal=number, do="accept").status_code == 302
    assert "X0101" in other.get("/indicators/?q=X0101").text
    assert keeper.post(f"{address}/answer", proposal=number, do="accept").status_code == 409


def test_a_proposal_is_withdrawn_by_who_made_it(world: Flask) -> None:
    keeper, other = Browser(world, KEEPER), Browser(world, OTHER)
    new_set(keeper)
    asked = {"code": "T0909", "set": "T", "reason": "Cần thêm", **MEANING}
    other.post("/indicators/proposals", **asked)
    (number,) = re.findall(r'name="proposal" value="(\d+)"', other.get("/indicators/proposals").text)
    assert "Rút đề xuất" not in keeper.get("/indicators/proposals").text
    assert other.post("/indicators/proposals/withdrawn", proposal=number).status_code == 302
    assert "đã rút" in other.get("/indicators/proposals").text
    assert other.post("/indicators/proposals/withdrawn", proposal=number).status_code == 409
