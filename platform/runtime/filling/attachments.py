"""Documents that go with a report: added and taken away one by one, each time a revision in the journal.

What is in a document is kept in pieces under its SHA-256, once, however often it is sent; nothing kept is
ever thrown away, for the journal tells of it. So sending the same document again after a lost answer changes
nothing, and taking away one that is gone neither.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from core.db import insert_new, lock_row
from core.errors import Invalid, NotFound
from engine.findings import Finding
from engine.form import Section
from runtime.filling.documents import demand_kind, digest_of, proper_name
from runtime.models import FilePiece, Journal, Report, ReportFile
from runtime.programs import program_for
from runtime.rounds.opening import demand_running, find_round
from runtime.steps import demand_editable

COLUMN = "file"
MOST_FILES = 20
PIECE = 65_536
"""Bytes of a piece: neither a backup nor a database's page cache ever holds a whole document."""


@dataclass(frozen=True)
class Attachment:
    """A document of a report: `digest` names it."""

    section: str
    digest: str
    name: str
    kind: str
    size: int
    actor: str
    at: datetime


def kinds_for(section: Section) -> tuple[str, ...]:
    """The kinds of documents that a section takes; none where it takes none."""
    return section.types if section.kind == "attachment" else section.or_attachment


def attach(
    session: Session,
    report_id: int,
    section_id: str,
    name: str,
    content: bytes,
    *,
    actor: str,
    now: datetime,
) -> Attachment:
    """Put a document beside the figures; what it is, its content tells."""
    report, section = _open(session, report_id, section_id)
    kind = demand_kind(content, name[:200], kinds_for(section))
    digest = digest_of(content)
    key = {"report_id": report_id, "section": section.id, "digest": digest}
    there = session.get(ReportFile, tuple(key.values()))
    if there is None:
        if len(attachments(session, [report_id])[report_id]) >= MOST_FILES:
            raise Invalid([Finding("attachment.many", facts={"limit": MOST_FILES})])
        keep_pieces(session, content)
        there = ReportFile(
            **key, name=proper_name(name, kind), kind=kind, size=len(content), actor=actor, at=now
        )
        session.add(there)
        _write_down(session, report, there, "", there.name, actor=actor, now=now)
    return _attachment(there)


def detach(
    session: Session, report_id: int, section_id: str, digest: str, *, actor: str, now: datetime
) -> None:
    """Take a document away from a report."""
    report, section = _open(session, report_id, section_id)
    there = session.get(ReportFile, (report_id, section.id, digest))
    if there is not None:
        session.execute(delete(ReportFile).filter_by(report_id=report_id, section=section.id, digest=digest))
        _write_down(session, report, there, there.name, "", actor=actor, now=now)


def attachments(session: Session, reports: Sequence[int]) -> Mapping[int, Sequence[Attachment]]:
    """The documents of reports by report id, in the order they came."""
    found: dict[int, list[Attachment]] = {report: [] for report in reports}
    query = select(ReportFile).where(ReportFile.report_id.in_(reports))
    for each in session.scalars(query.order_by(ReportFile.at, ReportFile.digest)):
        found[each.report_id].append(_attachment(each))
    return found


def read_attachment(session: Session, report_id: int, digest: str) -> tuple[Attachment, bytes]:
    """A document of a report with what is in it."""
    query = select(ReportFile).filter_by(report_id=report_id, digest=digest).order_by(ReportFile.section)
    there = session.scalars(query).first()
    if there is None:
        raise NotFound("attachment.unknown", digest=digest[:64])
    return _attachment(there), read_pieces(session, digest)


def keep_pieces(session: Session, content: bytes) -> str:
    """Keep what is in a document, once; the answer is its digest."""
    digest = digest_of(content)
    pieces = [
        {"digest": digest, "number": number, "content": content[start : start + PIECE]}
        for number, start in enumerate(range(0, len(content), PIECE))
    ]
    insert_new(session, FilePiece, pieces)
    return digest


def read_pieces(session: Session, digest: str) -> bytes:
    """What is in a document that was kept."""
    pieces = select(FilePiece.content).filter_by(digest=digest).order_by(FilePiece.number)
    return b"".join(session.scalars(pieces))


def _open(session: Session, report_id: int, section_id: str) -> tuple[Report, Section]:
    """A report that may be written, under its lock, and the section that takes documents."""
    report = lock_row(session, Report, report_id)
    demand_running(find_round(session, report.round_id))
    demand_editable(report.state)
    section = program_for(session, report).form.section_by_id.get(section_id)
    if section is None or not kinds_for(section):
        raise NotFound("attachment.section", section=section_id[:200])
    return report, section


def _write_down(
    session: Session, report: Report, file: ReportFile, old: str, new: str, *, actor: str, now: datetime
) -> None:
    report.revision += 1
    place = {"section": file.section, "row": file.digest, "column": COLUMN}
    entry = {
        "report_id": report.id,
        "revision": report.revision,
        "actor": actor,
        "at": now,
        "how": "imported",
    }
    session.add(Journal(**place, **entry, old=old, new=new))
    session.flush()


def _attachment(file: ReportFile) -> Attachment:
    return Attachment(file.section, file.digest, file.name, file.kind, file.size, file.actor, file.at)
