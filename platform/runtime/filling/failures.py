"""Where a rule failed when reports were last checked, among those an agency may read."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from agencies.store import read_tree
from runtime.models import Report, Round
from runtime.periods import Period
from runtime.rounds.opening import period

LATEST = 20


@dataclass(frozen=True)
class Failure:
    """A report in which the rule stands failed."""

    report: int
    agency: str
    period: Period
    state: str


@dataclass(frozen=True)
class Failures:
    """In how many of so many checked reports; the latest of them."""

    count: int
    checked: int
    latest: Sequence[Failure]


def failures_of(session: Session, version_id: int, rule: str, *, agency: int) -> Failures:
    """The reports of a version that are the agency's own, come to it or belong to its rounds."""
    theirs = or_(Report.agency_id == agency, Report.receiver_id == agency, Round.lead_id == agency)
    rows = session.execute(
        select(Report, Round)
        .join(Round, Round.id == Report.round_id)
        .where(Report.version_id == version_id, Report.standing.is_not(None), theirs)
        .order_by(Round.period_end.desc(), Report.id.desc())
    ).all()
    failed = [(report, of) for report, of in rows if rule in (report.standing or {}).get("failed", ())]
    latest = failed[:LATEST]
    if not latest:
        return Failures(0, len(rows), ())
    tree = read_tree(session, latest[0][1].period_end, besides={report.agency_id for report, _ in latest})
    told = [
        Failure(report.id, tree[report.agency_id].name, period(of), report.state) for report, of in latest
    ]
    return Failures(len(failed), len(rows), told)
