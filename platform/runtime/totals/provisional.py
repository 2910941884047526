"""Provisional totals: everything entered below a receiver, accepted or not, apart from the total it hands on.

They are kept, so that lists can show them: workers ask which are behind, and a job goes up from the lowest
receiver; where few reports changed only those are read. Who looks at one that is behind meanwhile has it
summed up for him. A total lags, but is never wrong: `differences` sums all up again and compares.
"""

from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from core.db import insert_new, lock_row
from core.jobs import Job, Progress, job, request_job
from core.ticks import on_tick
from engine.findings import Finding
from engine.layout import Layout
from engine.rollup.aggregate import Aggregated, Child, aggregate
from engine.sheet import OpenRow, Sheet
from engine.transfer import transfer
from runtime.filling.contexts import context_of
from runtime.gathering import gathered
from runtime.models import Report, Round
from runtime.programs import program_of
from runtime.rounds.opening import find_round
from runtime.sheets import read_sheets, unpack, whole
from runtime.totals.increments import are_few, exchange_few, tally_to_json
from runtime.totals.models import Provisional
from runtime.totals.stacks import ChildRow, are_typed, children_of, sum_up_typed

REFRESH = "runtime.refresh_provisional"
Known = Mapping[int, Sequence[int]]
"""The reports below a receiver: revision, and the number of their own provisional total."""


@dataclass(frozen=True)
class Entered:
    """The total of what is entered below a receiver, and how many reports are in each state.

    `entered` of `expected` reports hold figures; `untouched` counts those being filled that hold none.
    """

    sheet: Sheet
    states: Mapping[str, int]
    untouched: int
    entered: int
    expected: int


def provisional(session: Session, report: Report) -> Entered:
    """The provisional total of a receiver's report as of now, whether or not what is kept is behind."""
    below = children_of(session, report)
    states: dict[str, int] = {}
    for child in below:
        states[child.state] = states.get(child.state, 0) + 1
    untouched = sum(child.state == "entering" and not child.revision for child in below)
    entered = sum(child.revision > 0 for child in below)
    return Entered(_below(session, report).sheet, states, untouched, entered, len(below))


def refresh(session: Session, report_id: int, now: datetime) -> bool:
    """Bring what is kept of a receiver's provisional total up to date; whether its figures changed.

    Its children's own ones must be.
    """
    report = session.get_one(Report, report_id)
    layout = program_of(session, report.version_id).layout
    blank = {"report_id": report_id, "number": 0, "revisions": 0, "known": {}, "figures": {}, "at": now}
    insert_new(session, Provisional, [blank])
    kept = lock_row(session, Provisional, report_id)
    below = children_of(session, report)
    known = _known(session, below)
    before = {int(child): numbers for child, numbers in kept.known.items()}
    if known == before:
        return False
    summed = _exchanged(session, layout, report, below, kept, before, known)
    is_exact = True
    if summed is None:
        summed = _summed(session, layout, report, below)
        # where somebody saved while it was read, nobody knows whether that is in
        is_exact = known == _known(session, children_of(session, report))
    is_exact &= bool(summed.marks) and not summed.too_large
    figures = pack_figures(summed.sheet)
    changed = figures != kept.figures
    kept.number += changed
    kept.known = {str(child): list(numbers) for child, numbers in known.items()}
    kept.revisions = sum(child.revision for child in below)
    kept.figures, kept.tally, kept.at = figures, tally_to_json(summed) if is_exact else None, now
    session.flush()
    return changed


@on_tick
def refresh_changed(session: Session, now: datetime) -> int:
    """Have the rounds summed up in which somebody saved since; how many. One at a time for each round."""
    under_way = select(Job.arguments).where(Job.function == REFRESH, Job.state.in_(("pending", "running")))
    busy = {arguments[0] for arguments in session.scalars(under_way)}
    behind = [round_id for round_id in _behind(session) if round_id not in busy]
    for round_id in behind:
        request_job(session, REFRESH, round_id, now=now)
    return len(behind)


@job(REFRESH)
def refresh_round(
    session: Session, checkpoint: int | None, round_id: int, *, now: datetime
) -> Iterator[Progress]:
    """Go up from the lowest receivers; the checkpoint is how many are done."""
    receivers = receivers_from_below(session, round_id)
    for done, report_id in enumerate(receivers[checkpoint or 0 :], start=(checkpoint or 0) + 1):
        refresh(session, report_id, now)
        yield Progress(checkpoint=done, done=done, total=len(receivers))


def differences(session: Session, round_id: int) -> list[Finding]:
    """What is kept compared with all reports summed up once more, to the last unit; nothing where all agree.

    Totals that are behind are told too.
    """
    found = []
    for report_id in receivers_from_below(session, round_id):
        report = session.get_one(Report, report_id)
        kept = session.get(Provisional, report_id)
        below = children_of(session, report)
        known = {str(child): list(numbers) for child, numbers in _known(session, below).items()}
        facts = {"report": report_id}
        if kept is None or kept.known != known:
            found.append(Finding("provisional.behind", facts=facts))
        elif kept.figures != pack_figures(_below(session, report, kept_ones=False).sheet):
            found.append(Finding("provisional.differs", facts=facts))
    return found


def receivers_from_below(session: Session, round_id: int) -> list[int]:
    """The reports that reports come to, those furthest from the lead unit first."""
    rows = session.execute(
        select(Report.id, Report.agency_id, Report.receiver_id).filter_by(round_id=round_id)
    )
    of_agency = {agency: (report, receiver) for report, agency, receiver in rows}
    receiving = {receiver for _, receiver in of_agency.values() if receiver in of_agency}

    def depth(agency: int) -> int:
        receiver = of_agency[agency][1]
        return 0 if receiver is None else 1 + depth(receiver)

    return [of_agency[agency][0] for agency in sorted(receiving, key=lambda each: (-depth(each), each))]


def pack_figures(sheet: Sheet) -> dict[str, Any]:
    """A sheet as a JSON value, by section: its block, and its open rows in their order."""
    return {
        section: {
            "block": b64encode(sheet.block(section).to_bytes()).decode(),
            "texts": {str(at): text for at, text in sheet.block(section).texts.items()},
            "rows": [
                [
                    row.key,
                    row.pattern,
                    row.agency,
                    b64encode(row.block.to_bytes()).decode(),
                    {str(at): text for at, text in row.block.texts.items()},
                ]
                for row in sheet.open_rows.get(section, {}).values()
            ],
        }
        for section in sheet.layout.sections
    }


def unpack_figures(layout: Layout, data: Mapping[str, Any]) -> Sheet:
    """The sheet that `pack_figures` wrote."""
    kept = {section: data[section] for section in layout.sections if section in data}
    blocks = {section: unpack(b64decode(of["block"]), of["texts"]) for section, of in kept.items()}
    rows = {
        section: {
            key: OpenRow(key, pattern, unpack(b64decode(packed), texts), agency)
            for key, pattern, agency, packed, texts in of["rows"]
        }
        for section, of in kept.items()
    }
    return Sheet(layout, blocks, rows)


def entered_children(
    session: Session, layout: Layout, reports: Sequence[Report], *, kept_ones: bool = True
) -> list[Child]:
    """All that stands in reports or below them, in the shape of `layout`, named by report id."""
    receivers: set[int | None] = set()
    for round_id in {report.round_id for report in reports}:
        receivers |= set(session.scalars(select(Report.receiver_id).filter_by(round_id=round_id).distinct()))
    found: dict[int, Sheet] = {}
    for version_id in {report.version_id for report in reports}:
        program = program_of(session, version_id)
        group = [report for report in reports if report.version_id == version_id]
        own = read_sheets(session, program.layout, [report.id for report in group], "own")
        for report in group:
            sheet = own[report.id]
            if report.agency_id in receivers:
                context, _ = context_of(session, program, report)
                total = _below(session, report, kept_ones=kept_ones).sheet
                sheet = whole(program, sheet, total, context)
            found[report.id] = sheet if sheet.layout is layout else transfer(sheet, layout, {}).sheet
    return [Child(str(report.id), found[report.id]) for report in reports]


def _below(session: Session, report: Report, *, kept_ones: bool = True) -> Aggregated:
    """The total below a receiver: what is kept where it is of now, else summed up, receiver by receiver."""
    layout = program_of(session, report.version_id).layout
    below = children_of(session, report)
    kept = session.get(Provisional, report.id) if kept_ones else None
    if kept is not None and kept.known == {str(c): list(n) for c, n in _known(session, below).items()}:
        return Aggregated(unpack_figures(layout, kept.figures), len(below), {})
    return _summed(session, layout, report, below, kept_ones=kept_ones)


def _summed(
    session: Session, layout: Layout, report: Report, below: Sequence[ChildRow], *, kept_ones: bool = True
) -> Aggregated:
    counted = [child for child in below if child.revision]
    if report.rows is None and are_typed(session, report, below):
        return sum_up_typed(session, layout, report, counted)
    ids = [child.id for child in below]
    reports = session.scalars(select(Report).where(Report.id.in_(ids)).order_by(Report.id)).all()
    children = entered_children(session, layout, reports, kept_ones=kept_ones)
    summed = aggregate(layout, children)
    if report.rows is not None:
        sheets = {int(child.key): child.sheet for child in children}
        summed = replace(summed, sheet=gathered(layout, summed.sheet, reports, sheets))
    return replace(summed, marks={})  # of such a total no tally is kept


def _exchanged(
    session: Session,
    layout: Layout,
    report: Report,
    below: Sequence[ChildRow],
    kept: Provisional,
    before: Known,
    known: Known,
) -> Aggregated | None:
    """The total by the few reports that changed; None where all have to be read."""
    was, stands = ({child: numbers[0] for child, numbers in each.items()} for each in (before, known))
    if kept.tally is None or not are_few(layout, was, stands) or not are_typed(session, report, below):
        return None
    if {child.version_id for child in below} != {report.version_id}:
        return None
    total = unpack_figures(layout, kept.figures)
    return exchange_few(session, layout, total, kept.tally, was, stands)


def _known(session: Session, below: Sequence[ChildRow]) -> Known:
    ids = [child.id for child in below]
    query = select(Provisional.report_id, Provisional.number).join(Report)
    if below:
        query = query.where(Report.round_id == session.get_one(Report, ids[0]).round_id)
    numbers = {report: number for report, number in session.execute(query)} if below else {}
    return {
        child.id: [child.revision, numbers.get(child.id, 0)]
        for child in below
        if child.revision or numbers.get(child.id)
    }


def _behind(session: Session) -> list[int]:
    """Open rounds in which the revisions below a receiver add up to something else than what is kept."""
    total, below = aliased(Report), aliased(Report)
    sums = (
        select(total.round_id)
        .join(below, (below.round_id == total.round_id) & (below.receiver_id == total.agency_id))
        .join(Round, Round.id == total.round_id)
        .outerjoin(Provisional, Provisional.report_id == total.id)
        .where(Round.opened_at.is_not(None), Round.closed_at.is_(None))
        .group_by(total.id, total.round_id, Provisional.revisions)
        .having(func.sum(below.revision) != func.coalesce(Provisional.revisions, 0))
    )
    return sorted(set(session.scalars(sums)))


def request_refresh(session: Session, round_id: int, *, actor: str, now: datetime) -> Job:
    """Have all provisional totals of a round looked at now, without waiting for the clock."""
    find_round(session, round_id)
    return request_job(session, REFRESH, round_id, actor=actor, now=now)
