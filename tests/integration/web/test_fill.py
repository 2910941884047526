"""Filling and reading a report over HTTP: what is stored and answered, what is refused, what a page costs."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from agencies.store import read_tree
from core import clock
from core.db import unit_of_work
from core.jobs import run_pending_in_process
from runtime.filling.entry import Change, save
from runtime.flow.workflow import move
from runtime.models import Report
from runtime.periods import Period, period_of
from runtime.rounds.opening import open_round
from template_library.fileformat import read_template
from template_library.shelf import seed_files
from template_library.versions import publish
from tests.browsers import SINCE, Browser, settle_people
from tests.builders import RIGHT
from tests.statements import counted

CLERK, LEADER, PROVINCE, OUTSIDE = "o-c1", "o-c1-ld", "o-31-th", "o-n1"


@pytest.fixture
def reports(app: Flask) -> Iterator[Mapping[str, int]]:
    """The reports of quarter III by agency code, with their round under `round`."""
    settle_people(app)
    yield ask(app, "II.06a-VPCP-KSTT", period_of("quarter", 2026, 3))


def ask(app: Flask, seed: str, period: Period) -> Mapping[str, int]:
    with unit_of_work(app) as session:
        form, _ = read_template(seed_files()[seed])
        assert form
        now = clock.now()
        version = publish(session, form, actor="test", now=now, effective_from=SINCE)
        tree = read_tree(session, period.end)
        lead = tree.with_code("31").id
        made = open_round(session, version=version, period=period, lead=lead, actor="test", now=now).id
    with app.app_context():
        run_pending_in_process()
    with unit_of_work(app, write=False) as session:
        found = session.query(Report).filter_by(round_id=made)
        return {"round": made} | {tree[report.agency_id].code: report.id for report in found}


def changes(row: str, figures: Mapping[str, str] = RIGHT) -> list[dict[str, str]]:
    return [{"section": "A", "row": row, "column": column, "value": text} for column, text in figures.items()]


def send(browser: Browser, report: int, what: str = "save", **body: Any) -> TestResponse:
    data = {"base": 0, "idempotency_key": "key-of-a-save", "changes": changes("I1")} | body
    headers = {"X-CSRFToken": browser.token(), "Accept": "application/json"}
    return browser.client.post(f"/reports/{report}/{what}", json=data, headers=headers)


def test_a_save_answers_with_what_was_computed_and_what_is_wrong(
    app: Flask, reports: Mapping[str, int]
) -> None:
    clerk, report = Browser(app, CLERK), reports["C1"]
    answer = send(clerk, report, changes=changes("I1", RIGHT | {"9": "12"})).json
    assert answer
    assert {"section": "A", "row": "I1", "column": "3", "value": "25"} in answer["changes"]
    [finding] = answer["findings"]
    assert (finding["rule"], finding["spot"]) == ("K4", "dòng 1 Chứng thực")
    assert finding["cells"] == [["A", "I1", "3"], ["A", "I1", "7"], ["A", "I1", "11"]]
    assert answer["standing"] == {"cells": 48, "filled": 8, "errors": 1, "warnings": 0, "failed": ["K4"]}
    again = send(clerk, report, changes=changes("I1", RIGHT | {"9": "12"})).json
    assert again and again["revision"] == answer["revision"] == 1


def test_another_hands_figure_is_a_conflict_with_a_name(app: Flask, reports: Mapping[str, int]) -> None:
    report = reports["C1"]
    other = [Change("A", "I1", "4", "21")]
    with unit_of_work(app) as session:
        save(
            session, report, base=0, idempotency_key="x" * 8, changes=other, actor="o-c1-th", now=clock.now()
        )
    answer = send(Browser(app, CLERK), report, changes=changes("I1", {"4": "22"})).json
    assert answer
    [conflict] = answer["conflicts"]
    assert (conflict["mine"], conflict["theirs"]) == ("22", "21")
    assert conflict["actor"] == "Cán bộ tổng hợp – Xã Một"
    assert {"section": "A", "row": "I1", "column": "4", "value": "21"} in answer["changes"]


FAULTY: Sequence[Mapping[str, Any]] = (
    {"base": -1},
    {"base": "0"},
    {"base": None},
    {"idempotency_key": ""},
    {"idempotency_key": "k" * 200},
    {"changes": []},
    {"changes": "all"},
    {"changes": [{"section": "A"}]},
    {"changes": [{"section": "A", "row": "I1", "column": "4", "value": 4}]},
    {"changes": [None]},
    {"how": "guessed"},
)


def test_a_save_of_another_shape_is_refused(app: Flask, reports: Mapping[str, int]) -> None:
    clerk = Browser(app, CLERK)
    for body in FAULTY:
        answer = send(clerk, reports["C1"], **body)
        assert (answer.status_code, answer.json and answer.json["code"]) == (400, "request.shape"), body


def test_a_value_that_cannot_stand_is_told_and_the_others_are_stored(
    app: Flask, reports: Mapping[str, int]
) -> None:
    body = changes("I1", {"4": "20", "5": "1.5", "3": "7"})
    answer = send(Browser(app, CLERK), reports["C1"], changes=body).json
    assert answer
    refused = {each["column"]: each["message"] for each in answer["rejected"]}
    assert sorted(refused) == ["3", "5"]
    assert "được thay bằng số tự tính 20" in refused["3"]
    assert answer["standing"]["filled"] == 1


def test_a_report_is_sent_with_every_warning_explained(app: Flask, reports: Mapping[str, int]) -> None:
    clerk, report = Browser(app, CLERK), reports["C1"]
    sheet = changes("I1") + changes("I2", {"6": "..."})
    answer = send(clerk, report, changes=sheet).json
    assert answer
    [warning] = answer["findings"]
    assert warning["severity"] == "warning"
    assert clerk.post(f"/reports/{report}/moves/submit").status_code == 400
    reason = {"rule": warning["explained_as"], "where": warning["where"], "text": "chờ sổ"}
    assert send(clerk, report, "explain", **reason).status_code == 200
    assert clerk.post(f"/reports/{report}/moves/submit").status_code == 302
    page = clerk.get(f"/reports/{report}").text
    assert "Lý do: chờ sổ" in page


def test_a_title_is_text_whatever_it_holds(app: Flask, reports: Mapping[str, int]) -> None:
    clerk, report = Browser(app, CLERK), reports["C1"]
    name = "I|</script><script>alert(1)</script>"
    assert send(clerk, report, changes=changes(name, {"4": "1"})).status_code == 200
    for page in (clerk.get(f"/reports/{report}/fill").text, clerk.get(f"/reports/{report}?view=print").text):
        assert "<script>alert" not in page
        assert "alert(1)" in page


def test_a_cell_that_is_not_there_cannot_be_traced(app: Flask, reports: Mapping[str, int]) -> None:
    clerk, report = Browser(app, CLERK), reports["C1"]
    for cell in ("", "A", "A[I1]", "A[I1;99]", "Z[I1;4]", "A[" * 300):
        assert clerk.client.get(f"/reports/{report}/trace", query_string={"cell": cell}).status_code == 400
    assert clerk.get(f"/reports/{report}/trace?cell=A[I1;4]").status_code == 200


def test_the_compilation_sheet_costs_the_same_for_any_number_of_agencies(
    app: Flask, reports: Mapping[str, int]
) -> None:
    province = Browser(app, PROVINCE)
    address = f"/rounds/{reports['round']}/compilation"
    province.get(address)
    with counted() as before:
        assert province.get(address).status_code == 200
    for agency in ("C1", "C2"):
        with unit_of_work(app) as session:
            figures = [Change("A", "I1", column, text) for column, text in RIGHT.items()]
            key = f"key-{agency}"
            save(
                session,
                reports[agency],
                base=0,
                idempotency_key=key,
                changes=figures,
                actor="test",
                now=clock.now(),
            )
    with counted() as after:
        assert "25" in province.get(address).text
    assert len(after) <= len(before) + 1  # one more to read whole sheets where there are any


def test_many_are_accepted_at_once_and_foreign_ones_refused(app: Flask, reports: Mapping[str, int]) -> None:
    for agency in ("C1", "C2"):
        with unit_of_work(app) as session:
            move(session, reports[agency], "submit", actor="test", now=clock.now())
    province, address = Browser(app, PROVINCE), "/reports/moves"
    for form in ({"move": "fly"}, {"move": "accept", "report": "999"}):
        assert province.post(address, **form).status_code == 404
    assert Browser(app, CLERK).post(address, move="accept", report=str(reports["C1"])).status_code == 403
    both: dict[str, Any] = {"move": "accept", "report": [str(reports["C1"]), str(reports["C2"])]}
    assert province.post(address, **both).status_code == 302
    page = province.get(f"/rounds/{reports['round']}/compilation").text
    assert page.count("state-accepted") == 2


def test_pages_of_another_province_are_closed(app: Flask, reports: Mapping[str, int]) -> None:
    stranger = Browser(app, OUTSIDE)
    report, made = reports["C1"], reports["round"]
    for address in (
        f"/reports/{report}",
        f"/reports/{report}/fill",
        f"/reports/{report}/trace?cell=A[I1;4]",
        f"/rounds/{made}/compilation",
        f"/rounds/{made}/compilation.xlsx",
        f"/rounds/{made}/compilation.csv",
    ):
        assert stranger.get(address).status_code == 403, address
    assert send(stranger, report).status_code == 403


def test_every_form_can_be_opened_and_read(app: Flask) -> None:
    settle_people(app)
    clerk, province = Browser(app, CLERK), Browser(app, PROVINCE)
    for seed in seed_files():
        reports = ask(app, seed, period_of("month", 2026, 8))
        assert clerk.get(f"/reports/{reports['C1']}/fill").status_code == 200, seed
        assert clerk.get(f"/reports/{reports['C1']}?view=print").status_code == 200, seed
        assert province.get(f"/rounds/{reports['round']}/compilation").status_code == 200, seed
