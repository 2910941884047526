"""The designer over HTTP: what the page is told, edits, undo, two designers at once, what is refused."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from agencies.store import read_tree
from core import clock
from core.db import unit_of_work
from template_library.drafts import save_draft
from template_library.fileformat import read_template
from template_library.shelf import seed_files
from tests.browsers import SINCE, Browser, settle_people

DESIGNER, OTHER, STRANGER = "o-31-th", "o-31-kt", "o-n1"
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


def get(browser: Browser, address: str) -> Any:
    answer = browser.client.get(address, headers={"Accept": "application/json"})
    assert answer.status_code == 200, answer.text
    return answer.json


def post(browser: Browser, address: str, **body: Any) -> TestResponse:
    headers = {"X-CSRFToken": browser.token(), "Accept": "application/json"}
    return browser.client.post(address, json={"base": 1, "key": "a-key-of-mine", **body}, headers=headers)


def title(column: str, text: str | None) -> dict[str, Any]:
    return {
        "op": "set",
        "at": {"kind": "column", "section": "A", "id": column},
        "key": "title",
        "value": text,
    }


def test_an_edit_and_its_undoing(app: Flask, draft: str) -> None:
    browser = Browser(app, DESIGNER)
    state = get(browser, f"{draft}/state")
    assert (state["revision"], state["undo"], state["may"]) == (1, None, {"edit": True, "publish": True})
    assert state["derived"]["findings"] == []
    assert state["derived"]["rules"]["K1"]["cells"]
    answer = post(browser, f"{draft}/edits", edits=[[title("4", "Qua mạng")]]).json
    assert answer and answer["revision"] == 2
    assert [step["ops"] for step in answer["steps"]] == [[title("4", "Qua mạng")]]
    again = post(browser, f"{draft}/edits", edits=[[title("4", "Qua mạng")]]).json
    assert again and again["revision"] == 2 and len(again["steps"]) == 1
    undone = post(browser, f"{draft}/undo", base=2, key="another-key").json
    assert undone and undone["steps"][0]["ops"][0]["value"] == "Trực tuyến"
    assert undone["undo"] is None and undone["redo"]
    assert get(browser, f"{draft}/state")["document"] == state["document"]
