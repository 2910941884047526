"""What people are told of a correction: a message at each of its turns, a ripple where it changed figures."""

from collections.abc import Mapping, Sequence
from dataclasses import astuple
from datetime import datetime

from sqlalchemy.orm import Session

from agencies.access import Role
from agencies.attributes import notice_language
from agencies.store import read_tree
from core.clock import VIETNAM
from core.db import insert_new
from core.notify import open_lines, request_notices, send_batch
from runtime.flow.changed import Changed, is_material
from runtime.flow.correction_models import FREE, TO_NOTE, TO_SIGN, Correction, CorrectionMove, Ripple
from runtime.models import Move, Report, Round
from runtime.rounds.notices import facts_of, is_urgent, subject_of
from runtime.rounds.recipients import ENTRY, IN_CHARGE, recipients
from runtime.steps import EDITABLE

RIPPLED = "rippled"
"""What it is called in the history of a report."""
TURNS = {"ask": "asked", "grant": "granted", "refuse": "refused", "approve": "applied"}
"""The moves of a correction of which people are told."""
LEADER = frozenset({Role.APPROVER})


def tell_turn(session: Session, correction: Correction, made: CorrectionMove) -> None:
    """Tell the receiver that a correction is asked for; who asked, what became of it."""
    if made.name not in TURNS:
        return
    report = session.get_one(Report, correction.report_id)
    to, roles = (report.receiver_id, IN_CHARGE) if made.name == "ask" else (report.agency_id, ENTRY)
    facts = {"reason": made.reason or correction.reason, "until": correction.until or "…"}
    kind, batch = f"correction_{TURNS[made.name]}", f"correction_move/{made.id}"
    if to is not None:
        _tell(session, correction, report, kind, batch, to, roles, facts, actor=made.actor, now=made.at)


def keep_ripple(
    session: Session,
    correction: Correction,
    report: Report,
    cells: Sequence[Changed],
    *,
    actor: str,
    now: datetime,
) -> None:
    """Write down what a correction changed in a report, or in what it reads, and tell who answers for it."""
    of = session.get_one(Round, report.round_id)
    state = FREE if report.state in EDITABLE else TO_SIGN if is_material(cells, of.materiality) else TO_NOTE
    told = {"correction_id": correction.id, "report_id": report.id, "revision": report.revision}
    insert_new(session, Ripple, [{**told, "state": state, "cells": [list(astuple(cell)) for cell in cells]}])
    write_line(session, report, RIPPLED, correction.reason, actor, now)
    most = max(cells, key=lambda cell: (cell.percent is None, cell.percent or 0))
    facts = {"cells": len(cells), "old": most.old or "–", "new": most.new or "–"}
    batch, kind = f"ripple/{correction.id}/{report.id}", f"correction_{state}"
    roles = IN_CHARGE if state == FREE else LEADER
    _tell(session, correction, report, kind, batch, report.agency_id, roles, facts, actor=actor, now=now)


def write_line(session: Session, report: Report, name: str, why: str, actor: str, now: datetime) -> None:
    """Write a line of the report's history."""
    made = Move(report_id=report.id, name=name, revision=report.revision, actor=actor, at=now)
    made.reason = why or None
    session.add(made)
    session.flush()


def _tell(
    session: Session,
    correction: Correction,
    report: Report,
    kind: str,
    batch: str,
    to: int,
    roles: frozenset[Role],
    facts: Mapping[str, object],
    *,
    actor: str,
    now: datetime,
) -> None:
    if not open_lines(session):
        return
    of = session.get_one(Round, report.round_id)
    tree = read_tree(session, now.astimezone(VIETNAM).date(), besides=[to, report.agency_id])
    lang, urgent, page = notice_language(tree, to), is_urgent(of), f"corrections/{correction.id}"
    facts = facts_of(of, lang) | {"agency": tree[report.agency_id].name} | dict(facts)
    ways = recipients(session, tree, [to], roles).get(to, ())
    wanted = [way.wanted(f"{batch}/{to}", facts, lang, page, urgent=urgent, now=now) for way in ways]
    if request_notices(session, subject_of(of.id), batch, kind, wanted, now=now):
        send_batch(session, batch, actor=actor, now=now)
