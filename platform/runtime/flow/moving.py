"""Open reports of a round go over to another version of its form: what fits is kept, the rest is told.

Reports that were handed in stay as they are, in the version they were filled in. Going back is the same walk
to the version before: what had no place in between comes back. Words and documents stay where they are, by
the ids of their headings and sections.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session, defer

from core import audit
from core.db import insert_rows, lock_row
from core.errors import Conflict, Invalid
from core.jobs import Job, Progress, job, request_job
from engine.calculate import calculate
from engine.context import Context
from engine.figures import find_cell, parse_figure, print_figure
from engine.findings import Finding
from engine.program import Program
from engine.rollup.share import rest_of
from engine.sheet import Figure, Place, Sheet, Status
from engine.transfer import Became, Transferred, inverse, transfer
from runtime.filling.checking import check_sheet
from runtime.filling.contexts import context_of
from runtime.filling.entry import ENTRY
from runtime.filling.standing import standing
from runtime.filling.words import read_words, with_words
from runtime.gathering import gathers, print_key, read_key
from runtime.models import Journal, Move, Report, Round, RoundMove, VersionChange
from runtime.programs import program_for, program_of
from runtime.rounds.notices import tell_version
from runtime.rounds.opening import demand_running, find_round
from runtime.sheets import clear_sheet, read_parts, whole, write_sheet
from runtime.steps import EDITABLE
from template_library.models import Version
from template_library.versions import get_version

CHUNK = 20
"""Reports moved in one step: the write lock is held for less than a second."""
MOVE, MOVED = "version", "moved"
"""What it is called in the history of a report and of its round, and of a figure."""


def open_rounds(session: Session, template: str, lead: int) -> Sequence[Round]:
    """The rounds of a template whose reports an agency may have go over, the latest first."""
    running = select(Round).filter_by(template_code=template, lead_id=lead, closed_at=None)
    return session.scalars(running.where(Round.opened_at.is_not(None)).order_by(Round.id.desc())).all()


def versions_of(session: Session, of: Round) -> Sequence[Version]:
    """The versions that the round may go over to, the latest first; its own where reports are behind."""
    known = select(Version).options(defer(Version.file)).filter_by(template_code=of.template_code)
    known = known.order_by(Version.number.desc())
    behind = stragglers(session, of)
    return [each for each in session.scalars(known) if each.id != of.version_id or behind]


def stragglers(session: Session, of: Round) -> Sequence[int]:
    """Open reports that are not in the round's version, as one that was returned after the others moved."""
    behind = select(Report.id).where(Report.round_id == of.id, Report.state.in_(EDITABLE))
    return session.scalars(behind.where(Report.version_id != of.version_id)).all()


def request_move(
    session: Session, round_id: int, version_id: int, became: Became, *, actor: str, now: datetime
) -> Job:
    """Have every open report of a round go over to a version of its template, in the background.

    `became` says what rows and columns are called now; where nothing is said, what was said before counts.
    """
    of = lock_row(session, Round, round_id)
    demand_movable(session, of, version_id)
    before, after = get_version(session, of.version_id), get_version(session, version_id)
    became = became or became_before(session, of.id, before.id, after.id)
    of.rows, of.version_id = _shared_rows(session, of, after.id, became), after.id
    # a total that exchanges a few reports must not look for figures in a shape they no longer have
    totals = update(Report).where(Report.round_id == of.id, Report.tally.is_not(None))
    session.execute(totals.values(tally=None))
    numbers = {"before": before.number, "after": after.number}
    made = RoundMove(round_id=of.id, name=MOVE, actor=actor, at=now)
    made.reason = f"{before.number} → {after.number}"
    session.add(made)
    audit.record(session, actor, "round.version", f"round/{of.id}", now=now, **numbers)
    arguments = (of.id, made.id, before.id, after.id, became)
    asked = request_job(session, "runtime.move_version", *arguments, actor=actor, now=now)
    of.job_id = asked.id
    session.flush()
    return asked


def demand_movable(session: Session, of: Round, version_id: int) -> None:
    """Raise where the round is not open, or has no reports that could go over to this version."""
    demand_running(of)
    if of.opened_at is None:
        raise Conflict("round.not_open", id=str(of.id))
    if version_id not in [each.id for each in versions_of(session, of)]:
        raise Invalid([Finding("round.version", facts={"template": of.template_code})])


def became_before(session: Session, round_id: int, before: int, after: int) -> Became:
    """What was said of rows and columns when reports of the round went this way, or the other way."""
    for start, end, turned in ((before, after, False), (after, before, True)):
        known = select(VersionChange.became).join(Report).where(Report.round_id == round_id)
        known = known.where(VersionChange.version_before == start, VersionChange.version_after == end)
        found = session.scalars(known.order_by(VersionChange.id.desc()).limit(1)).one_or_none()
        if found is not None:
            return inverse(found) if turned else dict(found)
    return {}


def _shared_rows(session: Session, of: Round, version_id: int, became: Became) -> Any:
    """Who fills which rows of a shared form from now on; what is new is the lead unit's."""
    if of.rows is None:
        return None
    found = {agency: _renamed(rows, became) for agency, rows in of.rows.items()}
    _give_rest(session, version_id, found[str(of.lead_id)], found.values())
    return found


def _split_rows(session: Session, report: Report, became: Became) -> Any:
    """What is left of a report that was split among those below, or the part of one of them."""
    if report.rows is None:
        return None
    mine = _renamed(report.rows, became)
    if gathers(report):
        below = select(Report.rows).filter_by(round_id=report.round_id, receiver_id=report.agency_id)
        theirs = [_renamed(rows or {}, became) for rows in session.scalars(below)]
        _give_rest(session, report.version_id, mine, [mine, *theirs])
    return mine


def _renamed(kept: Mapping[str, Sequence[str]], became: Became) -> dict[str, list[str]]:
    """Rows and cells of a part with those that they became beside them."""
    found = {}
    for section, keys in kept.items():
        rows, columns = (became.get(section, {}).get(kind, {}) for kind in ("rows", "columns"))
        names = (key.partition(";") for key in keys)
        moved = [f"{rows.get(row) or row}{sign}{columns.get(name) or name}" for row, sign, name in names]
        found[section] = list(dict.fromkeys([*keys, *moved]))
    return found


def _give_rest(
    session: Session, version_id: int, to: dict[str, list[str]], hands: Iterable[Mapping[str, Sequence[str]]]
) -> None:
    """What is in nobody's hand belongs to who gathers."""
    parts = [(section, key) for hand in hands for section, keys in hand.items() for key in keys]
    given = frozenset(read_key(*part) for part in parts)
    for key in sorted(rest_of(program_of(session, version_id).layout, given)):
        to.setdefault(key[0], []).append(print_key(key))


@job("runtime.move_version")
def move_version(
    session: Session,
    checkpoint: int | None,
    round_id: int,
    move_id: int,
    version_before: int,
    version_id: int,
    became: Became,
    *,
    now: datetime,
) -> Iterator[Progress]:
    """Move report after report; the checkpoint is the last one."""
    of, made = find_round(session, round_id), session.get_one(RoundMove, move_id)
    if of.version_id != version_id:
        return  # somebody has moved the round on since
    ways = {version_before: became}
    ids = session.scalars(select(Report.id).filter_by(round_id=round_id).order_by(Report.id)).all()
    todo = [report for report in ids if report > (checkpoint or 0)]
    for start in range(0, len(todo), CHUNK):
        chunk = todo[start : start + CHUNK]
        for report_id in chunk:
            report = lock_row(session, Report, report_id)
            if report.state in EDITABLE and report.version_id != version_id:
                way = ways.get(report.version_id)
                if way is None:
                    way = became_before(session, round_id, report.version_id, version_id)
                _move(session, of, report, ways.setdefault(report.version_id, way), made)
        yield Progress(chunk[-1], len(ids) - len(todo) + start + len(chunk), len(ids))
    tell_version(session, of, made, now=now)


def _move(session: Session, of: Round, report: Report, became: Became, made: RoundMove) -> None:
    """One open report, its row held."""
    old, children = read_parts(session, program_for(session, report).layout, report.id)
    version_before, back = report.version_id, _left_behind(session, report, of.version_id)
    report.version_id = of.version_id
    report.rows = of.rows[str(report.agency_id)] if of.rows else _split_rows(session, report, became)
    program = program_for(session, report)
    context, _ = context_of(session, program, report)
    moved = transfer(old, program.layout, became)
    own, below = settle(program, moved, back, context), transfer(children, program.layout, became).sheet
    report.revision += 1
    shared = {"report_id": report.id, "revision": report.revision, "actor": made.actor, "at": made.at}
    insert_rows(session, Journal, shared, ENTRY, list(_entries(old, own, moved)))
    for part, sheet in (("own", own), ("children", below)):
        clear_sheet(session, report.id, part, old.layout)
        write_sheet(session, report.id, part, Sheet(program.layout), sheet)
    words = read_words(session, program.form, report.id)
    checked = check_sheet(program, whole(program, own, below, context), context)
    report.standing = standing(program, with_words(program, checked, context, words), context, words)
    change = {"version_before": version_before, "version_after": of.version_id, "became": became}
    session.add(VersionChange(**shared, **change, lost=[asdict(each) for each in moved.lost]))
    session.add(Move(**shared, name=MOVE, reason=made.reason))
    session.flush()


def _left_behind(session: Session, report: Report, version_id: int) -> Mapping[Place, str]:
    """The figures that had no place when the report came from the version it now goes back to."""
    last = select(VersionChange).filter_by(report_id=report.id).order_by(VersionChange.id.desc()).limit(1)
    change = session.scalars(last).one_or_none()
    if change is None or change.version_before != version_id:
        return {}
    return {tuple(each["place"]): each["text"] for each in change.lost}


def settle(program: Program, moved: Transferred, back: Mapping[Place, str], context: Context) -> Sheet:
    """The figures in their new places with what comes back, and every formula computed."""
    sheet, again = moved.sheet, dict[Place, Figure]()
    for place, text in back.items():
        layout = sheet.layout.sections.get(place[0])
        cell = find_cell(layout, place[1], place[2]) if layout else None
        figure = parse_figure(cell, text) if cell else None
        if isinstance(figure, Figure) and sheet.figure(*place).status == Status.BLANK:
            again[place] = figure
    return calculate(program, sheet.changed(again), context, overwrite=True).sheet.without_blank_rows()


def _entries(old: Sheet, new: Sheet, moved: Transferred) -> Iterator[tuple[str, ...]]:
    """What the journal says: of each cell whose text is another now; what nobody computed was moved."""
    before, after = (
        {place: print_figure(cell, figure) for place, cell, figure in sheet.figures()} for sheet in (old, new)
    )
    touched = {*moved.moved, *moved.moved.values(), *(each.place for each in moved.lost)}
    for place in {**before, **after}:
        texts = before.get(place, ""), after.get(place, "")
        if texts[0] != texts[1]:
            yield *place, *texts, MOVED if place in touched else "computed"
