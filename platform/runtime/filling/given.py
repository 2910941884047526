"""Figures that the lead unit gives: cells that arrive filled, marked, and locked for who reports.

They stand in a table of their own, by agency, so that they are there before the reports are; a job writes
them into the open ones. What is loaded later changes what it tells and leaves the rest; empty text gives the
cell free. Who had begun is told of a change. A report that was handed in stays as it is until it comes back.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session

from agencies.store import read_tree
from agencies.tree import Node
from core import audit
from core.clock import VIETNAM
from core.db import insert_rows, lock_row
from core.errors import Invalid
from core.jobs import Progress, job
from core.notify import open_lines, request_notices, send_batch
from engine.figures import find_cell, print_figure
from engine.program import Program
from engine.sheet import Place
from runtime.filling.changes import Change
from runtime.filling.entry import save
from runtime.filling.figure_sheet import Told, figure_table, read_cells, read_figure_sheet
from runtime.filling.places import print_place
from runtime.models import Journal, Report, Round
from runtime.programs import program_of
from runtime.rounds.asked_once import typed_places
from runtime.rounds.given_figures import GivenFigure, given_to, write_given
from runtime.rounds.notices import messages, subject_of
from runtime.rounds.opening import asked_agencies, demand_running, find_round, is_left_out
from runtime.sheets import read_sheets
from runtime.steps import EDITABLE

AT_ONCE = 20
"""Reports of one step: what a step saves is written in well under a second."""
GIVEN = "given"
"""The page that the journal names for figures that were given."""
COLUMNS = ("agency_id", "section", "row", "column", "value")
_CELL = (GivenFigure.section, GivenFigure.row, GivenFigure.column)
Figures = Mapping[tuple[int, Place], str]
"""By agency and cell, as exchange texts."""


class Given(NamedTuple):
    """A figure that is given: to the agency of this code, in the cell `A[I1;4]`."""

    agency: str
    cell: str
    value: str


@dataclass(frozen=True)
class Loaded:
    """What a sheet comes to: cells that are new, changed, the same or given free, and those it passes over.

    The form computes the latter. Of the `agencies` in it `handed_in` get what changes when their report comes
    back.
    """

    new: int
    changed: int
    same: int
    freed: int
    computed: int
    agencies: int
    handed_in: int = 0


Source = bytes | Sequence[Given]
"""A sheet, or figures one by one."""


def load_given(
    session: Session, round_id: int, source: Source, *, dry_run: bool = False, actor: str, now: datetime
) -> Loaded:
    """Give figures to agencies of a round, open or opening: all of them, or none where one is at fault."""
    of = lock_row(session, Round, round_id)
    demand_running(of)
    states = dict(session.execute(_states(round_id)).all())
    if of.opened_at is None:
        states = dict.fromkeys(asked_agencies(session, of), EDITABLE[0]) | states
    agencies = {node.code: node.id for node in _nodes(session, of, states)}
    program, there = program_of(session, of.version_id), figures_given(session, round_id)
    loaded, changes = weigh(program, there, read_source(program, source, agencies), agencies)
    shut = {agency for agency, _ in changes if states[agency] not in EDITABLE}
    if changes and not dry_run:
        write_down(session, round_id, there, changes, actor=actor, now=now)
        audit.record(session, actor, "round.give", f"round/{round_id}", now=now, cells=len(changes))
        if of.opened_at is not None:  # else the job that opens it does so
            write_given(session, of, now=now)
    return replace(loaded, handed_in=len(shut))


def look_over(session: Session, version_id: int, source: Source, agencies: Mapping[str, int]) -> Loaded:
    """What figures would come to in a round that is still to be opened for agencies by code."""
    program = program_of(session, version_id)
    return weigh(program, {}, read_source(program, source, agencies), agencies)[0]


def read_source(program: Program, source: Source, agencies: Mapping[str, int]) -> list[Told]:
    """The figures of a source; Invalid with everything that is wrong with it."""
    if isinstance(source, bytes):
        told, findings = read_figure_sheet(program.layout, source, agencies)
    else:
        told, findings = read_cells(program.layout, source, agencies)
    if findings:
        raise Invalid(findings)
    return told


def weigh(
    program: Program, there: Figures, told: Sequence[Told], agencies: Mapping[str, int]
) -> tuple[Loaded, Figures]:
    """What a sheet comes to beside what is given already, and what it changes; "" gives a cell free."""
    typed = typed_places(program, locked=True)
    wanted = {
        (agencies[each.agency], each.place): each.value
        for each in told
        if each.place in typed or each.place[1] not in program.layout.sections[each.place[0]].row_at
    }
    changes = {key: value for key, value in wanted.items() if there.get(key, "") != value}
    freed = sum(not value for value in changes.values())
    new = sum(key not in there for key in changes)
    counted = (new, len(changes) - new - freed, len(wanted) - len(changes), freed)
    return Loaded(*counted, len(told) - len(wanted), len({agency for agency, _ in wanted})), changes


def write_down(
    session: Session, round_id: int, there: Figures, changes: Figures, *, actor: str, now: datetime
) -> None:
    """Keep what `weigh` found to be changed in a round."""
    for agency, (section, row, column) in changes.keys() & there.keys():
        at = {"section": section, "row": row, "column": column}
        session.execute(delete(GivenFigure).filter_by(round_id=round_id, agency_id=agency, **at))
    rows = [(agency, *place, value) for (agency, place), value in changes.items() if value]
    if rows:
        shared = {"round_id": round_id, "actor": actor, "at": now}
        insert_rows(session, GivenFigure, shared, COLUMNS, rows)


@job("runtime.give_figures")
def give(session: Session, checkpoint: int | None, round_id: int, *, now: datetime) -> Iterator[Progress]:
    """Write what is given into the open reports of a round; the checkpoint is the last that was looked at."""
    of = find_round(session, round_id)
    by_agency: dict[int, dict[Place, str]] = {}
    for (agency, place), value in figures_given(session, round_id).items():
        by_agency.setdefault(agency, {})[place] = value
    query = select(Report).filter_by(round_id=round_id).where(Report.agency_id.in_(by_agency))
    reports = session.scalars(query.order_by(Report.id)).all()
    todo = [report for report in reports if report.id > (checkpoint or 0)]
    for start in range(0, len(todo), AT_ONCE):
        some = todo[start : start + AT_ONCE]
        told = [report for report in some if give_one(session, of, report, by_agency[report.agency_id], now)]
        _tell(session, of, told, now)
        yield Progress(some[-1].id, len(reports) - len(todo) + start + len(some), len(reports))


def give_one(session: Session, of: Round, report: Report, given: Mapping[Place, str], now: datetime) -> bool:
    """Write what is given into an open report where it stands otherwise; whether somebody had begun it."""
    report = lock_row(session, Report, report.id)
    if report.state not in EDITABLE or of.closed_at or is_left_out(of, report):
        return False
    layout = program_of(session, report.version_id).layout
    sheet = read_sheets(session, layout, [report.id], "own")[report.id]
    changes = [
        Change(*place, value)
        for place, value in given.items()
        if place[0] in layout.sections and (cell := find_cell(layout.sections[place[0]], *place[1:]))
        if print_figure(cell, sheet.figure(*place)) != value
    ]
    begun = report.revision > 0
    if changes:
        save(
            session,
            report.id,
            base=report.revision,
            idempotency_key=f"{GIVEN}/{report.revision}",
            changes=changes,
            how="imported",
            client=GIVEN,
            gives=True,
            actor=of.requested_by,
            now=now,
        )
    return begun and bool(changes)


def give_back(session: Session, of: Round, report: Report, *, now: datetime) -> None:
    """Write what was given anew into a report that just came back, and tell its agency. Its row is held."""
    if (given := given_to(session, report)) and give_one(session, of, report, given, now):
        _tell(session, of, [report], now)


def figures_given(session: Session, round_id: int) -> Figures:
    """All that is given in a round, by agency and cell."""
    rows = session.execute(
        select(*_CELL, GivenFigure.agency_id, GivenFigure.value).filter_by(round_id=round_id)
    )
    return {(row.agency_id, (row.section, row.row, row.column)): row.value for row in rows}


def given_table(session: Session, round_id: int) -> list[list[str]]:
    """The sheet to load, with what is given already, by agency in the Vietnamese order."""
    of = find_round(session, round_id)
    agencies = session.scalars(select(Report.agency_id).filter_by(round_id=round_id)).all()
    nodes = [node for node in _nodes(session, of, agencies) if node.id != of.lead_id]
    return table_for(session, of.version_id, nodes, figures_given(session, round_id))


def table_for(
    session: Session, version_id: int, nodes: Sequence[Node], given: Figures | None = None
) -> list[list[str]]:
    """The same for a round that is still to be opened for some agencies."""
    program, code = program_of(session, version_id), {node.id: node.code for node in nodes}
    told = {(code[who], place): value for (who, place), value in (given or {}).items() if who in code}
    named = [(node.code, node.name) for node in sorted(nodes, key=lambda each: each.sort_key)]
    return list(figure_table(program.layout, typed_places(program, locked=True), named, told))


def list_given(session: Session, round_id: int) -> list[Given]:
    """What is given in a round, by agency in the Vietnamese order, as people name cells."""
    of, figures = find_round(session, round_id), figures_given(session, round_id)
    nodes = _nodes(session, of, {agency for agency, _ in figures})
    layout, by_agency = program_of(session, of.version_id).layout, dict[int, list[tuple[str, str]]]()
    for (agency, place), value in figures.items():
        by_agency.setdefault(agency, []).append((print_place(layout, place), value))
    return [Given(node.code, *told) for node in nodes for told in sorted(by_agency[node.id])]


def changed_at(session: Session, report_id: int) -> datetime | None:
    """When a figure that had been given was changed the last time; None where none was."""
    changes = select(Journal.at).filter_by(report_id=report_id, client=GIVEN).where(Journal.old != "")
    return session.scalars(changes.order_by(Journal.id.desc()).limit(1)).first()


def _nodes(session: Session, of: Round, agencies: Collection[int]) -> list[Node]:
    """Agencies of a round in the Vietnamese order."""
    tree = read_tree(session, of.period_end, besides=agencies)
    return sorted((tree[agency] for agency in agencies), key=lambda each: each.sort_key)


def _states(round_id: int) -> Select[int, str]:
    return select(Report.agency_id, Report.state).filter_by(round_id=round_id)


def _tell(session: Session, of: Round, reports: Sequence[Report], now: datetime) -> None:
    """Tell those who had begun that figures they were given are others now, if a channel is enabled."""
    if not reports or not open_lines(session):
        return
    agencies = [report.agency_id for report in reports]
    tree = read_tree(session, now.astimezone(VIETNAM).date(), besides={*agencies, of.lead_id})
    batch, facts = f"round/{of.id}/given/{now:%Y%m%d%H%M%S}", {"lead": tree[of.lead_id].name}
    wanted = list(messages(session, of, tree, dict.fromkeys(agencies, facts), batch, now=now))
    if request_notices(session, subject_of(of.id), batch, "given_changed", wanted, now=now):
        send_batch(session, batch, actor=of.requested_by, now=now)
