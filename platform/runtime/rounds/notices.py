"""What is told of a round: that it opened, that a report is returned, that its form has a new version."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from agencies.access import Role
from agencies.attributes import notice_language
from agencies.store import read_tree
from agencies.tree import Tree
from core.clock import VIETNAM
from core.jobs import Progress, job
from core.notify import Wanted, open_lines, request_notices, send_batch
from runtime.models import Move, Report, Round, RoundMove, VersionChange
from runtime.rounds.opening import find_round, period
from runtime.rounds.recipients import ENTRY, recipients, staff

CHUNK = 500
"""Agencies told in one step."""
URGENT = timedelta(days=1)
"""A round that is due so soon after it opened knows neither night nor digest."""


def subject_of(round_id: int) -> str:
    """Under which the messages about a round are found."""
    return f"round/{round_id}"


def is_urgent(of: Round) -> bool:
    """Whether people are told at once, at any hour."""
    return of.due_at is not None and of.due_at - (of.opened_at or of.requested_at) < URGENT


@job("runtime.announce_round")
def announce(session: Session, checkpoint: int | None, round_id: int, *, now: datetime) -> Iterator[Progress]:
    """Tell each agency of a round once."""
    opened, batch = find_round(session, round_id), f"round/{round_id}/opened"
    owing = select(Report.agency_id).filter_by(round_id=round_id).where(Report.receiver_id.is_not(None))
    todo = session.scalars(owing.where(Report.agency_id > (checkpoint or 0)).order_by(Report.agency_id)).all()
    today = now.astimezone(VIETNAM).date()
    tree = read_tree(session, today, besides={*todo, opened.lead_id})
    facts = {"lead": tree[opened.lead_id].name}
    for start in range(0, len(todo), CHUNK):
        chunk = todo[start : start + CHUNK]
        wanted = list(messages(session, opened, tree, dict.fromkeys(chunk, facts), batch, now=now))
        request_notices(session, subject_of(round_id), batch, "round_opened", wanted, now=now)
        yield Progress(chunk[-1], start + len(chunk), len(todo))
    send_batch(session, batch, actor=opened.requested_by, now=now)


def tell_returned(session: Session, report: Report, made: Move, *, now: datetime) -> None:
    """Tell the entry staff of a returned report in the transaction of the move, if a channel is enabled."""
    if not open_lines(session):
        return
    today = now.astimezone(VIETNAM).date()
    of, batch = find_round(session, report.round_id), f"move/{made.id}"
    tree = read_tree(session, today, only=report.agency_id, besides=[report.agency_id])
    lang, urgent = notice_language(tree, report.agency_id), is_urgent(of)
    facts = facts_of(of, lang) | {"reason": made.reason}
    people = staff(session, [report.agency_id], today).get(report.agency_id, ())
    page = f"reports/{report.id}"
    wanted = [
        way.wanted(batch, facts, lang, page, urgent=urgent, now=now) for person in people for way in person
    ]
    if request_notices(session, subject_of(of.id), batch, "report_returned", wanted, now=now):
        send_batch(session, batch, actor=made.actor, now=now)


def tell_version(session: Session, of: Round, made: RoundMove, *, now: datetime) -> None:
    """Tell each agency whose open report went over to another version, if a channel is enabled."""
    if not open_lines(session):
        return
    changed = select(Report.agency_id).join(VersionChange, VersionChange.report_id == Report.id)
    changed = changed.where(Report.round_id == of.id, Report.receiver_id.is_not(None))
    agencies = session.scalars(changed.where(VersionChange.at == made.at).distinct()).all()
    tree = read_tree(session, now.astimezone(VIETNAM).date(), besides={*agencies, of.lead_id})
    batch, facts = f"round_move/{made.id}", {"lead": tree[of.lead_id].name}
    wanted = list(messages(session, of, tree, dict.fromkeys(agencies, facts), batch, now=now))
    if request_notices(session, subject_of(of.id), batch, "version_moved", wanted, now=now):
        send_batch(session, batch, actor=made.actor, now=now)


def messages(
    session: Session,
    of: Round,
    tree: Tree,
    told: Mapping[int, Mapping[str, object]],
    batch: str,
    *,
    roles: frozenset[Role] = ENTRY,
    now: datetime,
) -> Iterator[Wanted]:
    """What some agencies are told about a round, each in its language and with facts of its own.

    Who enters figures is led to the report, who is in charge to the board.
    """
    urgent = is_urgent(of)
    query = select(Report.agency_id, Report.id).filter_by(round_id=of.id).where(Report.agency_id.in_(told))
    found = session.execute(query) if roles is ENTRY else ()
    reports = {agency: report for agency, report in found}
    for agency, ways in recipients(session, tree, sorted(told), roles).items():
        lang = notice_language(tree, agency)
        facts = facts_of(of, lang) | {"agency": tree[agency].name, **told[agency]}
        page = f"reports/{reports[agency]}" if agency in reports else f"rounds/{of.id}"
        for way in ways:
            yield way.wanted(f"{batch}/{agency}", facts, lang, page, urgent=urgent, now=now)


def facts_of(of: Round, lang: str) -> dict[str, object]:
    """What every message about a round tells."""
    return {"form": of.template_code, "period": period(of).name_in(lang), "due": of.due_at or "…"}
