"""Issuing a report: what the records clerk writes on it, and the signed document that comes back.

The document system signs outside; the PDF that comes back is taken only if it carries the code that was
printed on the report, so that nobody files the signature of another revision. Of a scan the clerk reads it.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from agencies.acting import Acting, acted
from core import audit
from core.clock import VIETNAM
from core.db import lock_row
from core.errors import Conflict, Invalid, NotFound
from engine.findings import Finding
from runtime.filling.attachments import keep_pieces, read_pieces
from runtime.filling.documents import demand_kind, digest_of, proper_name
from runtime.flow.models import AUTHORITIES, Issuing, SignedFile
from runtime.flow.printed import carries, is_encrypted, is_scan
from runtime.flow.revisions import revision_code
from runtime.models import Move, Report, Round
from runtime.steps import APPROVE

LONGEST = 200
SIGNABLE = ("approved", "issued", "sent", "accepted")
"""States in which the figures are those that were signed."""


@dataclass(frozen=True)
class Document:
    """What stands on the paper: number and symbol, place and day, who signed and by what authority."""

    number: str
    symbol: str
    place: str
    day: date
    authority: str
    position: str
    signer: str

    @property
    def sign(self) -> str:
        """Number and symbol as they are cited: 123/BC-UBND."""
        return f"{self.number}/{self.symbol}"


def issue(session: Session, report: Report, document: Document, *, actor: str, now: datetime) -> None:
    """Write down what stands on the paper; `workflow` makes the move."""
    texts = {name: str(value).strip() for name, value in asdict(document).items() if name != "day"}
    found = [
        Finding("issuing.missing", variant=name)
        for name, value in texts.items()
        if not value and name != "authority"
    ]
    if texts["authority"] not in AUTHORITIES:
        found.append(Finding("issuing.authority", facts={"known": [each for each in AUTHORITIES if each]}))
    if any(len(value) > LONGEST for value in texts.values()):
        found.append(Finding("E_LIMIT", facts={"limit": LONGEST}, variant="text"))
    if found:
        raise Invalid(found)
    shared = {"report_id": report.id, "revision": report.revision, "actor": actor, "at": now}
    session.add(Issuing(**shared, day=document.day, **texts))


def papers_of(session: Session, reports: Sequence[int]) -> Sequence[tuple[Report, Round]]:
    """Reports with their rounds, in the order in which they are issued together."""
    query = select(Report, Round).join(Round).where(Report.id.in_(reports)).order_by(Report.id)
    return [(report, of) for report, of in session.execute(query)]


def read_issuing(session: Session, report_id: int) -> Document | None:
    """What was written on the report last."""
    query = select(Issuing).filter_by(report_id=report_id).order_by(Issuing.id.desc()).limit(1)
    found = session.scalars(query).one_or_none()
    return Document(*(getattr(found, each.name) for each in fields(Document))) if found else None


def signed_by(session: Session, report: Report) -> Acting | None:
    """Who acted for another when he approved a report; in what capacity stands above the signature."""
    if report.state not in SIGNABLE:
        return None
    approvals = select(Move).filter_by(report_id=report.id, name=APPROVE.name).order_by(Move.id.desc())
    made = session.scalars(approvals.limit(1)).one_or_none()
    return acted(session, [made.actor], made.at.astimezone(VIETNAM).date()).get(made.actor) if made else None


def take_signed(
    session: Session,
    report_id: int,
    name: str,
    content: bytes,
    *,
    read: str = "",
    actor: str,
    now: datetime,
) -> SignedFile:
    """Keep the signed PDF of the report as it is now; the same one sent again changes nothing.

    Of a scan, in which no code can be found, who sends it has `read` the code on the paper.
    """
    report = lock_row(session, Report, report_id)
    if report.state not in SIGNABLE:
        raise Conflict(f"report.closed.{report.state}", state=report.state, step="sign")
    demand_kind(content, name[:LONGEST], ("pdf",))
    code = revision_code(session, report)
    is_typed = not (code and carries(content, code))
    if is_typed and (refused := _unread(content, code, read)):
        raise Invalid([Finding(refused, facts={"name": name[:LONGEST], "code": code})])
    last = signed_file(session, report_id)
    if last is not None and last.digest == digest_of(content):
        return last
    signed = SignedFile(
        report_id=report_id,
        revision=report.revision,
        code=code,
        digest=keep_pieces(session, content),
        name=proper_name(name, "pdf"),
        size=len(content),
        typed=is_typed,
        actor=actor,
        at=now,
    )
    session.add(signed)
    if is_typed:
        facts = {"code": code, "digest": signed.digest}
        audit.record(session, actor, "report.sign_scan", f"report/{report_id}", now=now, **facts)
    session.flush()
    return signed


def _unread(content: bytes, code: str, read: str) -> str:
    """Why a document without the code cannot be kept; "" for a scan whose paper carries it."""
    if is_encrypted(content):
        return "signed.encrypted"
    if not code or not is_scan(content):
        return "signed.no_code"
    if not read.strip():
        return "signed.scan"
    return "" if "".join(read.split()).upper() == code else "signed.other_code"


def signed_file(session: Session, report_id: int) -> SignedFile | None:
    """The signed document that came last."""
    query = select(SignedFile).filter_by(report_id=report_id).order_by(SignedFile.id.desc()).limit(1)
    return session.scalars(query).one_or_none()


def read_signed(session: Session, report_id: int) -> tuple[SignedFile, bytes]:
    """The signed document with what is in it."""
    signed = signed_file(session, report_id)
    if signed is None:
        raise NotFound("signed.unknown", report=str(report_id))
    return signed, read_pieces(session, signed.digest)
