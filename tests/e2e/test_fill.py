"""Filling in the browser: typing, what is wrong and why, blocks, two hands, a lost network."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, Route, expect

from runtime.periods import period_of
from tests.e2e.conftest import Site, Visitors
from tests.e2e.rounds import RIGHT, Asked, ask, enter

COMMUNES = ("10507", "10525", "10532", "10537")
COLUMNS = ("3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13")
CHUNG_THUC, HO_TICH, THUC_PHAM, HANG_HAI = 1, 2, 3, 4
PASTE = """text => {
  const data = new DataTransfer();
  data.setData("text/plain", text);
  document.activeElement.dispatchEvent(
    new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
}"""
COPY = """() => {
  const data = new DataTransfer();
  document.activeElement.dispatchEvent(
    new ClipboardEvent("copy", {clipboardData: data, bubbles: true, cancelable: true}));
  return data.getData("text/plain");
}"""


@pytest.fixture(scope="module")
def asked(site: Site) -> Asked:
    return ask(site, COMMUNES, period_of("quarter", 2026, 3))


def cell(page: Page, row: int, column: str) -> Locator:
    at = COLUMNS.index(column) + 2
    return page.locator(f'.grid-canvas-right .slick-row[data-row="{row}"] .slick-cell.l{at}')


def fill_row(page: Page, row: int, figures: dict[str, str]) -> None:
    for column, value in figures.items():
        cell(page, row, column).click()
        page.keyboard.type(value)
        page.keyboard.press("Tab")


def saved(page: Page) -> None:
    expect(page.locator("#save-state")).to_have_text("Đã lưu")


def test_a_commune_breaks_a_rule_sees_why_repairs_it_and_sends(
    asked: Asked, sign_in: Callable[..., Page], look: Callable[[Page, str], None]
) -> None:
    page = sign_in("xa-10507")
    page.locator("tbody a").first.click()
    expect(page.locator("#grid .slick-row").first).to_be_visible()
    look(page, "fill-empty")
    fill_row(page, CHUNG_THUC, RIGHT | {"9": "12"})
    finding = page.locator("#findings li")
    expect(finding).to_have_count(1)
    expect(finding).to_contain_text("K4")
    expect(finding).to_contain_text("cột 3 là 25, phải = cột 7 + cột 11 là 26; lệch -1")
    for column in ("3", "7", "11"):
        expect(cell(page, CHUNG_THUC, column)).to_have_class(re.compile("found-error"))
    look(page, "fill-error")

    page.get_by_role("button", name="Gửi báo cáo").click()
    expect(page.locator("#notice")).to_contain_text("Còn 1 lỗi phải sửa")
    finding.locator("button").click()
    expect(page.locator("#cell-name")).to_contain_text("Chứng thực · Tổng số (3)")

    cell(page, CHUNG_THUC, "9").click()
    page.keyboard.press("F2")
    page.keyboard.press("Backspace")
    page.keyboard.type("1")
    page.keyboard.press("Enter")
    expect(page.locator("#finding-count")).to_have_text("không có lỗi")
    saved(page)
    page.get_by_role("button", name="Gửi báo cáo").click()
    expect(page.get_by_text("Quá trình xử lý")).to_be_visible()
    look(page, "report-sent")


def test_a_warning_takes_a_reason_before_the_report_is_sent(
    site: Site, sign_in: Callable[..., Page], look: Callable[[Page, str], None]
) -> None:
    asked = ask(site, ("10532",), period_of("quarter", 2026, 1))
    page = sign_in("xa-10532")
    page.goto(f"/reports/{asked.reports['10532']}")
    fill_row(page, CHUNG_THUC, RIGHT)
    cell(page, HO_TICH, "6").click()
    page.keyboard.type("...")
    page.keyboard.press("Enter")
    expect(page.locator("#finding-count")).to_have_text("0 lỗi, 1 cảnh báo")
    page.get_by_role("button", name="Gửi báo cáo").click()
    expect(page.locator("#notice")).to_contain_text("Còn 1 cảnh báo chưa có lý do")
    look(page, "fill-warning")
    page.get_by_label("Lý do:").fill("Sổ hộ tịch đang chuyển")
    with page.expect_response("**/explain") as kept:
        page.get_by_label("Lý do:").press("Tab")
    assert kept.value.status == 200
    page.get_by_role("button", name="Gửi báo cáo").click()
    expect(page.get_by_text("Lý do: Sổ hộ tịch đang chuyển")).to_be_visible()


def test_keys_of_a_spreadsheet(asked: Asked, sign_in: Callable[..., Page]) -> None:
    page = sign_in("xa-10525")
    page.goto(f"/reports/{asked.reports['10525']}")
    cell(page, HO_TICH, "4").click()
    page.keyboard.type("7")
    page.keyboard.press("ArrowRight")
    page.keyboard.type("8")
    page.keyboard.press("Enter")
    page.keyboard.type("9")
    page.keyboard.press("Tab")
    expect(cell(page, HO_TICH, "4")).to_have_text("7")
    expect(cell(page, HO_TICH, "5")).to_have_text("8")
    expect(cell(page, THUC_PHAM, "5")).to_have_text("9")
    cell(page, HO_TICH, "5").click()
    page.keyboard.press("Control+z")
    expect(cell(page, THUC_PHAM, "5")).to_have_text("")
    page.keyboard.press("Control+y")
    expect(cell(page, THUC_PHAM, "5")).to_have_text("9")
    cell(page, HO_TICH, "4").click()
    page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("Control+d")
    expect(cell(page, HANG_HAI, "4")).to_have_text("7")
    page.keyboard.press("Delete")
    expect(cell(page, HANG_HAI, "4")).to_have_text("")
    cell(page, HO_TICH, "4").click()
    page.keyboard.type("1,5")
    page.keyboard.press("Enter")
    expect(page.locator("#complaint")).to_have_text("Ô này chỉ nhận số nguyên.")
    page.keyboard.press("Escape")
    expect(page.locator("#complaint")).to_be_hidden()
    saved(page)


def test_a_block_is_pasted_copied_and_ambiguous_numbers_are_asked_about(
    site: Site, sign_in: Callable[..., Page], look: Callable[[Page, str], None]
) -> None:
    asked = ask(site, ("10507",), period_of("month", 2026, 8), "KTXH-01")
    page = sign_in("xa-10507")
    page.goto(f"/reports/{asked.reports['10507']}")
    at = page.locator('.grid-canvas-right .slick-row[data-row="1"]')
    at.locator(".l4").click()
    page.evaluate(PASTE, "1.234,5\t1,234.5\r\n12,5\t1234.5\r\n")
    expect(at.locator(".l4")).to_have_text("1.234,5")
    expect(at.locator(".l5")).to_have_text("1.234,5")
    at.locator(".l4").click()
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Shift+ArrowDown")
    assert page.evaluate(COPY) == "1234,5\t1234,5\r\n12,5\t1234,5"

    at.locator(".l7").click()
    page.evaluate(PASTE, "1.234\r\n2.345\r\n")
    expect(page.get_by_role("dialog")).to_contain_text("2 số có thể đọc theo hai cách")
    look(page, "fill-ambiguous")
    page.get_by_role("button", name="1.234 là 1,234").click()
    expect(page.locator("#notice")).to_contain_text("không đọc được “1.234”, ô giữ nguyên")
    expect(at.locator(".l7")).to_have_text("")
    at.locator(".l7").click()
    page.evaluate(PASTE, "1.234\r\n2.345\r\n")
    page.get_by_role("button", name=re.compile(r"1\.234 là 1\s234")).click()
    expect(at.locator(".l7")).to_have_text("1.234")
    saved(page)


def test_an_open_row_is_added_kept_and_removed(
    asked: Asked, sign_in: Callable[..., Page], look: Callable[[Page, str], None]
) -> None:
    page = sign_in("xa-10525")
    page.goto(f"/reports/{asked.reports['10525']}")
    page.get_by_role("button", name="Thêm dòng vào").click()
    page.get_by_label("Tên dòng").fill("Đất đai")
    look(page, "fill-add-row")
    page.keyboard.press("Enter")
    expect(cell(page, 7, "4")).to_contain_class("active")
    page.keyboard.type("6")
    page.keyboard.press("Enter")
    expect(cell(page, 7, "4")).to_have_text("6")
    saved(page)
    page.reload()
    expect(cell(page, 7, "4")).to_have_text("6")
    cell(page, 7, "4").click()
    page.get_by_role("button", name="Bỏ dòng này").click()
    saved(page)
    page.reload()
    expect(page.locator('.slick-row[data-row="6"]').first).to_be_visible()
    expect(page.locator('.slick-row[data-row="7"]')).to_have_count(0)


def test_two_hands_in_one_cell_see_both_values(
    site: Site, asked: Asked, sign_in: Callable[..., Page], look: Callable[[Page, str], None]
) -> None:
    report = asked.reports["10532"]
    page = sign_in("xa-10532")
    page.goto(f"/reports/{report}")
    expect(cell(page, CHUNG_THUC, "4")).to_be_visible()
    enter(site, report, "I1", {"4": "21"}, "xa-10532-th")
    cell(page, CHUNG_THUC, "4").click()
    page.keyboard.type("22")
    page.keyboard.press("Enter")
    conflict = page.locator(".conflict")
    expect(conflict).to_contain_text("21")
    expect(conflict).to_contain_text("22")
    expect(cell(page, CHUNG_THUC, "4")).to_have_text("21")
    look(page, "fill-conflict")
    conflict.get_by_role("button", name="Giữ số của tôi (22)").click()
    expect(conflict).to_have_count(0)
    expect(cell(page, CHUNG_THUC, "4")).to_have_text("22")
    saved(page)
    page.reload()
    expect(cell(page, CHUNG_THUC, "4")).to_have_text("22")


def test_two_tabs_of_one_person_keep_in_step(asked: Asked, sign_in: Callable[..., Page]) -> None:
    first = sign_in("xa-10532")
    context: BrowserContext = first.context
    second = context.new_page()
    for page in (first, second):
        page.goto(f"/reports/{asked.reports['10532']}")
        expect(cell(page, HO_TICH, "4")).to_be_visible()
    cell(first, HO_TICH, "4").click()
    first.keyboard.type("31")
    first.keyboard.press("Enter")
    saved(first)
    expect(cell(second, HO_TICH, "4")).to_have_text("31")
    expect(cell(second, HO_TICH, "3")).to_have_text("31")


def test_what_was_typed_without_a_network_is_kept_and_sent_later(
    asked: Asked, visitors: Visitors, look: Callable[[Page, str], None]
) -> None:
    page = visitors.sign_in("xa-10537")
    page.goto(f"/reports/{asked.reports['10537']}")
    expect(cell(page, CHUNG_THUC, "4")).to_be_visible()
    answered: list[int] = []

    def cut(route: Route) -> None:
        """The first save reaches the server but its answer is lost; then nothing gets through."""
        if not answered:
            answered.append(route.fetch().status)
        route.abort("internetdisconnected")

    page.route("**/save", cut)
    cell(page, CHUNG_THUC, "4").click()
    page.keyboard.type("41")
    page.keyboard.press("Enter")
    expect(page.locator("#save-state")).to_contain_text("Mất mạng, sẽ thử lại")
    look(page, "fill-offline")
    page.keyboard.type("42")
    page.keyboard.press("Enter")
    page.reload()
    expect(cell(page, HO_TICH, "4")).to_have_text("42")
    page.unroute("**/save")
    saved(page)
    page.evaluate("localStorage.clear()")
    page.reload()
    expect(cell(page, CHUNG_THUC, "4")).to_have_text("41")
    expect(cell(page, HO_TICH, "4")).to_have_text("42")
    assert answered == [200]
    visitors.faults[:] = [fault for fault in visitors.faults if "ERR_INTERNET_DISCONNECTED" not in fault]
