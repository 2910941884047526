"""The page that takes a form from a workbook: handed in, drawn in the background, answered, a draft."""

import io
import re

import pytest
from flask import Flask

from core.jobs import run_pending_in_process
from tests.browsers import Browser, settle_people
from tests.corpus.samples import seed_samples
from tests.corpus.writer import Style, write

PAGE = "/designer/excel"


@pytest.fixture
def world(app: Flask) -> Flask:
    settle_people(app)
    return app


def hand_in(browser: Browser, data: bytes, name: str = "Biểu 01.xlsx") -> str:
    answer = browser.post(PAGE, file=(io.BytesIO(data), name))
    assert answer.status_code == 302, answer.text
    return answer.headers["Location"]


def workbook(name: str, **style: object) -> bytes:
    sample = next(sample for sample in seed_samples() if sample.name == name)
    return write(sample, Style("page", **style)).data  # type: ignore[arg-type]


def test_a_workbook_becomes_a_draft(world: Flask) -> None:
    browser = Browser(world, "o-31-th")
    place = hand_in(browser, workbook("NTM-11"))
    assert "Đang đọc Biểu 01.xlsx" in browser.get(place).text
    with world.app_context():
        run_pending_in_process()
    assert browser.get(f"{place}/progress").headers["HX-Refresh"] == "true"
    page = browser.get(place).text
    assert "Tệp gốc" in page and "Ngân sách trung ương" in page and "cột 4 = cột 2 + cột 3" in page
    assert browser.post(f"{place}/draft", code=" " * 3 + "x" * 101).status_code == 422
    made = browser.post(f"{place}/draft", code="11/NTM")
    assert made.headers["Location"] == "/designer/11/NTM"
    assert browser.get(made.headers["Location"]).status_code == 200


def test_an_answer_draws_again(world: Flask) -> None:
    browser = Browser(world, "o-31-th")
    place = hand_in(browser, workbook("NTM-11", figures=False, formulas=False))
    with world.app_context():
        run_pending_in_process()
    page = browser.get(place).text
    name = re.search(r'name="name" value="(group:[^"]+)"', page)
    assert name, page
    browser.post(f"{place}/answer", name=name[1], choice="group")
    with world.app_context():
        run_pending_in_process()
    assert "row-group" in browser.get(place).text


@pytest.mark.parametrize(("data", "told"), [(b"", "không phải tệp"), (b"PK\x03\x04 no", "không phải tệp")])
def test_what_is_no_workbook_is_told(world: Flask, data: bytes, told: str) -> None:
    answer = Browser(world, "o-31-th").post(PAGE, file=(io.BytesIO(data), "bieu.xlsx"))
    assert (answer.status_code, told in answer.text) == (422, True)


def test_others_do_not_see_it(world: Flask) -> None:
    place = hand_in(Browser(world, "o-31-th"), workbook("GN-NSTW"))
    assert Browser(world, "o-01-th").get(place).status_code in (403, 404)
