"""Entering figures: a save is a list of changed cells on top of a revision, never a whole report.

Cells that another hand changed after that revision are conflicts, told with both values; all other cells are
stored, formulas are computed, and the answer says what the checks find now. The same save sent twice is
stored once. A value that cannot be read is a finding that names its cell; the others are stored. The text
under a heading of a narrative is a cell too (`narratives`).

`prepare` works a save out without writing; `save` then keeps it, unless the report changed in between.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from core.db import insert_rows, lock_row
from core.errors import Conflict, Invalid
from engine.findings import Finding
from runtime.filling.answers import Saved
from runtime.filling.changes import Change as Change  # also for those who save
from runtime.filling.narratives import write_texts
from runtime.filling.preparing import Prepared, work_out
from runtime.models import Journal, Report, Save
from runtime.rounds.locks import demand_unlocked
from runtime.rounds.opening import demand_member, demand_running, find_round
from runtime.sheets import write_sheet
from runtime.steps import EDITABLE, begun, demand_editable

MAX_CHANGES = 100_000
ENTRY = ("section", "row", "column", "old", "new", "how")
"""What the journal says of a cell."""


def prepare(
    session: Session,
    report_id: int,
    *,
    base: int,
    idempotency_key: str,
    changes: Sequence[Change],
    how: str = "typed",
    client: str | None = None,
    actor: str,
) -> Prepared | None:
    """The same save worked out beforehand, to be handed to `save`; None where that has to decide."""
    report = session.get(Report, report_id)
    if report is None or report.state not in EDITABLE or base > report.revision:
        return None
    # one that changed something and is sent again is sent with its old base
    answered = base < report.revision and session.get(Save, (report_id, idempotency_key)) is not None
    if answered or len(changes) > MAX_CHANGES:
        return None
    return work_out(session, report, base, changes, how, (actor, client))


def save(
    session: Session,
    report_id: int,
    *,
    base: int,
    idempotency_key: str,
    changes: Sequence[Change],
    how: str = "typed",
    client: str | None = None,
    actor: str,
    now: datetime,
    prepared: Prepared | None = None,
    gives: bool = False,
    begins: bool = True,
) -> Saved:
    """Store `changes` made on top of revision `base`; the answer carries the new revision.

    `client` names the open page they come from: the same person's other page is another hand. Figures that
    the lead unit gave are changed by `gives` alone. What nobody typed for the agency `begins` no entering.
    """
    if len(changes) > MAX_CHANGES:
        raise Invalid([Finding("save.too_many", facts={"found": len(changes), "limit": MAX_CHANGES})])
    report = lock_row(session, Report, report_id)
    answered = session.get(Save, (report_id, idempotency_key))
    if answered is not None:
        return Saved.from_json(answered.answer)
    of = find_round(session, report.round_id)
    demand_running(of)
    demand_member(of, report)
    demand_editable(report.state)
    if not gives:
        demand_unlocked(report, now)
    if base > report.revision:
        raise Conflict("save.base", base=base, revision=report.revision)
    if prepared is None or prepared.revision != report.revision:
        prepared = work_out(session, report, base, changes, how, (actor, client), gives=gives)
    write(session, report, prepared, client=client, actor=actor, now=now)
    if begins and not gives:
        report.state = begun(report.state)
    saved = prepared.saved
    session.add(Save(report_id=report_id, idempotency_key=idempotency_key, answer=saved.to_json()))
    session.flush()
    return saved


def write(
    session: Session, report: Report, prepared: Prepared, *, client: str | None, actor: str, now: datetime
) -> None:
    """Write down what was worked out, with its journal. The caller holds the report's row."""
    saved = prepared.saved
    if prepared.entries:
        shared = {"report_id": report.id, "revision": saved.revision, "actor": actor, "at": now}
        insert_rows(session, Journal, shared | {"client": client}, ENTRY, prepared.entries)
        write_sheet(session, report.id, "own", prepared.before, prepared.after)
        write_texts(session, report.id, prepared.texts_before, prepared.texts_after)
    report.revision, report.standing = saved.revision, prepared.standing
