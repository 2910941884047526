"""People come in by a workbook, sign in with a printed code, and get approver rights from two others."""

import re
from collections.abc import Callable

from playwright.sync_api import FilePayload, Page, expect

from agencies.people_import import import_people
from core import clock
from core.db import unit_of_work
from tests.browsers import workbook
from tests.e2e.conftest import Site, Visitors

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NEW = "câu đủ dài để nhớ"
GOOD = ("10507", "xa.moi", "Cán bộ mới", "Nhập liệu, Phê duyệt", "0225123456", "")


def workbook_file(*rows: tuple[object, ...]) -> FilePayload:
    return {"name": "tai-khoan.xlsx", "mimeType": XLSX, "buffer": workbook(*rows)}


def test_from_the_workbook_to_the_first_sign_in(
    visitors: Visitors, sign_in: Callable[..., Page], look: Callable[[Page, str], None]
) -> None:
    admin = sign_in("he-thong-31")
    admin.get_by_role("link", name="Tài khoản", exact=True).click()
    look(admin, "people")
    admin.get_by_role("link", name="Nhập từ Excel").click()
    look(admin, "people-import")
    file = admin.get_by_label("Tệp .xlsx, mỗi người một dòng")
    file.set_input_files(workbook_file(GOOD, ("ZZ", "xa.moi", "", "Trùm", "gọi tôi", "")))
    admin.get_by_role("button", name="Kiểm tra trước").click()
    expect(admin.get_by_text("Dòng 3, cột Vai trò: không có vai trò Trùm.")).to_be_visible()
    look(admin, "people-import-faults")
    file.set_input_files(workbook_file(GOOD))
    admin.get_by_role("button", name="Kiểm tra trước").click()
    expect(admin.get_by_text("1 tài khoản mới, 0 thay đổi, 0 giữ nguyên.")).to_be_visible()
    admin.get_by_role("button", name="Nhập vào hệ thống").click()
    expect(admin.get_by_role("heading", name="Đã nhập xong")).to_be_visible()
    look(admin, "people-imported")
    admin.goto("/people?find=10507")
    admin.get_by_role("region", name="Cơ quan tìm được").get_by_role("link").click()
    look(admin, "people-commune")
    admin.get_by_role("button", name="Tạo phiếu tài khoản để in").click()
    code = admin.locator(".slip .code").inner_text()
    look(admin, "people-slips")

    page = visitors.arrive()
    page.get_by_role("link", name="Nhập mã trên phiếu tài khoản").click()
    look(page, "first-sign-in")
    page.get_by_label("Tên đăng nhập").fill("xa.moi")
    page.get_by_label("Mã trên phiếu tài khoản").fill(code)
    page.get_by_label("Mật khẩu mới", exact=True).fill(NEW)
    page.get_by_label("Nhập lại mật khẩu mới").fill("câu khác")
    page.get_by_role("button", name="Đặt mật khẩu và đăng nhập").click()
    expect(page.get_by_role("alert")).to_contain_text("không giống nhau")
    look(page, "first-sign-in-fault")
    page.get_by_label("Mật khẩu mới", exact=True).fill(NEW)
    page.get_by_label("Nhập lại mật khẩu mới").fill(NEW)
    page.get_by_role("button", name="Đặt mật khẩu và đăng nhập").click()
    expect(page.get_by_role("heading", name="Hộp báo cáo")).to_be_visible()

    unit = sign_in("xa-10507-qt")
    unit.get_by_role("link", name="Tài khoản", exact=True).click()
    expect(unit.get_by_text("Phê duyệt: chờ xác nhận")).to_be_visible()
    unit.get_by_role("link", name="Cán bộ mới").click()
    look(unit, "person")
    unit.get_by_role("button", name="Xác nhận quyền phê duyệt").click()
    expect(unit.get_by_text("Đã xác nhận quyền phê duyệt.")).to_be_visible()

    page.get_by_role("link", name="Cán bộ mới").click()
    expect(page.get_by_text(re.compile("Nhập liệu, Phê duyệt"))).to_be_visible()
    look(page, "account")
    unit.get_by_role("button", name="Khóa tài khoản").click()
    page.reload()
    expect(page.get_by_role("heading", name="Đăng nhập", exact=True)).to_be_visible()


def test_many_leaders_are_confirmed(
    site: Site, sign_in: Callable[..., Page], look: Callable[[Page, str], None]
) -> None:
    rows = [(code, f"ld.{code}", "Lãnh đạo", "Phê duyệt", "", "") for code in ("10507", "10525")]
    with unit_of_work(site.app) as session:
        import_people(session, workbook(*rows), by="test", now=clock.now(), on=clock.today())
    admin = sign_in("he-thong-31")
    admin.get_by_role("link", name="Tài khoản", exact=True).click()
    admin.get_by_role("link", name="Xem và xác nhận").click()
    admin.get_by_label("Chọn tất cả").check()
    expect(admin.locator("input[name=person]:checked")).to_have_count(2)
    look(admin, "people-unconfirmed")
    admin.get_by_role("button", name="Xác nhận những người đã chọn").click()
    expect(admin.get_by_text("Đã xác nhận quyền phê duyệt của 2 người.")).to_be_visible()


def test_one_person_is_added_and_the_audit_tells(
    sign_in: Callable[..., Page], look: Callable[[Page, str], None]
) -> None:
    unit = sign_in("xa-10525-qt")
    unit.get_by_role("link", name="Tài khoản", exact=True).click()
    unit.get_by_label("Điện thoại trực của cơ quan").fill("0225 123 456")
    unit.get_by_role("button", name="Lưu", exact=True).click()
    expect(unit.get_by_text("Đã lưu điện thoại trực.")).to_be_visible()
    unit.get_by_role("link", name="Thêm người").click()
    unit.get_by_label("Họ tên").fill("Cán bộ thêm")
    unit.get_by_label("Tên đăng nhập").fill("Ớ")
    unit.get_by_label("Nhập liệu").check()
    unit.get_by_role("button", name="Thêm và lấy phiếu để in").click()
    expect(unit.get_by_role("alert")).to_contain_text("không dùng được")
    look(unit, "person-new-fault")
    unit.get_by_label("Tên đăng nhập").fill("xa.them")
    unit.get_by_role("button", name="Thêm và lấy phiếu để in").click()
    expect(unit.locator(".slip")).to_contain_text("xa.them")
    unit.get_by_role("link", name="Nhật ký").click()
    expect(unit.get_by_text("Thêm người: Phường Hải Dương")).to_be_visible()
    look(unit, "audit-unit")

    admin = sign_in("he-thong-31")
    admin.get_by_role("link", name="Nhật ký").click()
    admin.get_by_label("Ai").fill("xa-10525-qt")
    admin.get_by_label("Việc").select_option(label="Thêm người")
    admin.get_by_role("button", name="Lọc").click()
    expect(admin.locator("tbody tr")).to_have_count(1)
    admin.get_by_role("button", name="Kiểm tra niêm phong").click()
    expect(admin.get_by_text("Nhật ký nguyên vẹn.")).to_be_visible()
    look(admin, "audit")


def test_by_keyboard_and_in_english(visitors: Visitors) -> None:
    page = visitors.arrive()
    page.keyboard.type("xa-10507")  # the first field has the focus
    page.keyboard.press("Tab")
    page.keyboard.type("sai")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_have_text("Tên đăng nhập hoặc mật khẩu không đúng.")
    expect(page.get_by_label("Mật khẩu")).to_be_focused()
    visitors.look(page, "sign-in-wrong")
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    visitors.look(page, "sign-in-english")
