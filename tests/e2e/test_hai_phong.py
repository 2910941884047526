"""Quarter III/2026 of Hải Phòng: a department asks all 114 communes, who are not below it, and sums up."""

import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.e2e.conftest import ROOT, Site
from tests.e2e.programs import Program
from tests.e2e.test_fill import CHUNG_THUC, HO_TICH, cell, fill_row, saved
from web.demo_figures import commune_figures

SEED = ROOT / "template_library/seeds/II.06a-VPCP-KSTT.json"
FORM = "II.06a/STP"
BROWSING = {"10507": "Phường Thành Đông", "10525": "Phường Hải Dương", "10532": "Phường Lê Thanh Nghị"}
WRONG, RETURNED = "10507", "10532"
ROWS = {"I1": CHUNG_THUC, "I2": HO_TICH}
"""Rows that are typed by hand, with their places on the sheet."""
PARTS = {"3": ("4", "5", "6"), "7": ("8", "9", "10"), "11": ("12", "13")}
"""Computed columns with the columns they are made of."""


def figures_of(code: str) -> dict[tuple[str, str], int]:
    """What a commune has to report: of those who type by hand two rows, of the others all."""
    every = {(row, column): int(value) for row, column, value in commune_figures(code, wrong=False)}
    return {place: value for place, value in every.items() if code not in BROWSING or place[0] in ROWS}


def total(codes: list[str]) -> Counter[tuple[str, str]]:
    """The sum over communes with computed columns, by nothing of the product."""
    found: Counter[tuple[str, str]] = Counter()
    for code in codes:
        found.update(figures_of(code))
    for row in {row for row, _ in found}:
        for made, parts in PARTS.items():
            found[row, made] = sum(found[row, part] for part in parts)
    return found


def publish(page: Page, folder: Path) -> None:
    """The department brings its form in and publishes it."""
    own = folder / "own.json"
    own.write_text(SEED.read_text(encoding="utf-8").replace("II.06a/VPCP/KSTT", FORM), encoding="utf-8")
    page.get_by_role("link", name="Mẫu biểu").click()
    page.get_by_label("Nhập tệp mẫu biểu").set_input_files(own)
    page.get_by_role("button", name="Nhập và kiểm tra").click()
    page.get_by_label("Hiệu lực từ").fill("01/07/2025")
    page.get_by_role("button", name="Ban hành").click()
    expect(page.get_by_text(f"Đã ban hành {FORM} phiên bản 1.")).to_be_visible()


def open_round(page: Page) -> int:
    page.goto(f"/rounds/open?template={FORM}&period=quarter-2026-3&due=31/12/2026")
    page.get_by_label(re.compile("cấp xã thuộc")).check()
    page.get_by_label("Báo cáo qua").select_option("submit,approve,accept")
    page.get_by_role("button", name="Tiếp tục").click()
    page.get_by_role("button", name="Mở đợt báo cáo").click()
    expect(page.locator(".tiles .count").first).to_have_text("114", timeout=60_000)
    return int(page.url.rpartition("/")[2])


def type_report(page: Page, code: str, look: Callable[[Page, str], None]) -> None:
    """A commune types its rows; one of them breaks K4, sees why, and repairs it."""
    page.get_by_role("link", name=re.compile("Tình hình, kết quả")).click()
    for row, at in ROWS.items():
        values = {column: str(value) for (name, column), value in figures_of(code).items() if name == row}
        wrong = code == WRONG and row == "I1"
        fill_row(page, at, values | ({"9": str(int(values["9"]) + 5)} if wrong else {}))
        if wrong:
            expect(page.locator("#findings li")).to_contain_text("lệch -5")
            look(page, "hai-phong-k4")
            page.get_by_role("button", name="Gửi báo cáo").click()
            expect(page.locator("#notice")).to_contain_text("Còn 1 lỗi phải sửa")
            cell(page, at, "9").click()
            page.keyboard.type(values["9"])
            page.keyboard.press("Enter")
    expect(page.locator("#finding-count")).to_have_text("không có lỗi")
    saved(page)
    page.get_by_role("button", name="Gửi báo cáo").click()
    expect(page.get_by_text("Quá trình xử lý")).to_be_visible()


def sum_up(page: Page, round_id: int, counted: str) -> None:
    """Sum up and open the total."""
    page.goto(f"/rounds/{round_id}")
    page.get_by_role("button", name="Tổng hợp").click()
    expect(page.get_by_text(f"cộng {counted}/114 báo cáo")).to_be_visible(timeout=60_000)
    page.get_by_role("link", name="Báo cáo tổng hợp").click()
    expect(page.get_by_text(f"Đã tổng hợp {counted}/114")).to_be_visible()


def test_a_quarter_of_a_province(
    site: Site, sign_in: Callable[..., Page], look: Callable[[Page, str], None], tmp_path: Path
) -> None:
    lead, program = sign_in("so-31.stp-th"), Program(site, "so-31.stp-th")
    publish(lead, tmp_path)
    round_id = open_round(lead)
    reports = {line["code"]: line["report"] for line in program.get(f"/rounds/{round_id}/reports?limit=200")}
    assert len(reports) == 114

    for code in BROWSING:
        type_report(sign_in(f"xa-{code}"), code, look)
    for code in reports.keys() - BROWSING.keys():
        clerk = Program(site, f"xa-{code.lower()}")
        changes = [
            {"section": "A", "row": row, "column": column, "value": str(value)}
            for (row, column), value in figures_of(code).items()
        ]
        body = {"base": 0, "idempotency_key": "quarter", "changes": changes}
        assert clerk.post(f"/reports/{reports[code]}/save", body)["findings"] == []
        clerk.post(f"/reports/{reports[code]}/submit")
    for code, report in reports.items():
        leader = Program(site, f"xa-{code.lower()}-ld")
        assert (
            leader.post("/reports/moves", {"move": "approve", "reports": [report]})[0]["state"] == "approved"
        )

    lead.goto(f"/rounds/{round_id}/compilation")
    lead.get_by_role("button", name="Chọn mọi báo cáo không lỗi").click()
    lead.locator("[data-bulk]").click()
    sum_up(lead, round_id, "114")
    status = program.get(f"/rounds/{round_id}")
    figures = program.get(f"/reports/{status['lead_report']}")["figures"]["A"]
    wanted = total(list(reports))
    assert {place: int(figures[place[0]][place[1]]) for place in wanted} == dict(wanted)
    look(lead, "hai-phong-total")

    row = lead.locator("tr", has=lead.get_by_role("rowheader", name="Chứng thực", exact=True))
    row.locator("td.num a").nth(1).click()
    parts = lead.locator("#trace tbody tr")
    expect(parts).to_have_count(114)
    lead.locator("#trace tbody a", has_text=BROWSING[WRONG]).click()
    entry = lead.locator("#trace .entries li").last
    expect(entry).to_contain_text(f"Cán bộ nhập liệu – {BROWSING[WRONG]}")

    program.post(f"/reports/{reports[RETURNED]}/reopen", {"reason": "Rà soát lại số trực tuyến"})
    sum_up(lead, round_id, "113")
    figures = program.get(f"/reports/{status['lead_report']}")["figures"]["A"]
    wanted = total([code for code in reports if code != RETURNED])
    assert {place: int(figures[place[0]][place[1]]) for place in wanted} == dict(wanted)

    province = sign_in("tinh-31-th")
    expect(province.get_by_text("Không có việc nào ở đây")).to_be_visible()
