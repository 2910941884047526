"""What agencies want added to the indicators, or changed; the library's keeper accepts or declines, once."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import audit
from core.db import lock_row
from core.errors import Conflict, Forbidden, Invalid, NotFound
from engine.findings import Finding
from indicator_library.catalogue import define, get, get_set
from indicator_library.meaning import LONGEST, Meaning, faults, from_value, to_value
from indicator_library.models import Indicator, IndicatorProposal


def propose(
    session: Session,
    code: str,
    meaning: Meaning,
    *,
    set_id: int,
    group: str,
    reason: str,
    agency: int,
    actor: str,
    now: datetime,
) -> IndicatorProposal:
    """Ask for a new indicator, or for another meaning of a known one; its code and set stay."""
    found = list(faults(code, meaning))
    if not reason.strip() or len(reason) > LONGEST:
        found.append(Finding("indicator.reason", facts={"longest": LONGEST}))
    get_set(session, set_id)
    known = session.get(Indicator, code)
    if known and known.set_id != set_id:
        found.append(Finding("indicator.other_set", facts={"code": code}))
    if found:
        raise Invalid(found)
    proposal = IndicatorProposal(
        indicator_code=code,
        set_id=set_id,
        group=group,
        meaning=to_value(meaning),
        reason=reason.strip(),
        agency_id=agency,
        state="proposed",
        proposed_at=now,
        proposed_by=actor,
    )
    session.add(proposal)
    session.flush()
    audit.record(session, actor, "indicator.propose", f"indicator/{code}", now=now, proposal=proposal.id)
    return proposal


def answer(
    session: Session,
    proposal_id: int,
    *,
    accept: bool,
    text: str,
    since: date,
    actor: str,
    now: datetime,
) -> IndicatorProposal:
    """Accept, which defines the indicator from a day on, or decline with words why."""
    proposal = _waiting(session, proposal_id)
    if not accept and not text.strip():
        raise Invalid([Finding("indicator.no_answer")])
    if accept:
        define(
            session,
            proposal.indicator_code,
            from_value(proposal.meaning),
            set_id=proposal.set_id,
            group=proposal.group,
            since=since,
            actor=actor,
            now=now,
        )
    proposal.state = "accepted" if accept else "declined"
    _settle(session, proposal, text, actor, now)
    return proposal


def withdraw(
    session: Session, proposal_id: int, *, agency: int, actor: str, now: datetime
) -> IndicatorProposal:
    """Take back what the agency proposed and nobody answered yet."""
    proposal = _waiting(session, proposal_id)
    if proposal.agency_id != agency:
        raise Forbidden("access.refused", action="indicator.propose")
    proposal.state = "withdrawn"
    _settle(session, proposal, "", actor, now)
    return proposal


def proposals(session: Session, *, agency: int | None = None) -> Sequence[IndicatorProposal]:
    """Of one agency or of all, those that wait first, then the latest."""
    query = select(IndicatorProposal)
    if agency is not None:
        query = query.filter_by(agency_id=agency)
    waits = (IndicatorProposal.state == "proposed").desc()
    return session.scalars(query.order_by(waits, IndicatorProposal.id.desc()).limit(500)).all()


def difference(session: Session, proposal: IndicatorProposal, on: date) -> dict[str, tuple[object, object]]:
    """What a proposal would change: by the name of a part what it is and what it would be."""
    wanted = to_value(from_value(proposal.meaning))
    known = session.get(Indicator, proposal.indicator_code)
    before = to_value(get(session, known.code, on).meaning) if known else dict.fromkeys(wanted)
    return {part: (before[part], wanted[part]) for part in wanted if before[part] != wanted[part]}


def _waiting(session: Session, proposal_id: int) -> IndicatorProposal:
    if session.get(IndicatorProposal, proposal_id) is None:
        raise NotFound("indicator.no_proposal", id=str(proposal_id))
    proposal = lock_row(session, IndicatorProposal, proposal_id)
    if proposal.state != "proposed":
        raise Conflict("indicator.answered", state=proposal.state)
    return proposal


def _settle(session: Session, proposal: IndicatorProposal, text: str, actor: str, now: datetime) -> None:
    proposal.answer, proposal.answered_by, proposal.answered_at = text.strip()[:LONGEST], actor, now
    subject = f"indicator/{proposal.indicator_code}"
    audit.record(session, actor, f"indicator.{proposal.state}", subject, now=now, proposal=proposal.id)
