"""The library in the browser: forms found, shared with a locked core, copied, compared, retired."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from core import clock
from core.db import unit_of_work
from designer.history import edit, open_draft
from tests.e2e.conftest import Site

OWNER, OTHER, ADMIN = "so-31.stp-th", "so-31.snv-th", "he-thong-31"


def publish(page: Page, code: str) -> None:
    page.goto(f"/library/drafts/{code}")
    page.get_by_role("button", name="Ban hành", exact=True).click()
    expect(page.get_by_text(f"Đã ban hành {code}")).to_be_visible()


def change(site: Site, code: str, ops: list[dict[str, object]]) -> list[str]:
    """Edit a draft as the designer's page does; returns the codes of what was refused."""
    with unit_of_work(site.app) as session:
        draft, _ = open_draft(session, code)
        key = f"{code}-{draft.revision}"
        made = edit(session, code, [ops], base=draft.revision, key=key, actor=OTHER, now=clock.now())
        return [finding.code for refused in made.refused for finding, _ in refused.findings]


def test_a_form_is_shared_copied_and_compared(
    site: Site, sign_in: Callable[..., Page], look: Callable[[Page, str], None]
) -> None:
    page = sign_in(OWNER)
    page.goto("/library/")
    look(page, "library")
    page.get_by_label("Tìm (không cần dấu)").fill("ho ngheo")
    page.get_by_role("button", name="Tìm").click()
    expect(page.locator("tbody tr")).to_have_count(1)
    page.get_by_role("link", name="Tổng hợp diễn biến hộ nghèo").click()
    page.get_by_label("Mã mới").fill("RSHN-STP")
    page.get_by_role("button", name="Lấy bản sao").click()
    page.wait_for_url("**/designer/RSHN-STP")
    page.goto("/library/templates/RSHN-STP")
    page.get_by_role("button", name="Bắt đầu thử nghiệm").click()
    expect(page.get_by_text("không quá 5 ngày làm việc")).to_be_visible()
    page.get_by_label("Nhãn, cách nhau bằng dấu phẩy").fill("hộ nghèo, thí điểm")
    page.get_by_role("button", name="Lưu nhãn").click()
    publish(page, "RSHN-STP")
    page.goto("/library/templates/RSHN-STP")
    expect(page.get_by_text("đã ban hành")).to_be_visible()
    page.get_by_label("Đưa vào kho mẫu chung").check()
    page.get_by_label("Khóa lõi").check()
    page.get_by_role("button", name="Lưu", exact=True).click()
    look(page, "library-template")
    page.get_by_role("link", name="Thông báo đưa vào sử dụng").click()
    expect(page.get_by_text("phiên bản 1, được đưa vào sử dụng chính thức")).to_be_visible()
    look(page, "library-notice")

    other = sign_in(OTHER)
    other.goto("/library/?tag=thí điểm")
    other.get_by_role("link", name="Tổng hợp diễn biến hộ nghèo").click()
    expect(other.get_by_role("button", name="Thôi dùng mẫu")).to_have_count(0)
    other.get_by_label("Mã mới").fill("RSHN-SNV")
    other.get_by_role("button", name="Lấy bản sao").click()
    other.wait_for_url("**/designer/RSHN-SNV")
    with unit_of_work(site.app, write=False) as session:
        section = open_draft(session, "RSHN-SNV")[1]["sections"][0]
    at = {"kind": "column", "id": section["columns"][0]["id"], "section": section["id"]}
    locked: dict[str, object] = {"op": "set", "at": at, "key": "title", "value": "Khác"}
    assert change(site, "RSHN-SNV", [locked]) == ["core.locked"]
    named: dict[str, object] = {
        "op": "set",
        "at": {"kind": "template"},
        "key": "name",
        "value": "Của Sở Nội vụ",
    }
    assert change(site, "RSHN-SNV", [named]) == []
    publish(other, "RSHN-SNV")
    other.goto("/library/templates/RSHN-SNV")
    expect(other.get_by_text("lõi khóa, được thêm dòng")).to_be_visible()
    other.get_by_label("Lý do").first.fill("gộp vào biểu chung")
    other.get_by_role("button", name="Thôi dùng mẫu").click()
    expect(other.get_by_text("thôi dùng").first).to_be_visible()


def test_two_versions_stand_side_by_side(
    site: Site, sign_in: Callable[..., Page], look: Callable[[Page, str], None]
) -> None:
    page = sign_in(OWNER)
    page.goto("/library/templates/01/TCD")
    page.get_by_label("Mã mới").fill("TCD-STP")
    page.get_by_role("button", name="Lấy bản sao").click()
    page.wait_for_url("**/designer/TCD-STP")
    publish(page, "TCD-STP")
    page.goto("/library/templates/TCD-STP")
    page.get_by_role("button", name="Soạn phiên bản mới").click()
    page.wait_for_url("**/designer/TCD-STP")
    with unit_of_work(site.app, write=False) as session:
        section = open_draft(session, "TCD-STP")[1]["sections"][0]
    column = section["columns"][0]
    ref = {"kind": "column", "id": column["id"], "section": section["id"]}
    change(site, "TCD-STP", [{"op": "set", "at": ref, "key": "title", "value": "Tên khác"}])
    page.goto("/library/templates/TCD-STP")
    page.get_by_role("link", name="So với phiên bản 1").click()
    expect(page.get_by_text("tên đổi từ")).to_be_visible()
    look(page, "library-compare")


def test_regimes_are_open_to_all_and_kept_by_their_owner(
    sign_in: Callable[..., Page], look: Callable[[Page, str], None]
) -> None:
    page = sign_in(OWNER)
    page.goto("/regimes")
    look(page, "regimes")
    page.get_by_role("link", name="Thêm chế độ báo cáo").click()
    page.get_by_label("Mã", exact=True).fill("STP-01")
    page.get_by_label("Tên chế độ báo cáo").fill("Báo cáo công tác hộ tịch")
    page.get_by_label("Căn cứ pháp lý").fill("12/2026/TT-BTP; 05/01/2026; Thông tư về hộ tịch")
    page.get_by_label("Thời hạn gửi").fill("Cấp xã: ngày 18 hằng tháng\nSở: ngày 20 hằng tháng")
    page.get_by_label("tháng", exact=True).check()
    look(page, "regime-new")
    page.get_by_role("button", name="Lưu").click()
    expect(page.get_by_text("Cấp xã: ngày 18 hằng tháng")).to_be_visible()
    expect(page.get_by_text("12/2026/TT-BTP (05/01/2026): Thông tư về hộ tịch")).to_be_visible()
    look(page, "regime")
    other = sign_in("xa-10507")
    other.goto("/regimes/STP-01")
    expect(other.get_by_role("heading", name="Báo cáo công tác hộ tịch")).to_be_visible()
    expect(other.get_by_role("link", name="Sửa", exact=True)).to_have_count(0)


def test_the_administrator_applies_a_regulation(
    site: Site, sign_in: Callable[..., Page], look: Callable[[Page, str], None]
) -> None:
    page = sign_in(ADMIN)
    page.goto("/mandates")
    look(page, "mandates")
    page.locator("select[name=preset]").select_option("quang_binh")
    page.get_by_role("button", name="Áp dụng", exact=True).click()
    expect(page.get_by_text("Điều 6.2đ").first).to_be_visible()
    page.locator("select[name=level]").select_option("district")
    page.locator("select[name=taken_by]").select_option("commune")
    page.locator("form[action$='/switch']").get_by_role("button").click()
    expect(page.get_by_text("cấp huyện không còn thực hiện quyền này; quyền do cấp xã")).to_be_visible()
    designer = sign_in(OWNER)
    answer = designer.request.post(
        "/library/templates/copy",
        form={
            "version": "1",
            "code": "X",
            "csrf_token": designer.locator("meta[name=csrf-token]").get_attribute("content") or "",
        },
    )
    assert answer.status == 403
    assert "không xây dựng mẫu báo cáo định kỳ" in answer.text()
    page.locator("select[name=preset]").select_option("hai_phong")
    page.get_by_role("button", name="Áp dụng", exact=True).click()


def test_a_package_goes_out_and_comes_back(
    sign_in: Callable[..., Page], look: Callable[[Page, str], None], tmp_path: Path
) -> None:
    page = sign_in(OWNER)
    page.goto("/library/packages")
    page.get_by_label("01/TKTH").check()
    page.get_by_label("KTXH-01").check()
    with page.expect_download() as download:
        page.get_by_role("button", name="Xuất gói").click()
    file = tmp_path / "goi.zip"
    download.value.save_as(file)
    page.get_by_label("Nhập gói (.zip)").set_input_files(file)
    page.get_by_role("button", name="Nhập và kiểm tra").click()
    expect(page.get_by_text("01/TKTH; KTXH-01")).to_be_visible()
    look(page, "package-imported")
    (tmp_path / "khac.zip").write_bytes(b"PK")
    page.get_by_label("Nhập gói (.zip)").set_input_files(tmp_path / "khac.zip")
    page.get_by_role("button", name="Nhập và kiểm tra").click()
    expect(page.get_by_text("không phải gói mẫu biểu")).to_be_visible()
