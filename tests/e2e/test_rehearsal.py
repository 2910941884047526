"""A draft is rehearsed over 114 communes before anybody gets it; open reports move after a look at each."""

import re
from collections.abc import Callable
from dataclasses import replace

from playwright.sync_api import Page, expect

from agencies.store import read_tree
from core import clock
from core.db import unit_of_work
from engine.form import Row
from runtime.periods import period_of
from template_library.drafts import save_draft
from template_library.fileformat import read_template
from template_library.shelf import seed_files
from template_library.versions import last_form, publish
from tests.e2e.conftest import Site
from tests.e2e.rounds import LEAD, RIGHT, ask, enter

FORM = "II.06a/VPCP/KSTT"


def test_a_rehearsal_over_every_commune(
    site: Site, sign_in: Callable[..., Page], look: Callable[[Page, str], None]
) -> None:
    form, _ = read_template(seed_files()["II.06a-VPCP-KSTT"].replace(FORM.encode(), b"DT/01"))
    assert form
    with unit_of_work(site.app) as session:
        agency = read_tree(session, clock.today()).with_code(LEAD).id
        save_draft(session, form, base=0, agency=agency, actor="so-31.stp-th", now=clock.now())
    page = sign_in("so-31.stp-th")
    page.goto("/designer/DT/01/rehearsal")
    page.get_by_label(re.compile("cấp xã thuộc")).check()
    page.get_by_label("Hạn nộp").fill("6/9/2026")
    page.get_by_role("button", name="Diễn tập").click()
    expect(page.get_by_text("114/114 báo cáo nộp được, 7.296 ô đã điền")).to_be_visible(timeout=180_000)
    expect(page.get_by_role("heading", name="Hạn nộp rơi vào ngày nghỉ")).to_be_visible()
    look(page, "rehearsal")


def test_open_reports_are_looked_at_before_they_move(
    site: Site, sign_in: Callable[..., Page], look: Callable[[Page, str], None]
) -> None:
    asked = ask(site, ("10507", "10525"), period_of("quarter", 2026, 2))
    enter(site, asked.reports["10507"], "I2", RIGHT, "xa-10507")
    with unit_of_work(site.app) as session:
        form = last_form(session, FORM)
        assert form
        section = form.sections[0]
        (first, second, *rest), group = section.rows.items[0].children, section.rows.items[0]
        renamed = replace(second, id="J2", code="J2", title="Hộ tịch, quốc tịch")
        children = (first, renamed, *rest, Row("I9", "I9", "Đất đai", ordinal="7"))
        rows = replace(section.rows, items=(replace(group, children=children),))
        after = replace(form, sections=(replace(section, rows=rows),), examples=())
        publish(session, after, actor="test", now=clock.now(), effective_from=clock.today())
    page = sign_in("so-31.stp-th")
    page.goto(f"/rounds/{asked.id}")
    page.get_by_role("link", name="Chuyển sang phiên bản 2").click()
    expect(page.get_by_text("dòng hoặc cột không còn")).not_to_have_count(0)
    page.get_by_label("Chuyển số của 2 Hộ tịch sang").select_option(label="2 Hộ tịch, quốc tịch")
    page.get_by_role("button", name="Xem trước").click()
    expect(page.get_by_text("dòng hoặc cột không còn")).to_have_count(0)
    look(page, "version-preview")
    page.get_by_role("button", name="Chuyển 2 báo cáo đang mở").click()
    expect(page.get_by_text("chuyển các báo cáo đang mở sang phiên bản khác của biểu")).to_be_visible()
    expect(page.locator("#work")).to_have_count(0, timeout=60_000)
    page.goto(f"/reports/{asked.reports['10507']}?view=print")
    expect(page.get_by_text("chuyển sang phiên bản mới của biểu")).to_be_visible()
    expect(page.locator("tr", has_text="Hộ tịch, quốc tịch").get_by_text("25")).not_to_have_count(0)
    look(page, "version-moved")
