"""The rehearsal itself, as a job: issue, fill, check, hand in, sum up; then what went wrong.

It works on a database that is gone afterwards. Killed, it begins anew: nothing is half done.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from agencies.store import read_tree
from core.jobs import Progress, job
from core.plugins import known_functions
from core.scratch import scratch_database
from engine.findings import has_errors
from engine.form import Form
from engine.program import Program
from expr import nodes
from rehearsal.duties import days_off, nobody_for
from rehearsal.models import Rehearsal
from rehearsal.performance import MOST, Performance
from rehearsal.stage import period_of, reports_of, set_up
from runtime.filling.answers import finding_to_json
from runtime.models import Report, Round
from runtime.programs import program_of
from runtime.totals.consolidate import consolidate_round
from template_library.examples import check_template
from template_library.fileformat import read_template
from template_library.shelf import forms_in_force

CHUNK = 20
"""Reports between two signs of life."""


@job("rehearsal.rehearse")
def rehearse(session: Session, checkpoint: object, rehearsal_id: int, *, now: datetime) -> Iterator[Progress]:
    """Try a draft out; the result is kept with the request."""
    asked = session.get_one(Rehearsal, rehearsal_id)
    form, findings = read_template(asked.file)
    others: dict[str, Form] = {}
    if form is not None:
        known = forms_in_force(session, asked.period_end)
        program, findings = check_template(form, known, known_functions())
        others = {code: known[code] for code in _named(program) if code in known}
    if form is None or has_errors(findings):
        asked.result = {"findings": [finding_to_json(finding) for finding in findings[:MOST]]}
        return
    with scratch_database() as stage:
        opened = set_up(session, stage, asked, form, others, now=now)
        performance = Performance(program_of(stage, opened.version_id), asked.period_end)
        yield from _performed(stage, opened, performance, now)
    result = performance.result() | _duties(session, asked, performance)
    asked.result = result


def _performed(stage: Session, opened: Round, performance: Performance, now: datetime) -> Iterator[Progress]:
    reports = [report.id for report in reports_of(stage, opened)]
    total = len(reports) + 1
    for start in range(0, len(reports), CHUNK):
        for report_id in reports[start : start + CHUNK]:
            performance.of(stage, stage.get_one(Report, report_id), now=now)
        stage.expunge_all()
        yield Progress(None, min(start + CHUNK, len(reports)), total)
    for _ in consolidate_round(stage, None, opened.id, True, now=now):
        stage.flush()
    performance.of_total(stage, opened)
    yield Progress(None, total, total)


def _duties(session: Session, asked: Rehearsal, performance: Performance) -> dict[str, Any]:
    tree = read_tree(session, asked.period_end, besides=performance.agencies)
    agencies = [tree[agency] for agency in performance.agencies]
    off = days_off(session, asked, period_of(asked))
    return {
        "nobody": list(nobody_for(session, agencies, asked.requested_at.date())),
        "days_off": [
            {"day": each.day.isoformat(), "name": each.name, "next": each.next.isoformat()} for each in off
        ],
    }


def _named(program: Program) -> set[str]:
    """The templates that the rules read."""
    sources = [reference.source for rule in program.rules for reference in nodes.references(rule.tree)]
    return {source.form.text for source in sources if source.form is not None}
