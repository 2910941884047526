"""The JSON interface: the verbs of the pages, for programs that hold a person's access token.

What may come in and what goes out stands in `web.schemas`, who may do what in `web.rights`.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from flask import Response
from flask_babel import get_locale

from agencies.access import Actor, Subject
from agencies.store import read_agency, read_tree
from agencies.tree import Node
from core import jobs
from core.clock import VIETNAM
from core.db import Session
from core.errors import Invalid
from core.plugins import known_functions
from engine.figures import write_figures
from engine.findings import Finding
from runtime.asking import demand_askable
from runtime.assignment import read_assignment, share_out
from runtime.board import Line, RoundLine, list_rounds, read_board
from runtime.consolidate import request_consolidation
from runtime.entry import Change, save
from runtime.filling import find_report
from runtime.inbox import Task, read_inbox
from runtime.models import Report
from runtime.overview import view_report
from runtime.programs import program_of
from runtime.rights import subject_of_report, subject_of_round
from runtime.rounds import open_round
from runtime.scopes import members_of
from runtime.steps import MOVES
from runtime.trace import Traced, trace_figure
from runtime.typed_periods import find_windows, parse_period
from runtime.workflow import move
from template_library.examples import check_template
from template_library.fileformat import data_to_template
from template_library.models import Version
from template_library.shelf import forms_in_force, list_versions
from template_library.versions import find_version, publish
from web import schemas
from web.findings import finding_json
from web.openapi import blueprint as blueprint
from web.openapi import document, operation

Data = Mapping[str, Any]


@operation("/openapi.json", action="api.describe")
def describe(session: Session, actor: Actor | None, now: datetime) -> Data:
    """This document."""
    return document()


@operation("/me", action="account.self", answer=schemas.Me)
def who_am_i(session: Session, actor: Actor, now: datetime) -> Data:
    """Who asks, by his token."""
    agency = read_agency(session, actor.agency, _today(now))
    return {"login": actor.login, "name": actor.name, "agency": agency.code, "roles": sorted(actor.roles)}


@operation("/inbox", action="inbox.show", query=schemas.InboxQuery, answer=schemas.Task, many=True)
def inbox(session: Session, actor: Actor, now: datetime, query: Data) -> Sequence[Task]:
    """What the agency has to do, the most urgent first."""
    return read_inbox(session, actor.agency, done=query["done"], now=now, today=_today(now)).tasks


@operation("/templates", action="library.show", answer=schemas.Version, many=True)
def list_templates(session: Session, actor: Actor, now: datetime) -> Sequence[Version]:
    """All published versions."""
    return list_versions(session)


@operation("/templates/<path:code>", action="library.show", query=schemas.OnDay)
def get_template(session: Session, actor: Actor, now: datetime, code: str, query: Data) -> Response:
    """The file of the version in force on a day, byte for byte as it was published."""
    version = find_version(session, code, on=query["on"] or _today(now))
    return Response(version.file, mimetype="application/json")


@operation(
    "/templates/check",
    "POST",
    action="template.import",
    body=schemas.TemplateFile,
    answer=schemas.Checked,
    write=False,
)
def check_file(session: Session, actor: Actor, now: datetime, body: Data) -> Data:
    """All that is wrong with a template file."""
    form, findings = data_to_template(body)
    if form:
        findings = check_template(form, forms_in_force(session, _today(now)), known_functions())[1]
    return {"findings": _told(findings)}


@operation(
    "/templates",
    "POST",
    action="template.publish",
    query=schemas.Publishing,
    body=schemas.TemplateFile,
    answer=schemas.Version,
    status=201,
)
def publish_file(session: Session, actor: Actor, now: datetime, query: Data, body: Data) -> Version:
    """Publish a template file; content that was published before gives the version it has."""
    form, findings = data_to_template(body)
    if form is None:
        raise Invalid(findings)
    start = query["effective_from"] or _today(now)
    others = forms_in_force(session, start)
    return publish(session, form, actor=actor.login, now=now, effective_from=start, others=others)


@operation("/agencies", action="agency.show", query=schemas.AgencyQuery, answer=schemas.Agency, many=True)
def list_agencies(session: Session, actor: Actor, now: datetime, query: Data) -> Sequence[Node]:
    """Agencies in the Vietnamese order of their names."""
    tree = read_tree(session, query["on"] or _today(now))
    if query["text"]:
        return tree.matching(query["text"])
    above = tree.with_code(query["parent"]).id if query["parent"] else None
    return list(tree.descendants(above, query["level"])) if query["level"] else tree.children(above)


@operation("/agencies/<code>", action="agency.show", query=schemas.OnDay, answer=schemas.AgencyAround)
def get_agency(session: Session, actor: Actor, now: datetime, code: str, query: Data) -> Data:
    """An agency with what is above and below it."""
    tree = read_tree(session, query["on"] or _today(now))
    node = tree.with_code(code)
    around = {"above": list(tree.ancestors(node.id)), "below": tree.children(node.id)}
    return {"code": node.code, "name": node.name, "level": node.level, **around}


@operation("/rounds", action="round.list", answer=schemas.Round, many=True)
def get_rounds(session: Session, actor: Actor, now: datetime) -> Sequence[RoundLine]:
    """Rounds that the agency leads, reports in or receives from, the latest first."""
    return list_rounds(session, actor.agency, _today(now))


@operation(
    "/rounds", "POST", action="round.open", body=schemas.Opening, answer=schemas.RoundStatus, status=202
)
def open_(session: Session, actor: Actor, now: datetime, body: Data) -> Data:
    """Open a round; its reports are made in the background. A round that is there stays as it is."""
    period = parse_period(body["frequency"], body["period"], find_windows(body["windows"]))
    tree = read_tree(session, period.end)
    version = find_version(session, body["template"], on=period.end)
    scope, rows = body["scope"], None
    if body["rows"]:
        layout = program_of(session, version.id).layout
        scope, rows = share_out(tree, layout, read_assignment(tree, layout, body["rows"]), actor.agency)
    demand_askable(tree, actor.agency, members_of(tree, actor.agency, scope))
    opened = open_round(
        session,
        version=version,
        period=period,
        lead=actor.agency,
        scope=scope,
        rows=rows,
        flow="tree" if body["flow"] == "tree" else "direct",
        steps=body["steps"],
        due_at=body["due_at"],
        sequence=body["sequence"],
        actor=actor.login,
        now=now,
    )
    return _status(session, opened.id, now)


@operation(
    "/rounds/<int:round_id>", action="round.show", subject=subject_of_round, answer=schemas.RoundStatus
)
def get_round(session: Session, actor: Actor, now: datetime, round_id: int) -> Data:
    """How far a round is."""
    return _status(session, round_id, now)


@operation(
    "/rounds/<int:round_id>/reports",
    action="round.show",
    subject=subject_of_round,
    answer=schemas.BoardLine,
    many=True,
)
def get_board(session: Session, actor: Actor, now: datetime, round_id: int) -> Sequence[Line]:
    """The reports of a round below the lead unit's own, in the order of the tree."""
    return read_board(session, round_id, now).lines


@operation(
    "/rounds/<int:round_id>/consolidate",
    "POST",
    action="round.consolidate",
    subject=subject_of_round,
    body=schemas.Consolidating,
    answer=schemas.Job,
    status=202,
)
def consolidate(session: Session, actor: Actor, now: datetime, round_id: int, body: Data) -> jobs.Job:
    """Sum up the accepted reports in the background."""
    return request_consolidation(
        session, round_id, include_submitted=body["include_submitted"], actor=actor.login, now=now
    )


@operation("/reports/<int:report_id>", action="report.show", subject=subject_of_report, answer=schemas.Report)
def get_report(session: Session, actor: Actor, now: datetime, report_id: int) -> Data:
    """A report as it is now, with its figures and what the checks find."""
    view = view_report(session, find_report(session, report_id))
    told = {"figures": write_figures(view.checked.sheet), "findings": _told(view.checked.findings)}
    return {**vars(view), **told}


@operation(
    "/reports/<int:report_id>/save",
    "POST",
    action="report.save",
    subject=subject_of_report,
    body=schemas.Save,
    answer=schemas.Saved,
)
def save_cells(session: Session, actor: Actor, now: datetime, report_id: int, body: Data) -> Data:
    """Store changed cells, compute, and say what the checks find now."""
    saved = save(
        session,
        report_id,
        base=body["base"],
        idempotency_key=body["idempotency_key"],
        changes=[Change(**change) for change in body["changes"]],
        how=body["how"],
        actor=actor.login,
        now=now,
    )
    return {**saved.to_json(), "findings": _told(saved.findings)}


@operation(
    "/reports/<int:report_id>/trace",
    action="report.show",
    subject=subject_of_report,
    query=schemas.CellQuery,
    answer=schemas.Traced,
)
def trace(session: Session, actor: Actor, now: datetime, report_id: int, query: Data) -> Traced:
    """Where a figure comes from: who typed it, which reports it was summed up from."""
    return trace_figure(session, find_report(session, report_id), query["cell"])


def _offer(move_name: str) -> None:
    @operation(
        f"/reports/<int:report_id>/{move_name}",
        "POST",
        name=f"{move_name}_report",
        action=f"report.{move_name}",
        subject=subject_of_report,
        body=schemas.Moving,
        answer=schemas.Standing,
    )
    def make(session: Session, actor: Actor, now: datetime, report_id: int, body: Data) -> Report:
        """Move a report to its next hand."""
        return move(session, report_id, move_name, reason=body["reason"], actor=actor.login, now=now)


for _name in MOVES:
    _offer(_name)


def subject_of_job(session: Session, actor: Actor, job_id: int) -> Subject:
    """Whether the actor asked for a job himself."""
    job = jobs.find_job(session, job_id)
    return Subject(frozenset({"self"} if job.actor == actor.login else ()), job.state)


@operation("/jobs", action="job.list", answer=schemas.Job, many=True)
def get_jobs(session: Session, actor: Actor, now: datetime) -> Sequence[Data]:
    """The latest background jobs."""
    return jobs.recent_jobs(session)


@operation("/jobs/<int:job_id>", action="job.show", subject=subject_of_job, answer=schemas.Job)
def get_job(session: Session, actor: Actor, now: datetime, job_id: int) -> jobs.Job:
    """How far a background job is."""
    return jobs.find_job(session, job_id)


def _status(session: Session, round_id: int, now: datetime) -> Data:
    board = read_board(session, round_id, now)
    return {
        **vars(board.head),
        "lead_report": board.lead_report,
        "coverage": board.coverage,
        "job": board.work and vars(board.work),
    }


def _told(findings: Sequence[Finding]) -> list[Data]:
    return [finding_json(finding, str(get_locale())) for finding in findings]


def _today(now: datetime) -> date:
    return now.astimezone(VIETNAM).date()
