"""A report through every gate in pages: verified, issued with its signed copy, sent back for signature."""

import re
from collections.abc import Iterator
from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import select

from agencies.accounts import Grant
from agencies.tokens import create_token
from core import clock
from core.audit import Audit
from core.db import unit_of_work
from runtime.filling.entry import Change, save
from tests.browsers import SINCE, Browser, account_id, settle_people
from tests.builders import RIGHT
from tests.integration.web.test_selections import ask, states

WAY = "verify,submit,approve,issue,send,accept,auto"
PDF = b"%%PDF-1.4\n1 0 obj\n<< /Title (%s) >>\nendobj\n%%%%EOF\n"
PAPER = {"number": "123", "symbol": "BC-UBND", "place": "Hải Phòng", "day": "22/11/2026"}
SIGNER = {"authority": "KT.", "position": "PHÓ CHỦ TỊCH", "signer": "người ký"}


@pytest.fixture
def world(app: Flask) -> Iterator[Flask]:
    settle_people(app)
    with unit_of_work(app) as session:
        for login, role in (("o-c1", "verifier"), ("o-c1", "records_clerk")):
            row = {"valid_from": SINCE, "granted_by": "test"}
            session.add(Grant(account_id=account_id(app, login), role=role, **row))
    yield app


def test_every_gate_in_pages(world: Flask) -> None:
    report = ask(world, 3, WAY)["C1"]
    with unit_of_work(world) as session:
        cells = [Change("A", "I1", column, value) for column, value in RIGHT.items()]
        save(session, report, base=0, idempotency_key="k", changes=cells, actor="o-c1", now=clock.now())
    clerk, leader = Browser(world, "o-c1"), Browser(world, "o-c1-ld")
    page = f"/reports/{report}"
    assert "Xác nhận đã rà soát" in clerk.get(f"{page}/fill").text
    assert clerk.post(f"{page}/moves/submit").status_code == 409
    marked = {"reason": "xem lại", "mark": "A[I1;4]", "note": "lệch sổ"}
    assert clerk.post(f"{page}/moves/refuse", **marked).status_code == 302
    assert "lệch sổ" in clerk.get(f"{page}/fill").text
    assert clerk.post(f"{page}/moves/verify", reason="đã đối chiếu").status_code == 302
    assert clerk.post(f"{page}/moves/submit").status_code == 302
    assert leader.post(f"{page}/moves/approve").status_code == 302
    assert "Ngày ban hành" in clerk.get(f"{page}/issue").text
    assert clerk.post(f"{page}/moves/issue", **PAPER).status_code == 400
    assert clerk.post(f"{page}/moves/issue", **PAPER, **SIGNER).status_code == 302
    assert states(world, report) == ["issued"]
    shown = clerk.get(page).text
    assert "123/BC-UBND" in shown and "KT. PHÓ CHỦ TỊCH" in shown
    assert "theo 12/QĐ" not in shown  # the clerk's words stand, nobody acted
    code = re.search(rf"BM{report}-1-[0-9A-F]{{10}}", shown)
    assert code
    for name, content, status in (("a.txt", b"no", 400), ("b.pdf", PDF % b"BM1-1-00", 400)):
        assert clerk.post(f"{page}/signed", file=(BytesIO(content), name)).status_code == status
    scan = BytesIO(PDF % b"scan")
    for content, typed, reason in (
        (PDF % b"scan", "", "là bản quét"),
        (PDF % b"scan", f"BM{report}-1-0000000000", "không phải mã phiên bản"),
        (PDF % b"scan" + b"/Encrypt 9 0 R\n%%EOF", code[0], "có mật khẩu"),
        (PDF % b"text" + b"BT (Bao cao) Tj ET\n%%EOF", code[0], "không mang mã phiên bản"),
    ):
        refused = clerk.post(f"{page}/signed", file=(BytesIO(content), "quét.pdf"), code=typed)
        assert refused.status_code == 400 and reason in refused.text
    kept = clerk.post(f"{page}/signed", file=(scan, "quét.pdf"), code=f" {code[0].lower()}")
    assert kept.status_code == 302 and "bản quét" in clerk.get(page).text
    with unit_of_work(world, write=False) as session:
        (deed,) = session.scalars(select(Audit).filter_by(action="report.sign_scan"))
        assert (deed.actor, deed.facts["code"]) == ("o-c1", code[0])
    signed = PDF % code[0].encode()
    assert clerk.post(f"{page}/signed", file=(BytesIO(signed), "ký số.pdf")).status_code == 302
    assert clerk.get(f"{page}/signed").data == signed
    assert clerk.post(f"{page}/moves/to_sign", reason="thiếu dấu").status_code == 302
    assert states(world, report) == ["submitted"]
    leader.post(f"{page}/moves/approve")
    assert 'value="PHÓ CHỦ TỊCH"' in clerk.get(f"{page}/issue").text
    clerk.post(f"{page}/moves/issue", **PAPER | {"number": "124"}, **SIGNER)
    clerk.post(f"{page}/moves/send")
    assert states(world, report) == ["accepted"]  # by itself, for no rule fails
    told = clerk.get(f"{page}/timeline").text
    lines = ("đã đối chiếu", "124/BC-UBND", "thiếu dấu", code[0], "Tự tiếp nhận")
    assert [line for line in lines if line not in told] == []
    province = Browser(world, "o-31-th")
    assert clerk.post(f"{page}/moves/ask_reopen", reason="ghi nhầm").status_code == 302
    assert province.post(f"{page}/moves/reopen", reason="cho mở lại").status_code == 302
    assert states(world, report) == ["returned"]


def test_nothing_to_report_in_one_press(world: Flask) -> None:
    report = ask(world, 2, "submit,accept")["C1"]
    clerk = Browser(world, "o-c1")
    assert clerk.post(f"/reports/{report}/nothing").status_code == 302
    assert states(world, report) == ["submitted"]
    assert clerk.post(f"/reports/{report}/moves/recall").status_code == 302
    assert states(world, report) == ["entering"]


def test_who_acts_for_the_leader_stands_in_the_signature(world: Flask) -> None:
    report = ask(world, 3, "submit,approve,issue,accept")["C1"]
    deputy, today = account_id(world, "o-c1-th"), clock.today()
    with unit_of_work(world) as session:
        cells = [Change("A", "I1", column, value) for column, value in RIGHT.items()]
        save(session, report, base=0, idempotency_key="k", changes=cells, actor="o-c1", now=clock.now())
        admin = account_id(world, "o-c1-qt")
        token = create_token(session, admin, "test", days=1, actor="test", now=clock.now())
    programs, address = world.test_client(), f"/api/v1/accounts/{deputy}/acting"
    programs.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"
    given = {"acting_for": "o-c1-ld", "first": today.isoformat(), "last": today.isoformat()}
    given |= {"decision": "12/QĐ-UBND", "capacity": "Q.", "position": "CHỦ TỊCH"}
    assert programs.post(address, json=given | {"capacity": "XX."}).status_code == 400
    made = programs.post(address, json=given)
    assert made.status_code == 201 and made.json and made.json[0]["confirmed"] is False
    assert Browser(world, "o-c1-ld").post(f"/people/{deputy}/confirm").status_code == 302
    clerk = Browser(world, "o-c1")
    assert clerk.post(f"/reports/{report}/moves/submit").status_code == 302
    assert Browser(world, "o-c1-th").post(f"/reports/{report}/moves/approve").status_code == 302
    shown = " ".join(clerk.get(f"/reports/{report}").text.split())
    assert "Q. CHỦ TỊCH" in shown and "theo 12/QĐ-UBND" in shown
    assert 'value="Q. CHỦ TỊCH"' in clerk.get(f"/reports/{report}/issue").text
    grant = programs.get(address).json[0]["grant"]  # type: ignore[index]
    assert programs.post(f"{address}/end", json={"grant": grant}).json == []
