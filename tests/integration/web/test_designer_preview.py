"""A draft looked at over HTTP: as paper, as whoever fills it, a rule while it is typed; nothing is kept."""

import html
import json
import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask

from agencies.store import read_tree
from core import clock
from core.db import unit_of_work
from engine.form import Rule
from template_library.drafts import load_draft, save_draft
from template_library.fileformat import read_template
from template_library.shelf import seed_files
from template_library.versions import publish
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


def test_examples_stand_for_what_rules_read_besides(app: Flask, draft: str) -> None:
    """The same period last year, the year so far, another form: chosen by example, kept with the new one."""
    texts = [
        "cột 3 >= cột 3 của cùng kỳ năm trước",
        "cột 3 <= lũy_kế(cột 3)",
        "ô [I1; 3] >= ô [I1; 3] của biểu KHAC",
    ]
    with unit_of_work(app) as session:
        form = load_draft(session, CODE)[0]
        other = replace(form, header=replace(form.header, code="KHAC"))
        publish(session, other, actor="test", now=clock.now(), effective_from=SINCE)
        section = form.sections[0]
        rules = [Rule(f"N{n}", f"N{n}", text, severity="warning") for n, text in enumerate(texts)]
        more = replace(form, sections=(replace(section, rules=(*section.rules, *rules)),))
        save_draft(session, more, base=1, actor=DESIGNER, now=clock.now())
        name = form.examples[0].name
    browser = Browser(app, DESIGNER)
    page = browser.get(f"{draft}/fill").text
    names = re.findall(r'<select class="form-select" name="([^"]+)" aria-label="[^"]*ví dụ"', page)
    assert names == ["previous", "same_period_last_year", "year_to_date", "form-KHAC"]
    chosen = dict.fromkeys(names, name) | {"agency": "C1", "period": "quarter-2026-3"}
    page = browser.client.get(f"{draft}/fill", query_string=chosen).text
    kept = re.search(r'data-example="([^"]*)"', page)
    assert kept
    context = json.loads(html.unescape(kept[1]))["context"]
    assert context.keys() == {"previous", "same_period_last_year", "year_to_date", "forms"}
    read = {"context": context, "expect": ["K5"]}  # what began is not what the period before left over
    node = {"name": "Với số bên cạnh", "figures": form.examples[0].figures, **read}
    op = {"op": "insert", "kind": "example", "parent": None, "after": None, "node": node}
    headers = {"X-CSRFToken": browser.token(), "Accept": "application/json"}
    body = {"base": 2, "key": "an-example", "edits": [[op]]}
    answer = browser.client.post(f"{draft}/edits", json=body, headers=headers).get_json()
    assert answer["refused"] == []
    assert [each for each in answer["derived"]["findings"] if each["code"] == "file.example"] == []
