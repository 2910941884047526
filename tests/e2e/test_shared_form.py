"""The monthly table of a province: each department fills its rows, the department of finance the rest."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.e2e.conftest import Site
from tests.e2e.programs import Program

OPENING = "/rounds/open?template=KTXH-01&period=month-2026-6&due=31/12/2026"
TICKS = {
    "Chỉ số sản xuất công nghiệp": "Sở Công Thương",
    "Diện tích gieo trồng lúa": "Sở Nông nghiệp và Môi trường",
    "Xã hội": "Sở Nội vụ",
}


def test_departments_fill_their_rows_and_the_parts_become_one(
    site: Site, sign_in: Callable[..., Page], look: Callable[[Page, str], None]
) -> None:
    lead = sign_in("so-31.stc-th")
    lead.goto(OPENING)
    lead.get_by_label(re.compile("Nhiều đơn vị cùng điền")).check()
    lead.get_by_label("Báo cáo qua").select_option("submit,accept")
    lead.get_by_role("button", name="Tiếp tục").click()
    for row, department in TICKS.items():
        lead.get_by_label(f"{row}: {department}", exact=True).check()
    lead.get_by_text("Dán bảng giao dòng").click()
    lead.get_by_label(re.compile("Mỗi dòng một đơn vị")).fill("31.SCT; TNGT\n31.XYZ; THU")
    lead.get_by_role("button", name="Tiếp tục").click()
    expect(lead.get_by_role("alert")).to_contain_text("không có đơn vị nào mang mã “31.XYZ”")
    lead.get_by_label(re.compile("Mỗi dòng một đơn vị")).fill("31.SCT; TNGT")
    look(lead, "share-rows")
    lead.get_by_role("button", name="Tiếp tục").click()
    expect(lead.get_by_text("Sở Tài chính: 1 Tổng thu NSNN")).to_be_visible()
    look(lead, "share-check")
    lead.get_by_role("button", name="Quay lại").click()
    expect(lead.get_by_label("Số người chết do tai nạn giao thông: Sở Công Thương")).to_be_checked()
    lead.get_by_role("button", name="Tiếp tục").click()
    lead.get_by_role("button", name="Mở đợt báo cáo").click()
    expect(lead.locator("tbody tr")).to_have_count(3, timeout=30_000)
    board = lead.url

    page = sign_in("so-31.snv")
    page.locator("tbody a").first.click()
    expect(page.get_by_role("heading", name="tháng 6 năm 2026")).to_be_visible()
    rows = page.locator(".grid-canvas-left .slick-row")
    expect(rows).to_have_count(5)
    look(page, "share-part")
    page.get_by_role("link", name="Hiện cả dòng của đơn vị khác").click()
    expect(rows).to_have_count(11)
    page.get_by_role("link", name="Chỉ hiện những dòng").click()
    for place, value in (("l4", "2167"), ("l5", "2230")):
        page.locator(f'.grid-canvas-right .slick-row[data-row="1"] .{place}').click()
        page.keyboard.type(value)
        page.keyboard.press("Enter")
    expect(page.locator("#save-state")).to_have_text("Đã lưu")
    page.get_by_role("button", name="Gửi báo cáo").click()
    expect(page.get_by_text("Quá trình xử lý")).to_be_visible()

    trade = Program(site, "so-31.sct")
    (task,) = trade.get("/inbox")
    assert trade.enter(task["report"], "A", "THU", {"3": "1"}) == ["figure.others_row A[THU;3]"]
    assert trade.enter(task["report"], "A", "IIP", {"3": "108.12", "4": "107.9"}) == []
    assert trade.enter(task["report"], "A", "TNGT", {"2": "4", "3": "-"}) == []
    trade.post(f"/reports/{task['report']}/submit")

    finance = Program(site, "so-31.stc-th")
    round_id = int(board.rpartition("/")[2])
    reports = {line["code"]: line["report"] for line in finance.get(f"/rounds/{round_id}/reports")}
    for code in ("31.SNV", "31.SCT"):
        finance.post(f"/reports/{reports[code]}/accept")
    status = finance.get(f"/rounds/{round_id}")
    own = Program(site, "so-31.stc")
    assert own.enter(status["lead_report"], "A", "THU", {"2": "1262.7", "3": "1305.5"}) == []
    assert own.enter(status["lead_report"], "A", "VL", {"3": "1"}) == ["figure.others_row A[VL;3]"]

    lead.goto(board)
    lead.get_by_role("button", name="Tổng hợp").click()
    lead.get_by_role("link", name="Báo cáo tổng hợp").click(timeout=30_000)
    expect(lead.get_by_text("Đã tổng hợp 2/3")).to_be_visible()

    def figures(row: str) -> list[str]:
        line = lead.locator("tr", has=lead.get_by_role("rowheader", name=row))
        return [text.strip() for text in line.locator("td").all_inner_texts()[2:]]

    assert figures("Tổng thu NSNN")[1:3] == ["1.262,7", "1.305,5"]
    assert figures("Tổng thu NSNN")[5] == "103,4"
    assert figures("Chỉ số sản xuất công nghiệp")[2:4] == ["108,12", "107,9"]
    assert figures("Số lao động được giải quyết việc làm")[1:3] == ["2.167", "2.230"]
    assert figures("Số người chết")[1:3] == ["4\n1/2", "-\n1/2"]  # two were asked, one gave figures
    lacking = lead.locator(".lacking")
    expect(lacking).to_have_count(1)
    expect(lacking).to_have_text("0/1 đơn vị; chưa có: Sở Nông nghiệp và Môi trường")
    lead.get_by_role("link", name="2.230").click()
    expect(lead.locator("#trace")).to_contain_text("Sở Nội vụ")
    look(lead, "share-whole")
