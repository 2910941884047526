"""The page of rehearsals: asked for, done in the background, read."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask

from core import clock
from core.db import unit_of_work
from core.jobs import run_pending_in_process
from template_library.drafts import save_draft
from template_library.fileformat import read_template
from template_library.shelf import seed_files
from tests.browsers import Browser, settle_people

FORM = "II.06a/VPCP/KSTT"
PAGE = f"/designer/{FORM}/rehearsal"


@pytest.fixture
def world(app: Flask) -> Iterator[Flask]:
    settle_people(app)
    form, _ = read_template(seed_files()["II.06a-VPCP-KSTT"])
    assert form
    with unit_of_work(app) as session:
        save_draft(session, replace(form, examples=()), base=0, actor="test", now=clock.now())
    yield app


def test_a_rehearsal_is_asked_for_and_read(world: Flask) -> None:
    browser = Browser(world, "o-31-th")
    assert "Mọi đơn vị trực thuộc (2)" in browser.get(PAGE).text
    asked = browser.post(PAGE, scope="children", due="2/9/2026", time="17:00")
    assert asked.headers["Location"] == PAGE
    assert "Đang diễn tập" in browser.get(f"{PAGE}/progress").text
    with world.app_context():
        run_pending_in_process()
    assert browser.get(f"{PAGE}/progress").headers["HX-Refresh"] == "true"
    page = browser.get(PAGE).text
    assert "2/2 báo cáo nộp được, 128 ô đã điền" in page
    assert "Quốc khánh" in page and "số liệu dựng sẵn của các kỳ trước" in page


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        ({"scope": "codes:N1"}, "Xã Ngoài"),
        ({"scope": ""}, 'role="alert"'),
        ({"scope": "children", "due": "mai"}, "mai"),
    ],
)
def test_a_wrong_answer_is_told(world: Flask, answers: dict[str, str], told: str) -> None:
    answer = Browser(world, "o-31-th").post(PAGE, **answers)
    assert (answer.status_code, told in answer.text) == (422, True)
