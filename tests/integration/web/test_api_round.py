"""A whole round by programs: 114 communes fill, a department sums up, the province has nothing to do."""

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from flask import Flask

from agencies.importer import import_agencies
from agencies.listing import shipped_listing
from agencies.store import read_tree
from core import clock
from core.db import unit_of_work
from core.jobs import run_pending_in_process
from template_library.fileformat import read_template
from template_library.shelf import seed_files
from template_library.versions import publish
from tests.builders import NOW, SINCE
from tests.integration.web.programs import Program, programs
from web.demo_figures import commune_figures

FORM = "II.06a/VPCP/KSTT"
LEAD = "xa-31.stp-th"
OPENING = {"template": FORM, "frequency": "quarter", "period": "III/2026", "scope": "level:commune:31"}


def start(app: Flask, communes: Callable[[str], bool]) -> Mapping[str, Program]:
    """Hải Phòng, form II.06a in force; programs of the province, of a department and of some communes."""
    with unit_of_work(app) as session:
        import_agencies(session, shipped_listing(), valid_from=SINCE, province="31")
        import_agencies(session, shipped_listing("departments"), valid_from=SINCE)
        form, _ = read_template(seed_files()["II.06a-VPCP-KSTT"])
        assert form
        publish(session, form, actor="test", now=NOW, effective_from=SINCE)
        tree = read_tree(session, clock.today())
        province, department = tree.with_code("31"), tree.with_code("31.STP")
        below = tree.descendants(province.id, "commune")
        nodes = [province, department, *(node for node in below if communes(node.code))]
        return programs(app, session, nodes)


def run_jobs(app: Flask) -> None:
    with app.app_context():
        run_pending_in_process()


def changes(figures: Mapping[tuple[str, str], str]) -> list[dict[str, str]]:
    return [
        {"section": "A", "row": row, "column": column, "value": v} for (row, column), v in figures.items()
    ]


def figures_of(code: str, *, wrong: bool = False) -> dict[tuple[str, str], str]:
    return {(row, column): value for row, column, value in commune_figures(code, wrong=wrong)}


def save(base: int, key: str, figures: Mapping[tuple[str, str], str]) -> dict[str, Any]:
    return {"base": base, "idempotency_key": key, "changes": changes(figures)}


def test_a_round_of_a_province(app: Flask) -> None:
    asking = start(app, lambda code: True)
    lead = asking[LEAD]
    opened = lead.post("/rounds", OPENING, status=202)
    assert (opened["opened"], opened["job"]["state"]) == (False, "pending")
    assert lead.post("/rounds", OPENING, status=202)["id"] == opened["id"]
    run_jobs(app)
    round_ = f"/rounds/{opened['id']}"
    lines = lead.get(f"{round_}/reports")
    assert (lead.get(round_)["states"]["assigned"], len(lines)) == (114, 114)

    total: Counter[tuple[str, str]] = Counter()
    for line in lines:
        commune = asking[f"xa-{line['code'].lower()}"]
        (task,) = commune.get("/inbox")
        assert (task["report"], task["turn"]) == (line["report"], "enter")
        report, figures = f"/reports/{line['report']}", figures_of(line["code"])
        saved = commune.post(f"{report}/save", save(0, "1", figures))
        assert (saved["stored"], saved["conflicts"]) == (len(figures), [])
        assert commune.post(f"{report}/submit", {})["state"] == "submitted"
        lead.post(f"{report}/accept", {})
        total.update({place: int(value) for place, value in figures.items()})

    job = lead.post(f"{round_}/consolidate", {}, status=202)
    run_jobs(app)
    assert lead.get(f"/jobs/{job['id']}")["state"] == "done"
    status = lead.get(round_)
    assert (status["coverage"]["counted"], status["coverage"]["expected"]) == (114, 114)
    shown = lead.get(f"/reports/{status['lead_report']}")["figures"]["A"]
    assert {place: int(shown[place[0]][place[1]]) for place in total} == dict(total)

    assert asking["xa-31-th"].get("/inbox") == asking["xa-31-th"].get("/rounds") == []
    traced = lead.get(f"/reports/{status['lead_report']}/trace", query_string={"cell": "A[I1;4]"})
    assert int(traced["value"]) == total["I1", "4"] == sum(int(part["value"]) for part in traced["parts"])
    largest = traced["parts"][0]
    assert largest["entries"][-1]["actor"] == f"xa-{largest['code'].lower()}"


def test_a_lead_unit_compares_takes_in_and_closes(app: Flask) -> None:
    some = ("10507", "10525", "10532")
    asking = start(app, lambda code: code in some)
    lead = asking[LEAD]
    opened = lead.post("/rounds", OPENING | {"scope": f"codes:{','.join(some)}"}, status=202)
    run_jobs(app)
    round_ = f"/rounds/{opened['id']}"
    reports = {line["code"]: line["report"] for line in lead.get(f"{round_}/reports")}
    for code in some[:2]:
        mine, report = asking[f"xa-{code}"], f"/reports/{reports[code]}"
        mine.post(f"{report}/save", save(0, "1", figures_of(code)))
        mine.post(f"{report}/submit", {})

    part = lead.client.get(
        f"/api/v1{round_}/reports?limit=2", headers={"Authorization": f"Bearer {lead.token}"}
    )
    assert (len(part.get_json()), part.headers["X-Total-Count"]) == (2, "3")
    assert part.headers["Link"] == f'</api/v1{round_}/reports?limit=2&offset=2>; rel="next"'
    assert len(lead.get(f"{round_}/reports?limit=2&offset=2")) == 1
    lead.get(f"{round_}/reports?limit=0", status=400)

    sheet = lead.get(f"{round_}/compilation?cell=A[I1;4]&cell=A[I1;5]")
    assert sheet["cells"] == ["A[I1;4]", "A[I1;5]"]
    values = {line["code"]: line["values"] for line in sheet["lines"]}
    assert values["10507"][0] == figures_of("10507")["I1", "4"] and values["10532"] == ["", ""]
    for kind in ("csv", "xlsx"):
        file = lead.client.get(
            f"/api/v1{round_}/compilation.{kind}?cell=A[I1;4]",
            headers={"Authorization": f"Bearer {lead.token}"},
        )
        assert file.status_code == 200 and file.data
    asking["xa-10507"].get(f"{round_}/compilation", status=403)

    chosen = {"move": "accept", "reports": [reports[code] for code in some]}
    asking["xa-10507"].post("/reports/moves", chosen, status=403)
    moved = {each["report"]: each for each in lead.post("/reports/moves", chosen)}
    assert [moved[reports[code]]["state"] for code in some] == ["accepted", "accepted", "assigned"]
    assert moved[reports["10532"]]["code"].startswith("report.closed") and moved[reports["10532"]]["detail"]
    back = {"move": "reopen", "reports": [reports["10507"]], "reason": "rà soát"}
    assert lead.post("/reports/moves", back)[0]["state"] == "returned"
    asking["xa-10507"].post(f"/reports/{reports['10507']}/submit", {})
    clean = lead.post("/reports/moves", {"move": "accept", "clean_of": opened["id"]})
    assert [each["report"] for each in clean] == [reports["10507"]]

    deadline = {"due_at": "2199-01-01T17:00:00+07:00", "reason": "bão"}
    asking["xa-10507"].post(f"{round_}/deadline", deadline, status=403)
    assert lead.post(f"{round_}/deadline", deadline)["due_at"].startswith("2199-01-01")
    lead.post(f"{round_}/ask_again", {}, status=409)
    assert lead.post(f"{round_}/close", {})["closed_at"]
    assert lead.post(f"{round_}/close", {}, status=409)["code"] == "round.closed"
    lead.post(f"{round_}/consolidate", {}, status=409)
    lead.post(f"{round_}/reopen", {}, status=400)
    assert lead.post(f"{round_}/reopen", {"reason": "thiếu"})["closed_at"] is None
    lead.post(f"{round_}/close", {"reason": "xong"})
    again = lead.post(f"{round_}/ask_again", {})
    assert (again["sequence"], again["id"] != opened["id"]) == (2, True)
    done = asking["xa-10507"].get(f"{round_}/moves")
    assert [each["name"] for each in done] == ["close", "reopen", "close", "deadline"]


@pytest.fixture
def commune(app: Flask) -> tuple[Program, Mapping[str, Program], str]:
    """The program of one commune, all programs, and the address of its report."""
    asking = start(app, lambda code: code == "10507")
    asking[LEAD].post("/rounds", OPENING, status=202)
    run_jobs(app)
    (task,) = asking["xa-10507"].get("/inbox")
    return asking["xa-10507"], asking, f"/reports/{task['report']}"


def test_the_same_save_twice_and_late(
    commune: tuple[Program, Mapping[str, Program], str],
) -> None:
    mine, asking, report = commune
    figures = figures_of("10507")
    first = mine.post(f"{report}/save", save(0, "1", figures))
    assert mine.post(f"{report}/save", save(0, "1", figures)) == first
    assert mine.get(report)["revision"] == 1
    mine.post(f"{report}/submit", {})
    asking[LEAD].post(f"{report}/accept", {})
    assert mine.post(f"{report}/save", save(0, "1", figures)) == first  # long after, as after a lost answer
    late = mine.post(f"{report}/save", save(1, "2", {("I1", "4"): "1"}), status=409)
    assert late["code"] == "report.closed.accepted"
    assert mine.get(report)["revision"] == 1


def test_a_stale_base_tells_both_values(
    commune: tuple[Program, Mapping[str, Program], str], app: Flask
) -> None:
    mine, asking, report = commune
    with unit_of_work(app) as session:
        tree = read_tree(session, clock.today())
        second = programs(app, session, [tree.with_code("10507")], prefix="hai")["hai-10507"]
    mine.post(f"{report}/save", save(0, "1", {("I1", "4"): "20"}))
    told = second.post(f"{report}/save", save(0, "2", {("I1", "4"): "21", ("I1", "5"): "3"}))
    assert [(c["where"], c["mine"], c["theirs"], c["actor"]) for c in told["conflicts"]] == [
        ("A[I1;4]", "21", "20", "xa-10507")
    ]
    assert (told["stored"], told["revision"]) == (1, 2)
    ahead = second.post(f"{report}/save", save(9, "3", {("I1", "4"): "1"}), status=409)
    assert ahead["code"] == "save.base"


def test_wrong_figures_are_told_and_cannot_be_sent(
    commune: tuple[Program, Mapping[str, Program], str],
) -> None:
    mine, asking, report = commune
    figures = figures_of("10507", wrong=True) | {("I2", "4"): "mười"}
    saved = mine.post(f"{report}/save", save(0, "1", figures))
    told = {(finding["rule"], finding["where"]) for finding in saved["findings"]}
    assert {("K4", "I1"), ("", "A[I2;4]")} <= told
    refused = mine.post(f"{report}/submit", {}, status=400, headers={"Accept-Language": "en"})
    assert ("K4", "I1") in {(finding["rule"], finding["where"]) for finding in refused["findings"]}
    assert all(finding["message"] for finding in refused["findings"])
    early = asking[LEAD].post(f"{report}/return", {"reason": "x"}, status=409)
    assert early["code"] == "report.closed.entering"
    nobody = mine.post(f"{report}/return", {"reason": "x"}, status=403)
    assert nobody["code"] == "access.refused"
