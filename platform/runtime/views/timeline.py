"""The time line of a report: given out, seen, filled in bursts of saves, moved, told of; oldest first."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from core.notify import Notice
from runtime.filling.seen import ReportSeen
from runtime.flow.models import Issuing, SignedFile
from runtime.models import Journal, Move, Report, RoundMove
from runtime.rounds.notices import subject_of
from runtime.rounds.opening import find_round

PAUSE = timedelta(minutes=15)
"""Saves of one hand with less between them are one sitting."""
MOST = 2_000
"""Events of one kind that are told, the last ones."""


@dataclass(frozen=True)
class Event:
    """What happened, when, by whom and why; `kind` names its sentence, `until` ends a sitting."""

    at: datetime
    kind: str
    actor: str
    reason: str = ""
    facts: Mapping[str, object] = field(default_factory=dict)
    until: datetime | None = None


def read_timeline(session: Session, report: Report) -> list[Event]:
    """All that happened to a report until now."""
    of = find_round(session, report.round_id)
    events = [
        Event(of.requested_at, "given", of.requested_by, of.note or ""),
        *_seen(session, report.id),
        *_sittings(session, report.id),
        *_moves(session, report.id),
        *_round_moves(session, of.id),
        *_papers(session, report.id),
        *_notices(session, report),
    ]
    return sorted(events, key=lambda event: event.at)


def _seen(session: Session, report_id: int) -> Iterator[Event]:
    seen = session.get(ReportSeen, report_id)
    if seen:
        yield Event(seen.at, "seen", seen.actor)


def _sittings(session: Session, report_id: int) -> Iterator[Event]:
    """Saves of one person in one way, taken together while no long pause is between them."""
    count = func.count().label("cells")
    kinds = (Journal.revision, Journal.actor, Journal.at, Journal.how)
    query = select(*kinds, count).where(Journal.report_id == report_id, Journal.how != "computed")
    query = query.group_by(*kinds).order_by(Journal.revision.desc(), Journal.how).limit(MOST)
    sitting: Event | None = None
    for row in reversed(session.execute(query).all()):
        facts: Mapping[str, object] = {"how": row.how, "cells": row.cells, "revision": row.revision}
        until = sitting.until if sitting and sitting.until else row.at
        if (
            sitting
            and (sitting.actor, sitting.facts["how"]) == (row.actor, row.how)
            and row.at - until < PAUSE
        ):
            cells = int(str(sitting.facts["cells"])) + row.cells
            sitting = replace(sitting, until=row.at, facts={**facts, "cells": cells})
            continue
        if sitting:
            yield sitting
        sitting = Event(row.at, "save", row.actor, facts=facts, until=row.at)
    if sitting:
        yield sitting


def _moves(session: Session, report_id: int) -> Iterator[Event]:
    for move in session.scalars(select(Move).filter_by(report_id=report_id).order_by(Move.id)):
        facts = {"move": move.name, "revision": move.revision, "marks": len(move.marks or ())}
        yield Event(move.at, "move", move.actor, move.reason or "", facts)


def _round_moves(session: Session, round_id: int) -> Iterator[Event]:
    for move in session.scalars(select(RoundMove).filter_by(round_id=round_id).order_by(RoundMove.id)):
        yield Event(move.at, f"round_{move.name}", move.actor, move.reason or "", {"due": move.due_at})


def _papers(session: Session, report_id: int) -> Iterator[Event]:
    for paper in session.scalars(select(Issuing).filter_by(report_id=report_id)):
        yield Event(paper.at, "issued", paper.actor, facts={"sign": f"{paper.number}/{paper.symbol}"})
    for signed in session.scalars(select(SignedFile).filter_by(report_id=report_id)):
        yield Event(signed.at, "signed", signed.actor, facts={"code": signed.code, "typed": signed.typed})


def _notices(session: Session, report: Report) -> Iterator[Event]:
    """Messages about the report or to its agency; to whom is told, not the number."""
    to_agency = Notice.batch + f"/{report.agency_id}"
    moves = select(Move.id).filter_by(report_id=report.id)
    batches = [f"move/{move}" for move in session.scalars(moves)]
    query = select(Notice).filter_by(subject=subject_of(report.round_id))
    concerns = or_(Notice.key == to_agency, Notice.key.startswith(to_agency + "/"), Notice.batch.in_(batches))
    for notice in session.scalars(query.where(concerns).order_by(Notice.id.desc()).limit(MOST)):
        facts = {"to": notice.addressee, "text": notice.text, "state": notice.state}
        yield Event(notice.requested_at, "notice", "", facts=facts)
