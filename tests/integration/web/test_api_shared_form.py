"""A form that departments share, asked for by programs and on the command line."""

import json
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from flask import Flask

from agencies.importer import import_agencies
from agencies.store import read_tree
from core import clock
from core.db import unit_of_work
from core.jobs import run_pending_in_process
from runtime.filling.desk import find_report
from template_library.fileformat import read_template
from template_library.shelf import seed_files
from template_library.versions import publish
from tests.builders import NOW, SINCE
from tests.integration.web.programs import Program, programs

PLACES = """level,code,name,parent_code
province,31,Thành phố Hải Phòng,
department,S.TC,Sở Tài chính,31
department,S.CT,Sở Công Thương,31
province,44,Tỉnh khác,
department,S.KH,Sở của tỉnh khác,44
"""
OPENING = {"template": "KTXH-01", "frequency": "month", "period": "6/2026", "rows": "S.CT; IIP\n"}


@pytest.fixture
def asking(app: Flask) -> Mapping[str, Program]:
    """Programs of both departments, the monthly table in force."""
    with unit_of_work(app) as session:
        import_agencies(session, PLACES.encode(), valid_from=SINCE)
        form, _ = read_template(seed_files()["KTXH-01"])
        assert form
        publish(session, form, actor="test", now=NOW, effective_from=SINCE)
        tree = read_tree(session, clock.today())
        return programs(app, session, [tree.with_code("S.TC"), tree.with_code("S.CT")])


def test_rows_are_given_filled_and_summed_up(app: Flask, asking: Mapping[str, Program]) -> None:
    lead, trade = asking["xa-s.tc-th"], asking["xa-s.ct"]
    bad = lead.post("/rounds", OPENING | {"rows": "S.CT; XYZ\nS.KH; IIP\nS.CT"}, status=400)
    assert [each["code"] for each in bad["findings"]] == ["assignment.row", "assignment.line"]
    bad = lead.post("/rounds", OPENING | {"rows": "S.KH; IIP"}, status=400)
    assert bad["code"] == "round.not_askable"
    opened = lead.post("/rounds", OPENING, status=202)
    with app.app_context():
        run_pending_in_process()
    (task,) = trade.get("/inbox")
    report = f"/reports/{task['report']}"

    def save(base: int, row: str, column: str, value: str) -> Mapping[str, object]:
        change = {"section": "A", "row": row, "column": column, "value": value}
        body = {"base": base, "idempotency_key": f"{row}{column}", "changes": [change]}
        found: Mapping[str, object] = trade.post(f"{report}/save", body)
        return found

    assert trade.get(report)["rows"] == {"A": ["IIP"]}
    refused = save(0, "THU", "3", "1")
    assert refused["stored"] == 0
    assert "Dòng này do đơn vị khác nhập" in json.dumps(refused, ensure_ascii=False)
    assert save(0, "IIP", "3", "108.12")["findings"] == []
    trade.post(f"{report}/submit", {})
    lead.post("/reports/moves", {"move": "accept", "reports": [task["report"]]})
    lead.post(f"/rounds/{opened['id']}/consolidate", {}, status=202)
    with app.app_context():
        run_pending_in_process()
    status = lead.get(f"/rounds/{opened['id']}")
    assert status["coverage"]["rows"]["A"] == {"IIP": {"counted": 1, "expected": 1, "lacking": []}}
    total = lead.get(f"/reports/{status['lead_report']}")
    assert total["figures"]["A"] == {"IIP": {"3": "108.12"}}


def test_rows_from_a_file_on_the_command_line(
    app: Flask,
    asking: Mapping[str, Program],
    bieumau: Callable[..., subprocess.CompletedProcess[str]],
    tmp_path: Path,
) -> None:
    rows = tmp_path / "rows.txt"
    rows.write_text("S.CT\tIIP; LUA\n", encoding="utf-8")
    given = ("--frequency", "month", "--period", "6/2026", "--lead", "S.TC", "--rows", str(rows), "--wait")
    done = bieumau("round", "open", "--template", "KTXH-01", *given, "--json")
    assert done.returncode == 0, done.stderr
    (task,) = asking["xa-s.ct"].get("/inbox")
    with unit_of_work(app, write=False) as session:
        assert find_report(session, task["report"]).rows == {"A": ["IIP", "LUA"]}
    rows.write_text("S.CT\n", encoding="utf-8")
    refused = bieumau("round", "open", "--template", "KTXH-01", *given)
    assert refused.returncode == 2 and "Dòng 1" in refused.stderr
