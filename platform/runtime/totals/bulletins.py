"""Totals of bulletins: an agency that is late stays in with what it last handed in, marked with its hour."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from agencies.store import read_tree
from runtime.models import Move, Report
from runtime.models import Round as Bulletin
from runtime.rounds.opening import find_round
from runtime.steps import SUBMIT
from runtime.totals.stacks import REPORT, ChildRow

ROUND = Bulletin.__table__


@dataclass(frozen=True)
class Late:
    """An agency whose figures in a total are of an earlier bulletin, handed in at that hour."""

    name: str
    bulletin: int
    at: datetime


def last_known(
    session: Session, report: Report, below: Sequence[ChildRow], states: Sequence[str]
) -> list[ChildRow]:
    """For each child of a bulletin's total that is not in one of these states, its last report that is."""
    of = find_round(session, report.round_id)
    late = [child.agency_id for child in below if child.state not in states]
    if of.event_id is None or not late:
        return []
    columns = (REPORT.c.id, REPORT.c.agency_id, REPORT.c.version_id, REPORT.c.state, REPORT.c.revision)
    earlier = select(*columns).join(ROUND, ROUND.c.id == REPORT.c.round_id)
    earlier = earlier.where(ROUND.c.event_id == of.event_id, ROUND.c.number < of.number)
    earlier = earlier.where(REPORT.c.receiver_id == report.agency_id, REPORT.c.state.in_(states))
    rows = session.execute(earlier.where(REPORT.c.agency_id.in_(late)).order_by(ROUND.c.number))
    last = {row.agency_id: ChildRow._make(row) for row in rows}
    return sorted(last.values())


def late_of(session: Session, rounds: Sequence[int]) -> Mapping[int, Sequence[Late]]:
    """Who is in the lead unit's total of each bulletin with older figures, as it was last summed up."""
    query = select(Report.round_id, Report.coverage).where(
        Report.round_id.in_(rounds), Report.receiver_id.is_(None), Report.coverage.is_not(None)
    )
    return {
        round_id: [
            Late(each["name"], each["bulletin"], datetime.fromisoformat(each["at"]))
            for each in coverage.get("late", ())
        ]
        for round_id, coverage in session.execute(query)
    }


def marks(session: Session, report: Report, late: Sequence[ChildRow]) -> Mapping[str, Any]:
    """What a total tells of those who are late: each one's figures are of which bulletin and hour."""
    if not late:
        return {}
    ids = [child.id for child in late]
    handed_in = select(Move.report_id, func.max(Move.id).label("last"))
    last = handed_in.where(Move.report_id.in_(ids), Move.name == SUBMIT.name).group_by(Move.report_id)
    moves = last.subquery()
    query = select(Report.id, Bulletin.number, Move.at).join(Bulletin, Bulletin.id == Report.round_id)
    query = query.join(moves, moves.c.report_id == Report.id).join(Move, Move.id == moves.c.last)
    told = {row.id: row for row in session.execute(query)}
    on = find_round(session, report.round_id).period_end
    tree = read_tree(session, on, besides=[child.agency_id for child in late])
    return {
        "late": [
            {
                "report": child.id,
                "name": tree[child.agency_id].name,
                "bulletin": told[child.id].number,
                "at": told[child.id].at.isoformat(),
            }
            for child in late
        ]
    }
