"""A department compiles the monthly table: earlier months and given figures by sheet, one total put right,
one figure corrected afterwards. The figures of the others come through the JSON interface."""

from collections.abc import Callable
from io import BytesIO

from openpyxl import Workbook
from playwright.sync_api import Page, expect

from agencies.store import read_tree
from core.db import unit_of_work
from runtime.periods import period_of
from tests.e2e.conftest import Site
from tests.e2e.programs import Program
from tests.e2e.rounds import LEAD, RIGHT, ask

COMMUNES = ("10507", "10525", "10532", "10537")
TYPED = {"6": "4", "8": "10", "9": "13", "10": "0", "12": "3", "13": "1"}
"""With twenty and three given: what was carried over from July is done or waits."""
MONTH = period_of("month", 2026, 8)


def file(*lines: tuple[object, ...]) -> dict[str, object]:
    book = Workbook()
    assert book.active is not None
    for line in lines:
        book.active.append(list(line))
    kept = BytesIO()
    book.save(kept)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return {"name": "so-lieu.xlsx", "mimeType": kind, "buffer": kept.getvalue()}


def clerk_of(site: Site, code: str) -> Program:
    return Program(site, f"{'xa' if code in COMMUNES else 'so'}-{code.lower()}")


def correct(site: Site, page: Page, report: int) -> None:
    """A case that was early had been counted as in time: asked for by program, granted in the browser."""
    clerk, cells = (
        clerk_of(site, COMMUNES[0]),
        [{"section": "A", "row": "I1", "column": c} for c in ("8", "9")],
    )
    asked = clerk.post(f"/reports/{report}/corrections", {"cells": cells, "reason": "Một hồ sơ ghi nhầm cột"})
    page.goto("/corrections")
    page.get_by_role("link", name="Mở ra làm").click()
    page.get_by_text("Cho đính chính…").click()
    page.get_by_role("button", name="Cho đính chính").click()
    expect(page.locator(".page-head .state")).to_have_text("được sửa")
    new = [{**cell, "value": v, "reason": "nhầm cột"} for cell, v in zip(cells, ("11", "12"), strict=True)]
    clerk.post(f"/corrections/{asked['id']}/fill", {"cells": new})
    Program(site, f"xa-{COMMUNES[0]}-ld").post(f"/corrections/{asked['id']}/approve")


def test_the_monthly_table_from_departments_and_communes(
    site: Site, sign_in: Callable[..., Page], look: Callable[[Page, str], None]
) -> None:
    with unit_of_work(site.app, write=False) as session:
        tree = read_tree(session, MONTH.end)
        offices = [node.code for node in tree.children(tree.with_code("31").id) if node.level == "department"]
    codes = (*[code for code in offices if code != LEAD][:12], *COMMUNES)
    made = ask(site, codes, MONTH)

    page = sign_in("so-31.stp-th")
    page.goto("/rounds/history")
    page.get_by_label("Mẫu biểu").select_option("II.06a/VPCP/KSTT")
    page.get_by_label("Loại kỳ").select_option("month")
    july = [("7/2026", code, "Chứng thực", *RIGHT.values()) for code in codes]
    head = ("Kỳ", "Mã đơn vị", "Dòng", *(f"({column})" for column in RIGHT))
    page.locator("#file").set_input_files(file(head, *july))  # type: ignore[arg-type]
    page.get_by_role("button", name="Nhập vào hệ thống").click()
    expect(page.locator("section[role=status]")).to_contain_text("tháng 7/2026")

    page.goto(f"/rounds/{made.id}/given")
    plan = [(code, "Chứng thực", 20, 3) for code in codes]
    page.locator("#file").set_input_files(file(("Mã đơn vị", "Dòng", "(4)", "(5)"), *plan))  # type: ignore[arg-type]
    page.get_by_role("button", name="Nhập vào hệ thống").click()
    expect(page.locator("section[role=status]")).to_contain_text(str(2 * len(codes)))
    look(page, "given")

    clerk = sign_in("xa-10507")
    expect(clerk.locator("body")).to_be_visible()
    end = 60
    while end:  # the worker writes them in
        clerk.goto(f"/reports/{made.reports['10507']}/fill")
        if clerk.locator("#grid .is-given").count() == 2:
            break
        clerk.wait_for_timeout(500)
        end -= 1
    expect(clerk.locator("#grid .is-given").first).to_have_text("20")
    look(clerk, "fill-given")

    office, clerks = Program(site, "so-31.stp-th"), {code: clerk_of(site, code) for code in codes}
    for code, report in made.reports.items():
        assert clerks[code].enter(report, "A", "I1", TYPED) == []
        if code != "10537":
            clerks[code].post(f"/reports/{report}/submit")
            office.post(f"/reports/{report}/accept")

    page.goto(f"/rounds/{made.id}")
    page.get_by_role("link", name="Số tạm tính").click()
    expect(page.get_by_text(f"của {len(codes)}/{len(codes)} đơn vị")).to_be_visible()
    row = page.locator("tr", has=page.get_by_role("rowheader", name="Chứng thực", exact=True))
    expect(row.locator("td").nth(2)).to_have_text(str(20 * len(codes)))
    look(page, "provisional")

    page.goto(f"/rounds/{made.id}")
    page.get_by_role("button", name="Tổng hợp", exact=True).click()
    page.get_by_role("link", name="Báo cáo tổng hợp").click(timeout=60_000)
    expect(row.locator("td").nth(2)).to_have_text(str(20 * (len(codes) - 1)))
    row.locator("td").nth(2).get_by_role("link").click()
    page.get_by_text("Điều chỉnh số này…").click()
    page.get_by_label("Số sau điều chỉnh").fill(str(20 * len(codes)))
    page.locator("#adjust-reason").fill("Một phường chưa nộp, lấy theo kế hoạch")
    look(page, "adjusting")
    page.get_by_role("button", name="Ghi điều chỉnh").click()
    expect(row.locator("td").nth(2)).to_have_text(str(20 * len(codes)))
    expect(page.get_by_text("Một phường chưa nộp, lấy theo kế hoạch")).to_be_visible()
    look(page, "adjusted")

    total, early = page.url, row.locator("td").nth(6)
    expect(early).to_have_text(str(10 * (len(codes) - 1)))
    correct(site, page, made.reports[COMMUNES[0]])
    for _ in range(40):  # the worker carries it up
        page.goto(total)
        if early.inner_text() == str(10 * (len(codes) - 1) + 1):
            break
        page.wait_for_timeout(250)
    expect(row.locator("td").nth(7)).to_have_text(str(13 * (len(codes) - 1) - 1))
    expect(row.locator("td").nth(2)).to_have_text(str(20 * len(codes)))
    look(page, "adjusted-and-corrected")
