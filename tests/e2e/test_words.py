"""BCTM-KTXH-T to the end: a narrative with figures in it, a document; sent, taken in, read below a total."""

import re
from collections.abc import Callable
from io import BytesIO
from zipfile import ZipFile

import pytest
from playwright.sync_api import Locator, Page, expect

from core import clock
from core.db import unit_of_work
from runtime.filling.entry import Change, save
from runtime.models import Report
from runtime.periods import period_of
from tests.e2e.conftest import Site
from tests.e2e.rounds import Asked, ask, enter, hand_in

COMMUNE, OTHER = "10507", "10525"
MONTH = period_of("month", 2026, 8)
FIGURES = {"LUA": {"4": "1200", "5": "1000"}, "IIP": {"3": "104", "4": "103"}, "THU": {"4": "90.5"}}
DOCX = BytesIO()
with ZipFile(DOCX, "w") as archive:
    for part in ("[Content_Types].xml", "word/document.xml"):
        archive.writestr(part, "<x/>")
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"


@pytest.fixture(scope="module")
def asked(site: Site) -> Asked:
    """Both communes have sent their figures of the month; the report in words is still to be written."""
    figures = ask(site, (COMMUNE, OTHER), MONTH, "KTXH-01")
    for code, report in figures.reports.items():
        for row, typed in FIGURES.items():
            enter(site, report, row, typed, f"xa-{code}")
        with unit_of_work(site.app) as session:  # past its checks: this is about who cites it
            session.get_one(Report, report).state = "submitted"
    return ask(site, (COMMUNE, OTHER), MONTH, "BCTM-KTXH-T")


def asked_figures(site: Site, report: int, state: str) -> int:
    """The report of figures beside one in words, brought into a state."""
    with unit_of_work(site.app) as session:
        told = session.get_one(Report, report)
        found = (
            session.query(Report).filter_by(agency_id=told.agency_id).filter(Report.round_id != told.round_id)
        )
        source = found.one()
        source.state = state
        return source.id


def heading(page: Page, title: str) -> Locator:
    return page.get_by_label(re.compile(re.escape(title)))


def write(page: Page, title: str, text: str) -> None:
    heading(page, title).fill(text)
    with page.expect_response("**/save"):
        heading(page, title).blur()


def test_a_narrative_is_written_sent_and_read_below_its_total(
    site: Site, asked: Asked, sign_in: Callable[..., Page], look: Callable[[Page, str], None]
) -> None:
    page = sign_in(f"xa-{COMMUNE}")
    page.goto(f"/reports/{asked.reports[COMMUNE]}")
    first = page.locator(".reading:not(:empty)").first
    expect(first).to_have_text("Diện tích gieo trồng lúa đạt 1.200 ha, bằng 120% so với cùng kỳ.")
    expect(page.locator("#finding-count")).to_have_text("3 lỗi, 0 cảnh báo")
    look(page, "words")

    page.get_by_role("button", name="Gửi báo cáo").click()
    expect(page.locator("#notice")).to_contain_text("Còn 3 lỗi phải sửa")
    page.locator("#findings button").first.click()
    expect(heading(page, "I.4. Thu, chi ngân sách")).to_be_focused()
    write(page, "I.4. Thu, chi ngân sách", 'Thu đạt {{"KTXH-01"[THU;4]}} tỷ đồng.')
    expect(page.locator(".reading", has_text="Thu đạt 90,5 tỷ đồng.")).to_be_visible()
    write(page, "I.5. Đầu tư", "Chưa có dự án.")
    write(page, "III. Quốc phòng", "Ổn định.\nKhông có vụ việc phức tạp.")
    expect(page.locator("#finding-count")).to_have_text("không có lỗi")

    attach = page.get_by_label("Nộp văn bản")
    attach.set_input_files({"name": "a.docx", "mimeType": "text/html", "buffer": b"<html><script>"})
    expect(page.locator("#notice")).to_contain_text("không phải là loại được nhận (docx, pdf)")
    for name, content in (("Phụ lục.docx", DOCX.getvalue()), ("bỏ.pdf", PDF)):
        with page.expect_response("**/files"):
            attach.set_input_files({"name": name, "mimeType": "x/y", "buffer": content})
    expect(page.locator(".files li")).to_have_count(2)
    page.get_by_role("button", name="Bỏ bỏ.pdf").click()
    expect(page.locator(".files li")).to_have_count(1)
    look(page, "words-written")

    page.reload()
    expect(heading(page, "III. Quốc phòng")).to_have_value("Ổn định.\nKhông có vụ việc phức tạp.")
    page.get_by_role("button", name="Gửi báo cáo").click()
    expect(page.get_by_text("Quá trình xử lý")).to_be_visible()
    expect(page.get_by_text("Thu đạt 90,5 tỷ đồng.")).to_be_visible()
    look(page, "words-sent")

    lead = sign_in("so-31.stp-th")
    hand_in(site, asked.reports[COMMUNE], "accept")
    lead.goto(f"/rounds/{asked.id}")
    lead.get_by_role("button", name="Tổng hợp").click()
    lead.get_by_role("link", name="Báo cáo tổng hợp").click(timeout=30_000)
    lead.get_by_role("link", name="Nội dung của các đơn vị đã tổng hợp").click()
    expect(lead.get_by_text("Thu đạt 90,5 tỷ đồng.")).to_be_visible()
    look(lead, "words-below")
    with lead.expect_download() as handed:
        lead.get_by_role("link", name="Phụ lục.docx").click()
    assert handed.value.suggested_filename == "Phụ lục.docx"
    assert handed.value.path().read_bytes() == DOCX.getvalue()
    lead.get_by_role("link", name="III", exact=True).click()
    expect(lead.get_by_text("Không có vụ việc phức tạp.")).to_be_visible()


def test_two_hands_in_one_text_and_a_number_that_changed(
    site: Site, asked: Asked, sign_in: Callable[..., Page], look: Callable[[Page, str], None]
) -> None:
    report = asked.reports[OTHER]
    page = sign_in(f"xa-{OTHER}")
    page.goto(f"/reports/{report}")
    write(page, "IV. Tồn tại", 'Mới gieo {{"KTXH-01"[LUA;4]}} ha.')
    with unit_of_work(site.app) as session:
        base = session.get_one(Report, report).revision
        change = [Change("D", "V", "text", "Của người khác.")]
        save(
            session,
            report,
            base=base,
            idempotency_key="other-hand",
            changes=change,
            actor="xa-10525-ks",
            now=clock.now(),
        )
    write(page, "V. Nhiệm vụ", "Của tôi.")
    expect(page.locator(".conflict")).to_contain_text("Nhiệm vụ trọng tâm")
    expect(page.locator(".conflict")).to_contain_text("“Của người khác.”")
    page.get_by_role("button", name="Giữ lời văn của tôi").click()
    expect(heading(page, "V. Nhiệm vụ")).to_have_value("Của tôi.")
    with unit_of_work(site.app) as session:
        source = (
            session.query(Report)
            .filter_by(agency_id=session.get_one(Report, report).agency_id, state="submitted")
            .one()
        )
        source.state, source_id = "returned", source.id
    enter(site, source_id, "LUA", {"4": "980"}, "xa-10525")
    with unit_of_work(site.app) as session:
        session.get_one(Report, source_id).state = "submitted"
    page.reload()
    expect(page.locator("#findings")).to_contain_text("nay là 980, khi viết là 1.200")
    look(page, "words-moved")
    page.get_by_role("button", name="Lời văn vẫn đúng với số này").click()
    expect(page.locator("#findings")).not_to_contain_text("khi viết là")
