"""The JSON interface: the verbs of the pages, for programs that hold a person's access token.

What may come in and what goes out stands in `web.api.schemas`, who may do what in `web.rights`. Rounds and
reports have modules of their own.
"""

from collections.abc import Sequence
from datetime import datetime

from flask import Response

from agencies.access import Actor, Subject
from agencies.store import read_agency, read_tree
from agencies.tree import Node
from core import clock, jobs
from core.db import Session
from core.errors import Invalid
from core.plugins import known_functions
from designer.permits import demand_permitted
from runtime.views.headlines import task_headlines
from runtime.views.inbox import read_inbox
from template_library.examples import check_template
from template_library.fileformat import data_to_template
from template_library.models import Version
from template_library.shelf import forms_in_force, list_versions
from template_library.versions import find_version, last_form, publish
from web.api import (  # noqa: F401  (their operations)
    corrections,
    drafts,
    events,
    files,
    hands,
    indicators,
    members,
    people,
    regimes,
    reports,
    rounds,
    schedules,
    schemas,
)
from web.api.openapi import Data, document, operation
from web.api.openapi import blueprint as blueprint
from web.findings import findings_json


@operation("/openapi.json", action="api.describe")
def describe(session: Session, actor: Actor | None, now: datetime) -> Data:
    """This document."""
    return document()


@operation("/me", action="account.self", answer=schemas.Me)
def who_am_i(session: Session, actor: Actor, now: datetime) -> Data:
    """Who asks, by his token."""
    agency = read_agency(session, actor.agency, clock.day_of(now))
    return {"login": actor.login, "name": actor.name, "agency": agency.code, "roles": sorted(actor.roles)}


@operation("/inbox", action="inbox.show", query=schemas.InboxQuery, answer=schemas.Task, many=True)
def inbox(session: Session, actor: Actor, now: datetime, query: Data) -> Sequence[Data]:
    """What the agency has to do, the most urgent first."""
    tasks = read_inbox(session, actor.agency, done=query["done"], now=now, today=clock.day_of(now)).tasks
    told = task_headlines(session, actor.agency, tasks)
    return [
        {
            **vars(task),
            "headlines": [
                {"title": title, "value": value} for title, value in told.get((task.report, task.round), ())
            ],
        }
        for task in tasks
    ]


@operation("/templates", action="library.show", answer=schemas.Version, many=True)
def list_templates(session: Session, actor: Actor, now: datetime) -> Sequence[Version]:
    """All published versions."""
    return list_versions(session)


@operation("/templates/<path:code>", action="library.show", query=schemas.OnDay)
def get_template(session: Session, actor: Actor, now: datetime, code: str, query: Data) -> Response:
    """The file of the version in force on a day, byte for byte as it was published."""
    version = find_version(session, code, on=query["on"] or clock.day_of(now))
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
        others, before = forms_in_force(session, clock.day_of(now)), last_form(session, form.header.code)
        findings = check_template(form, others, known_functions(), before)[1]
    return {"findings": findings_json(findings)}


@operation(
    "/templates",
    "POST",
    action="template.publish_file",
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
    start = query["effective_from"] or clock.day_of(now)
    demand_permitted(session, actor.agency, form, "set_up", now=now)
    others = forms_in_force(session, start)
    return publish(session, form, actor=actor.login, now=now, effective_from=start, others=others)


@operation("/agencies", action="agency.show", query=schemas.AgencyQuery, answer=schemas.Agency, many=True)
def list_agencies(session: Session, actor: Actor, now: datetime, query: Data) -> Sequence[Node]:
    """Agencies in the Vietnamese order of their names."""
    tree = read_tree(session, query["on"] or clock.day_of(now))
    if query["text"]:
        return tree.matching(query["text"])
    above = tree.with_code(query["parent"]).id if query["parent"] else None
    return list(tree.descendants(above, query["level"])) if query["level"] else tree.children(above)


@operation("/agencies/<code>", action="agency.show", query=schemas.OnDay, answer=schemas.AgencyAround)
def get_agency(session: Session, actor: Actor, now: datetime, code: str, query: Data) -> Data:
    """An agency with what is above and below it."""
    tree = read_tree(session, query["on"] or clock.day_of(now))
    node = tree.with_code(code)
    around = {"above": list(tree.ancestors(node.id)), "below": tree.children(node.id)}
    return {"code": node.code, "name": node.name, "level": node.level, **around}


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
