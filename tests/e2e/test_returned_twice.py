"""The clerk whose report comes back twice: from the leader, then from the receiver, each with marks."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from runtime.periods import period_of
from tests.e2e.conftest import Site
from tests.e2e.rounds import RIGHT, ask, enter, hand_in


def give_back(page: Page, move: str, cell: str, note: str, reason: str) -> None:
    """Mark the cell of a figure and give the report back."""
    page.locator(".printed a", has_text=cell).first.click()
    page.get_by_label("Ghi chú cho ô này khi trả lại").fill(note)
    page.get_by_role("button", name="Đánh dấu ô").click()
    form = page.locator("details[open] form")
    expect(form.locator("[data-marks] li")).to_contain_text(note)
    form.get_by_label("Lý do").fill(reason)
    form.get_by_role("button", name=move).click()


def test_a_report_that_comes_back_twice(
    site: Site, sign_in: Callable[..., Page], look: Callable[[Page, str], None]
) -> None:
    asked = ask(site, ("10507",), period_of("quarter", 2026, 1), steps="submit,approve,accept")
    report = asked.reports["10507"]
    enter(site, report, "I1", RIGHT, "xa-10507")
    hand_in(site, report, "submit")

    leader = sign_in("xa-10507-ld")
    leader.goto(f"/reports/{report}")
    give_back(leader, "Trả lại để sửa", "20", "đối chiếu sổ tiếp nhận", "số tiếp nhận chưa khớp sổ")
    expect(leader.get_by_text("Báo cáo nay bị trả lại.")).to_be_visible()

    clerk = sign_in("xa-10507")
    clerk.goto(f"/reports/{report}/fill")
    expect(clerk.get_by_text("Bị trả lại: số tiếp nhận chưa khớp sổ")).to_be_visible()
    expect(clerk.locator("#grid .found-mark")).to_have_count(1)
    look(clerk, "returned-by-leader")
    clerk.locator("[data-goto]").click()
    clerk.keyboard.type("20")
    clerk.keyboard.press("Enter")
    expect(clerk.locator("#save-state")).to_have_attribute("data-state", "saved")
    clerk.get_by_role("button", name="Gửi báo cáo").click()
    expect(clerk.get_by_text("Báo cáo nay đã nộp.")).to_be_visible()
    hand_in(site, report, "approve")

    receiver = sign_in("so-31.stp-th")
    receiver.goto(f"/reports/{report}")
    look(receiver, "report-to-accept")
    give_back(receiver, "Trả lại", "11", "cao hơn kỳ trước", "đề nghị giải trình")
    expect(receiver.get_by_text("Báo cáo nay bị trả lại.")).to_be_visible()

    clerk.goto(f"/reports/{report}/fill")
    expect(clerk.locator(".marked li")).to_contain_text("cao hơn kỳ trước")
    clerk.goto(f"/reports/{report}/timeline")
    lines = clerk.locator(".timeline-move b")
    expect(lines).to_have_text(["Gửi báo cáo", "Trả lại để sửa", "Gửi báo cáo", "Phê duyệt", "Trả lại"])
    expect(clerk.get_by_text("đề nghị giải trình")).to_be_visible()
    look(clerk, "time-line")

    clerk.goto(f"/reports/{report}/fill")
    clerk.get_by_text("Không phát sinh…").click()
    clerk.get_by_role("button", name="Ghi không phát sinh và gửi").click()
    expect(clerk.get_by_text("Đã ghi không phát sinh")).to_be_visible()
    look(clerk, "nothing-to-report")
    clerk.get_by_role("button", name="Rút lại").click()
    expect(clerk.locator("#progress-text")).to_contain_text("8/")
