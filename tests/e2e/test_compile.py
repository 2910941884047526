"""A leader approves, the department accepts and sums up; each total leads back to who typed it."""

import re
from collections.abc import Callable
from io import BytesIO

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from runtime.periods import period_of
from tests.e2e.conftest import Site
from tests.e2e.rounds import RIGHT, Asked, ask, enter, hand_in

NAMES = {
    "10507": "Phường Thành Đông",
    "10525": "Phường Hải Dương",
    "10532": "Phường Lê Thanh Nghị",
    "10537": "Phường Tân Hưng",
}
TYPED = {
    code: RIGHT | {"4": str(20 + more), "9": str(11 + more)}
    for code, more in zip(NAMES, (0, 5, 130, 1), strict=True)
}
WITHOUT = "10537"  # returned by the department: its figures do not count


@pytest.fixture(scope="module")
def asked(site: Site) -> Asked:
    """All four have typed and handed in; the leaders of all but the first have approved."""
    made = ask(site, tuple(NAMES), period_of("quarter", 2026, 2), steps="submit,approve,accept")
    for code, report in made.reports.items():
        enter(site, report, "I1", TYPED[code], f"xa-{code}")
        hand_in(site, report, "submit", *(["approve"] if code != "10507" else []))
    return made


def test_from_the_leaders_desk_to_the_typed_cell(
    asked: Asked, sign_in: Callable[..., Page], look: Callable[[Page, str], None]
) -> None:
    leader = sign_in("xa-10507-ld")
    leader.locator("tbody a").first.click()
    look(leader, "approve")
    leader.get_by_role("button", name="Phê duyệt").click()
    expect(leader.get_by_text("Báo cáo nay", exact=False)).to_be_visible()

    page = sign_in("so-31.stp-th")
    page.goto(f"/rounds/{asked.id}")
    page.get_by_role("link", name="Bảng đối chiếu").click()
    rows = page.locator("tbody tr")
    expect(rows).to_have_count(4)
    look(page, "compilation")
    page.get_by_role("link", name=re.compile("Chứng thực · Tổng số")).click()
    page.get_by_role("link", name=re.compile("Chứng thực · Tổng số")).click()
    expect(rows.first).to_contain_text(NAMES["10532"])

    back = page.get_by_label(f"Trả lại: {NAMES[WITHOUT]}")
    back.click()
    page.locator("details[open] textarea").fill("Đề nghị rà soát số trực tuyến")
    look(page, "compilation-return")
    page.locator("details[open] form button").click()
    expect(page.locator(f"tr:has-text('{NAMES[WITHOUT]}')")).to_contain_text("trả lại")

    accept = page.locator("[data-bulk]")
    expect(accept).to_be_disabled()
    page.get_by_role("button", name="Chọn mọi báo cáo không lỗi").click()
    expect(accept).to_have_text("Tiếp nhận (3)")
    accept.click()
    expect(page.locator(".state-accepted")).to_have_count(3)

    page.get_by_role("link", name="Về đợt báo cáo").click()
    page.get_by_role("button", name="Tổng hợp").click()
    page.get_by_role("link", name="Báo cáo tổng hợp").click(timeout=30_000)
    expect(page.get_by_text("Đã tổng hợp 3/4")).to_be_visible()
    total = sum(int(figures["4"]) for code, figures in TYPED.items() if code != WITHOUT)
    row = page.locator("tr", has=page.get_by_role("rowheader", name="Chứng thực", exact=True))
    expect(row.locator("td").nth(2)).to_have_text(str(total))
    sums = [sum(int(TYPED[code][c]) for code in TYPED if code != WITHOUT) for c in ("4", "5", "6")]
    expect(row.locator("td").nth(1)).to_have_text(str(sum(sums)))

    row.locator("td").nth(2).get_by_role("link").click()
    units = page.locator("#trace tbody tr")
    expect(units).to_have_count(3)
    expect(units.first).to_contain_text(NAMES["10532"])
    look(page, "trace-units")
    units.first.get_by_role("link").click()
    entry = page.locator("#trace .entries li")
    expect(entry).to_contain_text("150")
    expect(entry).to_contain_text("gõ")
    expect(entry).to_contain_text("Cán bộ nhập liệu – Phường Lê Thanh Nghị")
    look(page, "trace-typed")


def test_a_returned_report_says_why_on_its_sheet(
    asked: Asked, sign_in: Callable[..., Page], look: Callable[[Page, str], None]
) -> None:
    page = sign_in(f"xa-{WITHOUT}")
    page.goto(f"/reports/{asked.reports[WITHOUT]}")
    expect(page.get_by_text("Đề nghị rà soát số trực tuyến")).to_be_visible()
    look(page, "fill-returned")


def test_the_sheet_as_files(asked: Asked, sign_in: Callable[..., Page]) -> None:
    page = sign_in("so-31.stp-th")
    csv = page.request.get(f"/rounds/{asked.id}/compilation.csv").body().decode()
    assert csv.startswith("\ufeffMã,Đơn vị,Trạng thái,")
    names = [line.split(",")[1] for line in csv.splitlines()[1:]]
    assert names == [NAMES[code] for code in ("10525", "10532", "10537", "10507")]  # â stands before h
    book = load_workbook(BytesIO(page.request.get(f"/rounds/{asked.id}/compilation.xlsx").body()))
    sheet = book.worksheets[0]
    figures = {row[0]: row[3] for row in sheet.iter_rows(min_row=2, values_only=True)}
    assert figures["10532"] == sum(int(TYPED["10532"][column]) for column in ("4", "5", "6"))


def test_a_leader_approves_many_and_the_lead_unit_closes(
    site: Site, sign_in: Callable[..., Page], look: Callable[[Page, str], None]
) -> None:
    periods = [period_of("quarter", 2025, 4), period_of("year", 2025, 1)]
    rounds = [ask(site, ("10543",), period, steps="submit,approve,accept") for period in periods]
    for made in rounds:
        enter(site, made.reports["10543"], "I1", RIGHT, "xa-10543")
        hand_in(site, made.reports["10543"], "submit")
    leader = sign_in("xa-10543-ld")
    leader.get_by_role("button", name="Chọn mọi báo cáo không lỗi").click()
    look(leader, "inbox-many")
    leader.locator("[data-bulk]").click()
    expect(leader.get_by_text("Phê duyệt: 2 báo cáo.")).to_be_visible()
    expect(leader.get_by_text("chờ Sở Tư pháp")).to_have_count(2)

    page = sign_in("so-31.stp-th")
    page.goto(f"/rounds/{rounds[0].id}")
    page.get_by_text("Đổi hạn nộp").first.click()
    page.locator("#due-deadline").fill("15/1/2099")
    page.get_by_label("Lý do").first.fill("Bão số 5, nhiều xã mất điện")
    look(page, "board-deadline")
    page.get_by_role("button", name="Đổi hạn nộp").click()
    expect(page.get_by_text("sang 17:00 15/01/2099 – Bão số 5")).to_be_visible()
    page.get_by_text("Khóa đợt báo cáo").first.click()
    page.get_by_role("button", name="Khóa đợt báo cáo").click()
    expect(page.get_by_text("Đã khóa đợt báo cáo; không ai nhập hay nộp được nữa.")).to_be_visible()
    page.get_by_text("Hỏi lại lần nữa").first.click()
    look(page, "board-closed")
    page.get_by_role("button", name="Hỏi lại lần nữa").click()
    expect(page.get_by_text("lần 2")).to_be_visible()
