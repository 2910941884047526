"""A department that is not the communes' parent opens a round in the browser and watches it."""

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.e2e.conftest import ROOT, Visitors

SEED = ROOT / "template_library/seeds/II.06a-VPCP-KSTT.json"


def test_the_way_from_signing_in_to_the_board(
    visitors: Visitors, sign_in: Callable[..., Page], look: Callable[[Page, str], None]
) -> None:
    page = visitors.arrive()
    look(page, "sign-in")
    page = sign_in("so-31.stp-th")
    expect(page.get_by_text("Không có việc nào ở đây")).to_be_visible()
    look(page, "inbox-empty")

    page.get_by_role("link", name="Mẫu biểu").click()
    look(page, "library")
    page.get_by_label("Tìm (không cần dấu)").fill("thu tuc hanh chinh")
    page.keyboard.press("Enter")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.get_by_role("link", name=re.compile("Tình hình, kết quả giải quyết")).click()
    page.get_by_role("link", name="Xem mẫu").first.click()
    expect(page.locator(".form-table thead tr")).to_have_count(4)
    look(page, "template")

    page.get_by_role("link", name="Mở đợt báo cáo").click()
    expect(page.get_by_label("Kỳ báo cáo")).to_be_visible()
    look(page, "open-period")
    page.get_by_label("Kỳ báo cáo").select_option("quarter-2026-3")
    page.get_by_label("ngày", exact=True).fill("31/12/2026")
    page.get_by_role("button", name="Tiếp tục").click()
    expect(page.get_by_text("Ai phải báo cáo?")).to_be_visible()
    look(page, "open-who")
    page.get_by_label(re.compile("cấp xã thuộc")).check()
    page.get_by_role("button", name="Tiếp tục").click()
    expect(page.get_by_text("114 đơn vị. Giao thẳng")).to_be_visible()
    look(page, "open-check")
    page.get_by_role("button", name="Mở đợt báo cáo").click()

    expect(page.locator("tbody tr")).to_have_count(114, timeout=30_000)
    look(page, "board")
    page.get_by_role("button", name="Tổng hợp").click()
    expect(page.get_by_text("Lần tổng hợp gần nhất cộng 0/114 báo cáo.")).to_be_visible(timeout=30_000)
    page.get_by_label("Tìm đơn vị").fill("thanh dong")
    page.keyboard.press("Enter")
    expect(page.locator("tbody tr")).to_have_count(1)

    page.get_by_role("link", name="Hộp báo cáo").click()
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.get_by_text("0/114")).to_be_visible()
    look(page, "inbox-lead")

    page.get_by_role("link", name="Đợt báo cáo", exact=True).click()
    look(page, "rounds")

    commune = sign_in("xa-10507")
    expect(commune.locator("tbody tr")).to_have_count(1)
    look(commune, "inbox-commune")
    phone = sign_in("xa-10507", is_mobile=True, viewport={"width": 390, "height": 844})
    expect(phone.get_by_role("link", name=re.compile("Tình hình, kết quả"))).to_be_in_viewport()
    look(phone, "inbox-phone")
    commune.get_by_role("button", name="English").click()
    expect(commune.get_by_role("heading", name="Inbox")).to_be_visible()
    look(commune, "inbox-english")

    province = sign_in("tinh-31-th")
    expect(province.get_by_text("Không có việc nào ở đây")).to_be_visible()


def test_a_template_file_brought_in_and_published(
    sign_in: Callable[..., Page], look: Callable[[Page, str], None], tmp_path: Path
) -> None:
    page = sign_in("so-31.stp-th")
    page.get_by_role("link", name="Mẫu biểu").click()
    text = SEED.read_text(encoding="utf-8")
    broken = tmp_path / "broken.json"
    broken.write_text(text.replace('"kind": "table"', '"kind": "tabel"', 1), encoding="utf-8")
    page.get_by_label("Nhập tệp mẫu biểu").set_input_files(broken)
    page.get_by_role("button", name="Nhập và kiểm tra").click()
    expect(page.get_by_text("sections[0].kind")).to_be_visible()
    look(page, "import-faults")

    own = tmp_path / "own.json"
    own.write_text(text.replace("II.06a/VPCP/KSTT", "II.06a/STP/KSTT"), encoding="utf-8")
    page.get_by_label("Nhập tệp mẫu biểu").set_input_files(own)
    page.get_by_role("button", name="Nhập và kiểm tra").click()
    expect(page.get_by_text("Hình thức, quy tắc và ví dụ đều đạt")).to_be_visible()
    look(page, "draft")
    page.get_by_role("button", name="Ban hành").click()
    expect(page.get_by_text("Đã ban hành II.06a/STP/KSTT phiên bản 1.")).to_be_visible()


def test_what_is_refused_says_what_to_do(visitors: Visitors, look: Callable[[Page, str], None]) -> None:
    page = visitors.sign_in("xa-11411")
    page.goto("/rounds/open")
    expect(page.get_by_role("heading", name="Không có quyền")).to_be_visible()
    look(page, "problem-forbidden")
    page.goto("/nothing-here")
    expect(page.get_by_role("heading", name="Không tìm thấy")).to_be_visible()
