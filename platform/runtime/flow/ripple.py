"""What a correction changes above it: every total it was summed up in, told to those who answer for it.

A job takes the totals from the corrected report to the lead unit, one a step. Each is written anew from the
reports that it was summed up from, none more, and its changed cells are kept as a ripple. Who has handed the
total on signs it again; where no cell changed by more than the round's `materiality`, in hundredths of a
percent, he only notes it. A total that was not handed on is free to change. At last come the reports of later
periods that read one of these (`later`).
"""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import audit
from core.db import lock_row
from core.errors import Conflict, Invalid, NotFound
from core.jobs import Progress, job
from engine.differences import differences
from engine.figures import print_figure
from engine.findings import Finding
from engine.sheet import Sheet
from runtime.filling.checking import check_sheet
from runtime.filling.contexts import context_of, refresh_children
from runtime.filling.standing import standing
from runtime.filling.words import read_words, with_words
from runtime.flow.changed import Changed
from runtime.flow.correction_models import (
    APPROVED,
    DONE,
    NOTED,
    SIGNED,
    TO_NOTE,
    TO_SIGN,
    Correction,
    CorrectionMove,
    Ripple,
)
from runtime.flow.corrections import APPROVE, LONGEST, correcting, find_correction
from runtime.flow.later import carry_on
from runtime.flow.revisions import digest_of, keep_revision
from runtime.flow.told import keep_ripple, write_line
from runtime.models import Contribution, Report, Round
from runtime.programs import program_for
from runtime.sheets import read_sheet
from runtime.totals.consolidate import consolidate_again

SIGNED_AGAIN, NOTED_CHANGE = "signed_again", "noted_change"
"""What it is called in the history of a report."""
MOST = 10_000
"""Hundredths of a percent: a whole figure."""


@job("runtime.ripple")
def ripple(
    session: Session, checkpoint: int | None, correction_id: int, *, now: datetime
) -> Iterator[Progress]:
    """Carry a correction up, a receiver a step; the checkpoint is the report that was reached."""
    correction = find_correction(session, correction_id)
    at, done = checkpoint or correction.report_id, 0
    while (above := _receiver(session, session.get_one(Report, at))) is not None:
        if not _carry(session, correction, at, above, now):
            break
        at, done = above, done + 1
        yield Progress(at, done, done)
    correction = lock_row(session, Correction, correction_id)
    if correction.state == APPROVED:
        carry_on(session, correction, actor=_approved_by(session, correction), now=now)
        correction.state = DONE
        session.flush()


def _receiver(session: Session, report: Report) -> int | None:
    of = select(Report.id).filter_by(round_id=report.round_id, agency_id=report.receiver_id)
    return session.scalars(of).one_or_none()


def _carry(session: Session, correction: Correction, child_id: int, report_id: int, now: datetime) -> bool:
    """Write one total anew; whether it changed, and so those above it."""
    child, report = session.get_one(Report, child_id), lock_row(session, Report, report_id)
    counted = session.get(Contribution, (report_id, child_id), populate_existing=True)
    if counted is None or counted.revision == child.revision:
        return False
    before = _whole(session, report)
    with correcting(session, correction.id, report.id):
        consolidate_again(session, report)
        refresh_children(session, report)
        after = _whole(session, report)
    cells = [
        Changed(*place, print_figure(cell, old), print_figure(cell, new))
        for place, cell, old, new in differences(before, after)
    ]
    if not cells:
        return False
    _stand(session, report, after)
    keep_ripple(session, correction, report, cells, actor=_approved_by(session, correction), now=now)
    return True


def settle(
    session: Session, ripple_id: int, *, signs: bool, note: str = "", actor: str, now: datetime
) -> Ripple:
    """Sign a total again that a correction changed, or note the change where it is not material."""
    find_ripple(session, ripple_id)
    found, note = lock_row(session, Ripple, ripple_id), note.strip()
    if found.state not in ((TO_SIGN, TO_NOTE) if signs else (TO_NOTE,)):
        raise Conflict("ripple.closed", state=found.state)
    if len(note) > LONGEST:
        facts = {"limit": LONGEST, "found": len(note)}
        raise Invalid([Finding("E_LIMIT", facts=facts, variant="text")])
    found.state, found.note, found.actor, found.at = SIGNED if signs else NOTED, note or None, actor, now
    report = session.get_one(Report, found.report_id)
    if signs:
        keep_revision(session, report, digest_of(session, report), actor=actor, now=now)
    write_line(session, report, SIGNED_AGAIN if signs else NOTED_CHANGE, note, actor, now)
    return found


def find_ripple(session: Session, ripple_id: int) -> Ripple:
    """The ripple of an id."""
    found = session.get(Ripple, ripple_id)
    if found is None:
        raise NotFound("ripple.unknown", id=str(ripple_id))
    return found


def changed_cells(found: Ripple) -> list[Changed]:
    """What a correction changed in a total."""
    return [Changed(*cell) for cell in found.cells]


def set_materiality(session: Session, round_id: int, materiality: int, *, actor: str, now: datetime) -> None:
    """Say what share totals of a round may change by without a new signature; the next ripple asks for it."""
    if not 0 <= materiality <= MOST:
        raise Invalid([Finding("ripple.materiality")])
    of = lock_row(session, Round, round_id)
    audit.record(session, actor, "round.materiality", f"round/{of.id}", now=now, hundredths=materiality)
    of.materiality = materiality
    session.flush()


def _whole(session: Session, report: Report) -> Sheet:
    program = program_for(session, report)
    return read_sheet(session, program, report.id, context_of(session, program, report)[0])


def _stand(session: Session, report: Report, sheet: Sheet) -> None:
    """Say how the total stands to its rules now; it is the head's to act on."""
    program = program_for(session, report)
    context, _ = context_of(session, program, report)
    words = read_words(session, program.form, report.id)
    checked = with_words(program, check_sheet(program, sheet, context), context, words)
    report.standing = standing(program, checked, context, words)


def _approved_by(session: Session, correction: Correction) -> str:
    approved = select(CorrectionMove.actor).filter_by(correction_id=correction.id, name=APPROVE.name)
    return session.scalars(approved).one()
