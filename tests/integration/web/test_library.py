"""The library's pages and operations: regimes by page and by program, mandates, packages, owners."""

import json
from dataclasses import replace
from io import BytesIO

import pytest
from flask import Flask

from agencies.mandates import read_mandates
from agencies.tokens import create_token
from core import clock
from core.db import unit_of_work
from template_library.cards import find_card, take_copy
from template_library.drafts import load_draft
from template_library.packages import write_package
from template_library.regime_file import read_regime
from template_library.regimes import get_regime, load_seed_regimes
from template_library.shelf import list_versions, load_seeds, seed_files
from template_library.versions import get_version, load_form, publish
from tests.browsers import SINCE, Browser, account_id, settle_people

FORM = {
    "code": "C-01",
    "name": "Chế độ <b>mới</b>",
    "kind": "thematic",
    "reporters": "Xã\nSở",
    "frequencies": "month",
}


@pytest.fixture
def site(app: Flask) -> Flask:
    settle_people(app)
    with unit_of_work(app) as session:
        load_seeds(session, actor="test", now=clock.now(), effective_from=SINCE)
        load_seed_regimes(session, actor="test", now=clock.now())
    return app


def test_a_regime_is_kept_by_its_agency_and_read_by_all(site: Flask) -> None:
    owner, other = Browser(site, "o-c1-th"), Browser(site, "o-c2-th")
    assert owner.post("/regimes/new", **FORM).status_code == 302
    page = other.get("/regimes/C-01").text
    assert "Chế độ &lt;b&gt;mới&lt;/b&gt;" in page and "Xã; Sở" in page
    assert other.get("/regimes/C-01/edit").status_code == 403
    changed = FORM | {"name": "Khác", "revision": "1", "deadlines": "Xã: ngày 15"}
    assert owner.post("/regimes/C-01/edit", **changed).status_code == 302
    assert owner.post("/regimes/C-01/edit", **changed).status_code == 409
    assert owner.post("/regimes/new", **FORM).status_code == 409
    wrong = owner.post("/regimes/new", **FORM | {"code": " ", "valid_from": "31/02/2026"})
    assert wrong.status_code == 422
    file = other.get("/regimes/C-01/file")
    regime, findings = read_regime(file.data)
    assert regime and not findings
    assert [(each.who, each.by) for each in regime.deadlines] == [("Xã", "ngày 15")]


def test_programs_read_and_keep_regimes(site: Flask) -> None:
    with unit_of_work(site) as session:
        owner = create_token(session, account_id(site, "o-c1-th"), "t", days=1, actor="t", now=clock.now())
        other = create_token(session, account_id(site, "o-c2-th"), "t", days=1, actor="t", now=clock.now())
    client = site.test_client()

    def ask(method: str, address: str, token: str, body: object = None) -> tuple[int, dict[str, object]]:
        told = client.open(
            f"/api/v1{address}",
            method=method,
            headers={"Authorization": f"Bearer {token}"},
            **({"json": body} if body is not None else {}),  # type: ignore[arg-type]
        )
        return told.status_code, json.loads(told.data)

    status, kept = ask("GET", "/regimes/TCD", other)
    assert (status, kept["revision"]) == (200, 1)
    regime = {"format": "bieumau-regime/1", "code": "P", "name": "Của chương trình"}
    assert ask("POST", "/regimes", owner, regime)[1] == {"revision": 1, "regime": regime}
    assert ask("POST", "/regimes?revision=1", other, regime)[0] == 403
    assert ask("POST", "/regimes?revision=1", owner, regime | {"field": "x"})[1]["revision"] == 2
    assert ask("POST", "/regimes?revision=1", owner, regime)[0] == 409
    status, told = ask("POST", "/regimes", owner, {"format": "bieumau-regime/1", "x": 1})
    assert status == 400 and "file.unknown_key" in json.dumps(told)
    found = client.get("/api/v1/regimes?template=01/TCD", headers={"Authorization": f"Bearer {other}"})
    assert [each["regime"]["code"] for each in json.loads(found.data)] == ["TCD"]


def test_the_administrator_changes_who_may_design(site: Flask) -> None:
    admin, member = Browser(site, "sys-31"), Browser(site, "o-c1-th")
    assert member.get("/mandates").status_code == 200
    row = {
        "unit_type": "commune",
        "regime": "urgent",
        "act": "draft",
        "addressee": "below",
        "since": "1/9/2025",
    }
    assert member.post("/mandates/add", **row).status_code == 403
    assert admin.post("/mandates/preset", preset="quang_binh", since="01/07/2025").status_code == 302
    assert admin.post("/mandates/preset", preset="x", since="01/07/2025").status_code == 404
    assert admin.post("/mandates/add", **row).status_code == 302
    assert admin.post("/mandates/add", **row | {"unit_type": "x"}).status_code == 400
    assert admin.post("/mandates/function", code="31", function="lead", since="01/07/2025").status_code == 302
    assert (
        admin.post("/mandates/switch", level="district", taken_by="commune", since="01/07/2025").status_code
        == 302
    )
    page = member.get("/mandates").text
    assert "Thành phố Hải Phòng" in page and "cấp huyện không còn thực hiện" in page
    with unit_of_work(site, write=False) as session:
        last = read_mandates(session, clock.today())[-1]
    assert admin.post("/mandates/end", row=str(last.id), since="01/09/2025").status_code == 302
    assert admin.post("/mandates/end", row=str(last.id), since="01/09/2025").status_code == 404
    refused = member.post("/library/templates/copy", version="1", code="X")
    assert refused.status_code == 403 and "không xây dựng mẫu báo cáo định kỳ" in refused.text


def test_a_template_is_changed_by_its_owner_alone(site: Flask) -> None:
    with unit_of_work(site) as session:
        take_copy(
            session,
            get_version(session, 1),
            "SAO",
            agency=agency_of(site, "o-c1-th"),
            actor="o-c1-th",
            now=clock.now(),
        )
    owner, other = Browser(site, "o-c1-th"), Browser(site, "o-c2-th")
    for step, given in (
        ("tags", {"tags": "a, b"}),
        ("share", {"shared": "on", "core_locked": "on"}),
        ("move", {"name": "test", "since": "1/9/2026"}),
    ):
        assert other.post(f"/library/templates/SAO/{step}", **given).status_code == 403
        assert owner.post(f"/library/templates/SAO/{step}", **given).status_code == 302
    assert owner.post("/library/templates/SAO/move", name="x", since="1/9/2026").status_code == 404
    assert owner.post("/library/templates/SAO/move", name="retire", since="1/9/2026").status_code == 409
    with unit_of_work(site, write=False) as session:
        card = find_card(session, "SAO")
        assert card and (card.tags, card.shared, card.core_locked) == (["a", "b"], True, True)
    assert "đang thử nghiệm" in other.get("/library/?q=SAO").text
    assert other.get("/library/templates/KHÔNG/CÓ").status_code == 404
    assert other.get("/library/templates/compare?before=1&after=x").status_code == 404


def test_packages_arrive_as_drafts_and_bombs_do_not(site: Flask) -> None:
    browser = Browser(site, "o-c1-th")
    packed = browser.post("/library/packages/export", template="01/TCD")
    assert packed.mimetype == "application/zip"
    assert browser.post("/library/packages/export").status_code == 422
    file = seed_files()["01-TCD"].decode().replace('"01/TCD"', '"MOI"')
    again = browser.post("/library/packages/import", file=(BytesIO(write_package([file], [])), "goi.zip"))
    assert again.status_code == 200 and "/library/drafts/MOI" in again.text
    for data in (b"", b"PK\x03\x04", b"x" * 1_000):
        told = browser.post("/library/packages/import", file=(BytesIO(data), "goi.zip"))
        assert told.status_code == 422
    with unit_of_work(site, write=False) as session:
        assert get_regime(session, "TCD").revision == 1


def agency_of(app: Flask, login: str) -> int:
    from agencies.accounts import Account

    with unit_of_work(app, write=False) as session:
        return session.get_one(Account, account_id(app, login)).agency_id


def test_a_copy_learns_of_its_originals_new_version(site: Flask) -> None:
    with unit_of_work(site) as session:
        first = list_versions(session)[0]
        code = first.template_code
    owner = Browser(site, "o-c1-th")
    assert owner.post("/library/templates/copy", version=str(first.id), code="SAO-C1").status_code == 302
    page = "/library/templates/SAO-C1"
    assert "renewal" not in owner.get(page).text
    with unit_of_work(site) as session:
        form = load_form(get_version(session, first.id))
        later = replace(form, header=replace(form.header, name="Tên <i>mới</i>"))
        publish(session, later, actor="test", now=clock.now(), effective_from=SINCE)
    told = owner.get(page).text
    assert f"Bản gốc {code} đã có phiên bản 2" in told and "Tên &lt;i&gt;mới&lt;/i&gt;" in told
    assert Browser(site, "o-c2-th").post(f"{page}/renew").status_code == 403
    assert owner.post(f"{page}/renew").status_code == 302
    assert "renewal" not in owner.get(page).text
    assert owner.post(f"{page}/renew").status_code == 409
    with unit_of_work(site) as session:
        assert load_draft(session, "SAO-C1")[0].header.name == "Tên <i>mới</i>"
        token = create_token(session, account_id(site, "o-c1-th"), "t", days=1, actor="t", now=clock.now())
    headers = {"Authorization": f"Bearer {token}"}
    address = "/api/v1/drafts/SAO-C1/origin"
    answer = site.test_client().get(address, headers=headers).json
    assert answer == {"latest": None, "follows": None, "differences": []}
    assert site.test_client().post(address, headers=headers, json={}).status_code == 409
