"""Agencies hear that the form they are filling was repaired, once; those that have handed it in do not."""

from dataclasses import replace

from flask import Flask

from agencies.attributes import DUTY_TELEPHONE, set_attribute
from core.db import unit_of_work
from core.jobs import run_pending_in_process
from core.notify import set_channel
from engine.form import Row
from runtime.flow.moving import request_move
from runtime.flow.workflow import submit
from template_library.versions import get_version, load_form, publish
from tests.builders import NOW, SINCE, build, report_of, start_round
from tests.integration.plugins.provider import SECRET, serving


def test_agencies_with_open_reports_are_told_of_a_repair(app: Flask) -> None:
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], notice_secret=SECRET)
    with serving() as provider:
        with unit_of_work(app) as session:
            world = build(session, 3)
            for number, agency in enumerate(world.communes.values()):
                told = f"091234567{number}"
                set_attribute(session, agency, DUTY_TELEPHONE, told, since=SINCE, actor="test", now=NOW)
            set_channel(session, "http_gateway", provider.values(), enabled=True, actor="sys", now=NOW)
            opened = start_round(session, world)
            submit(session, report_of(session, opened, world.communes["C0001"]).id, actor="c", now=NOW)
            form = load_form(get_version(session, world.version))
            section = form.sections[0]
            rows = replace(section.rows, items=(*section.rows.items, Row("II", "II", "Mới")))
            longer = replace(form, sections=(replace(section, rows=rows),), examples=())
            version = publish(session, longer, actor="d", now=NOW, effective_from=SINCE)
            request_move(session, opened.id, version.id, {}, actor="lead", now=NOW)
        with app.app_context():
            run_pending_in_process()
    assert sorted(each["to"] for each in provider.asked) == ["84912345671", "84912345672"]
    assert all("Số đã nhập được giữ nguyên" in each["text"] for each in provider.asked)
