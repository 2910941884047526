"""A storm in three bulletins over 114 communes: what is there at 17:00, carried on, one late, ended."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from time import monotonic, sleep

from playwright.sync_api import Page, expect
from sqlalchemy import select

from agencies.store import read_tree
from core import clock
from core.db import unit_of_work
from core.jobs import Job
from runtime.filling.entry import Change, save
from runtime.flow.workflow import accept, submit
from runtime.models import Report, Round
from runtime.rounds.events import bulletins_of
from runtime.totals.consolidate import consolidate
from tests.e2e.conftest import Site

TYPIST, LATE, QUIET = "10507", "10525", "10532"
DONE = timedelta(seconds=90)


def bulletin(site: Site, event: int, number: int) -> tuple[int, dict[str, int]]:
    """A bulletin once the server's worker has handed it out and carried the last one's figures on."""
    end = monotonic() + DONE.total_seconds()
    while monotonic() < end:
        with unit_of_work(site.app, write=False) as session:
            found = bulletins_of(session, event)
            jobs = select(Job.id).where(Job.state.in_(("pending", "running")))
            if len(found) == number and found[-1].opened_at and not session.scalars(jobs).all():
                of = found[-1]
                codes = {node.id: node.code for node in read_tree(session, of.period_end)}
                reports = session.scalars(select(Report).filter_by(round_id=of.id)).all()
                return of.id, {codes[report.agency_id]: report.id for report in reports}
        sleep(0.2)
    raise AssertionError(f"bulletin {number} was not handed out")


def hand_in(site: Site, reports: Iterable[int], now: datetime, households: int = 0) -> None:
    """As the communes' clerks and the department would: type where there is something new, send, accept."""
    with unit_of_work(site.app) as session:
        for report in reports:
            told = {"actor": "test", "now": now}
            if households:
                change = Change("A", "NG04", "1", str(households))
                save(session, report, base=0, idempotency_key="journey", changes=[change], **told)  # type: ignore[arg-type]
            submit(session, report, **told)  # type: ignore[arg-type]
            accept(session, report, **told)  # type: ignore[arg-type]


def type_households(page: Page, households: str, before: str) -> None:
    """The clerk finds the last figure, types what is now and sends."""
    row = page.locator(".grid-canvas-left .slick-row", has_text="1.4").first
    expect(row).to_be_visible()
    cell = page.locator(
        f'.grid-canvas-right .slick-row[data-row="{row.get_attribute("data-row")}"] .slick-cell'
    ).first
    expect(cell).to_have_text(before)
    cell.click()
    page.keyboard.type(households)
    page.keyboard.press("Enter")
    expect(page.locator("#save-state")).to_have_text("Đã lưu")
    page.get_by_role("button", name="Gửi báo cáo").click()
    expect(page.get_by_text("Quá trình xử lý")).to_be_visible()


def sum_up(site: Site, report: int) -> None:
    with unit_of_work(site.app) as session:
        consolidate(session, report, ("accepted",))


def test_a_storm_in_three_bulletins(
    site: Site, sign_in: Callable[..., Page], look: Callable[[Page, str], None]
) -> None:
    today = clock.now().astimezone(clock.VIETNAM)
    noon = site.set_clock(today.replace(hour=12, minute=0) + timedelta(days=1))
    lead, clerk = sign_in("so-31.stp-th"), sign_in(f"xa-{TYPIST}")
    lead.goto("/events/new")
    lead.get_by_label("Tên sự kiện").fill("Bão số 3")
    lead.get_by_label("Mẫu biểu").select_option("01/TKTH")
    lead.get_by_label("Đơn vị báo cáo").select_option("level:commune:31")
    lead.get_by_label("Các bước").select_option("submit,accept")
    lead.get_by_role("button", name="Mở sự kiện và bản tin số 1").click()
    page = lead.url
    event = int(page.rsplit("/", 1)[1])

    first, reports = bulletin(site, event, 1)
    assert len(reports) == 115  # 114 communes and the department's own
    total = reports.pop("31.STP")
    told = [report for code, report in reports.items() if code not in (TYPIST, QUIET)]
    hand_in(site, told, noon, households=10)
    clerk.goto(f"/reports/{reports[TYPIST]}")
    type_households(clerk, "7", before="")
    quiet = sign_in(f"xa-{QUIET}")
    quiet.goto(f"/reports/{reports[QUIET]}")
    quiet.get_by_text("Không phát sinh…").click()
    quiet.get_by_role("button", name="Ghi không phát sinh và gửi").click()
    expect(quiet.get_by_text("Đã ghi không phát sinh")).to_be_visible()

    site.set_clock(noon.replace(hour=17))
    lead.goto(f"/reports/{total}?part=provisional")
    expect(lead.get_by_text("cộng mọi số đã nhập của 114/114 đơn vị")).to_be_visible()
    expect(lead.get_by_text("112 đã tiếp nhận")).to_be_visible()
    expect(lead.get_by_text("2 đã nộp")).to_be_visible()
    households = lead.locator("tr", has=lead.get_by_role("rowheader", name="Số hộ bị ảnh hưởng"))
    expect(households.locator("td.num").first).to_contain_text("1.127")
    look(lead, "provisional-at-five")

    hand_in_one(site, reports[QUIET], noon)
    lead.goto(f"/reports/{reports[TYPIST]}")
    lead.get_by_role("button", name="Tiếp nhận").click()
    sum_up(site, total)
    lead.goto(f"/reports/{total}?view=print")
    expect(households.locator("td.num").first).to_contain_text("1.127")

    lead.goto(page)
    lead.get_by_role("button", name="Mở bản tin tiếp theo").click()
    second, reports = bulletin(site, event, 2)
    total = reports.pop("31.STP")
    hand_in(site, [report for code, report in reports.items() if code not in (TYPIST, LATE)], noon)
    clerk.goto(f"/reports/{reports[TYPIST]}")
    type_households(clerk, "9", before="7")
    hand_in_one(site, reports[TYPIST], noon)
    sum_up(site, total)
    lead.goto(f"/reports/{total}?view=print")
    expect(households.locator("td.num").first).to_contain_text("1.129")
    lead.goto(page)
    expect(lead.get_by_text("số của bản tin 1")).to_be_visible()
    expect(lead.get_by_text("113/114")).to_be_visible()
    look(lead, "event")

    lead.get_by_role("button", name="Mở bản tin tiếp theo").click()
    third, reports = bulletin(site, event, 3)
    assert len({first, second, third}) == 3
    lead.goto(page)
    expect(lead.get_by_text("0/114")).to_be_visible()
    lead.get_by_text("Kết thúc…").click()
    lead.get_by_role("button", name="Kết thúc, mở báo cáo tổng kết").click()
    expect(lead.get_by_role("link", name="Báo cáo tổng kết")).to_be_visible()
    with unit_of_work(site.app, write=False) as session:
        frequencies = session.scalars(
            select(Round.frequency).filter_by(event_id=event).order_by(Round.number)
        )
        assert [*frequencies] == ["event", "event", "event", "event_final"]


def hand_in_one(site: Site, report: int, now: datetime) -> None:
    with unit_of_work(site.app) as session:
        accept(session, report, actor="test", now=now)
