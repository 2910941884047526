"""Summing up: the reports a receiver accepted become the `children` part of its own report.

Each cell is summed by its own rule, then formulas are computed when the report is read. What was summed is
kept beside: which report in which revision, and how many of how many. Running it again on the same reports
leaves the same rows.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import numpy as np
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from agencies.store import read_tree
from agencies.tree import Tree
from core.db import insert_rows, lock_row
from core.errors import NotFound
from core.jobs import Job, Progress, job, request_job
from engine.layout import Layout
from engine.rollup.aggregate import Aggregated, Child, aggregate
from engine.rollup.imputation import as_imputed
from engine.sheet import Sheet
from engine.transfer import transfer
from runtime.filling.contexts import whole_sheets
from runtime.gathering import covered, gathered
from runtime.models import Contribution, Report
from runtime.programs import program_of
from runtime.rounds.membership import left_out
from runtime.rounds.opening import demand_running, find_round
from runtime.sheets import read_sheets, write_sheet
from runtime.steps import EDITABLE, HANDED_IN, demand_editable
from runtime.totals.bulletins import last_known, marks
from runtime.totals.increments import exchange, tally_to_json
from runtime.totals.missing import imputed_marks, in_their_place
from runtime.totals.stacks import ChildRow, are_typed, children_of, sum_up_typed

ACCEPTED = ("accepted",)
CHUNK = 10_000
"""Names in one statement; SQLite takes some thirty thousand."""


def request_consolidation(
    session: Session, round_id: int, *, include_submitted: bool = False, actor: str, now: datetime
) -> Job:
    """Ask for the round to be summed up, from the lowest receivers to the lead unit."""
    of = find_round(session, round_id)
    demand_running(of)
    report = session.scalars(select(Report).filter_by(round_id=round_id, agency_id=of.lead_id)).one_or_none()
    if report is None:
        raise NotFound("round.not_open", id=str(round_id))
    demand_editable(report.state)
    return request_job(session, "runtime.consolidate", round_id, include_submitted, actor=actor, now=now)


@job("runtime.consolidate")
def consolidate_round(
    session: Session, checkpoint: int | None, round_id: int, include_submitted: bool, *, now: datetime
) -> Iterator[Progress]:
    """Sum up receiver after receiver; the checkpoint is how many are done."""
    receivers = _from_below(session, round_id)
    states = HANDED_IN if include_submitted else ACCEPTED
    for done, report_id in enumerate(receivers[checkpoint or 0 :], start=(checkpoint or 0) + 1):
        consolidate(session, report_id, states)
        yield Progress(checkpoint=done, done=done, total=len(receivers))


def consolidate(session: Session, report_id: int, states: Sequence[str]) -> None:
    """Write the children's part of one receiver's report; a report that went on is left as it is."""
    report = lock_row(session, Report, report_id)
    if report.state in EDITABLE:
        below = children_of(session, report)
        _write(session, report, below, _counting(session, report, below, states), states)


def consolidate_again(session: Session, report: Report) -> None:
    """Write the children's part from the reports it was summed up from, as they are now. Its row is held."""
    below = children_of(session, report)
    _write(session, report, below, _counted(session, report, below), _states_of(report))


def summed_anew(session: Session, report: Report) -> Sheet | None:
    """A total from its parts read one by one, as a check; None where they were changed since."""
    below, layout = children_of(session, report), program_of(session, report.version_id).layout
    counted = _counted(session, report, below)
    if {child.id: child.revision for child in counted} != _lineage(session, report.id):
        return None
    imputed = [] if find_round(session, report.round_id).event_id else _late(below, counted)
    return _sum_up(session, layout, report, counted, [child.id for child in imputed])[0].sheet


def _counting(
    session: Session, report: Report, below: Sequence[ChildRow], states: Sequence[str]
) -> list[ChildRow]:
    """The reports that a total is made of."""
    there = [child for child in below if child.state in states]
    return [*there, *_others(session, report, below, states)]


def _counted(session: Session, report: Report, below: Sequence[ChildRow]) -> list[ChildRow]:
    """The reports that a total was made of, as they are now."""
    known = _lineage(session, report.id)
    there = [*below, *_others(session, report, below, _states_of(report))]
    return [child for child in there if child.id in known]


def _late(below: Sequence[ChildRow], counted: Sequence[ChildRow]) -> list[ChildRow]:
    there = set(below)
    return [child for child in counted if child not in there]


def _states_of(report: Report) -> Sequence[str]:
    states: Sequence[str] = (report.coverage or {}).get("states", ACCEPTED)
    return states


def _others(
    session: Session, report: Report, below: Sequence[ChildRow], states: Sequence[str]
) -> list[ChildRow]:
    """Earlier reports in the place of those that are not in: the last of a bulletin, or as the round says."""
    late = last_known(session, report, below, states)
    return late or in_their_place(session, report, below, states)


def _write(
    session: Session,
    report: Report,
    below: Sequence[ChildRow],
    counted: Sequence[ChildRow],
    states: Sequence[str],
) -> None:
    of, layout = find_round(session, report.round_id), program_of(session, report.version_id).layout
    known, lineage = _lineage(session, report.id), {child.id: child.revision for child in counted}
    late = _late(below, counted)
    more: Mapping[str, Any] = {}
    if report.rows is None and not late and are_typed(session, report, below):
        one_shape = {child.version_id for child in below} <= {report.version_id}
        few = exchange(session, layout, report, known, lineage) if one_shape else None
        summed = few or sum_up_typed(session, layout, report, counted)
        exact = tuple(states) == ACCEPTED and not summed.too_large
        report.tally = tally_to_json(summed) if exact else None
    else:
        imputed = () if of.event_id else [child.id for child in late]
        summed, more = _sum_up(session, layout, report, counted, imputed)
        report.tally = None
    before = read_sheets(session, layout, [report.id], "children")[report.id]
    if write_sheet(session, report.id, "children", before, summed.sheet):
        report.revision += 1
    _keep_lineage(session, report.id, set(known.items()), set(lineage.items()))
    report.coverage = {
        **_coverage(layout, summed, len(below)),
        "states": list(states),
        "left_out": _left_out(session, report),
        **more,
        **(marks if of.event_id else imputed_marks)(session, report, late),
    }
    session.flush()


def _left_out(session: Session, report: Report) -> list[dict[str, str]]:
    """Who is not expected in a total, and why."""
    gone = left_out(session, report.round_id, report.agency_id)
    return [{"code": each.code, "name": each.name, "reason": each.reason} for each in gone]


def _sum_up(
    session: Session, layout: Layout, report: Report, counted: Sequence[ChildRow], imputed: Collection[int]
) -> tuple[Aggregated, Mapping[str, Any]]:
    """The children that count, summed up one by one, and what is to be told of a form they share.

    Figures of `imputed` reports are those of another period.
    """
    query = select(Report).filter_by(round_id=report.round_id, receiver_id=report.agency_id)
    reports = session.scalars(query.order_by(Report.id)).all()
    counting = select(Report).where(Report.id.in_([child.id for child in counted])).order_by(Report.id)
    children = [
        replace(child, sheet=transfer(child.sheet, layout, {}).sheet)
        if child.sheet.layout is not layout
        else child
        for child in read_children(session, session.scalars(counting).all())
    ]
    children = [
        replace(child, sheet=as_imputed(child.sheet)) if int(child.key) in imputed else child
        for child in children
    ]
    summed = aggregate(layout, children)
    if report.rows is None:
        return summed, {}
    sheets = {int(child.key): child.sheet for child in children}
    cells = _coverage(layout, summed, len(reports))["cells"]
    told = covered(_tree(session, report, reports), reports, sheets, cells)
    return replace(summed, sheet=gathered(layout, summed.sheet, reports, sheets)), told


def _lineage(session: Session, report_id: int) -> dict[int, int]:
    """The reports that were summed up, with their revisions."""
    rows = Contribution.__table__.c
    found = select(rows.child_id, rows.revision).where(rows.report_id == report_id)
    return {child: revision for child, revision in session.execute(found).all()}


def _keep_lineage(
    session: Session, report_id: int, known: set[tuple[int, int]], counted: set[tuple[int, int]]
) -> None:
    """Which reports were summed up, in which revision; rows that are right stay."""
    gone, new = known - counted, counted - known
    for start in range(0, len(gone), CHUNK):
        ids = [child for child, _ in sorted(gone)[start : start + CHUNK]]
        session.execute(
            delete(Contribution).where(Contribution.report_id == report_id, Contribution.child_id.in_(ids))
        )
    if new:
        insert_rows(session, Contribution, {"report_id": report_id}, ("child_id", "revision"), sorted(new))


def _tree(session: Session, report: Report, below: Sequence[Report]) -> Tree:
    on = find_round(session, report.round_id).period_end
    return read_tree(session, on, besides=[child.agency_id for child in below])


def is_stale(session: Session, report: Report) -> bool:
    """Whether a total was summed up from other reports than it would be now, or from other revisions."""
    if report.coverage is None:
        return False
    counting = _counting(session, report, children_of(session, report), _states_of(report))
    return {child.id: child.revision for child in counting} != _lineage(session, report.id)


def read_children(session: Session, reports: Sequence[Report]) -> list[Child]:
    """Whole figures of reports, named by report id; those that have children of their own are rare."""
    sheets = whole_sheets(session, reports)
    return [Child(str(report.id), sheets[report.id]) for report in reports]


def _from_below(session: Session, round_id: int) -> list[int]:
    """Reports of receivers, those furthest from the lead unit first."""
    rows = session.execute(
        select(Report.id, Report.agency_id, Report.receiver_id).filter_by(round_id=round_id)
    ).all()
    receiver = {row.agency_id: row.receiver_id for row in rows}
    report = {row.agency_id: row.id for row in rows}

    def depth(agency: int) -> int:
        steps, above = 0, receiver[agency]
        while above is not None:
            steps, above = steps + 1, receiver[above]
        return steps

    receiving = {above for above in receiver.values() if above is not None}
    return [report[agency] for agency in sorted(receiving, key=lambda agency: (-depth(agency), agency))]


def _coverage(layout: Layout, summed: Aggregated, expected: int) -> dict[str, Any]:
    """How many reports were summed up of how many; per cell where only some of them gave a figure."""
    cells: dict[str, dict[str, dict[str, int]]] = {}
    for section, entered in summed.entered.items():
        shape = layout.sections[section]
        for index in np.flatnonzero((entered > 0) & (entered < summed.reports)).tolist():
            row, column = divmod(index, len(shape.columns))
            by_row = cells.setdefault(section, {}).setdefault(shape.rows[row].id, {})
            by_row[shape.columns[column].id] = int(entered[index])
    large = [f"{section}[{row};{column}]" for section, row, column in summed.too_large]
    return {"counted": summed.reports, "expected": expected, "cells": cells, "too_large": large}
