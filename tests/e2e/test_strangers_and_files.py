"""In a real browser against a real server: who has no business here, files that are not what they claim."""

import re
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from playwright.sync_api import FilePayload, Page, expect
from sqlalchemy import func, select
from werkzeug.routing import Rule

from agencies.accounts import Account, demo_people
from agencies.importer import import_agencies
from agencies.store import read_tree
from core import clock
from core.audit import Audit
from core.db import unit_of_work
from runtime.models import Journal, Move, Report, Round, Save
from runtime.periods import period_of
from tests.browsers import workbook
from tests.e2e.conftest import Site
from tests.e2e.rounds import RIGHT, Asked, ask, enter
from web.demo_seed import PASSWORD
from web.routing import ENDPOINTS

PLACES = "level,code,name,parent_code\nprovince,44,Tỉnh khác,\ncommune,44A,Xã khác,44\n"
EVERYBODYS = ("library.", "template.", "agency.", "account.")
"""Beginnings of actions that ask whose thing it is nowhere, or only for one's own."""
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def bomb() -> bytes:
    """A few kilobytes that unpack to a hundred million."""
    kept = BytesIO()
    with ZipFile(kept, "w", ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", bytes(100_000_000))
    return kept.getvalue()


GOOD = workbook(("10507", "xa.moi", "Cán bộ mới", "Nhập liệu", "", ""))
FILES = {
    "truncated": GOOD[: len(GOOD) // 2],
    "bomb": bomb(),
    "wrong type": b"\x89PNG\r\n\x1a\n" + bytes(200),
    "empty": b"",
}
UPLOADS = {
    "/people/import": ("he-thong-31", "Tệp .xlsx, mỗi người một dòng", "Nhập vào hệ thống"),
    "/library/": ("so-31.stp-th", "Nhập tệp mẫu biểu", "Nhập và kiểm tra"),
}


@pytest.fixture(scope="module")
def asked(site: Site) -> Asked:
    """A round with a figure in it, and a commune of another province with all its offices."""
    made = ask(site, ("10507", "10525"), period_of("quarter", 2026, 1))
    enter(site, made.reports["10507"], "I1", RIGHT, "xa-10507")
    with unit_of_work(site.app) as session:
        import_agencies(session, PLACES.encode(), valid_from=clock.today())
        node = read_tree(session, clock.today()).with_code("44A")
        demo_people(session, [node], prefix="la", password=PASSWORD, now=clock.now())
    return made


def everything(site: Site) -> list[object]:
    """What there is of each kind, and how far each report and account is."""
    with unit_of_work(site.app, write=False) as session:
        kinds = (Journal, Move, Report, Round, Save, Account)
        counts = [session.scalar(select(func.count()).select_from(kind)) for kind in kinds]
        reports = session.execute(select(Report.id, Report.state, Report.revision).order_by(Report.id)).all()
        accounts = session.execute(select(Account.id, Account.locked_at).order_by(Account.id)).all()
        return [counts, reports, accounts]


@pytest.mark.parametrize("office", ["la-44a", "la-44a-th", "la-44a-ld", "la-44a-qt"])
def test_a_stranger_on_every_address(
    site: Site, asked: Asked, sign_in: Callable[..., Page], office: str
) -> None:
    with unit_of_work(site.app, write=False) as session:
        account = session.scalars(select(Account.id).filter_by(login="xa-10507")).one()
    values = {
        "report_id": asked.reports["10507"],
        "round_id": asked.id,
        "account_id": account,
        "code": "10507",
    }
    page = sign_in(office)
    token = page.locator('meta[name="csrf-token"]').get_attribute("content") or ""
    before, tried = everything(site), 0

    def answer(rule: Rule, method: str) -> int:
        named = {name: values[name] for name in rule.arguments}
        address = site.app.url_map.bind("localhost").build(rule.endpoint, named)
        if method == "GET":
            return page.request.get(address, max_redirects=0).status
        form: dict[str, str | float | bool] = {"csrf_token": token, "reason": "thử", "move": "accept"}
        return page.request.post(address, form=form, max_redirects=0).status

    for rule in site.app.url_map.iter_rules():
        known = ENDPOINTS[rule.endpoint]
        if known.subject is None or known.action.startswith(EVERYBODYS) or rule.rule.startswith("/api/"):
            continue
        if rule.arguments <= values.keys():
            tried += 1
            assert answer(rule, "GET" if "GET" in (rule.methods or ()) else "POST") in (403, 404), rule
    assert tried > 20
    assert everything(site) == before
    with unit_of_work(site.app, write=False) as session:
        refused = select(func.count()).select_from(Audit).filter_by(actor=office)
        assert (session.scalar(refused.where(Audit.action.startswith("refused:"))) or 0) >= tried // 2


@pytest.mark.parametrize("address", UPLOADS)
def test_files_that_are_not_what_they_claim(
    site: Site, sign_in: Callable[..., Page], look: Callable[[Page, str], None], address: str, tmp_path: Path
) -> None:
    login, label, button = UPLOADS[address]
    page, before = sign_in(login), everything(site)
    for name, data in FILES.items():
        page.goto(address)
        file: FilePayload = {"name": "tep.xlsx", "mimeType": XLSX, "buffer": data}
        page.get_by_label(label).set_input_files(file)
        page.get_by_role("button", name=button).click()
        expect(page.get_by_role("alert").first, name).to_be_visible()
        expect(page.get_by_role("heading", name="Hệ thống gặp lỗi"), name).to_have_count(0)
    look(page, f"bad-file-{address.split('/')[1]}")
    page.goto(address)
    large = tmp_path / "to.xlsx"
    large.write_bytes(bytes(30_000_000))
    page.get_by_label(label).set_input_files(large)
    page.get_by_role("button", name=button).click()
    expect(page.get_by_text(re.compile("Tệp quá lớn"))).to_be_visible()
    assert everything(site) == before
