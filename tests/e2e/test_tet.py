"""More time over Tết: asked for on the last evening of rest, granted in the morning, over by itself."""

from collections.abc import Callable
from datetime import date, datetime, time

from playwright.sync_api import Page, expect

from agencies.store import read_tree
from core.clock import VIETNAM
from core.db import unit_of_work
from core.working_days import swap_day
from runtime.rounds.planning import Order
from runtime.rounds.schedules import open_due, save_schedule
from tests.e2e.conftest import Site
from tests.e2e.rounds import LEAD, opened_reports
from tests.e2e.test_fill import CHUNG_THUC, cell

ASKS, FORGETS = "10507", "10525"
MONTHLY = Order(
    template="II.06a/VPCP/KSTT",
    frequency="month",
    windows="day:4",  # closes on the eve of the holidays: Tết of 2027 is on 6 February
    opens=0,
    opens_at=time(18),
    due={"commune": 1, "department": 3},
    due_at=time(17),
    scope=f"codes:{ASKS},{FORGETS}",
    flow="direct",
    steps="submit,accept",
    active_from=date(2027, 2, 1),
    due_times={"commune": time(9, 30)},
    locks={"commune": 60},
)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2027, 2, day, hour, minute, tzinfo=VIETNAM)


def fill_until(page: Page, due: str, clock: str, reason: str, button: str) -> None:
    form = page.locator("details[open] form", has=page.get_by_role("button", name=button, exact=True))
    form.get_by_label("đến ngày").fill(due)
    form.get_by_label("lúc").fill(clock)
    form.get_by_label("Lý do").fill(reason)
    form.get_by_role("button", name=button, exact=True).click()


def type_figure(page: Page, figure: str) -> None:
    cell(page, CHUNG_THUC, "4").click()
    page.keyboard.type(figure)
    page.keyboard.press("Enter")


def test_an_extension_over_tet(
    site: Site, sign_in: Callable[..., Page], look: Callable[[Page, str], None]
) -> None:
    opening = site.set_clock(at(4, 18, 1))
    with unit_of_work(site.app) as session:
        for day in (11, 12):  # offices open again on the 15th
            swap_day(session, date(2027, 2, day), works=False, name="nghỉ Tết", actor="test", now=opening)
        lead = read_tree(session, MONTHLY.active_from).with_code(LEAD).id
        save_schedule(session, MONTHLY, lead=lead, actor="test", now=opening)
        (opened,) = open_due(session, opening)
        round_id = opened.id
    reports = opened_reports(site, round_id).reports

    site.set_clock(at(14, 22))
    clerk = sign_in(f"xa-{ASKS}")
    clerk.goto(f"/reports/{reports[ASKS]}")
    expect(clerk.get_by_text("Hạn nộp 09:30 15/02/2027")).to_be_visible()
    clerk.get_by_role("link", name="Xin gia hạn").click()
    clerk.locator("summary", has_text="Xin gia hạn").click()
    fill_until(clerk, "16/2/2027", "11:00", "Trực Tết, người giữ sổ về ngày 15", "Xin gia hạn")
    expect(clerk.get_by_text("đang chờ trả lời")).to_be_visible()

    site.set_clock(at(15, 8))
    office = sign_in("so-31.stp-th")
    office.goto(f"/rounds/{round_id}/terms")
    look(office, "terms-asked")
    office.locator("tbody").get_by_role("link").click()
    fill_until(office, "16/2/2027", "10:15", "", "Cho gia hạn")
    expect(office.get_by_text("Đã cho gia hạn; hạn mới tự hết.")).to_be_visible()

    site.set_clock(at(16, 9))
    late = sign_in(f"xa-{FORGETS}")
    late.goto(f"/reports/{reports[FORGETS]}")
    expect(late.get_by_text("Báo cáo đã khóa từ 10:30 15/02/2027")).to_be_visible()
    clerk = sign_in(f"xa-{ASKS}")
    clerk.goto(f"/reports/{reports[ASKS]}")
    type_figure(clerk, "20")
    expect(clerk.locator("#save-state")).to_have_attribute("data-state", "saved")
    site.set_clock(at(16, 10, 16))
    type_figure(clerk, "21")
    expect(clerk.locator("#save-state")).to_have_attribute("data-state", "refused")
    expect(clerk.locator("#save-state")).to_contain_text("khóa")
    look(clerk, "fill-locked-meanwhile")
    clerk.goto(f"/reports/{reports[ASKS]}")
    expect(clerk.locator(".alert-danger")).to_contain_text("Báo cáo đã khóa từ 10:15 16/02/2027")
    clerk.goto(f"/reports/{reports[ASKS]}?view=print")
    row = clerk.locator("tr", has=clerk.get_by_role("rowheader", name="Chứng thực", exact=True))
    expect(row.locator("td.num").nth(1)).to_have_text("20")
    clerk.goto(f"/reports/{reports[ASKS]}/terms")
    expect(clerk.get_by_text("(đã hết)")).to_be_visible()
    look(clerk, "terms-over")
