"""Comments and questions about a report or one of its cells, answered in place, resolved and opened again.

A thread begins with what somebody said; answers, and that it is resolved, are comments of the same thread.
Nothing said is ever changed or taken away: it is kept with the report.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from core.db import insert_new, lock_row
from core.errors import Conflict, Invalid, NotFound
from engine.figures import find_cell
from engine.findings import Finding
from engine.form import Form
from engine.layout import Layout
from engine.sheet import Place
from runtime.filling.narratives import COLUMN
from runtime.flow.correction_models import REOPENED, RESOLVED, SAID, Comment, CommentSeen
from runtime.models import Report
from runtime.programs import program_for

LONGEST = 2000
WHOLE: Place = ("", "", "")
"""What is said of the report as a whole."""


@dataclass(frozen=True)
class Thread:
    """What was said of one place, the first first."""

    id: int
    place: Place
    said: Sequence[Comment]

    @property
    def resolved(self) -> bool:
        """Whether nobody waits for an answer."""
        states = [each.kind for each in self.said if each.kind != SAID]
        return bool(states) and states[-1] == RESOLVED


def say(
    session: Session,
    report_id: int,
    text: str,
    *,
    place: Place = WHOLE,
    thread: int | None = None,
    agency: int,
    actor: str,
    now: datetime,
) -> Comment:
    """Begin a thread at a place, or answer in one; an answer opens a thread that was resolved again."""
    report = lock_row(session, Report, report_id)
    if thread is not None:
        first = _first(session, report_id, thread)
        place = (first.section, first.row, first.column)
        if _thread(session, first).resolved:
            _add(session, report, REOPENED, "", place, thread, agency, actor, now)
    else:
        demand_place(program_for(session, report).layout, place)
    return _add(session, report, SAID, words(text), place, thread, agency, actor, now)


def resolve(
    session: Session,
    report_id: int,
    thread: int,
    *,
    resolved: bool = True,
    agency: int,
    actor: str,
    now: datetime,
) -> Comment:
    """Say that a thread is settled, or that it is not."""
    report, first = lock_row(session, Report, report_id), _first(session, report_id, thread)
    if _thread(session, first).resolved == resolved:
        raise Conflict("comment.resolved" if resolved else "comment.open")
    place = (first.section, first.row, first.column)
    return _add(session, report, RESOLVED if resolved else REOPENED, "", place, thread, agency, actor, now)


def threads_of(session: Session, report_id: int) -> list[Thread]:
    """All that was said of a report; open threads before those that are resolved."""
    by_thread: dict[int, list[Comment]] = {}
    for each in session.scalars(select(Comment).filter_by(report_id=report_id).order_by(Comment.id)):
        by_thread.setdefault(each.thread_id or each.id, []).append(each)
    threads = [
        Thread(first, (said[0].section, said[0].row, said[0].column), said)
        for first, said in by_thread.items()
    ]
    return sorted(threads, key=lambda thread: thread.resolved)


def see(session: Session, report_id: int, comment_id: int, *, login: str) -> None:
    """Remember up to which comment somebody has read; an older one changes nothing."""
    known = session.scalars(select(Comment.id).filter_by(id=comment_id, report_id=report_id)).one_or_none()
    if known is None:
        raise NotFound("comment.unknown", id=str(comment_id))
    insert_new(session, CommentSeen, [{"login": login, "report_id": report_id, "comment_id": comment_id}])
    seen = lock_row(session, CommentSeen, (login, report_id))
    seen.comment_id = max(seen.comment_id, comment_id)
    session.flush()


def unread(session: Session, agency: int, login: str) -> Mapping[int, int]:
    """How many comments of others somebody has not read, by report, of those his agency sends or receives."""
    mine = and_(CommentSeen.report_id == Comment.report_id, CommentSeen.login == login)
    counted = (
        select(Comment.report_id, func.count())
        .join(Report, Report.id == Comment.report_id)
        .outerjoin(CommentSeen, mine)
        .where(or_(Report.agency_id == agency, Report.receiver_id == agency))
        .where(Comment.actor != login, Comment.kind == SAID)
        .where(Comment.id > func.coalesce(CommentSeen.comment_id, 0))
        .group_by(Comment.report_id)
    )
    return {report: number for report, number in session.execute(counted)}


def demand_place(layout: Layout, place: Place) -> None:
    """Raise Invalid where a report has no such cell or heading."""
    section, row, column = place
    of = layout.sections.get(section)
    is_cell = of is not None and find_cell(of, row, column) is not None
    if place != WHOLE and not is_cell and not _is_heading(layout.form, place):
        raise Invalid([Finding("cell.unknown", facts={"text": f"{section}[{row};{column}]"})])


def words(text: str) -> str:
    """What somebody said; nothing and a novel are refused."""
    text = text.strip()
    if not text:
        raise Invalid([Finding("comment.empty")])
    if len(text) > LONGEST:
        raise Invalid([Finding("E_LIMIT", facts={"limit": LONGEST, "found": len(text)}, variant="text")])
    return text


def _is_heading(form: Form, place: Place) -> bool:
    of = form.section_by_id.get(place[0])
    return of is not None and of.kind == "outline" and place[2] == COLUMN


def _first(session: Session, report_id: int, thread: int) -> Comment:
    named = select(Comment).filter_by(id=thread, report_id=report_id, thread_id=None)
    first = session.scalars(named).one_or_none()
    if first is None:
        raise NotFound("comment.unknown", id=str(thread))
    return first


def _thread(session: Session, first: Comment) -> Thread:
    answers = session.scalars(select(Comment).filter_by(thread_id=first.id).order_by(Comment.id)).all()
    return Thread(first.id, WHOLE, [first, *answers])


def _add(
    session: Session,
    report: Report,
    kind: str,
    text: str,
    place: Place,
    thread: int | None,
    agency: int,
    actor: str,
    now: datetime,
) -> Comment:
    section, row, column = place
    said = Comment(report_id=report.id, thread_id=thread, kind=kind, text=text, revision=report.revision)
    said.section, said.row, said.column = section, row, column
    said.agency_id, said.actor, said.at = agency, actor, now
    session.add(said)
    session.flush()
    return said
