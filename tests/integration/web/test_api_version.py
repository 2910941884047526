"""A program takes the open reports of a round over to a repaired form."""

from dataclasses import replace

from flask import Flask

from agencies.store import read_tree
from core.db import unit_of_work
from core.jobs import run_pending_in_process
from engine.form import Row
from template_library.versions import get_version, load_form, publish
from tests.builders import NOW, SINCE, build
from tests.integration.web.programs import programs

OPENING = {"template": "II.06a/VPCP/KSTT", "frequency": "quarter", "period": "III/2026"}


def test_open_reports_go_over_by_the_number_of_a_version(app: Flask) -> None:
    with unit_of_work(app) as session:
        world = build(session, 2)
        form = load_form(get_version(session, world.version))
        section = form.sections[0]
        rows = replace(section.rows, items=(*section.rows.items, Row("II", "II", "Mới")))
        longer = replace(form, sections=(replace(section, rows=rows),), examples=())
        tree = read_tree(session, SINCE)
        asking = programs(app, session, [tree.with_code("31"), tree.with_code("C0001")])
        lead, commune = asking["xa-31-th"], asking["xa-c0001"]
    round_ = f"/rounds/{lead.post('/rounds', OPENING, status=202)['id']}"
    with app.app_context():
        run_pending_in_process()
    lead.post(f"{round_}/version", {"version": 2}, status=400)
    with unit_of_work(app) as session:
        publish(session, longer, actor="test", now=NOW, effective_from=SINCE)
    commune.post(f"{round_}/version", {"version": 2}, status=403)
    lead.post(f"{round_}/version", {"version": 2, "became": {"A": {"cells": {}}}}, status=400)
    lead.post(f"{round_}/version", {}, status=400)
    asked = lead.post(
        f"{round_}/version", {"version": 2, "became": {"A": {"rows": {"I1": "I2"}}}}, status=202
    )
    assert asked["function"] == "runtime.move_version"
    with app.app_context():
        run_pending_in_process()
    assert lead.get(f"{round_}")["job"]["state"] == "done"
    assert [each["name"] for each in lead.get(f"{round_}/moves")] == ["version"]
