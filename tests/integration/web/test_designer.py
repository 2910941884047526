"""The designer over HTTP: what the page is told, edits, undo, two designers at once, what is refused."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from agencies.access import Role
from agencies.accounts import Account, demo_people
from agencies.store import read_tree
from agencies.tokens import create_token
from core import clock
from core.db import lock_row, unit_of_work
from template_library.cards import find_card, take_charge
from template_library.drafts import save_draft
from template_library.fileformat import read_template
from template_library.regime_file import Regime
from template_library.regimes import get_regime, save_regime
from template_library.shelf import seed_files
from template_library.shelf_models import Card
from template_library.states import move, standing
from tests.browsers import PASSWORD, SINCE, Browser, settle_people

DESIGNER, OTHER, STRANGER = "o-31-th", "o-31-tk", "o-n1-th"
CODE = "II.06a/VPCP/KSTT"


@pytest.fixture
def draft(app: Flask) -> Iterator[str]:
    """A draft of II.06a that province 31 owns."""
    settle_people(app)
    office = ("-tk", "Cán bộ thiết kế", (Role.DESIGNER,))
    with unit_of_work(app) as session:
        form, _ = read_template(seed_files()["II.06a-VPCP-KSTT"])
        assert form
        node = read_tree(session, SINCE).with_code("31")
        demo_people(session, [node], prefix="o", password=PASSWORD, now=clock.now(), offices=[office])
        save_draft(session, form, base=0, actor=DESIGNER, now=clock.now(), agency=node.id)
    yield f"/designer/{CODE}"


def get(browser: Browser, address: str) -> Any:
    answer = browser.client.get(address, headers={"Accept": "application/json"})
    assert answer.status_code == 200, answer.text
    return answer.json


def post(browser: Browser, address: str, **body: Any) -> TestResponse:
    headers = {"X-CSRFToken": browser.token(), "Accept": "application/json"}
    return browser.client.post(address, json={"base": 1, "key": "a-key-of-mine", **body}, headers=headers)


def publish(browser: Browser, draft: str, base: int, since: str = "2026-09-01") -> TestResponse:
    headers = {"X-CSRFToken": browser.token(), "Accept": "application/json"}
    body = {"base": base, "effective_from": since}
    return browser.client.post(f"{draft}/publish", json=body, headers=headers)


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


def test_two_designers_are_told_of_each_other(app: Flask, draft: str) -> None:
    first, second = Browser(app, DESIGNER), Browser(app, OTHER)
    assert post(first, f"{draft}/edits", edits=[[title("4", "Qua mạng")]]).status_code == 200
    both = [[title("4", "Trên mạng")], [title("5", "Tại bộ phận một cửa")]]
    answer = post(second, f"{draft}/edits", edits=both, key="the-second-key").json
    assert answer
    assert [(step["by"], step["mine"]) for step in answer["steps"]] == [(DESIGNER, False), (OTHER, True)]
    [refused] = answer["refused"]
    [finding] = refused["findings"]
    assert refused["edit"] == 0 and finding["where"] == {"kind": "column", "section": "A", "id": "4"}
    assert "“Qua mạng”" in finding["told"] and "“Trên mạng”" in finding["told"]
    assert "Cán bộ tổng hợp – Thành phố Hải Phòng" in finding["told"]
    told = get(first, f"{draft}/steps?after=2")
    assert [step["ops"] for step in told["steps"]] == [[title("5", "Tại bộ phận một cửa")]]
    assert get(first, f"{draft}/steps?after=3") == {"revision": 3, "steps": []}


def test_others_agencies_drafts_are_not_shown(app: Flask, draft: str) -> None:
    browser = Browser(app, STRANGER)
    for address in ("state", "steps", "derived"):
        assert browser.client.get(f"{draft}/{address}").status_code == 403
    assert post(browser, f"{draft}/edits", edits=[[title("4", "x")]]).status_code == 403
    assert Browser(app, "o-31").client.get(f"{draft}/state").status_code == 403  # no designer


def test_what_is_wrong_is_told_with_its_spot(app: Flask, draft: str) -> None:
    browser = Browser(app, DESIGNER)
    rule = {"kind": "rule", "section": "A", "id": "K4"}
    wrong = {"op": "set", "at": rule, "key": "text", "value": "cột 3 = cột 99"}
    answer = post(browser, f"{draft}/edits", edits=[[wrong]]).json
    assert answer
    [finding] = [each for each in answer["derived"]["findings"] if each["code"] == "E_REF"]
    assert finding["where"] == rule and finding["severity"] == "error"
    assert answer["derived"]["rules"]["K4"]["findings"] == [finding]
    refused = publish(browser, draft, 2, "1/9/2026")
    assert refused.status_code == 422 and refused.json and refused.json["findings"][0]["where"] == rule
    assert get(browser, f"{draft}/derived")["derived"] == answer["derived"]


def test_publishing_freezes_what_was_looked_at(app: Flask, draft: str) -> None:
    browser = Browser(app, DESIGNER)
    post(browser, f"{draft}/edits", edits=[[title("4", "Qua mạng")]])
    late = publish(browser, draft, 1)
    assert late.status_code == 409
    done = publish(browser, draft, 2)
    assert done.status_code == 200 and done.json
    assert browser.get(done.json["address"]).status_code == 200
    again = publish(browser, draft, 2)
    assert again.status_code == 409 and again.json and "phiên bản 1" in again.json["detail"]


def test_a_mark_of_secrecy_stops_publishing_and_honey_does_not(app: Flask, draft: str) -> None:
    browser = Browser(app, DESIGNER)

    def name(text: str) -> list[dict[str, Any]]:
        return [{"op": "set", "at": {"kind": "template"}, "key": "name", "value": text}]

    answer = post(browser, f"{draft}/edits", edits=[name("Quân số (TỐI MẬT)")]).json
    assert answer and answer["derived"]["findings"][0]["code"] == "template.classified"
    assert publish(browser, draft, 2).status_code == 422
    post(browser, f"{draft}/edits", base=2, key="another-key", edits=[name("MẬT ĐỘ DÂN SỐ, mật ong")])
    assert publish(browser, draft, 3).status_code == 200


def test_a_template_begins_empty_and_as_a_copy(app: Flask, draft: str) -> None:
    browser = Browser(app, DESIGNER)
    begun = browser.post("/designer/begin", code="MỚI/01", name="Biểu mới")
    assert begun.status_code == 302
    state = get(browser, "/designer/MỚI/01/state")
    assert state["document"]["sections"] == [{"code": "A", "id": "A", "kind": "table"}]
    assert browser.post("/designer/begin", code="MỚI/01", name="Lần nữa").status_code == 409
    assert browser.post("/designer/begin", code=" ", name="").status_code == 400
    published = publish(browser, draft, 1).json
    assert published
    version = published["address"].rpartition("/")[2]
    assert browser.post("/designer/copy", version=version).status_code == 302
    assert get(browser, f"{draft}/state")["revision"] == 1
    assert browser.post("/designer/copy", version=version, code="MỚI/02").status_code == 302
    assert get(browser, "/designer/MỚI/02/state")["document"]["code"] == "MỚI/02"
    assert browser.post(f"{draft}/drop").status_code == 302
    assert browser.client.get(f"{draft}/state").status_code == 409  # published, and no draft


NEW = {"id": "n", "code": "n", "title": "Mới"}
SECTION = {"kind": "section", "id": "A"}


def insert(node: Any, kind: str = "row", parent: Any = SECTION) -> dict[str, Any]:
    return {"op": "insert", "kind": kind, "parent": parent, "after": None, "node": node}


@pytest.mark.parametrize(
    ("ops", "code"),
    [
        ([insert({**NEW, "colour": "red"})], "file.unknown_key"),
        ([insert({**NEW, "id": "I1"})], "edit.id_taken"),
        ([insert({**NEW, "code": "I1"})], "file.duplicate"),
        ([insert({**NEW, "code": "có dấu"})], "file.code"),
        ([insert({**NEW, "title": "x" * 20_001})], "file.limit"),
        ([insert({**NEW, "title": 7})], "file.type"),
        ([insert({**NEW, "children": "rubbish"})], "file.type"),
        ([insert({**NEW, "children": [7, None]})], "file.type"),
        ([insert({})], "edit.no_id"),
        ([insert({"id": 7})], "edit.no_id"),
        ([insert(NEW, "column", {"kind": "row", "section": "A", "id": "I"})], "edit.parent"),
        ([insert(NEW, "row", {"kind": "section", "id": "Z"})], "edit.gone"),
        ([insert({"id": "K1", "code": "K1", "text": "cột 3 >= 0"}, "rule")], "edit.id_taken"),
        ([title("4", None)], "file.missing"),
        ([title("4", "x\u0007")], "file.text"),
        ([{"op": "set", "at": SECTION, "key": "id", "value": "Z"}], "edit.key"),
        ([{"op": "set", "at": SECTION, "key": "title.deep", "value": "x"}], "file.type"),
        ([{"op": "set", "at": {"kind": "template"}, "key": "format", "value": "x"}], "edit.key"),
        ([{"op": "set", "at": SECTION, "key": "rows", "value": None}], "edit.key"),
        ([{"op": "delete", "kind": "section", "id": "Z"}], "edit.gone"),
        ([{"op": "delete", "kind": "section", "id": "A"}] * 2, "edit.gone"),
    ],
)
def test_faulty_edits_are_refused_and_told(app: Flask, draft: str, ops: list[Any], code: str) -> None:
    answer = post(Browser(app, DESIGNER), f"{draft}/edits", edits=[ops]).json
    assert answer and answer["revision"] == 1
    assert answer["refused"][0]["findings"][0]["code"] == code
    assert answer["refused"][0]["findings"][0]["told"] != code


@pytest.mark.parametrize(
    "body",
    [
        {"edits": []},
        {"edits": [[]]},
        {"edits": "rubbish"},
        {"edits": [[{"op": "burn", "at": SECTION}]]},
        {"edits": [[{"op": "set", "at": {"kind": "row"}, "key": "title", "value": "x"}]]},
        {"edits": [[{"op": "set", "at": SECTION, "key": "title"}]]},
        {"edits": [[{"op": "set", "at": SECTION, "key": "title", "value": "x", "old": "y"}]]},
        {"edits": [[insert("rubbish")]]},
        {"edits": [[title("4", "x")]] * 201},
        {"edits": [[title("4", "x")]], "base": -1},
        {"edits": [[title("4", "x")]], "key": "short"},
        {"edits": [[title("4", "x\0")]]},
        {"edits": [[title("4", "\ud800")]]},
    ],
)
def test_requests_out_of_shape(app: Flask, draft: str, body: dict[str, Any]) -> None:
    assert post(Browser(app, DESIGNER), f"{draft}/edits", **body).status_code == 400


def test_titles_of_any_kind_and_ten_thousand_operations_are_kept(app: Flask, draft: str) -> None:
    browser = Browser(app, DESIGNER)
    texts = [
        "<script>alert(1)</script>",
        "x" * 10_000,
        "\u202eđảo\u202c \u200f",
        "{{7*7}} {kỳ.năm}",
        "“”\"'\\ \n",
    ]
    answer = post(browser, f"{draft}/edits", edits=[[title("4", text)] for text in texts]).json
    assert answer and answer["refused"] == [] and answer["revision"] == 1 + len(texts)
    many = [title("4", str(number)) for number in range(10_000)]
    answer = post(browser, f"{draft}/edits", base=6, key="another-key", edits=[many]).json
    assert answer and answer["revision"] == 7
    too_many = [many[0]] * 20_001
    assert post(browser, f"{draft}/edits", base=7, key="third-key", edits=[too_many]).status_code == 400


def test_programs_edit_drafts_too(app: Flask, draft: str) -> None:
    with unit_of_work(app) as session:
        account = session.scalars(select(Account.id).filter_by(login=DESIGNER)).one()
        token = create_token(session, account, "test", days=1, actor=DESIGNER, now=clock.now())
    client, headers = app.test_client(), {"Authorization": f"Bearer {token}"}
    address = f"/api/v1/drafts/{CODE}"
    assert client.get(f"{address}/state", headers=headers).json["revision"] == 1  # type: ignore[index]
    body = {"base": 1, "key": "key-of-a-program", "edits": [[title("4", "Qua mạng")]]}
    made = client.post(f"{address}/edits", json=body, headers=headers).json
    assert made and made["revision"] == 2
    undone = client.post(f"{address}/undo", json={"base": 2, "key": "another-key"}, headers=headers).json
    redone = client.post(f"{address}/redo", json={"base": 3, "key": "a-third-key"}, headers=headers).json
    assert undone and redone and redone["steps"][0]["ops"] == [title("4", "Qua mạng")]
    steps = client.get(f"{address}/steps?after=1", headers=headers).json
    assert steps and [step["revision"] for step in steps["steps"]] == [2, 3, 4]
    assert client.get(f"{address}/derived", headers=headers).json["derived"]["findings"] == []  # type: ignore[index]
    told = client.get(f"{address}/asked", headers=headers).json
    asked = client.get(f"{address}/asked?frequency=quarter&period=III/2026", headers=headers).json
    assert told and asked and asked[0].keys() == told[0].keys()
    assert (asked[0]["period"], asked[0]["agencies"], asked[0]["asked"]) == ("quý III/2026", 2, [])
    for after in ("", "?after=x", "?after=-1"):
        assert client.get(f"{address}/steps{after}", headers=headers).status_code == 400
    assert client.get(f"{address}/steps?after={10**30}", headers=headers).status_code == 409


def test_a_code_is_changed_until_the_first_publication(app: Flask, draft: str) -> None:
    browser, new = Browser(app, DESIGNER), "/designer/XA-01"
    post(browser, f"{draft}/edits", edits=[[title("4", "Qua mạng")]])
    with unit_of_work(app) as session:
        agency = read_tree(session, SINCE).with_code("31").id
        take_charge(session, CODE, agency)
        lock_row(session, Card, CODE).tags = ["tuần"]
        move(session, CODE, "test", since=clock.today(), actor=DESIGNER, now=clock.now())
        made: dict[str, Any] = {"base": 0, "agency": agency, "actor": DESIGNER, "now": clock.now()}
        save_regime(session, Regime("R", "R", templates=(CODE, "KHAC")), **made)
        save_regime(session, Regime("S", "S", templates=(CODE,)), **(made | {"agency": None}))
    assert "Đổi mã" in browser.get(draft).text
    for wrong in ("", "x" * 300):
        assert browser.post(f"{draft}/code", code=wrong).status_code == 400
    assert Browser(app, STRANGER).post(f"{draft}/code", code="XA-01").status_code == 403
    assert browser.post(f"{draft}/code", code="XA-01").headers["Location"] == new
    assert get(browser, f"{new}/state")["document"]["code"] == "XA-01"
    undone = post(browser, f"{new}/undo", base=2, key="to-undo-it").json
    assert undone and undone["revision"] == 3 and not undone["refused"]
    told = browser.client.get(f"{draft}/state")
    assert told.status_code == 409 and "XA-01" in told.text
    with unit_of_work(app, write=False) as session:
        card = find_card(session, "XA-01")
        assert card and card.tags == ["tuần"] and find_card(session, CODE) is None
        assert standing(session, "XA-01", on=clock.today(), periodic=True).state == "testing"
        assert get_regime(session, "R").regime.templates == ("XA-01", "KHAC")
        assert get_regime(session, "S").regime.templates == (CODE,)  # of nobody's: another may be meant
    assert publish(browser, new, 3).status_code == 200
    browser.post("/designer/copy", version="1")
    assert "Đổi mã" not in browser.get(new).text
    assert browser.post(f"{new}/code", code="XA-02").status_code == 409


def test_many_hands_at_the_same_moment(app: Flask, draft: str) -> None:
    """Requests of two designers meet at the lock: each edit is kept, and one of two publications."""
    browsers = [Browser(app, login) for login in (DESIGNER, OTHER)]
    columns = ["4", "5", "6", "8", "9", "10", "12", "13"]

    def edit(number: int) -> int:
        ops = [title(columns[number], f"Tên {number}")]
        return post(browsers[number % 2], f"{draft}/edits", key=f"key-{number:05}", edits=[ops]).status_code

    def freeze(number: int) -> int:
        return publish(browsers[number], draft, 1 + len(columns)).status_code

    with ThreadPoolExecutor(2) as hands:
        assert list(hands.map(edit, range(len(columns)))) == [200] * len(columns)
        state = get(browsers[0], f"{draft}/state")
        assert state["revision"] == 1 + len(columns)
        assert all(f"Tên {number}" in str(state["document"]) for number in range(len(columns)))
        assert sorted(hands.map(freeze, range(2))) == [200, 409]


def test_a_table_is_turned_and_turned_back(app: Flask, draft: str) -> None:
    browser = Browser(app, DESIGNER)
    refused = post(browser, f"{draft}/transpose", section="A").json
    assert refused and refused["refused"][0]["findings"][0]["code"] == "edit.not_turned"
    browser.post("/designer/begin", code="XOAY", name="Biểu xoay")
    column = {"id": "c", "code": "c", "title": "Cột"}
    made = [insert(column, "column"), insert({**column, "id": "r", "code": "r", "title": "Dòng"})]
    post(browser, "/designer/XOAY/edits", edits=[made])
    before = get(browser, "/designer/XOAY/state")["document"]
    answer = post(browser, "/designer/XOAY/transpose", base=2, key="turn-once", section="A").json
    assert answer and answer["revision"] == 3 and answer["refused"] == []
    late = post(browser, "/designer/XOAY/transpose", base=2, key="turn-more", section="A").json
    assert late and late["refused"] and len(late["steps"]) == 1
    [section] = get(browser, "/designer/XOAY/state")["document"]["sections"]
    assert [each["title"] for each in section["columns"]] == ["Dòng"]
    post(browser, "/designer/XOAY/undo", base=3, key="another-key")
    assert get(browser, "/designer/XOAY/state")["document"] == before
