"""An agency's year: what it was asked for month by month, in time or late, and what schedules will ask."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice, takewhile

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from agencies.store import read_tree
from agencies.tree import Tree
from core.clock import VIETNAM
from core.working_days import read_swaps
from runtime.models import Move, Report, Round, Schedule
from runtime.periods import Period
from runtime.rounds.opening import period
from runtime.rounds.planning import planned
from runtime.rounds.schedules import order_of
from runtime.rounds.scopes import codes_of, members_of
from runtime.steps import SUBMIT, UNSENT
from runtime.titles import title_in
from template_library.models import Version

MOST_COMING = 24
"""Periods to come that are told of one schedule: of a daily one nobody reads a year."""


@dataclass(frozen=True)
class Asked:
    """A report of the year; one that is to come has none, and opens at a moment.

    `standing` is "in_time" or "late" of what was handed in, "overdue" or "owed" of what was not, "coming".
    """

    template: str
    name: str
    period: Period
    lead: str
    due_at: datetime | None
    report: int | None
    state: str
    handed_in_at: datetime | None
    standing: str
    opens_at: datetime | None = None

    @property
    def month(self) -> int:
        """The month in which the period closes."""
        return self.period.end.month


def read_year(session: Session, agency: int, year: int, *, now: datetime) -> list[Asked]:
    """All that closes in a year, by period and template."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    tree = read_tree(session, now.astimezone(VIETNAM).date())
    handed = select(Move.report_id, func.min(Move.at).label("at")).where(Move.name == SUBMIT.name)
    handed_in = handed.group_by(Move.report_id).subquery()
    query = (
        select(Report, Round, Version.name, handed_in.c.at)
        .join(Round, Round.id == Report.round_id)
        .join(Version, Version.id == Report.version_id)
        .outerjoin(handed_in, handed_in.c.report_id == Report.id)
        .where(Report.agency_id == agency, Report.receiver_id.is_not(None))
        .where(Round.period_end.between(first, last))
    )
    found = [
        Asked(
            of.template_code,
            title_in(name, period(of)),
            period(of),
            tree[of.lead_id].name if of.lead_id in tree.nodes else "",
            report.due_at,
            report.id,
            report.state,
            at,
            _standing(report, at, now),
        )
        for report, of, name, at in session.execute(query)
    ]
    there = {(each.template, each.period.start, each.period.end) for each in found}
    coming = [
        each
        for each in _coming(session, agency, last, now)
        if (each.template, each.period.start, each.period.end) not in there and each.period.end >= first
    ]
    return sorted([*found, *coming], key=lambda each: (each.period.end, each.template, each.report or 0))


def _standing(report: Report, handed_in_at: datetime | None, now: datetime) -> str:
    is_late = report.due_at is not None and (handed_in_at or now) > report.due_at
    if report.state in UNSENT and handed_in_at is None:
        return "overdue" if is_late else "owed"
    return "late" if is_late else "in_time"


def _coming(session: Session, agency: int, last: date, now: datetime) -> Iterator[Asked]:
    """What schedules that ask the agency will open until a day."""
    today = now.astimezone(VIETNAM).date()
    tree, swaps, names = read_tree(session, today), read_swaps(session), _names(session)
    for schedule in session.scalars(select(Schedule).filter_by(paused=False).order_by(Schedule.id)):
        if not _asks(tree, schedule, agency):
            continue
        ahead = takewhile(lambda each: each.period.end <= last, planned(order_of(schedule), today, swaps))
        for each in islice((each for each in ahead if each.opens_at > now), MOST_COMING):
            yield Asked(
                schedule.template_code,
                title_in(names.get(schedule.template_code, schedule.template_code), each.period),
                each.period,
                tree[schedule.lead_id].name,
                each.deadlines.get(tree[agency].level, each.due_at),
                None,
                "",
                None,
                "coming",
                each.opens_at,
            )


def _asks(tree: Tree, schedule: Schedule, agency: int) -> bool:
    """Whether a schedule's scope holds an agency, though others of it may be gone by now."""
    if schedule.lead_id not in tree.nodes or agency == schedule.lead_id or agency not in tree.nodes:
        return False
    if codes := codes_of(schedule.scope):
        return tree[agency].code in codes
    return any(node.id == agency for node in members_of(tree, schedule.lead_id, schedule.scope))


def _names(session: Session) -> Mapping[str, str]:
    """What the last version of each template is called."""
    rows = session.execute(select(Version.template_code, Version.name).order_by(Version.number))
    return {row.template_code: row.name for row in rows}
