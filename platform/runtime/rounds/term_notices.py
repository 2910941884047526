"""What is told of the time a report has: that more is asked for, that it was granted or refused."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from agencies.access import Role
from agencies.attributes import notice_language
from agencies.people import list_accounts
from agencies.store import read_tree
from core.clock import VIETNAM
from core.notify import open_lines, request_notices, send_batch
from runtime.models import Report
from runtime.rounds.notices import facts_of, is_urgent, subject_of
from runtime.rounds.opening import find_round
from runtime.rounds.recipients import IN_CHARGE, Recipient, recipients, staff
from runtime.rounds.term_models import ASK, GRANT, REFUSE, Term

KINDS = {ASK: "time_asked", GRANT: "time_granted", REFUSE: "time_refused"}
ASKERS = frozenset({Role.ENTRY, Role.VERIFIER, Role.APPROVER})


def tell_terms(session: Session, made: Sequence[tuple[Report, Term, str]], *, now: datetime) -> None:
    """Tell the receiver that time is asked for; tell who asked, a login, what was decided, else his agency.

    All are of one round and of one kind. Nothing is told where no channel is enabled.
    """
    if not made or not open_lines(session):
        return
    first, decided = made[0][1], {report.agency_id for report, *_ in made}
    of, today = find_round(session, made[0][0].round_id), now.astimezone(VIETNAM).date()
    receivers = {report.id: report.receiver_id or of.lead_id for report, *_ in made}
    tree = read_tree(session, today, besides=decided | {*receivers.values()})
    asking = first.name == ASK
    if asking:
        told = recipients(session, tree, sorted(receivers.values()), IN_CHARGE)
    else:
        told = recipients(session, tree, sorted(decided))
    askers = {} if asking else _ways_of(session, made, now)
    wanted = []
    for report, term, asker in made:
        whom = receivers[report.id] if asking else report.agency_id
        lang, names = (
            notice_language(tree, whom),
            (tree[report.agency_id].name, tree[receivers[report.id]].name),
        )
        facts = facts_of(of, lang) | dict(zip(("agency", "lead"), names, strict=True))
        facts |= {"until": term.until or "…", "reason": term.reason or "…", "due": report.due_at or "…"}
        page = f"reports/{report.id}/terms"
        for way in askers.get(asker) or told.get(whom, ()):
            wanted.append(way.wanted(f"term/{term.id}", facts, lang, page, urgent=is_urgent(of), now=now))
    batch = f"term/{first.id}"
    if request_notices(session, subject_of(of.id), batch, KINDS[first.name], wanted, now=now):
        send_batch(session, batch, actor=first.actor, now=now)


def _ways_of(
    session: Session, made: Sequence[tuple[Report, Term, str]], now: datetime
) -> Mapping[str, Sequence[Recipient]]:
    """The ways to each login that asked; a link to a report has none."""
    today = now.astimezone(VIETNAM).date()
    logins = {person.id: person.login for person in list_accounts(session, [each[2] for each in made], today)}
    found: dict[str, Sequence[Recipient]] = {}
    for people in staff(session, [report.agency_id for report, *_ in made], today, ASKERS).values():
        for ways in people:
            if ways and ways[0].account in logins:
                found[logins[ways[0].account]] = ways
    return found
