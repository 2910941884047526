"""Forms with a row for each agency, of one and of two items, and one of 63 rows, from asking to the total."""

import re
from collections.abc import Callable, Mapping

from playwright.sync_api import Page, expect

from core import clock
from runtime.periods import days, period_of
from tests.e2e.conftest import ROOT, Site
from tests.e2e.programs import Program
from tests.e2e.rounds import Asked, ask

NAMES = {
    "10507": "Phường Thành Đông",
    "10525": "Phường Hải Dương",
    "10532": "Phường Lê Thanh Nghị",
    "10537": "Phường Tân Hưng",
}
TYPIST, *OTHERS = NAMES
WAY = "submit,approve,accept"
PICTURES = ROOT / "build" / "pictures"
Rows = Mapping[str, Mapping[str, str]]


def fill(site: Site, asked: Asked, figures: Callable[[int], Rows]) -> None:
    """All but the first commune fill, hand in and approve by the interface."""
    for number, code in enumerate(OTHERS, start=1):
        clerk, report = Program(site, f"xa-{code}"), asked.reports[code]
        found = [
            clerk.enter(report, "A", row.replace("*", code), dict(values))
            for row, values in figures(number).items()
        ]
        assert found[-1] == [], code
        clerk.post(f"/reports/{report}/submit")
        Program(site, f"xa-{code}-ld").post(f"/reports/{report}/approve")


def type_row(page: Page, row: int, values: Mapping[int, str]) -> None:
    """Type into cells of a row of the sheet, by their places."""
    for place, value in values.items():
        page.locator(f'.grid-canvas-right .slick-row[data-row="{row}"] .slick-cell').nth(place).click()
        page.keyboard.type(value)
        page.keyboard.press("Enter")


def hand_in(page: Page, sign_in: Callable[..., Page], report: int) -> None:
    """The clerk sends; the leader approves."""
    expect(page.locator("#save-state")).to_have_text("Đã lưu")
    page.get_by_role("button", name="Gửi báo cáo").click()
    expect(page.get_by_text("Quá trình xử lý")).to_be_visible()
    leader = sign_in(f"xa-{TYPIST}-ld")
    leader.goto(f"/reports/{report}")
    leader.get_by_role("button", name="Phê duyệt").click()
    expect(leader.get_by_text("Báo cáo nay", exact=False)).to_be_visible()


def total_of(page: Page, asked: Asked) -> None:
    """The department accepts all, sums up and opens the total."""
    page.goto(f"/rounds/{asked.id}/compilation")
    page.get_by_role("button", name="Chọn mọi báo cáo không lỗi").click()
    page.locator("[data-bulk]").click()
    expect(page.locator(".state-accepted")).to_have_count(4)
    page.goto(f"/rounds/{asked.id}")
    page.get_by_role("button", name="Tổng hợp").click()
    page.get_by_role("link", name="Báo cáo tổng hợp").click(timeout=30_000)
    expect(page.get_by_text("Đã tổng hợp 4/4")).to_be_visible()


def lines(page: Page) -> dict[str, list[str]]:
    """The figures of the table by the names of its rows; of repeated names under the name above."""
    found: dict[str, list[str]] = {}
    above = ""
    for line in page.locator(".printed tbody tr").all():
        name = line.get_by_role("rowheader").inner_text()
        if "row-group" in (line.get_attribute("class") or ""):
            above = name
            continue
        found[f"{above}/{name}" if above else name] = line.locator("td.num").all_inner_texts()
    return found


def look_printed(page: Page, look: Callable[[Page, str], None], name: str) -> None:
    """A picture of the page, and one of a landscape sheet of paper, where everything must find room."""
    look(page, name)
    page.set_viewport_size({"width": 953, "height": 643})
    page.emulate_media(media="print")
    page.screenshot(path=PICTURES / f"{name}-print.png", full_page=True)
    expect(page.get_by_text("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 953
    page.emulate_media(media="screen")
    page.set_viewport_size({"width": 1366, "height": 768})


def test_one_row_an_agency(
    site: Site, sign_in: Callable[..., Page], look: Callable[[Page, str], None]
) -> None:
    asked = ask(site, tuple(NAMES), period_of("quarter", 2026, 3), "01/TCD", WAY)

    def figures(number: int) -> Rows:
        received = {"4": str(10 + number), "5": str(20 + number), "6": "9", "7": str(number)}
        return {"*": received | {"13": "5", "14": "6", "15": "4", "16": "1", "22": "3", "23": "3"}}

    fill(site, asked, figures)
    page = sign_in(f"xa-{TYPIST}")
    page.goto(f"/reports/{asked.reports[TYPIST]}")
    expect(page.locator("#grid .slick-row").first).to_be_visible()
    type_row(page, 0, {3: "10", 4: "20", 8: "21"})
    expect(page.locator("#findings li")).to_contain_text("K4")
    type_row(page, 0, {8: "2"})
    look(page, "agency-row")
    hand_in(page, sign_in, asked.reports[TYPIST])

    lead = sign_in("so-31.stp-th")
    total_of(lead, asked)
    table = lines(lead)
    assert list(table) == [*(NAMES[code] for code in ("10525", "10532", "10537", "10507")), "Tổng cộng"]
    assert [table[name][0] for name in table] == ["19", "20", "21", "10", "70"]
    assert table["Tổng cộng"][4] == str(20 + 21 + 22 + 23)
    look_printed(lead, look, "agency-rows")
    lead.locator("tr", has_text=NAMES["10532"]).locator("td.num a").nth(3).click()
    expect(lead.locator("#trace")).to_contain_text(NAMES["10532"])
    lead.locator("#trace tbody a").first.click()
    expect(lead.locator("#trace .entries li")).to_contain_text("Cán bộ nhập liệu – Phường Lê Thanh Nghị")


def test_two_items_an_agency(
    site: Site, sign_in: Callable[..., Page], look: Callable[[Page, str], None]
) -> None:
    asked = ask(site, tuple(NAMES), period_of("year", 2025, 1), "RSHN-02", WAY)

    def figures(number: int) -> Rows:
        return {
            "*|HO": {"1": str(200 + number), "2": "20", "3": "12", "6": "2", "7": "4"},
            "*|NK": {"1": str(800 + number), "2": "81", "3": "50", "6": "7", "7": "15"},
        }

    fill(site, asked, figures)
    page = sign_in(f"xa-{TYPIST}")
    page.goto(f"/reports/{asked.reports[TYPIST]}")
    expect(page.locator("#grid .slick-row").first).to_be_visible()
    type_row(page, 1, {0: "100", 1: "101"})
    expect(page.locator("#findings li", has_text="K2")).to_contain_text("dòng Hộ")
    type_row(page, 1, {1: "10"})
    type_row(page, 2, {0: "400", 1: "40"})
    look(page, "two-items")
    hand_in(page, sign_in, asked.reports[TYPIST])

    lead = sign_in("so-31.stp-th")
    total_of(lead, asked)
    table = lines(lead)
    assert (table["Tổng cộng/Hộ"][0], table["Tổng cộng/Nhân khẩu"][0]) == ("706", "2.806")
    assert (table["Tổng cộng/Hộ"][8], table["Tổng cộng/Nhân khẩu"][8]) == ("618", "2.439")
    assert table[f"{NAMES['10507']}/Hộ"][8] == "90"
    look_printed(lead, look, "two-items-all")


def test_a_form_of_63_rows_with_units_of_their_own(
    site: Site, sign_in: Callable[..., Page], look: Callable[[Page, str], None]
) -> None:
    day = clock.today()
    asked = ask(site, tuple(NAMES), days("daily", day, day), "01/TKTH", WAY)

    def figures(number: int) -> Rows:
        return {
            "NG01": {"1": str(number)},
            "NG011": {"1": "1"},
            "NH011": {"1": str(number), "2": f"{number}.25"},
            "NG04": {"1": str(10 * number)},
            "NG05": {"1": str(30 * number)},
            "TT": {"2": str(2 * number + 0.5)},
        }

    fill(site, asked, figures)
    page = sign_in(f"xa-{TYPIST}")
    page.goto(f"/reports/{asked.reports[TYPIST]}")
    households = page.locator(".grid-canvas-left .slick-row", has_text=re.compile(r"^1\.4"))
    type_row(page, int(households.get_attribute("data-row") or 0), {0: "7"})
    look(page, "rows-63")
    hand_in(page, sign_in, asked.reports[TYPIST])

    lead = sign_in("so-31.stp-th")
    total_of(lead, asked)
    households = lead.locator("tr", has=lead.get_by_role("rowheader", name="Số hộ bị ảnh hưởng"))
    expect(households.locator("td.num").first).to_contain_text("67")
    expect(households).to_contain_text("hộ")
    look_printed(lead, look, "rows-63-total")
