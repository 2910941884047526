"""A draft looked at over HTTP: as paper, as whoever fills it, a rule while it is typed; nothing is kept."""

from collections.abc import Iterator

import pytest
from flask import Flask

from agencies.store import read_tree
from core import clock
from core.db import unit_of_work
from template_library.drafts import save_draft
from template_library.fileformat import read_template
from template_library.shelf import seed_files
from tests.browsers import SINCE, Browser, settle_people

DESIGNER, STRANGER = "o-31-th", "o-n1"
CODE = "II.06a/VPCP/KSTT"


@pytest.fixture
def draft(app: Flask) -> Iterator[str]:
    """A draft of II.06a that province 31 owns."""
    settle_people(app)
    with unit_of_work(app) as session:
        form, _ = read_template(seed_files()["II.06a-VPCP-KSTT"])
        assert form
        agency = read_tree(session, SINCE).with_code("31").id
        save_draft(session, form, base=0, actor=DESIGNER, now=clock.now(), agency=agency)
    yield f"/designer/{CODE}"


def test_a_draft_on_paper(app: Flask, draft: str) -> None:
    page = Browser(app, DESIGNER).client.get(f"{draft}/paper")
    assert page.status_code == 200
    assert "<html" not in page.text and "Thủ trưởng đơn vị" in page.text and 'class="numbers"' in page.text


def test_a_draft_as_a_commune_fills_it(app: Flask, draft: str) -> None:
    client = Browser(app, DESIGNER).client
    page = client.get(f"{draft}/fill?period=quarter-2026-3")
    assert page.status_code == 200
    assert "Điền thử bản nháp" in page.text and '"saveUrl": ""' in page.text and "III/2026" in page.text
    again = client.get(f"{draft}/fill", query_string={"previous": "Khớp (số liệu từ nguồn)"})
    assert '"earlier": [{' in again.text and "&#34;previous&#34;" in again.text
    assert client.get(f"{draft}/fill?agency=nowhere").status_code == 404
    assert client.get(f"{draft}/fill?period=quarter-2026-9").status_code == 400


def test_a_rule_is_tried_in_a_draft(app: Flask, draft: str) -> None:
    browser = Browser(app, DESIGNER)
    body = {"section": "A", "text": "cột 3 = cột 4", "cursor": 13}
    headers = {"X-CSRFToken": browser.token(), "Accept": "application/json"}
    answer = browser.client.post(f"{draft}/rules/try", json=body, headers=headers).get_json()
    assert answer["text"] == "cột 3 = cột 4" and "phải bằng" in answer["told"]["vi"]
    assert ["A", "I1", "3"] in answer["cells"]


def test_a_stranger_sees_no_draft(app: Flask, draft: str) -> None:
    client = Browser(app, STRANGER).client
    assert client.get(f"{draft}/paper").status_code == 403
    assert client.get(f"{draft}/fill").status_code == 403
