"""A correction with its ripple, through the hands of four people; a question about the cell it changed."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from core import clock
from core.db import unit_of_work
from runtime.flow.workflow import submit
from runtime.periods import period_of
from runtime.totals.consolidate import consolidate_round
from tests.e2e.conftest import Site, Visitors
from tests.e2e.rounds import RIGHT, Asked, ask, enter, hand_in

COMMUNES = ("10507", "10525")


@pytest.fixture
def asked(site: Site) -> Asked:
    """Both communes are accepted, the department has handed its total on."""
    made = ask(site, COMMUNES, period_of("quarter", 2026, 1))
    for code in COMMUNES:
        enter(site, made.reports[code], "I1", RIGHT, f"xa-{code}")
        hand_in(site, made.reports[code], "submit", "accept")
    with unit_of_work(site.app) as session:
        for _ in consolidate_round(session, None, made.id, False, now=clock.now()):
            pass
        submit(session, made.lead_report, actor="test", now=clock.now() + timedelta(seconds=1))
    return made


def pick(page: Page, row: str, column: str) -> None:
    page.locator(f'input[name=cell][value=\'["A", "{row}", "{column}"]\']').check()


def test_a_correction_and_its_ripple(site: Site, asked: Asked, visitors: Visitors) -> None:
    report = asked.reports["10507"]
    clerk = visitors.sign_in("xa-10507")
    clerk.goto(f"/reports/{report}")
    clerk.get_by_role("link", name="Đề nghị đính chính").click()
    pick(clerk, "I1", "4")
    pick(clerk, "I1", "8")
    clerk.get_by_label("Lý do đính chính").fill("Đếm sót hai hồ sơ nộp trực tuyến")
    visitors.look(clerk, "correction-ask")
    clerk.get_by_role("button", name="Gửi đề nghị").click()
    expect(clerk.locator(".page-head .state")).to_have_text("chờ nơi nhận cho phép")
    address = clerk.url

    receiver = visitors.sign_in("so-31.stp-th")
    expect(receiver.get_by_role("link", name="1 đính chính chờ đơn vị")).to_be_visible()
    receiver.goto("/corrections")
    visitors.look(receiver, "correction-desk")
    receiver.get_by_role("link", name="Mở ra làm").click()
    receiver.get_by_text("Cho đính chính…").click()
    receiver.get_by_role("button", name="Cho đính chính").click()
    expect(receiver.locator(".page-head .state")).to_have_text("được sửa")

    clerk.goto(address)
    figures, reasons = clerk.get_by_label("Số mới:"), clerk.get_by_label("Lý do của ô này:")
    for at, figure in enumerate(("22", "12")):
        figures.nth(at).fill(figure)
        reasons.nth(at).fill("sót hai hồ sơ")
    clerk.get_by_role("button", name="Trình lãnh đạo duyệt").click()
    expect(clerk.locator(".page-head .state")).to_have_text("chờ lãnh đạo duyệt")

    leader = visitors.sign_in("xa-10507-ld")
    leader.goto(address)
    leader.get_by_role("button", name="Duyệt số đính chính").click()
    done = leader.locator(".page-head .state").get_by_text("đã xong")
    for _ in range(40):  # the worker carries it up
        leader.goto(address)
        if done.count():
            break
        leader.wait_for_timeout(250)
    expect(done).to_be_visible()
    expect(leader.locator(".ripple tr", has_text="(4)")).to_contain_text("5%")

    head = visitors.sign_in("so-31.stp-ld")
    head.goto(address)
    visitors.look(head, "correction-ripple")
    head.get_by_role("button", name="Ký lại số tổng hợp").click()
    expect(head.locator(".ripple .state")).to_have_text("đã ký lại")
    head.goto(f"/reports/{asked.lead_report}")
    expect(head.locator(".printed tr", has_text="Chứng thực").locator("td.num").nth(1)).to_contain_text("42")

    head.goto(f"/reports/{report}/comments?cell=A%5BI1%3B4%5D")
    head.get_by_label("Ý kiến hoặc câu hỏi").fill("Vì sao tăng so với quý trước?")
    head.get_by_role("button", name="Gửi ý kiến").click()
    clerk.goto("/")
    clerk.get_by_role("link", name="1 ý kiến chưa đọc").first.click()
    visitors.look(clerk, "comments")
    clerk.get_by_label("Trả lời: Chứng thực").fill("Nhiều hồ sơ khai sinh.")
    clerk.get_by_role("button", name="Trả lời", exact=True).click()
    clerk.goto(f"/reports/{report}")
    expect(clerk.locator(".printed .is-asked")).to_have_count(1)
    clerk.get_by_role("button", name="Đã giải quyết").click()
    clerk.goto("/")
    expect(clerk.get_by_text("ý kiến chưa đọc")).to_have_count(0)
