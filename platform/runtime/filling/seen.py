"""Who of the agency that owes a report opened it first, and when."""

from datetime import datetime

from sqlalchemy import ForeignKey, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.db import Base, BigId, insert_new
from runtime.models import Report
from runtime.steps import ASSIGNED, begun


class ReportSeen(Base):
    """The first look; a report without one was not opened yet."""

    __tablename__ = "report_seen"
    __table_args__ = ({"info": {"frozen": True}},)

    report_id: Mapped[int] = mapped_column(BigId, ForeignKey("report.id"), primary_key=True)
    actor: Mapped[str]
    at: Mapped[datetime]


def is_seen(session: Session, report_id: int) -> bool:
    """Whether its agency has opened a report."""
    return session.get(ReportSeen, report_id) is not None


def mark_seen(session: Session, report_id: int, *, actor: str, now: datetime) -> None:
    """Write the first look down, with which entering begins; later ones change nothing."""
    if insert_new(session, ReportSeen, [{"report_id": report_id, "actor": actor, "at": now}]):
        waiting = update(Report).filter_by(id=report_id, state=ASSIGNED)
        session.execute(waiting.values(state=begun(ASSIGNED)))
