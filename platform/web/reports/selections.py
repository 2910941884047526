"""One move with many reports: from the compilation sheet, from the inbox, and for programs."""

from collections.abc import Collection, Iterable
from datetime import datetime

from flask import Blueprint, flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, ngettext

from agencies.access import Actor
from core.db import Session
from core.errors import Conflict, Forbidden, Invalid, NotFound
from core.messages import sentence
from engine.findings import Finding
from runtime.flow.issuing import Document
from runtime.flow.workflow import Outcome, clean_reports, issue_all, move_all
from runtime.rights import subjects_of_reports
from runtime.steps import ISSUE, MOVES
from web.people.account import local_address
from web.reports.report import move_name
from web.reports.signing import read_document
from web.routing import endpoint, may, only_its_state_forbids, row_id

blueprint = Blueprint("selections", __name__)
MOST = 10_000
MOST_TOLD = 20


def move_chosen(
    session: Session,
    actor: Actor,
    now: datetime,
    name: str,
    chosen: Collection[int],
    reason: str,
    document: Document | None = None,
) -> list[Outcome]:
    """The move with each report: each has its own record, or is told why not.

    A report that the actor has no right to move in any state refuses the whole selection. The number of
    the `document` is that of the first report which is issued.
    """
    if name not in MOVES:
        raise NotFound("move.unknown", name=name[:60])
    if (name == ISSUE.name) != (document is not None):
        raise Invalid([Finding("issuing.no_document")])
    late = refused_by_state(session, actor, f"report.{name}", chosen)
    movable = set(chosen) - {outcome.report for outcome in late}
    if document is not None:
        return [*issue_all(session, movable, document, actor=actor.login, now=now), *late]
    return [*move_all(session, movable, name, reason=reason, actor=actor.login, now=now), *late]


def refused_by_state(session: Session, actor: Actor, action: str, chosen: Collection[int]) -> list[Outcome]:
    """The reports whose state keeps the actor from an action; Forbidden where anything else does."""
    if len(chosen) > MOST:
        raise Invalid([Finding("selection.too_many", facts={"most": MOST})])
    late = []
    for report, subject in subjects_of_reports(session, actor, chosen).items():
        if may(action, subject):
            continue
        if not only_its_state_forbids(action, subject):
            raise Forbidden("access.refused", action=action)
        refusal = Conflict(subject.refusal, state=subject.state, step=action.partition(".")[2])
        late.append(Outcome(report, subject.state or "", refusal))
    return late


def clean_movable(session: Session, actor: Actor, name: str, **of: int) -> list[int]:
    """The reports of a round or an agency without faults that the actor may move so now."""
    clean = clean_reports(session, name, **of) if name in MOVES else []
    subjects = subjects_of_reports(session, actor, clean)
    return [report for report, subject in subjects.items() if may(f"report.{name}", subject)]


@endpoint(blueprint, "/reports/moves", action="report.move_many", methods=("POST",))
def move_many(session: Session, actor: Actor, now: datetime) -> ResponseReturnValue:
    """Make one move with every chosen report, or with all clean ones of a round."""
    name = request.form.get("move", "")
    chosen = request.form.getlist("report", type=row_id)
    if round_id := request.form.get("clean_of", type=row_id):
        chosen = clean_movable(session, actor, name, round_id=round_id)
    document = read_document() if name == ISSUE.name else None
    reason = request.form.get("reason", "")
    outcomes = move_chosen(session, actor, now, name, set(chosen), reason, document)
    lang = str(get_locale())
    done = sum(outcome.refusal is None for outcome in outcomes)
    told = {"move": move_name(name, lang)}
    flash(ngettext("%(move)s: %(num)s báo cáo.", "%(move)s: %(num)s báo cáo.", done, **told))
    flash_refusals(outcomes, lang)
    return redirect(local_address(request.form.get("back")))


def flash_refusals(outcomes: Iterable[Outcome], lang: str) -> None:
    """Say once why some of a selection were passed over."""
    refusals = [outcome.refusal for outcome in outcomes if outcome.refusal]
    for words in dict.fromkeys(
        sentence(refusal.code, refusal.facts, lang) for refusal in refusals[:MOST_TOLD]
    ):
        flash(words, "warning")
