"""`bieumau demo`: the main job once, from a template file to a province's total.

Everything goes through the doors people use: a real queue and worker, the importer, publishing, saves cell by
cell. What an earlier run did is found and gone on with.
"""

import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from time import sleep
from typing import TYPE_CHECKING

import click

from web.commands import application, finding_json, finding_text, json_option, lang, print_json, say
from web.commands.trace import print_trace
from web.tables import table_lines

if TYPE_CHECKING:
    from flask import Flask

    from engine.findings import Finding
    from runtime.views.overview import ReportLine, RoundStatus

PROVINCE, FORM, PERIOD, CELL = "31", "II.06a/VPCP/KSTT", "III/2026", "A[I1;4]"
SINCE = date(2025, 7, 1)  # today's communes; the forms are put in force with them
WRONG = ("10507", "11411", "11914")  # communes whose figures break rule K4
TOP = 5


@click.command()
@json_option
def command(as_json: bool) -> None:
    """Chạy trọn việc chính một lần: từ mẫu biểu tới số tổng hợp của một tỉnh."""
    tell: Callable[..., None] = (lambda code, **facts: None) if as_json else say
    app = application()
    from web.processes import worker_beside

    with worker_beside(app) as worker:
        tell("demo.agencies", agencies=_import(app))
        tell("demo.published", forms=_publish(app))
        status = _open(app, worker)
        tell(
            "demo.opened",
            round=str(status.id),
            period=status.period.name_in(lang()),
            lead=status.lead,
            form=status.template,
        )
        tell("round.opened", reports=len(status.reports))
        refused = _collect(app, status)
        status = _sum_up(app, worker, status.id)
    if as_json:
        print_json(
            {"round": status.id, "states": status.states, "coverage": status.coverage, **_data(refused)}
        )
    else:
        _print(app, status, refused)


def _data(refused: "Mapping[ReportLine, Sequence[Finding]]") -> "Mapping[str, object]":
    told = {line.code: [finding_json(each, lang()) for each in found] for line, found in refused.items()}
    return {"refused": told}


def _print(app: "Flask", status: "RoundStatus", refused: "Mapping[ReportLine, Sequence[Finding]]") -> None:
    from core.db import unit_of_work
    from runtime.filling.places import find_report
    from runtime.totals.trace import trace_figure
    from runtime.views.overview import view_report

    say("demo.collected", accepted=status.states["accepted"], refused=len(refused))
    for line, findings in refused.items():
        click.echo(f"  {status.id}/{line.code} {line.name}")
        for finding in findings:
            click.echo(f"    {finding_text(finding, lang())}")
    lead = f"{status.id}/{PROVINCE}"
    with unit_of_work(app, write=False) as session:
        report = find_report(session, lead)
        view, traced = view_report(session, report), trace_figure(session, report, CELL)
    coverage = status.coverage or {}
    say("demo.total", report=lead, counted=coverage["counted"], expected=coverage["expected"])
    for text in table_lines(view.checked.sheet, lang()):
        click.echo(f"  {text}")
    print_trace(traced, TOP)
    wrong = f"{status.id}/{next(iter(refused)).code}" if refused else lead
    say("demo.next", command=_typed(), round=str(status.id), lead=lead, wrong=wrong, cell=CELL)


def _typed() -> str:
    """This command as a reader at the prompt would type it: by its name, or from the clone by its path."""
    here = os.path.relpath(sys.argv[0])
    return here if not here.startswith("..") else "bieumau"


def _import(app: "Flask") -> int:
    from agencies.importer import import_agencies
    from agencies.listing import shipped_listing
    from core.db import unit_of_work

    with unit_of_work(app) as session:
        done = import_agencies(session, shipped_listing(), valid_from=SINCE, province=PROVINCE)
    return done.added + done.unchanged


def _publish(app: "Flask") -> int:
    from core import clock
    from core.db import unit_of_work
    from template_library.shelf import load_seeds

    with unit_of_work(app) as session:
        return len(load_seeds(session, actor="demo", now=clock.now(), effective_from=SINCE))


def _open(app: "Flask", worker: "subprocess.Popen[bytes]") -> "RoundStatus":
    """The round, opened by the worker."""
    from agencies.store import read_tree
    from core import clock
    from core.db import unit_of_work
    from runtime.rounds.opening import open_round
    from runtime.typed_periods import parse_period
    from template_library.versions import find_version

    period = parse_period("quarter", PERIOD)
    with unit_of_work(app) as session:
        opened = open_round(
            session,
            version=find_version(session, FORM, on=period.end),
            period=period,
            lead=read_tree(session, period.end).with_code(PROVINCE).id,
            actor=f"aggregator@{PROVINCE}",
            now=clock.now(),
        )
    if opened.job_id:
        _wait(app, worker, opened.job_id)
    return _status(app, opened.id)


def _collect(app: "Flask", status: "RoundStatus") -> "Mapping[ReportLine, Sequence[Finding]]":
    """Each commune enters and submits, the province accepts; those that are refused."""
    from core import clock
    from core.db import unit_of_work
    from core.errors import Invalid
    from runtime.filling.entry import Change, save
    from runtime.flow import workflow
    from runtime.steps import EDITABLE
    from web.demo_figures import commune_figures

    refused = {}
    for line in status.reports:
        if line.state not in EDITABLE:
            continue
        entry, figures = f"entry@{line.code}", commune_figures(line.code, wrong=line.code in WRONG)
        with unit_of_work(app) as session:
            save(
                session,
                line.id,
                base=line.revision,
                idempotency_key="demo",
                changes=[Change("A", row, column, value) for row, column, value in figures],
                actor=entry,
                now=clock.now(),
            )
        try:
            with unit_of_work(app) as session:
                workflow.submit(session, line.id, actor=entry, now=clock.now())
                workflow.accept(session, line.id, actor=f"aggregator@{PROVINCE}", now=clock.now())
        except Invalid as error:
            refused[line] = error.findings
    return refused


def _sum_up(app: "Flask", worker: "subprocess.Popen[bytes]", round_id: int) -> "RoundStatus":
    """The accepted reports summed up by the worker."""
    from core import clock
    from core.db import unit_of_work
    from runtime.totals.consolidate import request_consolidation

    with unit_of_work(app) as session:
        asked = request_consolidation(session, round_id, actor=f"aggregator@{PROVINCE}", now=clock.now())
    _wait(app, worker, asked.id)
    return _status(app, round_id)


def _status(app: "Flask", round_id: int) -> "RoundStatus":
    from core.db import unit_of_work
    from runtime.views.overview import round_status

    with unit_of_work(app, write=False) as session:
        return round_status(session, round_id)


def _wait(app: "Flask", worker: "subprocess.Popen[bytes]", job_id: int) -> None:
    from core.db import unit_of_work
    from core.errors import Conflict
    from core.jobs import Job

    while True:
        with unit_of_work(app, write=False) as session:
            job = session.get_one(Job, job_id)
        if job.state == "done":
            return
        if job.error:
            raise Conflict(job.error["code"], **job.error["facts"])
        if worker.poll() is not None:
            raise Conflict("worker.gone", log=str(app.config["SETTINGS"].data / "worker.log"))
        sleep(0.05)
