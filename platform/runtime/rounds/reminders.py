"""Reminders: who owes a report is told before and at the deadline, the receiver after it.

The clock asks; each stage of a deadline is told once, for a message has a natural key that names the
deadline: one that was moved is told anew. Nobody is woken at night unless the report is urgent. What came due
while nobody asked for long is not told any more: a reminder of last week helps nobody.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from agencies.access import Role
from agencies.store import read_tree
from core import audit
from core.clock import VIETNAM
from core.db import lock_row
from core.errors import Conflict
from core.notify import Wanted, is_requested, open_lines, request_notices, send_batch
from core.ticks import on_tick
from runtime.models import Report, Round
from runtime.rounds.notices import is_urgent, messages, subject_of
from runtime.rounds.opening import demand_running, find_round
from runtime.rounds.recipients import ENTRY, IN_CHARGE
from runtime.steps import UNSENT

STALE = timedelta(hours=12)
"""After so long a stage is told no more."""
QUIET = (21, 7)
"""From this hour to that one nobody is told of what is not urgent."""


@dataclass(frozen=True)
class Stage:
    """A moment before (below nought) or after a deadline, and who is told then."""

    name: str
    after: timedelta
    tells_receiver: bool = False


STAGES = (
    Stage("due_in_two_days", timedelta(days=-2)),
    Stage("due_in_two_hours", timedelta(hours=-2)),
    Stage("overdue", timedelta(minutes=5)),
    Stage("overdue_a_day", timedelta(days=1), tells_receiver=True),
)


@dataclass(frozen=True)
class Owing:
    """A report that is not handed in, by its deadline."""

    report: int
    round: int
    agency: int
    receiver: int | None
    due_at: datetime | None


@on_tick
def remind_due(session: Session, now: datetime) -> int:
    """Tell whose stage has come; returns how many messages are new."""
    if not open_lines(session):
        return 0
    told = 0
    for stage in STAGES:
        by_round: dict[int, list[Owing]] = {}
        for each in _owing(session, now - stage.after - STALE, now - stage.after):
            by_round.setdefault(each.round, []).append(each)
        for round_id, owing in by_round.items():
            of = find_round(session, round_id)
            if _may_tell(of, stage, now):
                told += _tell(session, of, stage, owing, now)
    return told


def remind_all(
    session: Session, round_id: int, only: Collection[int] | None = None, *, actor: str, now: datetime
) -> int:
    """Tell who owes a report of a round, of `only` some, because its lead unit says so; how many are new."""
    of = lock_row(session, Round, round_id)
    demand_running(of)
    if not open_lines(session):
        raise Conflict("notice.no_channel")
    owing = [
        each for each in _owing(session) if each.round == round_id and (only is None or each.report in only)
    ]
    hour = now.replace(minute=0, second=0, microsecond=0)
    batch = f"round/{round_id}/asked/{hour:%Y%m%d%H}"
    wanted = _wanted(session, of, batch, {each.agency: 1 for each in owing}, now)
    told = request_notices(session, subject_of(round_id), batch, "reminder", wanted, now=now)
    if told:
        send_batch(session, batch, actor=actor, now=now)
    audit.record(session, actor, "round.remind", f"round/{round_id}", now=now, told=told)
    return told


def _owing(session: Session, first: datetime | None = None, last: datetime | None = None) -> Sequence[Owing]:
    """Reports of open rounds that are not handed in, due in a span of time."""
    query = select(Report.id, Report.round_id, Report.agency_id, Report.receiver_id, Report.due_at).join(
        Round
    )
    query = query.where(Round.opened_at.is_not(None), Round.closed_at.is_(None))
    query = query.where(Report.state.in_(UNSENT), Report.receiver_id.is_not(None))
    query = query.where(Report.due_at.is_not(None)) if first or last else query
    query = query.where(Report.due_at > first) if first else query
    query = query.where(Report.due_at <= last) if last else query
    return [Owing(*row) for row in session.execute(query.order_by(Report.agency_id))]


def is_quiet(of: Round, now: datetime) -> bool:
    """Whether it is night for a round, which an urgent one does not know."""
    hour = now.astimezone(VIETNAM).hour
    return not is_urgent(of) and (hour >= QUIET[0] or hour < QUIET[1])


def _may_tell(of: Round, stage: Stage, now: datetime) -> bool:
    """An urgent round knows no night; a stage that was past when the round opened is not told."""
    if of.opened_at is None or of.due_at is None:
        return False
    if is_quiet(of, now):
        return False
    return stage.after >= timedelta() or of.opened_at <= of.due_at + stage.after


def _tell(session: Session, of: Round, stage: Stage, owing: Sequence[Owing], now: datetime) -> int:
    batches: dict[str, list[Owing]] = {}
    for each in owing:
        due = f"{each.due_at:%Y%m%d%H%M}"
        batches.setdefault(f"round/{of.id}/{stage.name}/{due}", []).append(each)
    told = 0
    for batch, some in batches.items():
        if is_requested(session, batch):
            continue
        late: dict[int, int] = {}
        for each in some:
            whom = each.receiver if stage.tells_receiver and each.receiver else each.agency
            late[whom] = late.get(whom, 0) + 1
        kind = "escalation" if stage.tells_receiver else "reminder"
        roles = IN_CHARGE if stage.tells_receiver else ENTRY
        wanted = _wanted(session, of, batch, late, now, roles)
        if request_notices(session, subject_of(of.id), batch, kind, wanted, now=now):
            send_batch(session, batch, actor=None, now=now)
            told += len(wanted)
    return told


def _wanted(
    session: Session,
    of: Round,
    batch: str,
    late: Mapping[int, int],
    now: datetime,
    roles: frozenset[Role] = ENTRY,
) -> list[Wanted]:
    """Messages to the agencies that can be told; `late` counts the reports each is about."""
    today = now.astimezone(VIETNAM).date()
    tree = read_tree(session, today, besides={*late, of.lead_id})
    told = {agency: {"lead": tree[of.lead_id].name, "late": number} for agency, number in late.items()}
    return list(messages(session, of, tree, told, batch, roles=roles, now=now))
