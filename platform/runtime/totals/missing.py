"""What becomes of a total that a child is missing from: data of the round, and of the schedule that opens it.

It is handed on with a note of how many are in it; or not at all; or with what the missing ones reported for
the period before in their place, named in its coverage and to be traced like any other part.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from agencies.store import read_tree
from core.errors import Conflict
from runtime.models import Report, Round
from runtime.rounds.opening import BLOCK, IMPUTE, find_round, period
from runtime.steps import HANDED_IN
from runtime.totals.stacks import REPORT, ChildRow, children_of

ASKED = Round.__table__


def demand_children(session: Session, report: Report) -> None:
    """Raise Conflict where a total that must be whole lacks a child."""
    of = find_round(session, report.round_id)
    if of.missing != BLOCK or report.coverage is None:
        return
    states = report.coverage["states"]
    lacking = [child.agency_id for child in children_of(session, report) if child.state not in states]
    if lacking:
        tree = read_tree(session, of.period_end, besides=lacking)
        raise Conflict(
            "report.children_missing", number=len(lacking), names=[tree[a].name for a in lacking[:10]]
        )


def in_their_place(
    session: Session, report: Report, below: Sequence[ChildRow], states: Sequence[str]
) -> list[ChildRow]:
    """For each child that is not in one of these states, what it handed in for the period before."""
    of = find_round(session, report.round_id)
    missing = [child.agency_id for child in below if child.state not in states]
    if of.missing != IMPUTE or of.event_id is not None or not missing:
        return []
    columns = (REPORT.c.id, REPORT.c.agency_id, REPORT.c.version_id, REPORT.c.state, REPORT.c.revision)
    earlier = select(*columns).join(ASKED, ASKED.c.id == REPORT.c.round_id)
    earlier = earlier.where(ASKED.c.template_code == of.template_code, ASKED.c.frequency == of.frequency)
    earlier = earlier.where(ASKED.c.period_end == of.period_start - timedelta(days=1))
    earlier = earlier.where(REPORT.c.agency_id.in_(missing), REPORT.c.state.in_(HANDED_IN))
    rows = sorted(session.execute(earlier), key=lambda row: (HANDED_IN.index(row.state), row.id))
    best = {row.agency_id: ChildRow._make(row) for row in rows}
    return sorted(best.values())


def imputed_marks(session: Session, report: Report, imputed: Sequence[ChildRow]) -> Mapping[str, Any]:
    """What a total tells of those whose earlier figures stand in it."""
    if not imputed:
        return {}
    of = find_round(session, report.round_id)
    tree = read_tree(session, of.period_end, besides=[child.agency_id for child in imputed])
    source = session.get_one(Report, imputed[0].id)
    label = period(find_round(session, source.round_id)).label
    named = [{"report": child.id, "name": tree[child.agency_id].name, "period": label} for child in imputed]
    return {"imputed": named}
