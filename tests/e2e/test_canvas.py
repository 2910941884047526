"""The designer's canvas by keyboard and mouse: typed as a list, reshaped, taken back, open in two places."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.e2e.conftest import Visitors
from tests.e2e.drawing import Hands


def begin(page: Page, code: str) -> Hands:
    hands = Hands(page)
    hands.begin(code, {"name": "Tổng hợp tình hình đê điều", "layout": {}})
    return hands


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def write(page: Page, *names: str) -> None:
    """Each name finished by Enter."""
    for name in names:
        page.keyboard.insert_text(name)
        page.keyboard.press("Enter")


def shown(page: Page, at: str) -> list[str]:
    return [text.strip() for text in page.locator(f'[data-at="{at}"]').all_inner_texts()]


def test_all_by_keyboard(sign_in: Callable[..., Page], look: Callable[[Page, str], None]) -> None:
    page = sign_in("so-31.stp-th")
    hands = begin(page, "PHÍM/01")
    look(page, "designer-empty")
    page.locator('[data-at="form"]').focus()
    press(page, "Alt+c")
    write(page, "Tổng số", "Nam", "Nữ")
    look(page, "designer-typing")
    press(page, "Escape", "Alt+r")
    write(page, "Huyện")
    press(page, "Tab")
    write(page, "Xã", "Phường")
    press(page, "Shift+Tab")
    write(page, "Tỉnh")
    press(page, "Escape")
    assert shown(page, "head") == ["Tổng số", "Nam", "Nữ"]
    assert shown(page, "number") == ["(1)", "(2)", "(3)"]
    page.get_by_label("Đánh số thứ tự các dòng").select_option("upper-roman number nested")
    assert shown(page, "ordinal") == ["I", "1", "2", "II"]

    # Nữ and Nam under one heading, which is named at once
    page.locator('[data-at="head"]').nth(2).focus()
    page.locator('[data-at="head"]').nth(2).click()
    press(page, "Shift+ArrowLeft", "Alt+Shift+ArrowUp")
    write(page, "Chia ra")
    assert shown(page, "head") == ["Tổng số", "Chia ra", "Nam", "Nữ"]
    page.locator('[data-at="head"]').nth(1).click()
    press(page, "Alt+ArrowLeft")
    assert shown(page, "head") == ["Chia ra", "Tổng số", "Nam", "Nữ"]
    assert shown(page, "number") == ["(1)", "(2)", "(3)"]
    press(page, "Alt+m")
    assert shown(page, "head") == ["Chia ra", "Tổng số"]
    press(page, "Control+z")
    hands.saved()
    assert shown(page, "head") == ["Chia ra", "Tổng số", "Nam", "Nữ"]
    page.locator('[data-at="name"]').nth(3).click()
    press(page, "Alt+ArrowUp")
    assert shown(page, "name") == ["Tỉnh", "Huyện", "Xã", "Phường"]
    assert shown(page, "ordinal") == ["I", "II", "1", "2"]
    press(page, "Alt+3", "Control+Enter")
    write(page, "Liên tỉnh")
    assert shown(page, "name") == ["Tỉnh", "Liên tỉnh", "Huyện", "Xã", "Phường"]
    page.locator('[data-at="cell"]').first.click()
    press(page, "Shift+ArrowRight", "Alt+l")
    expect(page.locator("td.is-locked")).to_have_count(2)
    press(page, "ArrowDown", "x", "Enter")
    expect(page.locator("td.is-not_applicable")).to_have_count(1)
    hands.saved()
    look(page, "designer-drawn")

    page.reload()
    page.locator("#canvas .paper-canvas").wait_for()
    undo = page.get_by_role("button", name="Hoàn tác")
    while undo.is_enabled():
        undo.click()
        hands.saved()
    assert hands.document()["sections"] == [{"code": "A", "id": "A", "kind": "table"}]
    redo = page.get_by_role("button", name="Làm lại")
    while redo.is_enabled():
        redo.click()
        hands.saved()
    assert shown(page, "name") == ["Tỉnh", "Liên tỉnh", "Huyện", "Xã", "Phường"]
    page.locator('[data-at="cell"]').first.click()
    press(page, "Alt+t")
    expect(page.locator("#refusals li")).to_have_count(1)  # a total is no column
    look(page, "designer-refused")
    page.get_by_role("button", name="Giữ như hiện tại").click()
    press(page, "?")
    expect(page.get_by_role("dialog", name="Phím tắt")).to_be_visible()
    look(page, "designer-shortcuts")


def test_dragging(sign_in: Callable[..., Page], look: Callable[[Page, str], None]) -> None:
    page = sign_in("so-31.stp-th")
    begin(page, "KÉO/01")
    page.locator('[data-at="new-column"]').click()
    write(page, "Tổng số", "Nam", "Nữ")
    press(page, "Escape")
    page.locator('[data-at="new-row"]').click()
    write(page, "Một", "Hai", "Ba")
    press(page, "Escape")

    press(page, "Alt+t")
    expect(page.locator('[data-at="name"]')).to_have_text(["Tổng số", "Nam", "Nữ"])
    press(page, "Control+z")
    expect(page.locator('[data-at="name"]')).to_have_text(["Một", "Hai", "Ba"])

    def drag(at: str, from_: int, to: int, share: float) -> None:
        source, target = (
            page.locator(f'[data-at="{at}"]').nth(from_),
            page.locator(f'[data-at="{at}"]').nth(to),
        )
        source.click()
        box = target.bounding_box()
        assert box
        source.hover()
        page.mouse.down()
        x = box["x"] + box["width"] * (share if at == "head" else 0.5)
        page.mouse.move(x, box["y"] + box["height"] * (share if at != "head" else 0.5), steps=4)
        look(page, f"designer-drag-{at}")
        page.mouse.up()

    drag("head", 2, 0, 0.1)
    assert shown(page, "head") == ["Nữ", "Tổng số", "Nam"]
    drag("head", 0, 2, 0.5)
    write(page, "Chia ra")
    assert shown(page, "head") == ["Tổng số", "Chia ra", "Nam", "Nữ"]
    drag("name", 2, 0, 0.1)
    assert shown(page, "name") == ["Ba", "Một", "Hai"]
    drag("name", 2, 1, 0.5)
    expect(page.locator('[data-at="name"]').nth(2)).to_have_css("padding-left", "22px")


def test_two_computers_at_once(visitors: Visitors, look: Callable[[Page, str], None]) -> None:
    one = visitors.sign_in("so-31.stp-th")
    hands = begin(one, "HAI/01")
    one.locator('[data-at="new-column"]').click()
    write(one, "Tổng số", "Nam")
    press(one, "Escape")
    hands.saved()
    other = visitors.sign_in("so-31.stp-th")
    other.goto(one.url)
    other.locator('[data-at="head"]').first.wait_for()

    other.locator('[data-at="new-column"]').click()
    write(other, "Nữ")
    press(other, "Escape")
    expect(one.locator('[data-at="head"]')).to_have_text(["Tổng số", "Nam", "Nữ"])

    # both rename the same column, one of them while the line is away
    one.context.set_offline(True)
    one.locator('[data-at="head"]').first.click()
    one.keyboard.press("F2")
    write(one, "Tổng của tôi")
    other.locator('[data-at="head"]').first.click()
    other.keyboard.press("F2")
    write(other, "Tổng cộng")
    Hands(other).saved()
    one.context.set_offline(False)
    banner = one.locator("#refusals")
    expect(banner).to_contain_text("Tổng cộng")
    expect(banner).to_contain_text("Tổng của tôi")
    look(one, "designer-conflict")
    expect(one.locator('[data-at="head"]').first).to_have_text("Tổng cộng")
    banner.get_by_role("button", name="Vẫn làm theo tôi").click()
    expect(other.locator('[data-at="head"]').first).to_have_text("Tổng của tôi")
    visitors.faults[:] = [fault for fault in visitors.faults if "ERR_INTERNET_DISCONNECTED" not in fault]
