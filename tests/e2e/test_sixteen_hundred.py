"""16:00, figures wanted by 16:45: a form drawn, published, given to 114 communes, then repaired."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.e2e.drawing import Hands

CODE = "KHẨN/BÃO-01"
ROWS = (
    "Hộ phải sơ tán",
    "Người phải sơ tán",
    "Nhà sập, đổ",
    "Nhà tốc mái",
    "Điểm trường hư hại",
    "Trạm y tế hư hại",
    "Đường giao thông sạt lở",
    "Cầu, cống hư hại",
    "Lúa bị ngập",
    "Hoa màu bị ngập",
    "Gia súc bị chết",
    "Gia cầm bị chết",
)
FORM: dict[str, Any] = {
    "name": "Thiệt hại do bão tính đến 16 giờ",
    "sections": [
        {
            "code": "A",
            "kind": "table",
            "columns": [
                {"code": "1", "title": "Lũy kế đến hôm qua"},
                {"code": "2", "title": "Phát sinh hôm nay"},
                {"code": "3", "title": "Tổng số"},
            ],
            "rows": {
                "items": [
                    {"code": str(number), "ordinal": str(number), "title": title}
                    for number, title in enumerate(ROWS, start=1)
                ]
            },
            "rules": [{"code": "K1", "text": "cột 3 = cột 1 + cột 2", "computed": True}],
        }
    ],
}
MINUTES = 5


def cell(page: Page, row: int, column: int) -> Locator:
    return page.locator(f'.grid-canvas-right .slick-row[data-row="{row}"] .slick-cell.l{column + 1}')


def type_in(page: Page, row: int, *figures: str) -> None:
    for column, figure in enumerate(figures, start=1):
        cell(page, row, column).click()
        page.keyboard.type(figure)
        page.keyboard.press("Tab")


def test_sixteen_hundred(
    sign_in: Callable[..., Page], look: Callable[[Page, str], None], capsys: Any
) -> None:
    page = sign_in("so-31.stp-th", permissions=["clipboard-read", "clipboard-write"])
    hands = Hands(page)
    hands.begin(CODE, FORM)
    hands.draw_table(0, FORM["sections"][0])
    hands.saved()
    hands.click(page.get_by_role("link", name="Ban hành và giao ngay"))
    look(page, "issue")
    hands.click(page.get_by_label("Mọi đơn vị cấp xã thuộc", exact=False))
    hands.click(page.get_by_role("button", name="Ban hành và giao ngay"))
    expect(page.locator("tbody tr")).to_have_count(114, timeout=60_000)
    with capsys.disabled():
        print(f"\n16:00: {hands.actions} actions, {hands.minutes:.1f} minutes")
    assert hands.minutes <= MINUTES
    board = page.url

    clerk = sign_in("xa-10507")
    clerk.get_by_role("link", name=FORM["name"]).click()
    type_in(clerk, 0, "120", "35")
    expect(clerk.locator("#save-state")).to_have_text("Đã lưu")
    expect(cell(clerk, 0, 3)).to_have_text("155")
    cell(clerk, 1, 1).click()
    clerk.keyboard.type("48")  # still in the editor while the form is repaired

    page.get_by_role("button", name="Sửa biểu").click()
    page.locator("#canvas .paper-canvas").wait_for()
    page.locator('[data-at="new-row"]').click()
    page.keyboard.type("Tàu thuyền bị chìm")
    page.keyboard.press("Enter")
    hands.saved()
    page.get_by_role("link", name="Ban hành và giao ngay").click()
    look(page, "repair")
    page.get_by_role("button", name="Ban hành bản sửa và đưa vào đợt này").click()
    expect(page).to_have_url(board)
    expect(page.get_by_text("chuyển các báo cáo đang mở sang phiên bản khác của biểu")).to_be_visible()

    expect(page.locator("#work")).to_have_count(0, timeout=60_000)
    clerk.keyboard.press("Tab")
    expect(clerk.get_by_text("Biểu được sửa lúc")).to_be_visible(timeout=60_000)
    expect(cell(clerk, 0, 1)).to_have_text("120")
    expect(cell(clerk, 0, 3)).to_have_text("155")
    expect(cell(clerk, 1, 1)).to_have_text("48")
    expect(clerk.locator("#save-state")).to_have_text("Đã lưu")
    look(clerk, "repaired")
    type_in(clerk, len(ROWS), "2", "1")
    expect(cell(clerk, len(ROWS), 3)).to_have_text("3")
    expect(clerk.locator("#save-state")).to_have_text("Đã lưu")
    clerk.reload()
    expect(cell(clerk, 1, 1)).to_have_text("48")
    expect(cell(clerk, len(ROWS), 3)).to_have_text("3")
