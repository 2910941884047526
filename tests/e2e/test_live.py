"""Rules in the page: what fails and what is computed is told at the keystroke, with the network gone too."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date

import pytest
from playwright.sync_api import Page, expect

from core import clock
from core.db import unit_of_work
from runtime.periods import period_of
from template_library.versions import publish
from tests.e2e.conftest import Site, Visitors
from tests.e2e.rounds import RIGHT, Asked, ask, enter, hand_in
from tests.e2e.test_fill import CHUNG_THUC, HO_TICH, cell, fill_row, saved
from tests.grids import form_of, read_grid, rule

COMMUNES = ("10507", "10525", "10532")


@pytest.fixture(scope="module")
def asked(site: Site) -> Asked:
    return ask(site, COMMUNES, period_of("quarter", 2026, 3))


def open_report(page: Page, report: int) -> None:
    page.goto(f"/reports/{report}")
    expect(page.locator("#grid .slick-row").first).to_be_visible()


@contextmanager
def offline(page: Page, visitors: Visitors) -> Iterator[None]:
    """No save gets through; that the browser says so is no fault."""
    page.route("**/save", lambda route: route.abort("internetdisconnected"))
    yield
    page.unroute("**/save")
    saved(page)
    visitors.faults[:] = [fault for fault in visitors.faults if "ERR_INTERNET_DISCONNECTED" not in fault]


def test_without_a_network_figures_are_computed_and_checked(asked: Asked, visitors: Visitors) -> None:
    page = visitors.sign_in("xa-10507")
    open_report(page, asked.reports["10507"])
    with offline(page, visitors):
        fill_row(page, CHUNG_THUC, RIGHT | {"9": "12"})
        expect(cell(page, CHUNG_THUC, "3")).to_have_text("25")
        finding = page.locator("#findings li")
        expect(finding).to_have_count(1)
        expect(finding).to_contain_text("cột 3 là 25, phải = cột 7 + cột 11 là 26; lệch -1")
        expect(cell(page, CHUNG_THUC, "7")).to_have_class(re.compile("found-error"))
        expect(page.locator("#save-state")).to_have_attribute("data-state", "offline")
        visitors.look(page, "live-offline")
    expect(finding).to_have_count(1)


def test_a_verdict_follows_every_key_and_leaves_with_escape(
    asked: Asked, sign_in: Callable[..., Page], look: Callable[[Page, str], None]
) -> None:
    page = sign_in("xa-10525")
    open_report(page, asked.reports["10525"])
    fill_row(page, CHUNG_THUC, RIGHT)
    expect(page.locator("#finding-count")).to_have_text("không có lỗi")
    cell(page, CHUNG_THUC, "9").click()
    page.keyboard.type("11")
    expect(page.locator("#finding-count")).to_have_text("không có lỗi")
    page.keyboard.type("0")
    expect(page.locator("#findings li")).to_contain_text("lệch -99")
    expect(cell(page, CHUNG_THUC, "7")).to_have_text("120")
    look(page, "live-typing")
    page.keyboard.press("Escape")
    expect(page.locator("#finding-count")).to_have_text("không có lỗi")
    expect(cell(page, CHUNG_THUC, "7")).to_have_text("21")
    saved(page)


def test_a_repair_is_offered_and_taken(
    asked: Asked, sign_in: Callable[..., Page], look: Callable[[Page, str], None]
) -> None:
    page = sign_in("xa-10532")
    open_report(page, asked.reports["10532"])
    fill_row(page, HO_TICH, RIGHT | {"9": "12"})
    saved(page)
    repairs = page.locator("#repairs p")
    expect(repairs.first).to_contain_text("thì đúng K4")
    look(page, "live-repair")
    repairs.first.get_by_role("button").click()
    expect(page.locator("#finding-count")).to_have_text("không có lỗi")
    expect(page.locator("#repairs")).to_be_hidden()
    saved(page)


def test_a_cumulative_cell_without_an_earlier_figure_is_typed(
    site: Site, sign_in: Callable[..., Page], look: Callable[[Page, str], None]
) -> None:
    asked = ask(site, ("10507",), period_of("month", 2026, 8), "KTXH-01")
    page = sign_in("xa-10507")
    open_report(page, asked.reports["10507"])
    to_date = page.locator('.grid-canvas-right .slick-row[data-row="1"] .l6')
    expect(to_date).to_have_class(re.compile("is-opened"))
    to_date.click()
    expect(page.locator("#cell-name")).to_contain_text("gõ được vì thiếu số kỳ trước")
    page.keyboard.type("812,5")
    page.keyboard.press("Enter")
    saved(page)
    look(page, "live-opened")
    page.reload()
    expect(to_date).to_have_text("812,5")


def test_the_figure_of_the_period_before_stands_beside_the_sheet(
    site: Site, sign_in: Callable[..., Page], look: Callable[[Page, str], None]
) -> None:
    before = ask(site, ("10507",), period_of("quarter", 2026, 1)).reports["10507"]
    enter(site, before, "I1", RIGHT | {"4": "1020", "9": "1011"}, "xa-10507")
    hand_in(site, before, "submit", "accept")
    asked = ask(site, ("10507",), period_of("quarter", 2026, 2))
    page = sign_in("xa-10507")
    open_report(page, asked.reports["10507"])
    cell(page, CHUNG_THUC, "4").click()
    expect(page.locator("#cell-earlier")).to_have_text("kỳ trước: 1.020")
    cell(page, CHUNG_THUC, "6").click()
    page.keyboard.type("5")
    warning = page.locator("#findings .finding-warning")
    expect(warning).to_contain_text("cột 6 là 5, phải = cột 11 của kỳ trước là 4; lệch 1")
    look(page, "live-earlier")
    page.keyboard.press("Escape")


def test_a_telephone_shows_rows_as_cards(
    asked: Asked, visitors: Visitors, look: Callable[[Page, str], None]
) -> None:
    page = visitors.sign_in(
        "xa-10532", viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True
    )
    page.goto(f"/reports/{asked.reports['10532']}")
    page.get_by_role("button", name="Dòng sau ›").first.click()
    page.get_by_role("button", name="Dòng sau ›").first.click()
    expect(page.get_by_label("Chỉ tiêu").locator("option:checked")).to_contain_text("An toàn thực phẩm")
    fields = {
        "4": "Tiếp nhận › Trong đó › Trực tuyến (4)",
        "9": "Số lượng hồ sơ đã giải quyết › Đúng hạn (9)",
    }
    page.get_by_label(fields["4"]).fill("1.234")
    page.get_by_label(fields["9"]).fill("1230")
    expect(page.get_by_label("Tiếp nhận › Tổng số (3)")).to_have_value("1.234")
    expect(page.locator("#findings li")).to_contain_text("lệch 4")
    look(page, "live-cards")
    page.get_by_label(fields["9"]).fill("1234")
    page.get_by_label(fields["9"]).press("Tab")
    expect(page.locator("#finding-count")).to_have_text("không có lỗi")
    saved(page)
    page.reload()
    page.get_by_label("Chỉ tiêu").select_option("3")
    expect(page.get_by_label(fields["9"])).to_have_value("1.234")


def test_what_only_the_server_computes_comes_with_its_answer(
    site: Site, sign_in: Callable[..., Page]
) -> None:
    rules = (
        rule("ô [T; 1] = trung_vị(ô [(A; B; C); 1])", "median", computed=True),
        rule("ô [T; 2] = ô [T; 1] + 1", "next", computed=True),
        rule("ô [T; 2] <= 5", "limit"),
    )
    paper = "| 1 integer Một | 2 integer Hai\nT Chung |\nA A |\nB B |\nC C |\n"
    form = form_of(read_grid(paper, rules=rules), code="TRUNG-VI")
    with unit_of_work(site.app) as session:
        publish(session, form, actor="test", now=clock.now(), effective_from=date(2025, 7, 1))
    asked = ask(site, ("10507",), period_of("quarter", 2026, 3), "TRUNG-VI")
    page = sign_in("xa-10507")
    open_report(page, asked.reports["10507"])
    at = page.locator(".grid-canvas-right .slick-row")
    at.nth(1).locator(".l2").click()
    for figure in ("1", "7", "9"):
        page.keyboard.type(figure)
        page.keyboard.press("Enter")
    expect(at.nth(0).locator(".l2")).to_have_text("7")
    expect(at.nth(0).locator(".l3")).to_have_text("8")
    expect(page.locator("#findings li")).to_contain_text("lệch 3")
    saved(page)


def test_rules_see_a_row_that_was_just_added(asked: Asked, visitors: Visitors) -> None:
    page = visitors.sign_in("xa-10507")
    open_report(page, asked.reports["10507"])
    page.get_by_role("button", name="Thêm dòng vào").click()
    page.get_by_label("Tên dòng").fill("Đất đai")
    page.keyboard.press("Enter")
    page.keyboard.type("6")
    page.keyboard.press("Enter")
    saved(page)
    with offline(page, visitors):
        cell(page, 7, "4").click()
        page.keyboard.type("9")
        page.keyboard.press("Tab")
        expect(cell(page, 7, "3")).to_have_text("9")
