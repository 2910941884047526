"""A form taken from a workbook, then drawn on; what a closed tab could not send is sent by the next one."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.corpus.samples import seed_samples
from tests.corpus.writer import Style, write


def test_a_workbook_becomes_a_form_that_a_closed_tab_does_not_harm(
    sign_in: Callable[..., Page], look: Callable[[Page, str], None]
) -> None:
    page = sign_in("so-31.stp-th")
    page.goto("/designer/excel")
    sample = next(sample for sample in seed_samples() if sample.name == "NTM-11")
    workbook = {
        "name": "Biểu 11.xlsx",
        "mimeType": "",
        "buffer": write(sample, Style("page", units="none")).data,
    }
    page.locator("input[type=file]").set_input_files(workbook)  # type: ignore[arg-type]
    page.locator("main form button").first.click()
    page.get_by_role("heading", name="Biểu vẽ được").wait_for()
    expect(page.get_by_text("Số liệu tính lại khớp: 100%")).to_be_visible()
    look(page, "excel-drawn")
    page.get_by_label("Mã biểu").fill("TỪ-EXCEL-11")
    page.get_by_role("button", name="Tạo bản nháp").click()

    state = page.locator("#save-state")
    expect(state).to_have_text("Đã lưu")
    page.route("**/edits", lambda route: route.fulfill(status=429, body=""))
    head = page.locator('#canvas [data-at="head"]').first
    head.dblclick()
    page.keyboard.press("Control+a")
    page.keyboard.type("Vốn được giao")
    page.keyboard.press("Enter")
    expect(state).to_contain_text("Mất mạng")
    address, context = page.url, page.context
    page.close()

    again = context.new_page()
    again.goto(address)
    expect(again.locator("#save-state")).to_have_text("Đã lưu · đã gửi lại 1 sửa đổi")
    look(again, "excel-sent-again")
    again.reload()
    expect(again.locator('#canvas [data-at="head"]').first).to_have_text("Vốn được giao")
    expect(again.locator("#save-state")).to_have_text("Đã lưu")
