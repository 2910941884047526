"""The correction desk of an agency: what it asks, grants, fills and approves, totals it has to answer for."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from agencies.store import read_tree
from agencies.tree import Tree
from core.clock import VIETNAM
from runtime.flow.changed import Changed
from runtime.flow.comments import unread
from runtime.flow.complaints import open_complaints
from runtime.flow.correction_models import (
    APPROVED,
    ASKED,
    DONE,
    FILLED,
    GRANTED,
    REFUSED,
    TO_NOTE,
    TO_SIGN,
    WITHDRAWN,
    Complaint,
    Correction,
    CorrectionCell,
    CorrectionMove,
    Ripple,
)
from runtime.flow.corrections import cells_of, find_correction, is_expired
from runtime.flow.ripple import changed_cells
from runtime.models import Report, Round
from runtime.periods import Period
from runtime.rounds.opening import period
from runtime.titles import title_in
from template_library.models import Version

LONGEST = 500
OVER = (DONE, APPROVED, REFUSED, WITHDRAWN)
TURNS = {ASKED: "grant", GRANTED: "fill", FILLED: "approve"}
"""What a correction waits for."""


@dataclass(frozen=True)
class Head:
    """A report as a line names it."""

    report: int
    round: int
    template: str
    name: str
    period: Period
    agency: str
    receiver: str
    agency_id: int
    receiver_id: int | None


@dataclass(frozen=True)
class Line:
    """A correction; its `turn` is what it waits for, "expired" or "over", `mine` whether by this agency."""

    id: int
    head: Head
    state: str
    turn: str
    mine: bool
    reason: str
    cells: int
    until: datetime | None
    asked_by: str
    asked_at: datetime


@dataclass(frozen=True)
class RippleLine:
    """A total that a correction changed; `percent` is the largest change, None where there was no figure."""

    id: int
    correction: int
    head: Head
    state: str
    revision: int
    cells: Sequence[Changed]
    note: str | None
    actor: str | None
    at: datetime | None

    @property
    def largest(self) -> Changed:
        """The cell that changed most, in percent."""
        return max(self.cells, key=lambda cell: (cell.percent is None, cell.percent or 0))


@dataclass(frozen=True)
class ComplaintLine:
    """A complaint about a report."""

    complaint: Complaint
    head: Head
    overdue: bool


@dataclass(frozen=True)
class Desk:
    """What an agency has to do with corrections, and what is on its way or over."""

    corrections: Sequence[Line]
    ripples: Sequence[RippleLine]
    complaints: Sequence[ComplaintLine]


@dataclass(frozen=True)
class CorrectionView:
    """A correction with its cells, its way, and the totals that it changed, the lowest first."""

    line: Line
    cells: Sequence[CorrectionCell]
    findings: Sequence[Mapping[str, object]]
    moves: Sequence[CorrectionMove]
    ripples: Sequence[RippleLine]


@dataclass(frozen=True)
class Waiting:
    """What the inbox tells beside reports."""

    corrections: int
    ripples: int
    complaints: int
    unread: Mapping[int, int]


def read_desk(session: Session, agency: int, *, now: datetime) -> Desk:
    """Everything of an agency in a fixed number of queries, what it has to do first."""
    today = now.astimezone(VIETNAM).date()
    theirs = or_(Report.agency_id == agency, Report.receiver_id == agency)
    found = select(Correction).join(Report, Report.id == Correction.report_id).where(theirs)
    corrections = session.scalars(found.order_by(Correction.id.desc()).limit(LONGEST)).all()
    rippled = select(Ripple).join(Report, Report.id == Ripple.report_id).where(Report.agency_id == agency)
    ripples = session.scalars(rippled.order_by(Ripple.id.desc()).limit(LONGEST)).all()
    complaints = open_complaints(session, agency)
    named = {each.report_id for each in corrections} | {each.report_id for each in ripples}
    heads = _heads(session, named | {each.report_id for each in complaints}, today)
    lines = _lines(session, corrections, heads, agency, now)
    totals = [_ripple(each, heads) for each in ripples]
    return Desk(
        sorted(lines, key=lambda line: not line.mine),
        sorted(totals, key=lambda each: each.state not in (TO_SIGN, TO_NOTE)),
        [ComplaintLine(each, heads[each.report_id], each.answer_by < today) for each in complaints],
    )


def read_correction(session: Session, correction_id: int, *, agency: int, now: datetime) -> CorrectionView:
    """One correction as an agency sees it."""
    correction = find_correction(session, correction_id)
    ripples = session.scalars(select(Ripple).filter_by(correction_id=correction_id).order_by(Ripple.id)).all()
    named, today = {each.report_id for each in ripples}, now.astimezone(VIETNAM).date()
    heads = _heads(session, named | {correction.report_id}, today)
    moves = select(CorrectionMove).filter_by(correction_id=correction_id).order_by(CorrectionMove.id)
    return CorrectionView(
        _lines(session, [correction], heads, agency, now)[0],
        cells_of(session, correction_id),
        correction.findings or (),
        session.scalars(moves).all(),
        [_ripple(each, heads) for each in ripples],
    )


def waiting(session: Session, agency: int, login: str) -> Waiting:
    """What waits for an agency besides reports, and comments that somebody has not read."""
    mine = or_(
        (Report.receiver_id == agency) & (Correction.state == ASKED),
        (Report.agency_id == agency) & Correction.state.in_((GRANTED, FILLED)),
    )
    asked = select(func.count()).select_from(Correction).join(Report).where(mine)
    rippled = select(func.count()).select_from(Ripple).join(Report)
    rippled = rippled.where(Report.agency_id == agency, Ripple.state.in_((TO_SIGN, TO_NOTE)))
    return Waiting(
        session.execute(asked).scalar_one(),
        session.execute(rippled).scalar_one(),
        len(open_complaints(session, agency)),
        unread(session, agency, login),
    )


def _heads(session: Session, reports: Iterable[int], on: date) -> Mapping[int, Head]:
    rows = session.execute(
        select(Report, Round, Version.name)
        .join(Round, Round.id == Report.round_id)
        .join(Version, Version.id == Report.version_id)
        .where(Report.id.in_(set(reports)))
    ).all()
    named = {agency for row in rows for agency in (row.Report.agency_id, row.Report.receiver_id) if agency}
    tree = read_tree(session, on, besides=named)
    return {row.Report.id: _head(row.Report, row.Round, row.name, tree) for row in rows}


def _head(report: Report, of: Round, name: str, tree: Tree) -> Head:
    asked = period(of)
    receiver = tree[report.receiver_id].name if report.receiver_id else ""
    agency = tree[report.agency_id].name
    title = title_in(name, asked)
    template, receiver_id = of.template_code, report.receiver_id
    return Head(report.id, of.id, template, title, asked, agency, receiver, report.agency_id, receiver_id)


def _lines(
    session: Session, corrections: Sequence[Correction], heads: Mapping[int, Head], agency: int, now: datetime
) -> list[Line]:
    ids = [each.id for each in corrections]
    counted = select(CorrectionCell.correction_id, func.count()).group_by(CorrectionCell.correction_id)
    found = session.execute(counted.where(CorrectionCell.correction_id.in_(ids)))
    cells = {each: number for each, number in found}
    moves = select(CorrectionMove).where(CorrectionMove.correction_id.in_(ids), CorrectionMove.name == "ask")
    asked = {each.correction_id: each for each in session.scalars(moves)}

    def line(each: Correction) -> Line:
        head = heads[each.report_id]
        turn = "expired" if is_expired(each, now) else TURNS.get(each.state, "over")
        turns = {"grant": head.receiver_id, "fill": head.agency_id, "approve": head.agency_id}
        by, at = asked[each.id].actor, asked[each.id].at
        mine = turns.get(turn) == agency
        return Line(each.id, head, each.state, turn, mine, each.reason, cells[each.id], each.until, by, at)

    return [line(each) for each in corrections]


def _ripple(each: Ripple, heads: Mapping[int, Head]) -> RippleLine:
    changed = changed_cells(each)
    head, settled = heads[each.report_id], (each.note, each.actor, each.at)
    return RippleLine(each.id, each.correction_id, head, each.state, each.revision, changed, *settled)
