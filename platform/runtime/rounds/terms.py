"""The time a report has: more is asked for and granted until a moment, locks are set, lifted and let through.

What was granted ends by itself, for it is a deadline like any other. Late entry leaves the deadline where it
was: the report stays late, only its lock opens for a time. Each step is written down with who, when and why.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import audit
from core.db import lock_row
from core.errors import Conflict, Invalid, NotFound, Refusal
from engine.findings import Finding
from runtime.models import Report, Round
from runtime.rounds.locks import is_locked
from runtime.rounds.opening import demand_running
from runtime.rounds.term_models import ASK, GRANT, LATE, LOCK, REFUSE, UNLOCK, Term
from runtime.rounds.term_notices import tell_terms
from runtime.steps import UNSENT

LONGEST = 1000
DECISIONS = (GRANT, REFUSE)
HELD = (LOCK, UNLOCK, LATE)
LEVEL = "level"
"""In place of a name: nobody locked it, the round says when."""


def ask_time(
    session: Session, report_id: int, until: datetime, *, reason: str, actor: str, now: datetime
) -> Term:
    """Ask those above for time until a moment; nothing changes before they say so."""
    report = _open(session, report_id)
    if asked_for(terms_of(session, report_id)):
        raise Conflict("term.asked", id=str(report_id))
    _demand_later(report, until, now)
    made = _keep(session, report, ASK, until, reason, actor=actor, now=now)
    tell_terms(session, [(report, made, "")], now=now)
    return made


def grant_time(
    session: Session, report_id: int, until: datetime, *, reason: str = "", actor: str, now: datetime
) -> Term:
    """Answer an asking with time until a moment; the report's lock, if it has one, waits as long."""
    report = _open(session, report_id)
    asked = _demand_asked(session, report)
    _demand_later(report, until, now)
    made = _extend(session, report, until, reason, actor=actor, now=now)
    tell_terms(session, [(report, made, asked.actor)], now=now)
    return made


def extend_all(
    session: Session,
    round_id: int,
    reports: Collection[int],
    until: datetime,
    *,
    reason: str,
    actor: str,
    now: datetime,
) -> Mapping[int, Refusal | None]:
    """Give reports of a round time until a moment, asked for or not; each has its record or a refusal."""
    _demand_reason(reason)
    outcomes: dict[int, Refusal | None] = {}
    made = []
    for report_id in sorted(set(reports)):  # everybody locks rows in one order
        try:
            report = _open(session, report_id)
            if report.round_id != round_id:
                raise NotFound("report.unknown", report=str(report_id))
            _demand_later(report, until, now)
        except Refusal as refusal:
            outcomes[report_id] = refusal
            continue
        asked = asked_for(terms_of(session, report_id))
        term = _extend(session, report, until, reason, actor=actor, now=now)
        made.append((report, term, asked.actor if asked else ""))
        outcomes[report_id] = None
    tell_terms(session, made, now=now)
    return outcomes


def refuse_time(session: Session, report_id: int, *, reason: str, actor: str, now: datetime) -> Term:
    """Leave the deadline where it is, saying why."""
    report = _open(session, report_id)
    asked = _demand_asked(session, report)
    made = _keep(session, report, REFUSE, None, reason, actor=actor, now=now)
    tell_terms(session, [(report, made, asked.actor)], now=now)
    return made


def let_in(
    session: Session, report_id: int, until: datetime, *, reason: str, actor: str, now: datetime
) -> Term:
    """Let a report be entered after its time until a moment, saying why; it stays late."""
    report = _open(session, report_id)
    if until <= now:
        raise Invalid([Finding("term.past", facts={"until": until})])
    made = _keep(session, report, LATE, until, reason, actor=actor, now=now)
    report.locks_at = until
    return made


def lock_report(session: Session, report_id: int, *, reason: str, actor: str, now: datetime) -> Term:
    """Have nothing entered into a report or handed in from now on."""
    report = _open(session, report_id)
    made = _keep(session, report, LOCK, None, reason, actor=actor, now=now)
    report.locks_at = now
    return made


def unlock_report(session: Session, report_id: int, *, reason: str, actor: str, now: datetime) -> Term:
    """Lift a report's lock for good."""
    report = _open(session, report_id)
    made = _keep(session, report, UNLOCK, None, reason, actor=actor, now=now)
    report.locks_at = None
    return made


def terms_of(session: Session, report_id: int) -> Sequence[Term]:
    """What happened to a report's time, in order."""
    return session.scalars(select(Term).filter_by(report_id=report_id).order_by(Term.id)).all()


def asked_for(terms: Sequence[Term]) -> Term | None:
    """The asking that nobody has answered yet."""
    last = next((term for term in reversed(terms) if term.name in (ASK, *DECISIONS)), None)
    return last if last and last.name == ASK else None


def waiting(session: Session, round_id: int) -> Sequence[tuple[Report, Term]]:
    """Reports of a round that asked for time, with the asking that nobody has answered yet."""
    query = select(Report, Term).join(Term, Term.report_id == Report.id).where(Report.round_id == round_id)
    last: dict[int, tuple[Report, Term]] = {}
    for report, term in session.execute(query.where(Term.name.in_((ASK, *DECISIONS))).order_by(Term.id)):
        last[report.id] = report, term
    return [(report, term) for report, term in last.values() if term.name == ASK]


def with_time_of_its_own(session: Session, round_id: int, due_at: datetime) -> set[int]:
    """Reports of a round that were granted time beyond a moment."""
    query = select(Term.report_id).join(Report, Report.id == Term.report_id)
    granted = query.where(Report.round_id == round_id, Term.name == GRANT, Term.until > due_at)
    return set(session.scalars(granted.where(Report.due_at == Term.until)))


def held_by_hand(session: Session, round_id: int) -> set[int]:
    """Reports of a round whose lock somebody set, lifted or opened."""
    query = select(Term.report_id).join(Report, Report.id == Term.report_id)
    return set(session.scalars(query.where(Report.round_id == round_id, Term.name.in_(HELD))))


@dataclass(frozen=True)
class Lock:
    """Since when a report is locked: by somebody with a `reason`, after late entry, or as its round says."""

    since: datetime
    name: str
    actor: str
    reason: str


def locks_of(session: Session, reports: Iterable[Report], now: datetime) -> Mapping[int, Lock]:
    """Those of some reports whose time is over, each with why."""
    since = {
        report.id: report.locks_at for report in reports if report.state in UNSENT and is_locked(report, now)
    }
    if not since:
        return {}
    query = select(Term).where(Term.report_id.in_(since), Term.name.in_(HELD)).order_by(Term.id)
    last = {term.report_id: term for term in session.scalars(query)}
    return {report: _lock(at or now, last.get(report)) for report, at in since.items()}


def _lock(since: datetime, last: Term | None) -> Lock:
    if last and last.name == LOCK:
        return Lock(since, LOCK, last.actor, last.reason or "")
    return Lock(since, LATE if last and last.name == LATE else LEVEL, "", "")


def _open(session: Session, report_id: int) -> Report:
    """The report, held against others; Conflict where it was handed in or its round is closed."""
    report = lock_row(session, Report, report_id)
    demand_running(session.get_one(Round, report.round_id))
    if report.state not in UNSENT:
        raise Conflict(f"report.closed.{report.state}", state=report.state, step="enter")
    return report


def _extend(
    session: Session, report: Report, until: datetime, reason: str, *, actor: str, now: datetime
) -> Term:
    made = _keep(session, report, GRANT, until, reason, wanted=False, actor=actor, now=now)
    report.due_at = until
    report.locks_at = report.locks_at and max(report.locks_at, until)
    return made


def _demand_later(report: Report, until: datetime, now: datetime) -> None:
    if until <= max(now, report.due_at or now):
        raise Invalid([Finding("term.past", facts={"until": until})])


def _demand_asked(session: Session, report: Report) -> Term:
    asked = asked_for(terms_of(session, report.id))
    if asked is None:
        raise Conflict("term.not_asked", id=str(report.id))
    return asked


def _demand_reason(reason: str, *, wanted: bool = True) -> str:
    reason = reason.strip()
    if wanted and not reason:
        raise Invalid([Finding("term.no_reason")])
    if len(reason) > LONGEST:
        raise Invalid([Finding("E_LIMIT", facts={"limit": LONGEST, "found": len(reason)}, variant="text")])
    return reason


def _keep(
    session: Session,
    report: Report,
    name: str,
    until: datetime | None,
    reason: str,
    *,
    wanted: bool = True,
    actor: str,
    now: datetime,
) -> Term:
    """Write down what happens to a report's time, for its agency and for the audit."""
    reason = _demand_reason(reason, wanted=wanted)
    made = Term(report_id=report.id, name=name, due_before=report.due_at, until=until)
    made.reason, made.actor, made.at = reason or None, actor, now
    session.add(made)
    session.flush()
    facts = {"until": until} if until else {}
    audit.record(session, actor, f"term.{name}", f"report/{report.id}", now=now, reason=reason, **facts)
    return made
