"""Indicators in Chromium: found in the library, taken into a form as rows with unit and formula."""

from collections.abc import Callable
from dataclasses import replace

from playwright.sync_api import Page, expect

from core import clock
from core.db import unit_of_work
from indicator_library import catalogue
from indicator_library.meaning import Meaning
from tests.e2e.conftest import Site


def test_a_row_comes_from_the_library(
    site: Site, sign_in: Callable[..., Page], look: Callable[[Page, str], None]
) -> None:
    _rate_with_formula(site)
    page = sign_in("tinh-31-th")
    page.get_by_role("link", name="Chỉ tiêu", exact=True).click()
    page.get_by_role("searchbox", name="Tìm theo mã, tên chỉ tiêu").fill("ho ngheo")
    page.get_by_role("button", name="Tìm").click()
    expect(page.get_by_role("table")).to_contain_text("hộ nghèo")
    look(page, "indicators")
    page.get_by_role("link", name="Số hộ nghèo thử").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("E2E.1")
    look(page, "indicator")
    page.goto("/designer/new")
    page.get_by_label("Mã biểu").fill("CT-01")
    page.get_by_label("Tên biểu").fill("Hộ nghèo theo chỉ tiêu")
    page.get_by_role("button", name="Bắt đầu vẽ").click()
    page.get_by_role("button", name="+ Chỉ tiêu").click()
    page.get_by_role("searchbox", name="Tìm (không cần dấu)").fill("E2E")
    for name in ("E2E.1", "E2E.2", "E2E.3"):
        page.get_by_role("checkbox", name=name).check()
    look(page, "indicator-choice")
    page.get_by_role("button", name="Thêm thành dòng").click()
    expect(page.locator("#canvas")).to_contain_text("Tỷ lệ hộ nghèo thử")
    expect(page.locator("#save-state")).to_have_attribute("data-state", "saved")
    page.get_by_role("tab", name="Quy tắc").click()
    expect(page.get_by_role("tabpanel", name="Quy tắc")).to_contain_text("* 100")
    look(page, "indicator-rows")


def _rate_with_formula(site: Site) -> None:
    """Three indicators, the last a share of the other two."""
    share = {"nature": "rate", "roll_up": "none", "formula": "[E2E.1] / [E2E.2] * 100"}
    meanings = {
        "E2E.1": Meaning("Số hộ nghèo thử", "hộ", "integer", 0),
        "E2E.2": Meaning("Tổng số hộ thử", "hộ", "integer", 0),
        "E2E.3": replace(Meaning("Tỷ lệ hộ nghèo thử", "%", "percent"), **share),  # type: ignore[arg-type]
    }
    now, since = clock.now(), clock.today()
    with unit_of_work(site.app) as session:
        info = catalogue.SetInfo("E2E", "Bộ thử")
        kept = catalogue.save_set(session, info, agency=None, actor="test", now=now).id
        for code, meaning in meanings.items():
            catalogue.define(
                session, code, meaning, set_id=kept, group="", since=since, actor="test", now=now
            )
