"""Who of the agency that owes a report opened it first, and when."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.db import Base, BigId, insert_new


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
    """Write the first look down; later ones change nothing."""
    insert_new(session, ReportSeen, [{"report_id": report_id, "actor": actor, "at": now}])
