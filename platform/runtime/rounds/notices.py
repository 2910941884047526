"""Who is told on the telephone: each agency of a new round once, the entry staff of a returned report."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from agencies.access import Role
from agencies.attributes import duty_telephone, notice_language
from agencies.people import Person, list_people
from agencies.store import read_tree
from agencies.tree import Tree
from core.clock import VIETNAM
from core.jobs import Progress, job
from core.notify import Wanted, open_line, request_notices, send_batch
from runtime.models import Move, Report, Round, RoundMove, VersionChange
from runtime.rounds.opening import find_round, period

CHUNK = 500
"""Agencies told in one step."""


def subject_of(round_id: int) -> str:
    """Under which the messages about a round are found."""
    return f"round/{round_id}"


@job("runtime.announce_round")
def announce(session: Session, checkpoint: int | None, round_id: int, *, now: datetime) -> Iterator[Progress]:
    """Tell each agency of a round once."""
    opened, batch = find_round(session, round_id), f"round/{round_id}/opened"
    owing = select(Report.agency_id).filter_by(round_id=round_id).where(Report.receiver_id.is_not(None))
    todo = session.scalars(owing.where(Report.agency_id > (checkpoint or 0)).order_by(Report.agency_id)).all()
    today = now.astimezone(VIETNAM).date()
    tree = read_tree(session, today, besides={*todo, opened.lead_id})
    lead = tree[opened.lead_id].name
    for start in range(0, len(todo), CHUNK):
        chunk = todo[start : start + CHUNK]
        wanted = [
            message_to(opened, tree, agency, telephone, batch, lead=lead)
            for agency, telephone in telephones(session, tree, chunk).items()
        ]
        request_notices(session, subject_of(round_id), batch, "round_opened", wanted, now=now)
        yield Progress(chunk[-1], start + len(chunk), len(todo))
    send_batch(session, batch, actor=opened.requested_by, now=now)


def telephones(session: Session, tree: Tree, agencies: Sequence[int]) -> Mapping[int, str]:
    """Where an agency is told: on its duty telephone, else the first of its entry staff; some nowhere."""
    staff = _entry_staff(session, agencies, tree.on)
    found = {
        agency: duty_telephone(tree, agency) or next((each.telephone for each in staff.get(agency, [])), "")
        for agency in agencies
    }
    return {agency: telephone for agency, telephone in found.items() if telephone}


def tell_returned(session: Session, report: Report, made: Move, *, now: datetime) -> None:
    """Tell the entry staff of a returned report in the transaction of the move, if a channel is enabled."""
    if open_line(session) is None:
        return
    today = now.astimezone(VIETNAM).date()
    staff = _entry_staff(session, [report.agency_id], today).get(report.agency_id, [])
    of, batch = find_round(session, report.round_id), f"move/{made.id}"
    tree = read_tree(session, today, only=report.agency_id, besides=[report.agency_id])
    lang = notice_language(tree, report.agency_id)
    facts = _facts(of, lang) | {"reason": made.reason}
    wanted = [Wanted(f"{batch}/{each.id}", each.name, each.telephone, facts, lang) for each in staff]
    if request_notices(session, subject_of(of.id), batch, "report_returned", wanted, now=now):
        send_batch(session, batch, actor=made.actor, now=now)


def tell_version(session: Session, of: Round, made: RoundMove, *, now: datetime) -> None:
    """Tell each agency whose open report went over to another version, if a channel is enabled."""
    if open_line(session) is None:
        return
    changed = select(Report.agency_id).join(VersionChange, VersionChange.report_id == Report.id)
    changed = changed.where(Report.round_id == of.id, Report.receiver_id.is_not(None))
    agencies = session.scalars(changed.where(VersionChange.at == made.at).distinct()).all()
    tree = read_tree(session, now.astimezone(VIETNAM).date(), besides={*agencies, of.lead_id})
    batch, lead = f"round_move/{made.id}", tree[of.lead_id].name
    wanted = [
        message_to(of, tree, agency, telephone, batch, lead=lead)
        for agency, telephone in telephones(session, tree, agencies).items()
    ]
    if request_notices(session, subject_of(of.id), batch, "version_moved", wanted, now=now):
        send_batch(session, batch, actor=made.actor, now=now)


def message_to(of: Round, tree: Tree, agency: int, telephone: str, batch: str, **facts: object) -> Wanted:
    """A message to an agency in its language."""
    name, lang = tree[agency].name, notice_language(tree, agency)
    return Wanted(f"{batch}/{agency}", name, telephone, _facts(of, lang) | {"agency": name} | facts, lang)


def _facts(of: Round, lang: str) -> dict[str, object]:
    """What every message about a round tells."""
    return {"form": of.template_code, "period": period(of).name_in(lang), "due": of.due_at or "…"}


def _entry_staff(session: Session, agencies: Sequence[int], on: date) -> dict[int, list[Person]]:
    """Those who type for an agency and can be told."""
    found: dict[int, list[Person]] = {}
    for person in list_people(session, agencies, on):
        if Role.ENTRY in person.roles and person.telephone and person.locked_at is None:
            found.setdefault(person.agency, []).append(person)
    return found
