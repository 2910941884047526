"""The leader decides on thirty reports on a telephone: a thumb a report, and one goes back with reasons."""

from collections import Counter
from collections.abc import Callable
from functools import partial

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from agencies.store import read_tree
from core import clock
from core.db import unit_of_work
from core.jobs import run_pending_in_process
from runtime.models import Move, Report
from runtime.periods import period_of
from runtime.rounds.opening import open_round
from template_library.versions import find_version
from tests.e2e.conftest import Site

COMMUNE, THIRTY = "10507", 30
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}


@pytest.fixture(scope="module")
def reports(site: Site) -> list[int]:
    """Fifteen months of two forms, handed in by the commune's clerk and waiting for its leader."""
    now, periods = clock.now(), [period_of("month", 2025 + at // 12, at % 12 + 1) for at in range(8, 23)]
    with unit_of_work(site.app) as session:
        tree = read_tree(session, clock.today())
        ask = partial(
            open_round,
            session,
            lead=tree.with_code("31").id,
            scope=f"codes:{COMMUNE}",
            steps="submit,approve,accept",
            actor="test",
            now=now,
        )
        for code in ("II.06a/VPCP/KSTT", "01/TCD"):
            version = find_version(session, code, on=clock.today())
            for period in periods:
                ask(version=version, period=period)
    with site.app.app_context():
        run_pending_in_process()
    with unit_of_work(site.app) as session:
        owed = session.scalars(select(Report).where(Report.agency_id == tree.with_code(COMMUNE).id)).all()
        for report in owed:
            report.state = "submitted"
        return [report.id for report in owed]


def test_thirty_reports_by_thumb(
    site: Site, reports: list[int], sign_in: Callable[..., Page], look: Callable[[Page, str], None]
) -> None:
    assert len(reports) == THIRTY
    page = sign_in("xa-10507-ld", **PHONE)
    page.get_by_role("link", name="Duyệt từng báo cáo").tap()
    look(page, "card")
    button = page.get_by_role("button", name="Phê duyệt")
    height = (button.bounding_box() or {"height": 0})["height"]
    assert height >= 48
    for left in range(THIRTY, 1, -1):
        expect(page.locator(".card-place")).to_have_text(f"1/{left}")
        button.tap()
    page.get_by_text("Trả lại để sửa").first.tap()
    page.get_by_text("Thiếu số liệu").tap()
    page.get_by_placeholder("lý do khác").fill("dòng 1.2")
    look(page, "card-return")
    page.get_by_role("button", name="Trả lại để sửa").tap()
    expect(page.get_by_text("Không còn báo cáo nào chờ bạn quyết định")).to_be_visible()
    with unit_of_work(site.app, write=False) as session:
        moves = session.scalars(select(Move)).all()
        assert Counter(move.name for move in moves) == {"approve": THIRTY - 1, "refuse": 1}
        assert [move.reason for move in moves if move.reason] == ["Thiếu số liệu; dòng 1.2"]
