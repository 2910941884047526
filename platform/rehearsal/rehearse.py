"""The rehearsal itself, as a job: issue, fill, check, hand in, sum up; then what went wrong.

It works on a database that is gone afterwards. Killed, it begins anew: nothing is half done.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from agencies.store import read_tree
from core.errors import Refusal
from core.jobs import Progress, job
from core.plugins import known_functions
from core.scratch import scratch_database
from engine.findings import has_errors
from engine.form import Form
from engine.program import Program
from expr import nodes
from rehearsal.duties import days_off, nobody_for
from rehearsal.earlier import periods_read, untried
from rehearsal.models import Rehearsal
from rehearsal.performance import MOST, Performance
from rehearsal.stage import ask, period_of, reports_of, set_up
from runtime.filling.answers import finding_to_json
from runtime.models import Report, Round
from runtime.periods import Period
from runtime.programs import program_of
from runtime.totals.consolidate import ACCEPTED, consolidate, consolidate_round
from template_library.examples import check_template
from template_library.fileformat import read_template
from template_library.models import Version
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
        version = set_up(session, stage, asked, form, others, now=now)
        tried, performance = period_of(asked), Performance(program_of(stage, version.id), asked.period_end)
        earlier = [
            (opened, Performance(performance.program, span.end), span)
            for span in periods_read(performance.program, tried)
            if (opened := _opened(stage, version, asked, span, now))
        ]
        opened = ask(stage, version, asked, tried, asked.due_at, now=now)
        yield from _performed(stage, [*((of, own) for of, own, _ in earlier), (opened, performance)], now)
    spans = [span for _, _, span in earlier]
    left = [rule.rule.code for rule in untried(performance.program, tried, spans)]
    told = {"untried": left, "earlier": [span.label for span in spans]}
    asked.result = performance.result() | told | _duties(session, asked, performance)


def _opened(stage: Session, version: Version, asked: Rehearsal, span: Period, now: datetime) -> Round | None:
    """A round of an earlier period; None where those who are asked were not there then."""
    try:
        with stage.begin_nested():
            return ask(stage, version, asked, span, None, now=now)
    except Refusal:
        return None


def _performed(
    stage: Session, rounds: Sequence[tuple[Round, Performance]], now: datetime
) -> Iterator[Progress]:
    todo = [(each, own) for opened, own in rounds for each in reports_of(stage, opened)]
    for done, ((report_id, receives), performance) in enumerate(todo, 1):
        if receives:
            consolidate(stage, report_id, ACCEPTED)
        performance.of(stage, stage.get_one(Report, report_id), now=now)
        if done % CHUNK == 0:
            stage.expunge_all()
            yield Progress(None, done, len(todo) + 1)
    opened, performance = rounds[-1]
    for _ in consolidate_round(stage, None, opened.id, True, now=now):
        stage.flush()
    performance.of_total(stage, opened)
    yield Progress(None, len(todo) + 1, len(todo) + 1)


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
