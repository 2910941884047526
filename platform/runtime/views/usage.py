"""How much a template is used: rounds, reports, and the open rounds that a new version would touch."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from agencies.store import last_known
from runtime.models import Report, Round
from runtime.periods import Period
from runtime.rounds.opening import period


@dataclass(frozen=True)
class Usage:
    """Counts of one template."""

    rounds: int = 0
    open: int = 0
    reports: int = 0


@dataclass(frozen=True)
class RunningRound:
    """An open round with the version it was opened with."""

    id: int
    period: Period
    lead: str
    version_id: int
    reports: int


def usage_by_template(session: Session) -> Mapping[str, Usage]:
    """The counts of every template that was ever asked with, by code."""
    reports = select(Report.round_id, func.count().label("count")).group_by(Report.round_id).subquery()
    running = func.sum(case((Round.closed_at.is_(None), 1), else_=0))
    rows = session.execute(
        select(Round.template_code, func.count(), running, func.coalesce(func.sum(reports.c.count), 0))
        .outerjoin(reports, reports.c.round_id == Round.id)
        .group_by(Round.template_code)
    )
    return {code: Usage(rounds, int(open_), int(count)) for code, rounds, open_, count in rows}


def running_rounds(session: Session, template: str) -> Sequence[RunningRound]:
    """The rounds of a template that are not closed, the latest first."""
    query = select(Round).filter_by(template_code=template).where(Round.closed_at.is_(None))
    found = session.scalars(query.order_by(Round.id.desc())).all()
    counts: dict[int, int] = {
        of: number
        for of, number in session.execute(
            select(Report.round_id, func.count())
            .where(Report.round_id.in_([each.id for each in found]))
            .group_by(Report.round_id)
        )
    }
    names = last_known(session, {each.lead_id for each in found})
    return [
        RunningRound(each.id, period(each), names[each.lead_id].name, each.version_id, counts.get(each.id, 0))
        for each in found
    ]
