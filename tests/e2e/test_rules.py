"""Rules in Chromium: one typed with the keyboard alone, marked where it is wrong, told when it is right."""

from collections.abc import Callable

from playwright.sync_api import Page, expect


def test_a_rule_is_typed_with_the_keyboard(
    sign_in: Callable[..., Page], look: Callable[[Page, str], None]
) -> None:
    page = sign_in("tinh-31-th")
    page.goto("/library/")
    page.get_by_role("row", name="II.06a/VPCP/KSTT").get_by_role("link").first.click()
    page.get_by_role("link", name="Xem mẫu").first.click()
    page.get_by_role("link", name="Quy tắc", exact=True).click()
    box = page.get_by_role("textbox", name="Quy tắc", exact=True)
    box.press_sequentially("cột 3 = cột 99")
    wrong = page.locator(".behind mark")
    expect(wrong).to_have_text("99")
    look(page, "rules-wrong")
    box.press("Backspace")
    box.press("Backspace")
    options = page.get_by_role("listbox").get_by_role("option")
    expect(options.filter(has_text="4").first).to_be_visible()
    box.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    look(page, "rules-offers")
    chosen = options.first.locator("strong").inner_text()
    box.press("Enter")
    expect(box).to_have_value(f"cột 3 = cột {chosen} ")
    expect(page.locator("#said .told").first).to_contain_text("phải bằng")
    expect(wrong).to_have_count(0)
    box.press("Control+Space")
    expect(options.first).to_be_visible()
    box.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    page.get_by_role("link", name="K4", exact=True).click()
    expect(page.get_by_role("heading", name="Quy tắc K4")).to_be_visible()
    page.get_by_role("button", name="Tính").click()
    expect(page.get_by_text("Phần của quy tắc").first).to_be_visible()
    look(page, "rules-one")
